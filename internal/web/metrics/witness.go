package metrics

import (
	"context"
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

func (a *Area) witness(ctx context.Context, row metric.Evidence, x *metric.Explanation, lang i18n.Lang, f reading.Figures) witness {
	var keys []string
	for _, name := range x.Key {
		if row.Key[name] != nil {
			keys = append(keys, reading.Cell(lang, row.Key[name], metric.Number, ""))
		}
	}
	one := witness{Label: strings.Join(keys, " · "), More: row.MoreFacts}
	if one.Label == "" {
		one.Label = i18n.T(lang, "metrics.unknown")
	}
	account := plainText(row.Key["account"])
	if len(row.Facts) > 0 && one.Label == row.Facts[0].ID { // an id says nothing to people; whose it is does
		account = plainText(row.Facts[0].Columns["account_id"])
	}
	if len(row.Facts) > 0 && row.Facts[0].Kind == "relevances" { // what was measured, and for which outcome
		of := row.Facts[0].Columns
		measure, outcome := plainText(of["measure"]), plainText(of["outcome"])
		one.Label = reading.GroupsOf(ctx, lang, "measure", a.Called).Label(&measure) + " · " + i18n.T(lang, "forecast.outcome."+outcome)
	}
	if account != "" && len(keys) < 2 {
		one.Label, one.Href = a.Called(ctx, account), ui.AccountPath(account)
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
			text := plainText(fact.Columns[name])
			if text == "" || len(e.Columns) == columnsShown || pointer(name) && fact.Kind != "links" || account != "" && name == "account_id" {
				continue
			}
			text = reading.GroupsOf(ctx, lang, name, a.Called).Label(&text)
			e.Columns = append(e.Columns, columnOf(lang, name, text))
		}
		one.Facts = append(one.Facts, e)
	}
	return one
}

// pointer tells whether a column only says which fact another belongs to.
func pointer(name string) bool {
	return name == "invitation" || name == "pair" || strings.HasSuffix(name, "_id") && name != "account_id" && name != "user_id"
}

// columnOf is a column of a fact by the name that people have for it, or else by its own.
func columnOf(lang i18n.Lang, name, text string) column {
	for _, group := range []string{"trait.", "dimension.", "column."} {
		if i18n.Has(group + name) {
			return column{Name: i18n.T(lang, group+name), Value: text}
		}
	}
	return column{Name: name, Value: text, Plain: true}
}
