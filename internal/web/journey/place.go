package journey

import (
	"context"
	"net/http"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// placeView is where one account is; Stages is empty when it takes no journey.
type placeView struct {
	Account, Back string
	Journey, Href string
	Place         placed
	Value         string
	Now           int // the stage, from 0; -1 for none
	Stages        []stopped
	Usual         string
	Next          string // the touchpoint that comes next
	NextTeams     []teamView
	Ends          bool
}

// stopped is a stage on the way.
type stopped struct {
	Name       string
	Passed, Is bool
}

// Place answers with where an account is, for its page.
func (a *Area) Place(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "journey/place", "place", func(ctx context.Context) (any, error) {
		id, lang := r.PathValue("id"), ui.Lang(r)
		v := &placeView{Account: id, Back: ui.AccountPath(id), Now: -1}
		j, p, c, err := a.Journeys.PlaceOf(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return v, nil
		}
		if err != nil {
			return nil, err
		}
		book, err := a.Customers.Book(ctx)
		if err != nil {
			return nil, err
		}
		v.Journey, v.Href, v.Place, v.Value, v.Now = j.Name.In(lang), path(j.ID), a.placed(j, p, book, lang), p.Value, p.Stage
		for i, s := range j.Stages {
			if s.Ends && i != p.Stage {
				continue
			}
			v.Stages = append(v.Stages, stopped{Name: s.Name.In(lang), Is: i == p.Stage, Passed: i < p.Stage})
		}
		if p.Stage < 0 {
			return v, nil
		}
		v.Usual, v.Ends = usual(c.Stages[p.Stage].Usual, lang), j.Stages[p.Stage].Ends
		return v, a.next(ctx, j, p, v, lang)
	})
}

// next finds the first touchpoint of the stage that the account did not have, or the first one of the next stage. Those of
// which nothing tells are passed over as long as there are others.
func (a *Area) next(ctx context.Context, j *journey.Journey, p *journey.Place, v *placeView, lang i18n.Lang) error {
	if v.Ends {
		return nil
	}
	take := func(t *journey.Touchpoint) {
		v.Next = t.Name.In(lang)
		for _, team := range teams(j, t.Teams, lang) {
			if team.On {
				v.NextTeams = append(v.NextTeams, team)
			}
		}
	}
	told := false
	for _, s := range j.Stages[p.Stage].Steps {
		for i := range s.Touchpoints {
			t := &s.Touchpoints[i]
			if t.Done == "" {
				continue
			}
			in, err := a.Journeys.Had(ctx, t.Done)
			if fault.KindOf(err) == fault.Invalid {
				continue
			}
			if err != nil {
				return err
			}
			told = true
			if _, had := in[p.Account]; !had {
				take(t)
				return nil
			}
		}
	}
	stage := p.Stage
	if told { // all that can be told were had
		stage++
	}
	if stage >= len(j.Stages) || j.Stages[stage].Ends {
		return nil
	}
	for _, s := range j.Stages[stage].Steps {
		if len(s.Touchpoints) > 0 {
			take(&s.Touchpoints[0])
			return nil
		}
	}
	return nil
}
