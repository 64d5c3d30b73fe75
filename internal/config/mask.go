package config

import (
	"net/url"
	"regexp"
)

const mask = "***"

// shown is text as it may be printed.
func (s Setting) shown(text string) string {
	switch {
	case s.Secret && text != "":
		return mask
	case s.Name == "database" || s.Name == "mail":
		return MaskURL(text)
	}
	return text
}

var (
	passwordParameter = regexp.MustCompile(`(?i)((?:^|[?&\s])(?:ssl)?password=)[^&\s]*`)
	userinfo          = regexp.MustCompile(`(//[^/@:]*:).*@`)
)

// MaskURL is a database address without its passwords, for messages. It also works on text that is not a
// valid address: that is when it gets printed.
func MaskURL(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		if _, has := u.User.Password(); has {
			address = userinfo.ReplaceAllString(address, "${1}"+mask+"@")
		}
	} else if err != nil {
		address = userinfo.ReplaceAllString(address, "${1}"+mask+"@")
	}
	return passwordParameter.ReplaceAllString(address, "${1}"+mask)
}
