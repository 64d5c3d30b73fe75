// Package forecast shows what may become of accounts: who may leave and why, what they are still to pay, which numbers
// foretold it, and how far all of that can be believed.
//
// Foretelling is left to the room forecast; who may see which account to whoever answers.
package forecast

import (
	"context"
	"embed"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	foretold "github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Forecasts knows what is foretold, held to the accounts that who asks may see.
type Forecasts interface {
	Present(ctx context.Context) (*foretold.Present, error)
	Curves(ctx context.Context) (*foretold.Curves, error)
}

// Area answers for forecasts. Name is what an account is called.
type Area struct {
	Pages     *ui.Pages
	Forecasts Forecasts
	Name      func(ctx context.Context, id string) string
}

// patience is how long a page waits for what is being learned.
const patience = 2 * time.Second

// state is what all pages of the area show: which of them it is, and why there is nothing.
type state struct {
	Tab      string
	Learning bool
	Why      string
	At       time.Time
}

// Here is the page's own address.
func (s state) Here() string {
	if s.Tab == "risk" {
		return "/forecasts"
	}
	return "/forecasts/" + s.Tab
}

// present asks what is foretold; nil when there is nothing to show but the state.
func (a *Area) present(r *http.Request, s *state) (*foretold.Present, error) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	p, err := a.Forecasts.Present(ctx)
	switch {
	case fault.KindOf(err) == fault.Unavailable:
		s.Learning = true
		return nil, nil
	case err != nil:
		return nil, err
	}
	s.At = p.Made
	if p.Model == nil && p.Why != nil {
		s.Why = ui.Said(ui.Lang(r), p.Why).Error()
	}
	return p, nil
}

type risks struct {
	state
	Rows    []risk
	Leaving []leaving
	All     int
	Loss    string
	Spread  []ui.Columns
	More    bool
}

type risk struct {
	ID, Name, MRR  string
	Month, Quarter string
	Width          float64 // of the bar, beside the highest
	Mood           string  // poor, fair or ""
	Reasons        []reason
}

type reason struct {
	Text, Value, Usual, Factor string
	Raises                     bool
}

type leaving struct {
	ID, Name, MRR string
	At            *time.Time
}

// shownRisks are on the page at first.
const shownRisks = 25

// Risk shows who may leave, and why.
func (a *Area) Risk(w http.ResponseWriter, r *http.Request) error {
	page := &risks{state: state{Tab: "risk"}}
	p, err := a.present(r, &page.state)
	if err != nil {
		return err
	}
	if p == nil || p.Model == nil {
		return a.Pages.Show(w, r, "forecast/risk", page)
	}
	lang := ui.Lang(r)
	loss := 0.0
	for _, one := range p.Risks {
		if one.MRR != nil {
			loss += *one.MRR * one.Quarter
		}
	}
	page.All, page.Loss = len(p.Risks), money(lang, loss, p.Currency)
	page.Spread = spread(lang, p.Risks, p.Currency)
	shown := p.Risks
	if page.More = r.URL.Query().Get("all") == "" && len(shown) > shownRisks; page.More {
		shown = shown[:shownRisks]
	}
	for _, one := range shown {
		row := risk{ID: one.ID, Name: a.Name(r.Context(), one.ID), MRR: "–", Month: i18n.Percent(lang, one.Month, 1), Quarter: i18n.Percent(lang, one.Quarter, 1), Width: 120 * one.Quarter / max(shown[0].Quarter, 1e-9)}
		if one.MRR != nil {
			row.MRR = money(lang, *one.MRR, p.Currency)
		}
		switch usual := p.Model.Card.Looks[1].Rate; {
		case one.Quarter >= 4*usual:
			row.Mood = "poor"
		case one.Quarter >= 2*usual:
			row.Mood = "fair"
		}
		for _, why := range one.Reasons[:min(4, len(one.Reasons))] {
			row.Reasons = append(row.Reasons, reasonOf(lang, why, p.Currency))
		}
		page.Rows = append(page.Rows, row)
	}
	for _, l := range p.Leaving {
		page.Leaving = append(page.Leaving, leaving{l.ID, a.Name(r.Context(), l.ID), money(lang, l.MRR, p.Currency), l.At})
	}
	return a.Pages.Show(w, r, "forecast/risk", page)
}

func reasonOf(lang i18n.Lang, r foretold.Reason, currency string) reason {
	out := reason{Text: i18n.T(lang, "forecast.feature."+r.Feature), Value: told(lang, r.Unit, r.Number, r.Label, currency), Raises: r.Factor >= 1}
	out.Usual = told(lang, r.Usual.Unit, r.Usual.Number, r.Usual.Label, currency)
	key := "forecast.raises"
	if !out.Raises {
		key = "forecast.lowers"
	}
	out.Factor = i18n.T(lang, key, "factor", i18n.Number(lang, r.Factor, 1))
	return out
}

// told is a value of a feature in words.
func told(lang i18n.Lang, unit foretold.Unit, number *float64, label, currency string) string {
	switch {
	case number == nil && label == "":
		return i18n.T(lang, "forecast.unknown")
	case number == nil:
		return label
	case unit == foretold.Money:
		return money(lang, *number, currency)
	case unit == foretold.Change:
		return signed(lang, *number)
	case unit == foretold.YesNo && *number > 0:
		return i18n.T(lang, "forecast.yes")
	case unit == foretold.YesNo:
		return i18n.T(lang, "forecast.no")
	}
	return i18n.Number(lang, math.Round(*number), 0)
}

func signed(lang i18n.Lang, share float64) string {
	text := i18n.Percent(lang, share, 0)
	if share > 0 {
		text = "+" + text
	}
	return text
}

func money(lang i18n.Lang, amount float64, currency string) string {
	if math.IsNaN(amount) || math.IsInf(amount, 0) {
		return "–"
	}
	digits, _ := fact.MinorDigits(currency)
	return ui.Money(lang, account.Money{Minor: int64(math.Round(amount * math.Pow10(digits))), Currency: currency})
}

type relevance struct {
	state
	Outcomes []outcome
}

type outcome struct {
	ID    string
	Lines []line
}

type line struct {
	Text, Metric, Strength, Low, High, Verdict, Mood string
	N                                                int
	Range                                            ui.Range
}

// Relevance shows which numbers foretold what.
func (a *Area) Relevance(w http.ResponseWriter, r *http.Request) error {
	page := &relevance{state: state{Tab: "relevance"}}
	p, err := a.present(r, &page.state)
	if err != nil {
		return err
	}
	if p != nil && p.Relevances != nil {
		page.Why = ""
		lang := ui.Lang(r)
		for _, o := range foretold.Outcomes {
			all := outcome{ID: string(o)}
			for _, one := range p.Relevances {
				if one.Outcome != o {
					continue
				}
				l := line{Text: i18n.T(lang, "forecast.feature."+one.Feature), Metric: one.Metric, Verdict: string(one.Verdict), N: one.N, Strength: "–"}
				if one.Strength != nil {
					l.Strength = i18n.Number(lang, *one.Strength, 2)
				}
				if one.Interval != nil {
					l.Low, l.High = i18n.Number(lang, one.Interval.Low, 2), i18n.Number(lang, one.Interval.High, 2)
				}
				if one.Verdict == foretold.Foretells {
					l.Mood = "good"
				}
				var low, high *float64
				if one.Interval != nil {
					low, high = &one.Interval.Low, &one.Interval.High
				}
				l.Range = ui.Scale{Low: -1, High: 1}.Of(one.Strength, low, high)
				l.Range.Mood = l.Mood
				all.Lines = append(all.Lines, l)
			}
			if !slices.ContainsFunc(all.Lines, func(l line) bool { return l.Verdict != string(foretold.TooLittle) }) {
				all.Lines = nil // one word for all of them
			}
			page.Outcomes = append(page.Outcomes, all)
		}
	}
	return a.Pages.Show(w, r, "forecast/relevance", page)
}

type card struct {
	state
	*foretold.Card
	Cards []look
}

type look struct {
	foretold.Look
	AUC, AUCRange, Slope, SlopeRange, Skill string
	Tenths                                  []tenth
	Trust                                   *ui.Square
	Weighs                                  []weight
	Together                                string // what tells more together than by itself
}

type tenth struct {
	N                             int
	Foretold, Observed, Low, High string
	Lift                          string
}

type weight struct {
	Text, Spread string
	Width        float64
}

// mostWeights are shown of a card.
const mostWeights = 12

// Model shows the model's card.
func (a *Area) Model(w http.ResponseWriter, r *http.Request) error {
	page := &card{state: state{Tab: "model"}}
	p, err := a.present(r, &page.state)
	if err != nil {
		return err
	}
	if p != nil && p.Model != nil {
		lang := ui.Lang(r)
		page.Card = &p.Model.Card
		between := func(low, high float64) string {
			return i18n.T(lang, "forecast.between", "low", i18n.Number(lang, low, 2), "high", i18n.Number(lang, high, 2))
		}
		for _, l := range p.Model.Card.Looks {
			one, j := look{Look: l, AUC: "–", Slope: "–", Skill: "–"}, l.Judgement
			if j.AUC != nil {
				one.AUC = i18n.Number(lang, *j.AUC, 2)
			}
			if j.AUCInterval != nil {
				one.AUCRange = between(j.AUCInterval.Low, j.AUCInterval.High)
			}
			if j.Slope != nil {
				one.Slope = i18n.Number(lang, *j.Slope, 2)
			}
			if j.SlopeInterval != nil {
				one.SlopeRange = between(j.SlopeInterval.Low, j.SlopeInterval.High)
			}
			if t := l.Tempering; t != nil {
				one.SlopeRange = strings.TrimPrefix(one.SlopeRange+" · "+i18n.T(lang, "forecast.tempered", "factor", i18n.Number(lang, t.Factor, 2), "outcomes", t.Outcomes), " · ")
			}
			if j.Skill != nil {
				one.Skill = i18n.Percent(lang, *j.Skill, 0)
			}
			for _, d := range j.Deciles {
				t := tenth{N: d.N, Foretold: i18n.Percent(lang, d.Foretold, 1), Observed: i18n.Percent(lang, d.Observed, 1), Lift: i18n.Number(lang, d.Lift, 1)}
				if d.Interval != nil {
					t.Low, t.High = i18n.Percent(lang, d.Interval.Low, 1), i18n.Percent(lang, d.Interval.High, 1)
				}
				one.Tenths = append(one.Tenths, t)
			}
			if len(j.Deciles) > 0 {
				one.Trust = trust(lang, j.Deciles)
			}
			widest := 1e-9
			for _, u := range l.Learned.Columns {
				widest = max(widest, u.Spread)
			}
			for _, u := range l.Learned.Columns[:min(mostWeights, len(l.Learned.Columns))] {
				one.Weighs = append(one.Weighs, weight{i18n.T(lang, "forecast.feature."+u.Column), i18n.Number(lang, u.Spread, 2), 120 * u.Spread / widest})
			}
			var pairs []string
			for _, p := range l.Learned.Together {
				pairs = append(pairs, i18n.T(lang, "forecast.feature."+p.Columns[0])+" × "+i18n.T(lang, "forecast.feature."+p.Columns[1]))
			}
			one.Together = strings.Join(pairs, ", ")
			page.Cards = append(page.Cards, one)
		}
	}
	return a.Pages.Show(w, r, "forecast/model", page)
}

// points reads the scenario of an address; false for what is none.
func points(text string) (float64, bool) {
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && v >= -100 && v <= 100 && v != 0
}
