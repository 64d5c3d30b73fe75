package journey

import (
	"context"
	"net/http"
	"strconv"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// number is a number at a touchpoint, before its value has come and after.
type number struct {
	Label, Of, Period string // Of says of what part
	Href              string
	Reading           *reading.Reading // nil while it is to come
	Beside            *reading.Reading // of the other segment
	Problem           string
}

func numberOf(m journey.Measure, labels map[string]string, lang i18n.Lang) number {
	n := number{Label: labels[m.Metric], Of: m.Group, Period: i18n.T(lang, "period."+orDefault(m.Period)), Href: reading.Page(m.Metric, question(m, ""))}
	if n.Label == "" {
		n.Label = m.Metric
	}
	return n
}

func orDefault(period string) string {
	if period == "" || !i18n.Has("period."+period) {
		return "30d"
	}
	return period
}

// question is a measure as the metric's own page asks it.
func question(m journey.Measure, segment string) board.Question {
	return board.Question{Period: m.Period, Variant: m.Variant, By: m.By, Segment: segment}
}

// Numbers answers with a stage's steps and the numbers at their touchpoints.
func (a *Area) Numbers(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "journey/map", "steps", func(ctx context.Context) (any, error) {
		lang := ui.Lang(r)
		j, err := a.Journeys.Journey(ctx, r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		i, err := strconv.Atoi(r.PathValue("stage"))
		if err != nil || i < 0 || i >= len(j.Stages) {
			return nil, fault.New(fault.NotFound, "the journey has no such stage")
		}
		c, err := a.choice(r, j.ID)
		if err != nil {
			return nil, err
		}
		out := columnOf(&j, i, c, a.labels(lang), lang)
		var one, other []Number
		tasks := []func() error{
			func() (err error) { one, err = a.Journeys.Numbers(ctx, &j, i, c.Segment, lang); return err },
			func() error { return a.had(ctx, &j, i, c.Segment, &out) },
		}
		if c.Two {
			tasks = append(tasks, func() (err error) { other, err = a.Journeys.Numbers(ctx, &j, i, c.Beside, lang); return err })
		}
		if err := reading.Together(2, tasks...); err != nil {
			return nil, err
		}
		out.Counted = true
		out.fill(one, lang, func(n *number, r *reading.Reading) { n.Reading = r })
		out.fill(other, lang, func(n *number, r *reading.Reading) { n.Beside = r })
		return out, nil
	})
}

// fill puts answers, which come in the order of steps, touchpoints and measures, into their places.
func (c *column) fill(answers []Number, lang i18n.Lang, set func(*number, *reading.Reading)) {
	at := 0
	for s := range c.Steps {
		for p := range c.Steps[s].Points {
			for k := range c.Steps[s].Points[p].Numbers {
				if at >= len(answers) {
					return
				}
				n, answer := &c.Steps[s].Points[p].Numbers[k], answers[at]
				at++
				if n.Problem, _ = i18n.Retold(lang, answer.Problem); answer.Answer == nil {
					continue
				}
				set(n, reading.Of(answer.Answer, lang))
				if !c.Two {
					n.Href = reading.Page(answer.Measure.Metric, question(answer.Measure, answer.Segment))
				}
			}
		}
	}
}

// had counts who of the accounts in the stage had each touchpoint that can be told.
func (a *Area) had(ctx context.Context, j *journey.Journey, stage int, segment string, out *column) error {
	asked := false
	for _, s := range out.Steps {
		for _, p := range s.Points {
			asked = asked || p.Done != ""
		}
	}
	if !asked || j.Stages[stage].Ends {
		return nil
	}
	course, err := a.Journeys.Course(ctx, j, journey.Ask{Segment: segment})
	if err != nil {
		return err
	}
	places := course.Stages[stage].Places
	for s := range out.Steps {
		for i := range out.Steps[s].Points {
			p := &out.Steps[s].Points[i]
			if p.Done == "" || len(places) == 0 {
				continue
			}
			in, err := a.Journeys.Had(ctx, p.Done)
			if fault.KindOf(err) == fault.Invalid {
				continue // the page says which conditions can't be asked
			}
			if err != nil {
				return err
			}
			h := &had{Of: len(places)}
			for _, place := range places {
				if _, ok := in[place.Account]; ok {
					h.N++
				}
			}
			h.Width = 120 * float64(h.N) / float64(h.Of)
			p.Had = h
		}
	}
	return nil
}
