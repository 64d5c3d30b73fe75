package forecast

import (
	"math"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Say writes a feature's value in words; currency is that of amounts.
func Say(lang i18n.Lang, unit Unit, number *float64, label, currency string) string {
	switch {
	case number == nil && label == "":
		return i18n.T(lang, "forecast.unknown")
	case number == nil:
		return label
	case unit == Money:
		return i18n.WholeMoney(lang, *number, currency)
	case unit == Change && *number > 0:
		return "+" + i18n.Percent(lang, *number, 0)
	case unit == Change:
		return i18n.Percent(lang, *number, 0)
	case unit == YesNo && *number > 0:
		return i18n.T(lang, "forecast.yes")
	case unit == YesNo:
		return i18n.T(lang, "forecast.no")
	}
	return i18n.Number(lang, math.Round(*number), 0)
}

// Said are the risks with their reasons in words.
func Said(risks []Risk, lang i18n.Lang, currency string) []Risk {
	all := make([]Risk, len(risks))
	for i, r := range risks {
		all[i] = r
		all[i].Reasons = make([]Reason, len(r.Reasons))
		for k, why := range r.Reasons {
			why.Text = i18n.T(lang, "forecast.feature."+why.Feature) + ": " + Say(lang, why.Unit, why.Number, why.Label, currency)
			all[i].Reasons[k] = why
		}
	}
	return all
}
