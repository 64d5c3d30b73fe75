package config

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// access are those of how people get in and hear from us.
var access = []Setting{
	{Name: "mail", Kind: String, Example: "smtp://user:password@smtp.example.com:587",
		Help: "mail server: smtp:// upgrades to TLS or gives up, smtps:// is TLS from the start, smtp+plain:// is for this machine only; empty: no mail",
		set:  optional(mailServer)},
	{Name: "mail-from", Kind: String, Example: "Keepwell <keepwell@example.com>",
		Help: "address that mail is sent from",
		set: optional(func(s *Settings, text string) error {
			s.MailFrom = text
			if _, err := mail.ParseAddress(text); err != nil {
				return fmt.Errorf("is not an e-mail address")
			}
			return nil
		})},
	{Name: "oidc-issuer", Kind: String, Example: "https://login.example.com",
		Help: "OpenID Connect provider that people may sign in with; http:// only on this machine",
		set:  optional(issuer)},
	{Name: "oidc-client-id", Kind: String, Example: "keepwell",
		Help: "client id that the OpenID Connect provider gave",
		set:  func(s *Settings, text string) error { s.OIDCClient = text; return nil }},
	{Name: "oidc-client-secret", Kind: String, Secret: true, Example: "…",
		Help: "client secret that the OpenID Connect provider gave",
		set:  func(s *Settings, text string) error { s.OIDCSecret = text; return nil }},
}

func mailServer(s *Settings, text string) error {
	s.Mail = text
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("is not a valid URL (a password needs its special characters percent-encoded)")
	}
	if !slices.Contains([]string{"smtp", "smtps", "smtp+plain"}, u.Scheme) || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("is not smtp://host:port or smtps://host:port")
	}
	if u.Scheme == "smtp+plain" && !onThisMachine(u.Hostname()) {
		return fmt.Errorf("sends passwords and links in the clear to another machine; use smtp:// or smtps://")
	}
	return nil
}

// issuer is kept as it is written: providers compare it letter by letter.
func issuer(s *Settings, text string) error {
	s.OIDCIssuer = text
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("is not an https:// address")
	}
	if u.Scheme == "http" && !onThisMachine(u.Hostname()) {
		return fmt.Errorf("is not encrypted; use https://")
	}
	return nil
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
