package forecast

import (
	"net/http"
	"slices"

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
	Plots            []group
	Hazards          []ui.Columns
	Ahead            *ui.Chart
	Grows            bool
	Zero, Most       string // ends of the scale of what accounts are worth
	Customers        int
}

type month struct {
	N                                int
	Customers, MRR, Low, High, Grown string
}

type worth struct {
	ID, Name, Plan, MRR, Value, Low, High string
	Range                                 ui.Range
}

// group is the curve of those on a plan, or of those who began in a year.
type group struct {
	Name, After12 string
	N             int
	Plot          *ui.Plot
}

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
	lang := ui.Lang(r)
	if p != nil { // for how long accounts paid is known also where too few left to foretell who will
		curves, err := a.Forecasts.Curves(r.Context())
		if err != nil {
			return err
		}
		page.staying(lang, curves)
	}
	if p == nil || p.Outlook == nil {
		return a.Pages.Show(w, r, "forecast/lifetime", page)
	}
	o := p.Outlook
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
	shown, scale := o.Accounts[:min(shownWorths, len(o.Accounts))], ui.Scale{}
	for _, one := range shown {
		if scale.High = max(scale.High, one.Value); one.Interval != nil {
			scale.High = max(scale.High, one.Interval.High)
		}
	}
	page.Zero, page.Most = cash(0), cash(scale.High)
	page.Ahead, page.Grows = ahead(lang, o), o.Growth != nil
	for _, one := range shown {
		var low, high *float64
		if one.Interval != nil {
			low, high = &one.Interval.Low, &one.Interval.High
		}
		row := worth{ID: one.ID, Name: a.Name(r.Context(), one.ID), Plan: one.Plan, MRR: cash(one.MRR), Value: cash(one.Value), Range: scale.Of(&one.Value, low, high)}
		row.Range.Mood = "good"
		if one.Interval != nil {
			row.Low, row.High = cash(one.Interval.Low), cash(one.Interval.High)
		}
		page.Accounts = append(page.Accounts, row)
	}
	return a.Pages.Show(w, r, "forecast/lifetime", page)
}

// staying shows for how long accounts paid: by plan, by the year in which they began, and when they leave.
func (page *lifetime) staying(lang i18n.Lang, all *foretold.Curves) {
	groups := slices.DeleteFunc(slices.Concat(all.Plans, all.Cohorts), func(c foretold.Curve) bool { return c.TooLittle || c.Group == "" })
	months := 1
	for _, c := range groups {
		months = max(months, len(c.Points)-1)
	}
	page.Hazards = hazards(lang, all.Hazards)
	for _, c := range groups {
		row := curve{Group: c.Group, N: c.N, Left: c.Left, Median: "–", After12: "–", After24: "–"}
		for from, into := range map[*float64]*string{c.After12: &row.After12, c.After24: &row.After24} {
			if from != nil {
				*into = i18n.Percent(lang, *from, 0)
			}
		}
		if c.Median != nil {
			row.Median = i18n.Number(lang, *c.Median, 1)
		}
		page.Survival = append(page.Survival, row)
		if p := survival(lang, c, all.Everyone, months); p != nil {
			page.Plots = append(page.Plots, group{c.Group, row.After12, c.N, p})
		}
	}
}
