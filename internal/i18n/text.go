package i18n

import (
	"fmt"
	"strings"
)

// Text is one text in every language, for definitions that carry their own labels.
type Text struct {
	EN string `json:"en" yaml:"en" required:"false"`
	ES string `json:"es" yaml:"es" required:"false"`
	RO string `json:"ro" yaml:"ro" required:"false"`
	RU string `json:"ru" yaml:"ru" required:"false"`
}

// In is the text in l, in English where l is unknown or has none.
func (t Text) In(l Lang) string {
	s := t.own(l)
	if s == "" {
		return t.EN
	}
	return s
}

func (t Text) own(l Lang) string {
	switch l {
	case ES:
		return t.ES
	case RO:
		return t.RO
	case RU:
		return t.RU
	}
	return t.EN
}

// Complete is an error that names the languages the text lacks, or nil.
func (t Text) Complete() error {
	var missing []string
	for _, l := range Langs {
		if strings.TrimSpace(t.own(l)) == "" {
			missing = append(missing, string(l))
		}
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("text %q is missing in %s", t.In(EN), strings.Join(missing, ", "))
}
