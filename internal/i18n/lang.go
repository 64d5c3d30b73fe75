// Package i18n is the four languages Keepwell speaks: which one a reader wants, texts in them, plural
// forms, and how numbers, money and days are written.
//
// Definitions (metrics, fact kinds, templates) carry their own labels as Text; what pages say stands in
// locale/*.json. Choosing what to say, and escaping it for HTML, is left to the pages.
package i18n

import "golang.org/x/text/language"

// Lang is a language by its ISO 639 code.
type Lang string

const (
	EN Lang = "en"
	ES Lang = "es"
	RO Lang = "ro"
	RU Lang = "ru"
)

// Langs are all languages, the one everything falls back to first.
var Langs = []Lang{EN, ES, RO, RU}

// OwnName is the language's name for itself.
func (l Lang) OwnName() string {
	return Text{EN: "English", ES: "Español", RO: "Română", RU: "Русский"}.In(l)
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Spanish, language.Romanian, language.Russian})

// Match picks the language for an Accept-Language header, or for a single tag such as "ro-MD". What can't
// be read or is not spoken here gives English.
func Match(acceptLanguage string) Lang {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return EN
	}
	// One tag at a time: given all, the matcher would take a poor match for the first (Russian for a
	// Ukrainian) over a perfect one for the second.
	for _, tag := range tags {
		if _, i, confidence := matcher.Match(tag); confidence >= language.High {
			return Langs[i]
		}
	}
	return EN
}
