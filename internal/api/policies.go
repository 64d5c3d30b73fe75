package api

import (
	"context"
	"io"
	"maps"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// Policies is where the workspace's ways to count are kept.
type Policies interface {
	Policies(ctx context.Context) (metric.Conventions, error)
	// PoliciesChange keeps what change makes of them, with nobody in between.
	PoliciesChange(ctx context.Context, change func(metric.Conventions) error) error
}

// Policy is a choice in how to count, as the workspace has it.
type Policy struct {
	ID      string         `json:"id"`
	Label   string         `json:"label"`
	About   string         `json:"about"`
	Kind    string         `json:"kind" enum:"integer,choice,names,schedule"`
	Value   string         `json:"value"`
	Default string         `json:"default"`
	Min     *int64         `json:"min,omitempty"`
	Max     *int64         `json:"max,omitempty"`
	Unit    string         `json:"unit,omitempty"`
	Choices []PolicyChoice `json:"choices,omitempty"`
	// Question says that it is given with a question, not kept for the workspace.
	Question bool     `json:"question"`
	Metrics  []string `json:"metrics" doc:"The metrics that rest on it"`
}

// PolicyChoice is a value that a policy may have.
type PolicyChoice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// PolicyList is all policies.
type PolicyList struct {
	Policies []Policy `json:"policies"`
}

// Preset is a convention known by a name.
type Preset struct {
	ID      string            `json:"id"`
	Label   string            `json:"label"`
	About   string            `json:"about"`
	Sources []string          `json:"sources,omitempty"`
	Values  map[string]string `json:"values" doc:"The policies that differ from the defaults"`
}

// PresetList is all presets.
type PresetList struct {
	Presets []Preset `json:"presets"`
}

type policyIn struct {
	ID       string `path:"policy" example:"inactive_days" doc:"The id of the policy"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

type policyPut struct {
	ID       string `path:"policy" example:"inactive_days" doc:"The id of the policy"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
	Body     struct {
		Value string `json:"value"`
	}
}

type bridgeIn struct {
	AskIn
	Start string `query:"start" doc:"The convention to come from: a preset, or workspace (the default)"`
	End   string `query:"end" doc:"The convention to go to" example:"keepwell"`
}

type presetIn struct {
	ID       string `path:"preset" example:"keepwell" doc:"The id of the preset"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// policies are the resources of how to count.
func (a *API) policies() {
	route(a, team.Read, huma.Operation{OperationID: "list-policies", Method: http.MethodGet, Path: "/api/v1/policies", Tags: []string{"metrics"},
		Summary: "The choices in how to count", Description: "Each with its value in this workspace, what it may be, and the metrics that rest on it."},
		func(ctx context.Context, in *metricsIn) (*struct{ Body PolicyList }, error) {
			list, err := a.policyList(ctx, i18n.Match(in.Language))
			return &struct{ Body PolicyList }{PolicyList{list}}, err
		})
	route(a, team.Admin, huma.Operation{OperationID: "put-policy", Method: http.MethodPut, Path: "/api/v1/policies/{policy}", Tags: []string{"metrics"},
		Summary: "Choose how to count", Description: "The value holds for every question that does not state another."},
		func(ctx context.Context, in *policyPut) (*struct{ Body PolicyList }, error) {
			return a.changePolicies(ctx, in.Language, func(kept metric.Conventions) error {
				p, ok := metric.PolicyNamed(in.ID)
				if !ok {
					return noPolicy(in.ID)
				}
				if p.Question {
					return fault.New(fault.Invalid, "%s belongs to a question", p.ID).Mend("state it with the question: set=%s=…", p.ID)
				}
				plain, err := p.Read(in.Body.Value)
				if err != nil {
					return fault.New(fault.Invalid, "%s can't have this value", p.ID).Field("value", "%s", err)
				}
				kept[p.ID] = plain
				return nil
			})
		})
	route(a, team.Admin, huma.Operation{OperationID: "delete-policy", Method: http.MethodDelete, Path: "/api/v1/policies/{policy}", Tags: []string{"metrics"},
		Summary: "Count as Keepwell does by itself"},
		func(ctx context.Context, in *policyIn) (*struct{ Body PolicyList }, error) {
			return a.changePolicies(ctx, in.Language, func(kept metric.Conventions) error {
				if _, ok := metric.PolicyNamed(in.ID); !ok {
					return noPolicy(in.ID)
				}
				delete(kept, in.ID)
				return nil
			})
		})
	route(a, team.Read, huma.Operation{OperationID: "list-presets", Method: http.MethodGet, Path: "/api/v1/presets", Tags: []string{"metrics"},
		Summary: "Conventions known by a name", Description: "How billing and analytics tools count, as sets of policies."},
		func(_ context.Context, in *metricsIn) (*struct{ Body PresetList }, error) {
			lang, list := i18n.Match(in.Language), PresetList{}
			for _, p := range metric.Presets() {
				list.Presets = append(list.Presets, Preset{ID: p.ID, Label: i18n.Text(p.Label).In(lang), About: i18n.Text(p.About).In(lang), Sources: p.Sources, Values: p.Conventions()})
			}
			return &struct{ Body PresetList }{list}, nil
		})
	route(a, team.Admin, huma.Operation{OperationID: "apply-preset", Method: http.MethodPost, Path: "/api/v1/presets/{preset}/apply", Tags: []string{"metrics"},
		Summary: "Count like this from now on", Description: "The workspace's policies become those of the preset."},
		func(ctx context.Context, in *presetIn) (*struct{ Body PolicyList }, error) {
			return a.changePolicies(ctx, in.Language, func(kept metric.Conventions) error {
				for _, p := range metric.Presets() {
					if p.ID == in.ID {
						clear(kept)
						maps.Copy(kept, p.Conventions())
						return nil
					}
				}
				return fault.New(fault.NotFound, "there is no preset %q", in.ID).Mend("take one of those that /api/v1/presets lists")
			})
		})
	route(a, team.Read, a.jsonOrCSV(huma.Operation{OperationID: "get-metric-bridge", Method: http.MethodGet, Path: "/api/v1/metrics/{id}/bridge",
		Summary: "What makes a number differ between two conventions", Description: "Policy by policy, and for sums account by account; the steps add up to the difference.",
		Tags: []string{"metrics"}}, reflect.TypeFor[metric.Bridge](), "Bridge"),
		func(ctx context.Context, in *bridgeIn) (*huma.StreamResponse, error) {
			ask, err := in.ask()
			if err != nil {
				return nil, err
			}
			b, err := a.Bridge(ctx, metric.Bridging{Ask: ask, Start: in.Start, End: in.End})
			return in.as(b, err, func(w io.Writer) error { return writeBridge(w, b) })
		})
}

func noPolicy(id string) error {
	return fault.New(fault.NotFound, "there is no policy %q", id).Mend("take one of those that /api/v1/policies lists")
}

func (a *API) changePolicies(ctx context.Context, language string, change func(metric.Conventions) error) (*struct{ Body PolicyList }, error) {
	if err := a.Ways.PoliciesChange(ctx, change); err != nil {
		return nil, err
	}
	list, err := a.policyList(ctx, i18n.Match(language))
	return &struct{ Body PolicyList }{PolicyList{list}}, err
}

func (a *API) policyList(ctx context.Context, lang i18n.Lang) ([]Policy, error) {
	kept, err := a.Ways.Policies(ctx)
	if err != nil {
		return nil, err
	}
	on := map[string][]string{}
	for _, d := range a.Metrics.Describe(lang) {
		for _, id := range d.Policies {
			on[id] = append(on[id], d.ID)
		}
	}
	var list []Policy
	for _, p := range metric.Policies() {
		shown := Policy{ID: p.ID, Label: i18n.Text(p.Label).In(lang), About: i18n.Text(p.About).In(lang), Kind: string(p.Kind), Default: p.Default, Value: p.Default,
			Unit: string(p.Unit), Question: p.Question, Metrics: append([]string{}, on[p.ID]...)}
		if v, ok := kept[p.ID]; ok {
			shown.Value = v
		}
		if p.Kind == metric.IntegerPolicy {
			shown.Min, shown.Max = &p.Min, &p.Max
		}
		for _, c := range p.Choices {
			shown.Choices = append(shown.Choices, PolicyChoice{c.ID, i18n.Text(c.Label).In(lang)})
		}
		list = append(list, shown)
	}
	return list, nil
}

// Bridge explains the difference between two conventions, within the time that one question may take.
func (a *API) Bridge(ctx context.Context, q metric.Bridging) (b *metric.Bridge, err error) {
	err = a.question(ctx, "ask about a shorter period", func(ctx context.Context) (err error) {
		b, err = a.Metrics.Bridge(ctx, q)
		return err
	})
	return b, err
}

func writeBridge(w io.Writer, b *metric.Bridge) error {
	t := newTable(w, "policy", "was", "is", "account", "value_was", "value_is", "change")
	t.row("start", "", b.Start, "", "", figure(b.From), "")
	for _, step := range b.Steps {
		t.row(step.Policy, SafeCell(step.Was), SafeCell(step.Is), "", "", figure(step.Value), figure(step.Change))
		for _, item := range step.Accounts {
			account := ""
			if item.Account != nil {
				account = SafeCell(*item.Account)
			}
			t.row(step.Policy, "", "", account, figure(item.Was), figure(item.Is), figure(item.Change))
		}
	}
	t.row("end", "", b.End, "", "", figure(b.To), figure(b.Change))
	return t.end()
}
