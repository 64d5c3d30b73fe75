package ui

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Reason tells why an account needs attention; open says whether the reader may see what people are called.
func Reason(lang i18n.Lang, reason account.Reason, now time.Time, open bool) string {
	text := words(lang, reason, now, open)
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

func words(lang i18n.Lang, reason account.Reason, now time.Time, open bool) string {
	key := "attention." + reason.Rule
	share := i18n.Percent(lang, reason.Share, 0)
	switch reason.Rule {
	case account.UseFell:
		return i18n.T(lang, key, "share", share)
	case account.RenewsSoon:
		return i18n.T(lang, key, "n", reason.Days, "share", share)
	case account.ChampionGone:
		name := reason.Person.Name
		if strings.TrimSpace(name) == "" {
			name = reason.Person.User
		}
		if runes := []rune(name); len(runes) > 40 {
			name = string(runes[:39]) + "…"
		}
		if !open {
			name = account.Hidden
		}
		return i18n.T(lang, key, "name", name, "n", reason.Days)
	case account.LeftUnhappy:
		return i18n.T(lang, key, "survey", Named(lang, "answerkind", reason.Answer.Kind), "score", i18n.Number(lang, reason.Answer.Score, 0), "when", i18n.RelativeTime(lang, reason.At, now))
	}
	return i18n.T(lang, key, "n", reason.Days, "amount", Money(lang, reason.Amount))
}
