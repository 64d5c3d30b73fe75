package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// TouchpointNumber is a number that is watched at a touchpoint.
type TouchpointNumber struct {
	Stage      string          `json:"stage" doc:"The key of the stage"`
	Step       int             `json:"step" doc:"The place of the step in the stage, from 0"`
	Touchpoint int             `json:"touchpoint" doc:"The place of the touchpoint at the step, from 0"`
	Measure    journey.Measure `json:"measure"`
	Segment    string          `json:"segment,omitempty" doc:"The accounts it is of"`
	Answer     *metric.Answer  `json:"answer,omitempty"`
	Problem    *fault.Details  `json:"problem,omitempty" doc:"Why there is no answer"`
}

// TouchpointNumbers are the numbers at the touchpoints of a stage.
type TouchpointNumbers struct {
	Numbers []TouchpointNumber `json:"numbers" nullable:"false"`
}

type numbersIn struct {
	JourneyIn
	Stage    string `query:"stage" required:"true" doc:"The key of the stage" example:"onboarding"`
	Segment  string `query:"segment" doc:"Of these accounts only" example:"plan = enterprise"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

func (a *API) journeyNumbers() {
	route(a, team.Read, huma.Operation{OperationID: "list-journey-numbers", Method: http.MethodGet, Path: "/api/v1/journeys/{journey}/numbers", Tags: []string{"journeys"},
		Summary: "The numbers at the touchpoints of a stage", Description: "In the order of its steps and touchpoints."},
		func(ctx context.Context, in *numbersIn) (*struct{ Body TouchpointNumbers }, error) {
			j, err := a.Journeys.Journey(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			stage := slices.IndexFunc(j.Stages, func(s journey.Stage) bool { return s.Key == in.Stage })
			if stage < 0 {
				return nil, fault.New(fault.NotFound, "the journey has no stage %q", in.Stage)
			}
			all, err := a.Numbers(ctx, &j, stage, in.Segment, i18n.Match(in.Language))
			return &struct{ Body TouchpointNumbers }{TouchpointNumbers{all}}, err
		})
}

// Numbers answers what is watched at the touchpoints of a stage. Measures that ask alike are asked in one statement.
func (a *API) Numbers(ctx context.Context, j *journey.Journey, stage int, segment string, lang i18n.Lang) ([]TouchpointNumber, error) {
	s := &j.Stages[stage]
	all := []TouchpointNumber{}
	within, err := a.within(ctx, j, s, segment)
	if err != nil {
		return nil, err
	}
	for i, step := range s.Steps {
		for n, t := range step.Touchpoints {
			for _, m := range t.Measures {
				all = append(all, TouchpointNumber{Stage: s.Key, Step: i, Touchpoint: n, Measure: m, Segment: within[m.Whose]})
			}
		}
	}
	now := a.Now().In(a.Zone)
	alike := map[metricAsk][]*TouchpointNumber{}
	for i := range all {
		n := &all[i]
		ask := metricAsk{Segment: n.Segment}
		ask.From, ask.To = board.Question{Period: n.Measure.Period}.Span(now)
		if n.Measure.By != "" || n.Measure.Variant != "" {
			if err := a.numberAlone(ctx, n, ask, lang); err != nil {
				return nil, err
			}
			continue
		}
		alike[ask] = append(alike[ask], n)
	}
	for ask, numbers := range alike {
		if err := a.numbersTogether(ctx, numbers, ask, lang); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// metricAsk is what measures that are asked together share.
type metricAsk struct{ Segment, From, To string }

func (m metricAsk) ask(lang i18n.Lang) metric.Ask {
	return metric.Ask{From: m.From, To: m.To, Segment: m.Segment, Lang: lang}
}

func (a *API) numbersTogether(ctx context.Context, numbers []*TouchpointNumber, same metricAsk, lang i18n.Lang) error {
	var ids []string
	for _, n := range numbers {
		if !slices.Contains(ids, n.Measure.Metric) {
			ids = append(ids, n.Measure.Metric)
		}
	}
	answers, err := a.Overview(ctx, same.ask(lang), ids)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		for _, o := range answers {
			if o.Metric == n.Measure.Metric {
				n.Answer, n.Problem = o.Answer, o.Why
			}
		}
	}
	return nil
}

// numberAlone asks for a variant, or for one group of a breakdown.
func (a *API) numberAlone(ctx context.Context, n *TouchpointNumber, same metricAsk, lang i18n.Lang) error {
	ask := same.ask(lang)
	ask.Metric, ask.Variant, ask.By = n.Measure.Metric, n.Measure.Variant, n.Measure.By
	answer, err := a.Answer(ctx, ask)
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.NotFound) {
		d := fault.Problem(err)
		n.Problem = &d
		return nil
	}
	if err != nil || ask.By == "" {
		n.Answer = answer
		return err
	}
	one := *answer
	one.Value, one.Numerator, one.Denominator, one.N, one.SmallSample, one.Interval, one.Detail = nil, nil, nil, 0, false, nil, nil
	one.Previous, one.Groups, one.OtherGroups, one.Other, one.Points, one.Total = nil, []metric.Group{}, 0, nil, []metric.Point{}, nil
	one.Bands = slices.Clone(one.Bands)
	for i := range one.Bands {
		one.Bands[i].Current = false // they were those of the whole
	}
	for _, g := range answer.Groups {
		if g.Key != nil && strings.EqualFold(*g.Key, n.Measure.Group) {
			one.Value, one.Numerator, one.Denominator, one.N, one.SmallSample, one.Interval, one.Detail = g.Value, g.Numerator, g.Denominator, g.N, g.SmallSample, g.Interval, g.Detail
		}
	}
	if one.N == 0 && answer.OtherGroups > 0 {
		d := fault.Problem(fault.New(fault.Invalid, "the group %q is not among the largest, which alone are listed", n.Measure.Group))
		n.Problem = &d
		return nil
	}
	n.Answer = &one
	return nil
}

// within are the segments that measures of a stage are of, by whose they are.
func (a *API) within(ctx context.Context, j *journey.Journey, s *journey.Stage, segment string) (map[string]string, error) {
	book, err := a.Accounts.Book(ctx)
	if err != nil {
		return nil, err
	}
	stage := j.StageOf(s.Key)
	values := []string{s.Key}
	for _, one := range book.All { // segments compare values as they are written
		if one.Stage != "" && !slices.Contains(values, one.Stage) && j.StageOf(one.Stage) == stage {
			values = append(values, one.Stage)
		}
	}
	slices.Sort(values[1:])
	in := account.Segment{Op: "in", About: account.Trait, Name: "stage", Values: values}.String()
	return map[string]string{journey.OfEveryone: both(segment), journey.OfJourney: both(j.For, segment), journey.OfStage: both(j.For, in, segment)}, nil
}

// both are the segments that are not empty, together.
func both(segments ...string) string {
	var parts []string
	for _, s := range segments {
		if strings.TrimSpace(s) != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return fmt.Sprintf("(%s)", strings.Join(parts, ") and ("))
}
