package metric

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Preset is a convention that people know by a name: how a billing or an analytics tool counts. Policies that it does not
// name are as they come.
type Preset struct {
	ID    string `yaml:"id"`
	Label Text   `yaml:"label"`
	About Text   `yaml:"about"`
	// Sources are the pages on which the tool says so.
	Sources []string          `yaml:"sources"`
	Values  map[string]string `yaml:"values"`

	conventions Conventions
}

//go:embed preset/*.yaml
var presetFiles embed.FS

var presets, presetIDs = mustReadFolder(presetFiles, "preset", (*Preset).check, func(p *Preset) string { return p.ID })

// Presets are all presets, by id.
func Presets() []*Preset {
	all := make([]*Preset, len(presetIDs))
	for i, id := range presetIDs {
		all[i] = presets[id]
	}
	return all
}

// Conventions are the policies as the preset has them, but for those that are as they come anyway.
func (p *Preset) Conventions() Conventions { return p.conventions }

func (p *Preset) check(name string) (err error) {
	if p.ID != name || p.Label.EN == "" || p.About.EN == "" {
		return fmt.Errorf("needs its file's name as id, a label and an about")
	}
	p.conventions, err = ReadConventions(p.Values)
	return err
}

// Workspace is the convention of the workspace's own policies.
const Workspace = "workspace"

// convention is the policies of a preset, or the workspace's own for "" and "workspace".
func (s *Service) convention(ctx context.Context, field, id string) (Conventions, error) {
	if id == "" || id == Workspace {
		if s.Conventions == nil {
			return Conventions{}, nil
		}
		return s.Conventions(ctx)
	}
	if p := presets[id]; p != nil {
		return p.conventions, nil
	}
	return nil, fault.New(fault.Invalid, "there is no such way to count").Field(field, "%q is none of %s, %s", clip(id), Workspace, strings.Join(presetIDs, ", "))
}

// Bridging asks what makes a number differ between two conventions: presets, or "workspace".
type Bridging struct {
	Ask
	Start, End string
}

// Bridge leads from a number by one convention to the same number by another, policy by policy: the changes of its
// steps add up to the difference exactly. Policies are switched in the order of their ids; what two of them change
// together counts to the later one.
type Bridge struct {
	Metric   string  `json:"metric"`
	Label    string  `json:"label"`
	Variant  string  `json:"variant"`
	Unit     Unit    `json:"unit"`
	Currency string  `json:"currency,omitempty"`
	Start    string  `json:"start"`
	End      string  `json:"end"`
	From     *Figure `json:"from_value"`
	To       *Figure `json:"to_value"`
	Change   *Figure `json:"change"`
	Steps    []Step  `json:"steps"`
}

// Step is what one policy changes.
type Step struct {
	Policy string  `json:"policy"`
	Label  string  `json:"label"`
	Was    string  `json:"was"`
	Is     string  `json:"is"`
	Value  *Figure `json:"value"`
	Change *Figure `json:"change"`
	// Accounts are those that the change comes from, the largest first; only for numbers that are sums.
	Accounts []Item `json:"accounts,omitempty"`
	// Others is what further accounts come to.
	Others *Figure `json:"others,omitempty"`
}

// Item is one account's part of a step.
type Item struct {
	Account *string `json:"account"`
	Was     *Figure `json:"was"`
	Is      *Figure `json:"is"`
	Change  *Figure `json:"change"`
}

// mostItems is how many accounts a step names.
const mostItems = 50

// Bridge explains the difference between two conventions.
func (s *Service) Bridge(ctx context.Context, b Bridging) (*Bridge, error) {
	q, err := s.understand(ctx, b.Ask)
	if err != nil {
		return nil, err
	}
	start, err := s.convention(ctx, "start", b.Start)
	if err != nil {
		return nil, err
	}
	end, err := s.convention(ctx, "end", b.End)
	if err != nil {
		return nil, err
	}
	view, err := s.Open(ctx, q.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	in := Conventions{}
	used := q.def.PolicyIDs()
	for _, id := range used {
		in[id] = start.value(policies[id])
	}
	was, err := s.under(ctx, q, view, in)
	if err != nil {
		return nil, err
	}
	a := was.answer()
	bridge := &Bridge{Metric: a.Metric, Label: a.Label, Variant: a.Variant, Unit: a.Unit, Currency: a.Currency, Start: orWorkspace(b.Start), End: orWorkspace(b.End), From: a.Value, To: a.Value, Steps: []Step{}}
	first := was
	for _, id := range used {
		p := policies[id]
		value := end.value(p)
		if value == in[id] {
			continue
		}
		step := Step{Policy: id, Label: i18n.Text(p.Label).In(q.lang), Was: in[id], Is: value}
		in[id] = value
		is, err := s.under(ctx, q, view, in)
		if err != nil {
			return nil, err
		}
		step.Value = is.answer().Value
		step.Change = difference(step.Value, was.answer().Value)
		if err := step.items(ctx, was, is); err != nil {
			return nil, err
		}
		bridge.Steps = append(bridge.Steps, step)
		bridge.To, was = step.Value, is
	}
	bridge.Change = difference(bridge.To, first.answer().Value)
	return bridge, nil
}

func orWorkspace(id string) string {
	if id == "" {
		return Workspace
	}
	return id
}

// under answers the question by a convention.
func (s *Service) under(ctx context.Context, q *query, view View, c Conventions) (*evaluation, error) {
	one := *q
	one.by, one.conventions = "", Conventions{}
	for id, value := range c {
		one.conventions[id] = value
	}
	e := &evaluation{query: &one, view: view, points: []point{{i: -1, Period: q.period.before()}, {i: 0, Period: q.period}}, zone: s.Zone, horizon: Day.next(q.now)}
	return e, e.run(ctx, s.Currency)
}

// items are the accounts whose part changed.
func (step *Step) items(ctx context.Context, was, is *evaluation) error {
	if was.def.Denominator != "" || was.def.Estimator != "" || step.Change == nil {
		return nil // parts of a rate don't add up
	}
	before, err := was.byAccount(ctx)
	if err != nil {
		return err
	}
	after, err := is.byAccount(ctx)
	if err != nil {
		return err
	}
	rest := ratText(step.Change.String())
	for _, key := range sortedKeys(union(before, after)) {
		item := Item{Was: was.shown(orZero(before[key])), Is: is.shown(orZero(after[key]))}
		if item.Change = difference(item.Is, item.Was); item.Change.Float == 0 {
			continue
		}
		if key != "" {
			item.Account = &key
		}
		step.Accounts = append(step.Accounts, item)
	}
	slices.SortStableFunc(step.Accounts, func(a, b Item) int {
		x, y := ratText(a.Change.String()), ratText(b.Change.String())
		return y.Abs(y).Cmp(x.Abs(x))
	})
	step.Accounts = step.Accounts[:min(len(step.Accounts), mostItems)]
	for _, item := range step.Accounts {
		rest.Sub(rest, ratText(item.Change.String()))
	}
	if rest.Sign() != 0 {
		x, _ := rest.Float64()
		step.Others = &Figure{Float: x, exact: strings.TrimRight(strings.TrimRight(rest.FloatString(12), "0"), ".")}
	}
	return nil
}
