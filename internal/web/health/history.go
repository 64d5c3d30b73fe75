package health

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// past is the page of how an account's score went.
type past struct {
	Account, Name string
	Aspect        string
	Aspects       []aspectChoice
	Today, Fell   bool // recomputed; and because nothing had been told
	Told, Recount string
	Days          []spanChoice
	From, To      time.Time
	Part          string
	Picture       []*ribbon
	Rows          []pastRow
	Chosen        *split
	Ready         bool
}

type spanChoice struct {
	Days int
	Href string
	Is   bool
}

type aspectChoice struct {
	ID, Label, Href string
	Is              bool
}

// pastRow is a score, and by how much it differs from the one before.
type pastRow struct {
	health.Told
	By       float64
	First    bool
	Switched bool // by another scorecard, or another version of it
	Href     string
	Is       bool
}

// split is what changed a score, in parts that add up.
type split struct {
	From, To time.Time
	Was, Is  float64
	Known    bool
	Steps    []splitStep
}

type splitStep struct {
	Cause, Text string
	Points      float64
}

var pastSpans = []int{30, 90, 180, 365}

const usualPast = 90

// Past shows how an account's score went. What takes time is a part of its own.
func (a *Area) Past(w http.ResponseWriter, r *http.Request) error {
	v, _, err := a.pastOf(r)
	if err == nil && r.URL.Query().Get("wait") != "" {
		err = a.past(r, v)
	}
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "health/history", v)
}

// PastPart answers with the chart, the table and the change that was chosen.
func (a *Area) PastPart(w http.ResponseWriter, r *http.Request) error {
	v, _, err := a.pastOf(r)
	if err == nil {
		err = a.past(r, v)
	}
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "health/history", "past", v)
}

// pastOf reads what is asked for.
func (a *Area) pastOf(r *http.Request) (*past, *health.Table, error) {
	id, q, now := r.PathValue("id"), r.URL.Query(), a.Pages.Now()
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return nil, nil, err
	}
	s := customers.Get(id)
	if s == nil {
		return nil, nil, fault.New(fault.NotFound, "nothing is known of this account")
	}
	table, err := a.Clinic.Health(r.Context())
	if err != nil {
		return nil, nil, err
	}
	v := &past{Account: id, Name: s.Title(), Aspect: q.Get("aspect"), Today: q.Get("by") == "today", To: now}
	days := usualPast
	for _, n := range pastSpans {
		if q.Get("days") == fmt.Sprint(n) {
			days = n
		}
	}
	v.From = now.AddDate(0, 0, -days)
	base := ui.AccountPath(id) + "/health/history"
	here := func(pairs ...string) string {
		all := url.Values{}
		if v.Aspect != "" {
			all.Set("aspect", v.Aspect)
		}
		if v.Today {
			all.Set("by", "today")
		}
		if days != usualPast {
			all.Set("days", fmt.Sprint(days))
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if all.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
				all.Del(pairs[i])
			}
		}
		return strings.TrimSuffix(base+"?"+all.Encode(), "?")
	}
	if row, ok := table.Row(id); ok {
		for _, aspect := range table.Aspects {
			if score := table.Of(row, aspect); score != nil && score.Card != nil {
				if v.Aspect == "" || score.Card.Weight == nil && q.Get("aspect") == "" {
					v.Aspect = aspect
				}
				v.Aspects = append(v.Aspects, aspectChoice{ID: aspect, Label: score.Card.Label.In(ui.Lang(r))})
			}
		}
	}
	for i := range v.Aspects {
		v.Aspects[i].Is, v.Aspects[i].Href = v.Aspects[i].ID == v.Aspect, here("aspect", v.Aspects[i].ID)
	}
	for _, n := range pastSpans {
		v.Days = append(v.Days, spanChoice{n, here("days", fmt.Sprint(n)), n == days})
	}
	v.Told, v.Recount = here("by", ""), here("by", "today")
	v.Part = strings.Replace(here("at", q.Get("at")), "/health/history", "/health/history/part", 1)
	return v, table, nil
}

// past reads the scores and splits the change that was chosen; without one, the last.
func (a *Area) past(r *http.Request, v *past) error {
	table, err := a.Clinic.Health(r.Context())
	if err != nil {
		return err
	}
	v.Ready = true
	row, ok := table.Row(v.Account)
	if !ok || v.Aspect == "" {
		return nil
	}
	all, err := a.scoresOf(r, v, table, row)
	if err != nil {
		return err
	}
	at := r.URL.Query().Get("at")
	here := strings.Replace(v.Part, "/health/history/part", "/health/history", 1)
	for i, t := range all {
		one := pastRow{Told: t, First: i == 0 || t.Score == nil || all[i-1].Score == nil}
		if !one.First {
			one.By = round(*t.Score - *all[i-1].Score)
			one.Switched = t.Scorecard != all[i-1].Scorecard || t.Version != all[i-1].Version
			one.Href = withAt(here, t.At.UTC().Format(time.RFC3339Nano)) + "#split"
		}
		v.Rows = append(v.Rows, one)
	}
	chosen, named := -1, false
	for i := range v.Rows {
		if one := &v.Rows[i]; !one.First && !named { // the last, where none is named: the present moves on
			chosen, named = i, one.At.UTC().Format(time.RFC3339Nano) == at
		}
	}
	if chosen > 0 {
		v.Rows[chosen].Is = true
		if v.Chosen, err = a.split(r, v, v.Rows[chosen-1].At, v.Rows[chosen].At); err != nil {
			return err
		}
	}
	bands := health.UsualBands
	if score := table.Of(row, v.Aspect); score != nil && score.Card != nil && score.Card.Bands != (health.Bands{}) {
		bands = score.Card.Bands
	}
	for i := range v.Rows {
		if one := &v.Rows[i]; v.Today && one.Score != nil { // so far apart, dwell says nothing
			one.Band = bands.Of(*one.Score)
		}
	}
	lang := ui.Lang(r)
	for _, narrow := range []bool{false, true} {
		v.Picture = append(v.Picture, newRibbon(v, bands, narrow, func(t time.Time) string { return i18n.Date(lang, t.In(a.Pages.Zone)) }))
	}
	for i, j := 0, len(v.Rows)-1; i < j; i, j = i+1, j-1 { // the latest first in the table
		v.Rows[i], v.Rows[j] = v.Rows[j], v.Rows[i]
	}
	return nil
}

func withAt(address, at string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("at", at)
	u.RawQuery = q.Encode()
	return u.String()
}

// scoresOf are the scores of the time that is asked for: as they were told, or, where fewer than two were, recomputed.
func (a *Area) scoresOf(r *http.Request, v *past, table *health.Table, row int) ([]health.Told, error) {
	var all []health.Told
	if !v.Today {
		told, err := a.Clinic.ToldOf(r.Context(), v.Account, v.To, nil)
		if err != nil {
			return nil, err
		}
		for _, t := range told {
			if t.Aspect == v.Aspect && !t.At.Before(v.From) {
				all = append(all, t)
			}
		}
		if len(all) > 1 {
			return all, nil
		}
		v.Today, v.Fell = true, true
	}
	instants := midnights(v.From, table.At, a.Pages.Zone) // up to when the present scores are of
	told, err := health.Recomputed(r.Context(), a.Clinic.HealthAt, v.Account, table.Family(row), table.Deck.Only(v.Aspect), instants)
	if err != nil {
		return nil, err
	}
	all = nil
	for _, t := range told {
		if t.Aspect == v.Aspect {
			all = append(all, t)
		}
	}
	return all, nil
}

// recounted is how many instants are scored anew: each is a reading of its own.
const recounted = 7

// midnights are some midnights from one instant to another, evenly spread, and the later instant itself.
func midnights(from, to time.Time, zone *time.Location) []time.Time {
	last := to.In(zone)
	step := max(1, int(to.Sub(from)/(24*time.Hour))/(recounted-1))
	all := []time.Time{to}
	for n := step; len(all) < recounted; n += step {
		at := time.Date(last.Year(), last.Month(), last.Day()-n, 0, 0, 0, 0, zone)
		if at.Before(from) {
			break
		}
		all = append(all, at)
	}
	slices.Reverse(all)
	return all
}

func (a *Area) split(r *http.Request, v *past, from, to time.Time) (*split, error) {
	c, err := a.Clinic.HealthChange(r.Context(), health.ChangeAsk{ID: v.Account, Aspect: v.Aspect, From: from, To: to, Known: !v.Today, Today: v.Today})
	s := &split{From: from, To: to}
	if fault.KindOf(err) == fault.NotFound {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	was, is, tenths := c.Tenths()
	s.Known, s.Was, s.Is = true, float64(was)/10, float64(is)/10
	words := a.words(r)
	for i, step := range c.Steps {
		if tenths[i] != 0 {
			s.Steps = append(s.Steps, splitStep{string(step.Cause), words.StepText(step), float64(tenths[i]) / 10})
		}
	}
	return s, nil
}

// ribbon is a score over time on the colours of its bands.
type ribbon struct {
	Class               string
	Width, Height       int
	Left, Right, Bottom float64
	Zones               []zone
	Lines               []string
	Dots                []ribbonDot
	Marks               []float64 // where another scorecard or version came
	Y                   []ui.Tick
	X                   []ui.Tick
}

// Across is the width of what is drawn.
func (p *ribbon) Across() float64 { return round(p.Right - p.Left) }

type zone struct {
	Band      health.Band
	Y, Height float64
}

type ribbonDot struct {
	X, Y        float64
	Title, Href string
	Is          bool
}

func newRibbon(v *past, bands health.Bands, narrow bool, date func(time.Time) string) *ribbon {
	p := &ribbon{Class: "broad", Width: 760, Height: 240, Left: 38, Right: 748, Bottom: 210}
	ticks := 6
	if narrow {
		p.Class, p.Width, p.Height, p.Right, p.Bottom, ticks = "narrow", 340, 200, 332, 172, 3
	}
	const top = 10.0
	y := func(score float64) float64 { return round(p.Bottom - (p.Bottom-top)*score/100) }
	span := v.To.Sub(v.From).Seconds()
	x := func(t time.Time) float64 { return round(p.Left + (p.Right-p.Left)*t.Sub(v.From).Seconds()/span) }
	for _, z := range []struct {
		band      health.Band
		low, high float64
	}{{health.Good, bands.Good, 100}, {health.Middling, bands.Average, bands.Good}, {health.Unhealthy, 0, bands.Average}} {
		p.Zones = append(p.Zones, zone{z.band, y(z.high), round(y(z.low) - y(z.high))})
	}
	for _, score := range []float64{0, bands.Average, bands.Good, 100} {
		p.Y = append(p.Y, ui.Tick{At: y(score), Label: strconv.FormatFloat(round(score), 'f', -1, 64)})
	}
	for i := range ticks {
		at := v.From.Add(time.Duration(float64(i) / float64(ticks-1) * span * float64(time.Second)))
		anchor := "middle"
		switch i {
		case 0:
			anchor = "start"
		case ticks - 1:
			anchor = "end"
		}
		p.X = append(p.X, ui.Tick{At: x(at), Label: date(at), Anchor: anchor})
	}
	line := ""
	end := func() {
		if line != "" {
			p.Lines, line = append(p.Lines, line), ""
		}
	}
	for _, row := range v.Rows {
		if row.Score == nil {
			end()
			continue
		}
		at, height := x(row.At), y(*row.Score)
		switch {
		case line == "":
			line = fmt.Sprintf("M%.1f %.1f", at, height)
		case v.Today: // between two instants nothing is known
			line += fmt.Sprintf("L%.1f %.1f", at, height)
		default: // a told score holds until the next
			line += fmt.Sprintf("H%.1fV%.1f", at, height)
		}
		if row.Switched {
			p.Marks = append(p.Marks, at)
		}
		p.Dots = append(p.Dots, ribbonDot{X: at, Y: height, Href: row.Href, Is: row.Is, Title: date(row.At) + ": " + strconv.FormatFloat(round(*row.Score), 'f', -1, 64)})
	}
	if line != "" && !v.Today {
		line += fmt.Sprintf("H%.1f", p.Right)
	}
	end()
	return p
}

func round(x float64) float64 { return math.Round(10*x) / 10 }
