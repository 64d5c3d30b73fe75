package metrics

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// targets are everything that the team wants to reach.
type targets struct {
	Rows []aim
	Done bool   // the values are there
	Wait string // the address that waits for them
}

// aim is what one number is to reach: the target in force, and the one after it.
type aim struct {
	Label, Of, Segment, Href string
	Reading                  *reading.Reading // nil while it is to come, or when it can't be had now
	Now, Next                *goal
}

// Targets shows all targets; how far they are comes after the page, or with it for who has no script.
func (a *Area) Targets(w http.ResponseWriter, r *http.Request) error {
	all, err := a.Boards.Targets(r.Context())
	if err != nil {
		return err
	}
	v := targets{Done: ui.IsPart(r) || r.FormValue("wait") != "", Wait: "/targets?wait=1"}
	lang, described := ui.Lang(r), a.Answers.Describe(ui.Lang(r))
	var tasks []func() error
	for _, group := range together(all) {
		i := slices.IndexFunc(described, func(d metric.Described) bool { return d.ID == group[0].Metric })
		if i < 0 {
			continue // a metric of the team's own that it removed
		}
		row := a.aim(described[i], group, lang)
		v.Rows = append(v.Rows, row)
		n := len(v.Rows) - 1
		tasks = append(tasks, func() error { return a.reach(r.Context(), &v.Rows[n], described[i], group, lang) })
	}
	if v.Done {
		if err := reading.Together(2, tasks...); err != nil {
			return err
		}
	}
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "metrics/targets", "targets", v)
	}
	return a.Pages.Show(w, r, "metrics/targets", v)
}

// together are targets by what is to reach them, the earliest day first, in the order in which they were set.
func together(all board.Targets) (groups []board.Targets) {
	for _, t := range all {
		if !slices.ContainsFunc(groups, func(g board.Targets) bool { return slices.Contains(g, t) }) {
			groups = append(groups, all.For(t.Metric, t.Variant, t.Segment, t.Currency))
		}
	}
	return groups
}

func question(t board.Target) board.Question {
	return board.Question{Variant: t.Variant, Segment: t.Segment, Currency: t.Currency}
}

func (a *Area) aim(d metric.Described, group board.Targets, lang i18n.Lang) aim {
	t := group[0]
	row := aim{Label: d.Label, Segment: t.Segment, Href: reading.Page(d.ID, question(t)) + "#target"}
	if i := slices.Index(d.Variants, t.Variant); i > 0 {
		row.Of = d.VariantLabels[i]
	}
	f, inForce := reading.Figures{Lang: lang, Unit: d.Unit, Currency: t.Currency}, group.On(a.now())
	for i := range group {
		g := goal{Target: group[i], Label: f.Whole(group[i].Value)}
		g.days(a.Pages.Zone)
		switch {
		case inForce != nil && inForce.ID == g.ID:
			row.Now = &g
		case row.Next == nil && g.Since.After(a.now()):
			row.Next = &g
		}
	}
	return row
}

// reach asks how far a target is. A question that can't be answered any more leaves its row without a value.
func (a *Area) reach(ctx context.Context, row *aim, d metric.Described, group board.Targets, lang i18n.Lang) error {
	q := question(group[0])
	period, err := a.answer(ctx, reading.Ask(d.ID, q, lang, a.now()))
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.NotFound {
			a.Pages.Report(err)
		}
		return nil
	}
	row.Reading = reading.Of(period, lang)
	if row.Now == nil {
		return nil
	}
	line, err := a.answer(ctx, reading.Series(d.ID, q, lang, a.now()))
	if err != nil {
		return err
	}
	row.Now.told(period, line, reading.Figures{Lang: lang, Unit: period.Unit, Currency: strings.ToUpper(period.Currency)}, a.now())
	return nil
}
