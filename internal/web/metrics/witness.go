package metrics

import (
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
)

func witnessOf(row metric.Evidence, x *metric.Explanation, lang i18n.Lang, f reading.Figures) witness {
	var keys []string
	for _, name := range x.Key {
		if row.Key[name] != nil {
			keys = append(keys, reading.Cell(lang, row.Key[name], metric.Number, ""))
		}
	}
	one := witness{Label: strings.Join(keys, " · "), More: row.MoreFacts}
	if one.Label == "" {
		one.Label = reading.GroupLabel(lang, nil)
	}
	byAccount := false
	if len(row.Facts) > 0 && one.Label == row.Facts[0].ID { // an id says nothing to people; whose it is does
		if account := plainText(row.Facts[0].Columns["account_id"]); account != "" {
			one.Label, byAccount = account, true
		}
	}
	if row.Numerator != nil {
		one.Part = f.Of(row.Numerator)
	}
	if row.Denominator != nil {
		one.Divided = reading.Figures{Lang: lang, Unit: metric.Number}.Of(row.Denominator)
	}
	for _, o := range x.Observed {
		if v := row.Observed[o.Name]; v != nil {
			one.Part = strings.Trim(one.Part+" · "+o.Label+": "+reading.Cell(lang, v, o.Unit, x.Currency), " ·")
		}
	}
	for _, fact := range row.Facts {
		e := evidence{Kind: fact.Kind, At: fact.At, ID: fact.ID, Received: fact.Received}
		for _, name := range sorted(fact.Columns) {
			if text := plainText(fact.Columns[name]); text != "" && len(e.Columns) < columnsShown && !(byAccount && name == "account_id") {
				e.Columns = append(e.Columns, column{name, text})
			}
		}
		one.Facts = append(one.Facts, e)
	}
	return one
}
