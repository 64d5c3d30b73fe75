package scorecards

import (
	"math"
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// settle gives a measure whose source was chosen a name and limits to begin with: between what a tenth of the accounts is
// below and what a tenth is above, the better end scoring 100.
func (a *Area) settle(r *http.Request, m *health.Measure) error {
	lang := ui.Lang(r)
	if name := a.sourceName(m, lang); name != "" && m.Label.In(lang) == i18n.T(lang, "health.form.new_measure") {
		m.Label = i18n.Text{}
		m.Label = say(m.Label, name, lang)
	}
	switch {
	case m.Judged:
		m.Scale.Choices = map[string]float64{i18n.T(lang, "health.form.well"): 100, i18n.T(lang, "health.form.so_so"): 50, i18n.T(lang, "health.form.unwell"): 0}
		return nil
	case m.Read.ReadsText():
		return nil
	}
	span, err := a.rangeOf(r, m)
	if err != nil {
		return err
	}
	low, high := tidy(span.Low), tidy(span.High)
	if high <= low {
		high = low + 1
	}
	first, last := 0.0, 100.0
	if a.better(m) == "lower" {
		first, last = last, first
	}
	m.Scale = health.Scale{Points: [][2]float64{{low, first}, {high, last}}}
	return nil
}

// tidy rounds to two digits, so that a limit reads as one that somebody chose.
func tidy(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-1)
	return math.Round(x/unit) * unit
}

// better says which way is good, "" where nobody does.
func (a *Area) better(m *health.Measure) string {
	if m.Read.Vital != "" {
		for _, v := range metric.Vitals() {
			if v.ID == m.Read.Vital {
				return v.Better
			}
		}
	}
	for _, d := range a.Metrics.Describe(i18n.EN) {
		if d.ID == m.Read.Metric {
			return d.Better
		}
	}
	return ""
}

// sourceName is what a measure reads, in words.
func (a *Area) sourceName(m *health.Measure, lang i18n.Lang) string {
	switch {
	case m.Judged:
		return i18n.T(lang, "health.form.judged")
	case m.Read.Event == "*":
		return i18n.T(lang, "health.form.any_event")
	case m.Read.Event != "":
		return m.Read.Event
	case m.Read.Trait != "":
		return ui.Named(lang, "dimension", m.Read.Trait)
	case m.Read.Answer != "":
		return i18n.T(lang, "health.form.answer", "kind", ui.Named(lang, "choice", m.Read.Answer))
	case m.Read.Vital != "":
		for _, v := range metric.Vitals() {
			if v.ID == m.Read.Vital {
				return v.Says(lang)
			}
		}
	}
	for _, d := range a.Metrics.Describe(lang) {
		if d.ID == m.Read.Metric {
			return d.Label
		}
	}
	return ""
}

func windowText(lang i18n.Lang, window string) string {
	w := metric.Reading{Window: window}.Length()
	return i18n.T(lang, "health.window."+w.Unit, "n", int64(w.N))
}

// reads is what a measure reads and over what window: "Tickets open · 30 days".
func (a *Area) reads(m *health.Measure, lang i18n.Lang) string {
	name := a.sourceName(m, lang)
	if name == "" {
		return i18n.T(lang, "health.form.nothing")
	}
	parts := []string{name}
	if m.Read.Counted != "" {
		parts = append(parts, i18n.T(lang, "health.form.counted."+m.Read.Counted))
	}
	if only := onlyText(m.Read.Only); only != "" {
		parts = append(parts, only)
	}
	if m.Read.Window != "" {
		parts = append(parts, windowText(lang, m.Read.Window))
	}
	if m.Read.Change {
		parts = append(parts, i18n.T(lang, "health.form.change"))
	}
	return strings.Join(parts, " · ")
}

// offeredTraits are those of every workspace that say something of how an account is.
var offeredTraits = []string{"plan", "stage", "touch_model", "industry", "country", "region", "size", "csm", "created_at"}

// sources are all that a measure can read, by kind. What is made of health scores is left out: a score would rest on itself.
func (a *Area) sources(r *http.Request) ([]sourceGroup, error) {
	lang := ui.Lang(r)
	t := func(key string, args ...any) string { return i18n.T(lang, "health.form."+key, args...) }
	all := []sourceGroup{{t("people"), []choice{{"judged", t("judged")}}}}
	for _, kind := range []string{"nps", "csat", "ces", "rating"} {
		all[0].All = append(all[0].All, choice{"answer:" + kind, t("answer", "kind", ui.Named(lang, "choice", kind))})
	}
	vitals := sourceGroup{Label: t("vitals")}
	for _, v := range metric.Vitals() {
		vitals.All = append(vitals.All, choice{"vital:" + v.ID, v.Says(lang)})
	}
	events, err := a.Names.Events(r.Context())
	if err != nil {
		return nil, err
	}
	done := sourceGroup{t("events"), []choice{{"event:*", t("any_event")}}}
	for _, name := range events {
		done.All = append(done.All, choice{"event:" + name, name})
	}
	traits := sourceGroup{Label: t("traits")}
	for _, name := range offeredTraits {
		traits.All = append(traits.All, choice{"trait:" + name, ui.Named(lang, "dimension", name)})
	}
	all = append(all, vitals, done, traits)
	for _, d := range a.Metrics.Describe(lang) {
		readable := true
		a.Clinic.CheckReading(metric.Reading{Metric: d.ID}, func(string, string, ...any) { readable = false })
		if !readable {
			continue
		}
		label := ui.Named(lang, "family", d.Family)
		if last := &all[len(all)-1]; last.Label == label {
			last.All = append(last.All, choice{"metric:" + d.ID, d.Label})
		} else {
			all = append(all, sourceGroup{label, []choice{{"metric:" + d.ID, d.Label}}})
		}
	}
	return all, nil
}
