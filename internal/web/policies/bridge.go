package policies

import (
	"net/http"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type bridge struct {
	Metrics, Starts, Ends, Periods []choice
	Asked                          bool
	Label                          string
	From, To, Change               string
	StartName, EndName             string
	Steps                          []bridgeStep
	Refused                        string // English
}

type bridgeStep struct {
	Label, Was, Is, Change, Value, Policy string
	Fall                                  ui.Fall
	Accounts                              []account
	Others                                string
}

type account struct{ Name, Was, Is, Change string }

// Bridge shows what makes a number differ between two conventions, policy by policy.
func (a *Area) Bridge(w http.ResponseWriter, r *http.Request) error {
	lang := ui.Lang(r)
	v := r.URL.Query()
	page, start, end, id := bridge{}, v.Get("start"), v.Get("end"), v.Get("metric")
	q := reading.Question(v)
	if q.Period == "" && q.From+q.To == "" {
		q.Period = "30d"
	}
	for _, d := range a.Answers.Describe(lang) {
		if len(d.Policies) > 0 {
			page.Metrics = append(page.Metrics, choice{d.ID, d.Label, d.ID == id})
		}
	}
	for _, p := range board.Periods {
		page.Periods = append(page.Periods, choice{p, i18n.T(lang, "period."+p), p == q.Period})
	}
	for list, chosen := range map[*[]choice]string{&page.Starts: start, &page.Ends: end} {
		*list = append(*list, choice{metric.Workspace, i18n.T(lang, "policies.workspace"), chosen == metric.Workspace})
		for _, p := range metric.Presets() {
			*list = append(*list, choice{p.ID, i18n.Text(p.Label).In(lang), p.ID == chosen})
		}
	}
	if id == "" {
		return a.Pages.Show(w, r, "policies/bridge", page)
	}
	page.Asked = true
	b, err := a.Answers.Bridge(r.Context(), metric.Bridging{Ask: reading.Ask(id, q, lang, a.Pages.Now().In(a.Pages.Zone)), Start: start, End: end})
	switch kind := fault.KindOf(err); {
	case err != nil && (kind == fault.Invalid || kind == fault.NotFound):
		page.Refused = ui.Said(lang, err).Error()
	case err != nil:
		return err
	default:
		page.fill(b, reading.Figures{Lang: lang, Unit: b.Unit, Currency: b.Currency}, reading.GroupsOf(r.Context(), lang, "account_id", a.Called))
	}
	return a.Pages.Show(w, r, "policies/bridge", page)
}

func (p *bridge) fill(b *metric.Bridge, f reading.Figures, names reading.Groups) {
	p.Label, p.From, p.To = b.Label, f.Of(b.From), f.Of(b.To)
	p.StartName, p.EndName = conventionName(b.Start, f.Lang), conventionName(b.End, f.Lang)
	if b.Change != nil {
		p.Change = f.Signed(b.Change.Float)
	}
	var changes []float64
	for _, s := range b.Steps {
		by := 0.0
		if s.Change != nil {
			by = s.Change.Float
		}
		changes = append(changes, by)
	}
	falls := ui.NewWaterfall(changes)
	for i, s := range b.Steps {
		step := bridgeStep{Label: s.Label, Policy: s.Policy, Was: valueName(s.Policy, s.Was, f.Lang), Is: valueName(s.Policy, s.Is, f.Lang), Value: f.Of(s.Value), Change: f.Signed(changes[i]), Fall: falls[i]}
		if s.Change == nil {
			step.Change = "–"
		}
		for _, item := range s.Accounts {
			one := account{Name: names.Label(item.Account), Was: f.Of(item.Was), Is: f.Of(item.Is)}
			if item.Change != nil {
				one.Change = f.Signed(item.Change.Float)
			}
			step.Accounts = append(step.Accounts, one)
		}
		if s.Others != nil {
			step.Others = f.Signed(s.Others.Float)
		}
		p.Steps = append(p.Steps, step)
	}
}

func conventionName(id string, lang i18n.Lang) string {
	for _, p := range metric.Presets() {
		if p.ID == id {
			return i18n.Text(p.Label).In(lang)
		}
	}
	return i18n.T(lang, "policies.workspace")
}

// valueName writes the value of a policy; choices by their names.
func valueName(id, value string, lang i18n.Lang) string {
	p, ok := metric.PolicyNamed(id)
	if !ok {
		return value
	}
	for _, c := range p.Choices {
		if c.ID == value {
			return i18n.Text(c.Label).In(lang)
		}
	}
	if value == "" {
		return i18n.T(lang, "policies.empty.none")
	}
	return value
}
