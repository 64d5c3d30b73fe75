package forecast

import (
	"context"
	"net/http"

	foretold "github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type lifetime struct {
	state
	Value, Low, High string
	Renewals         int
	Due, Expected    string
	Growth           string
	Months           []month
	Plans            []string
	Plan, Points     string
	Effect           string
	Limited          bool
	Accounts         []worth
	Survival         []curve
	Customers        int
}

type month struct {
	N                                int
	Customers, MRR, Low, High, Grown string
}

type worth struct{ ID, Name, Plan, MRR, Value, Low, High string }

type curve struct {
	Group, Median, After12, After24 string
	N, Left                         int
}

// shownWorths are the accounts that the page shows.
const shownWorths = 15

// Lifetime shows what accounts are still to pay, and what a scenario would change.
func (a *Area) Lifetime(w http.ResponseWriter, r *http.Request) error {
	page := &lifetime{state: state{Tab: "lifetime"}}
	p, err := a.present(r, &page.state)
	if err != nil {
		return err
	}
	if p == nil || p.Outlook == nil {
		return a.Pages.Show(w, r, "forecast/lifetime", page)
	}
	lang, o := ui.Lang(r), p.Outlook
	cash := func(v float64) string { return money(lang, v, o.Currency) }
	page.Customers, page.Value, page.Low, page.High = o.Customers, cash(o.Value.Value), cash(o.Value.Interval.Low), cash(o.Value.Interval.High)
	page.Renewals, page.Due, page.Expected = o.Renewals.N, cash(o.Renewals.Due), cash(o.Renewals.Expected.Value)
	if o.Growth != nil {
		page.Growth = i18n.Percent(lang, o.Growth.Rate, 1)
	}
	for _, m := range o.Months {
		row := month{N: m.Month, Customers: i18n.Number(lang, m.Customers, 0), MRR: cash(m.MRR.Value), Low: cash(m.MRR.Interval.Low), High: cash(m.MRR.Interval.High)}
		if m.Grown != nil {
			row.Grown = cash(*m.Grown)
		}
		page.Months = append(page.Months, row)
	}
	for _, rate := range o.Plans {
		if rate.Plan != "" {
			page.Plans = append(page.Plans, rate.Plan)
		}
	}
	page.Plan, page.Points = r.URL.Query().Get("plan"), r.URL.Query().Get("points")
	if by, ok := points(page.Points); ok {
		e := o.Effect(foretold.Scenario{Plan: page.Plan, Points: by})
		sign := func(v float64, text string) string {
			if v > 0 {
				return "+" + text
			}
			return text
		}
		page.Limited = e.Limited
		page.Effect = i18n.T(lang, "forecast.effect", "rate", i18n.Percent(lang, e.Rate/100, 2), "becomes", i18n.Percent(lang, e.Becomes/100, 2),
			"customers", sign(e.Customers, i18n.Number(lang, e.Customers, 1)), "mrr", sign(e.MRR, cash(e.MRR)), "value", sign(e.Value, cash(e.Value)))
	}
	for _, one := range o.Accounts[:min(shownWorths, len(o.Accounts))] {
		row := worth{ID: one.ID, Name: a.Name(r.Context(), one.ID), Plan: one.Plan, MRR: cash(one.MRR), Value: cash(one.Value)}
		if one.Interval != nil {
			row.Low, row.High = cash(one.Interval.Low), cash(one.Interval.High)
		}
		page.Accounts = append(page.Accounts, row)
	}
	if page.Survival, err = a.survival(r.Context(), lang); err != nil {
		return err
	}
	return a.Pages.Show(w, r, "forecast/lifetime", page)
}

func (a *Area) survival(ctx context.Context, lang i18n.Lang) (rows []curve, err error) {
	all, err := a.Forecasts.Curves(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range append(append([]foretold.Curve{}, all.Plans...), all.Cohorts...) {
		if c.TooLittle || c.Group == "" {
			continue
		}
		row := curve{Group: c.Group, N: c.N, Left: c.Left, Median: "–", After12: "–", After24: "–"}
		for from, into := range map[*float64]*string{c.After12: &row.After12, c.After24: &row.After24} {
			if from != nil {
				*into = i18n.Percent(lang, *from, 0)
			}
		}
		if c.Median != nil {
			row.Median = i18n.Number(lang, *c.Median, 1)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
