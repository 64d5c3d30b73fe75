package metrics

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// goal is a target as it is shown.
type goal struct {
	board.Target
	Label   string // its value
	Since   time.Time
	Due     time.Time // by when it is to be reached; zero: at once
	Planned string    // where it should be by now, while it is not due
	Behind  bool      // it is not there
	Late    bool      // it was due and is not reached
	Now     bool      // it is the one in force
	Reached bool
	Told    string // how far it is
	Percent int    // of the way made since it was set
	Plain   string // its value as a form has it
}

// goals are the targets for what is shown, and how far the one in force is.
func (s *shown) goals(own board.Targets, period, line *metric.Answer, f reading.Figures, now time.Time) {
	inForce := own.On(now)
	for i := range own {
		t := own[i]
		g := goal{Target: t, Label: f.Whole(t.Value), Plain: strconv.FormatFloat(t.Value, 'f', -1, 64)}
		g.days(now.Location())
		if inForce != nil && inForce.ID == t.ID {
			g.Now = true
			g.told(period, line, f, now)
			s.Target = &g
		}
		s.Goals = append(s.Goals, g)
	}
}

// days reads the target's days, which were checked when it was kept.
func (g *goal) days(zone *time.Location) {
	g.Since, _ = time.ParseInLocation(time.DateOnly, g.From, zone)
	if g.Target.Due != "" {
		g.Due, _ = time.ParseInLocation(time.DateOnly, g.Target.Due, zone)
	}
}

func (g *goal) told(period, line *metric.Answer, f reading.Figures, now time.Time) {
	if period.Value == nil {
		g.Told = i18n.T(f.Lang, "metrics.target_none")
		return
	}
	v := period.Value.Float
	if g.Reached = g.Target.Reached(v, period.Better); g.Reached {
		g.Percent = 100
		g.Told = i18n.T(f.Lang, "metrics.target_reached")
		return
	}
	missing := g.Value - v
	g.Told = i18n.T(f.Lang, "metrics.target_missing", "value", strings.TrimLeft(f.Whole(missing), "−"))
	start, found := reading.Start(line, g.From, g.Since.Location())
	if found && !g.Due.IsZero() {
		if g.Late = now.After(g.Due); !g.Late {
			planned := g.Target.Planned(start, now, now.Location())
			g.Planned, g.Behind = f.Whole(planned), !board.Target{Value: planned}.Reached(v, period.Better)
		}
	}
	if found || period.Better != "lower" {
		g.Percent = int(100 * g.Progress(start, v))
	}
}

// SetTarget keeps a target for what the page shows.
func (a *Area) SetTarget(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	back, err := url.ParseQuery(r.PostFormValue("question"))
	if err != nil {
		return fault.New(fault.Invalid, "the question that the target is for can't be read")
	}
	q := reading.Question(back)
	value, err := number(r.PostFormValue("value"))
	if err != nil {
		return fault.New(fault.Invalid, "the target can't be kept as it is").Field("value", "%s", err)
	}
	t := board.Target{Metric: d.ID, Variant: variant(d, q.Variant), Segment: q.Segment, Value: value, Currency: r.PostFormValue("currency"),
		From: r.PostFormValue("from"), Due: r.PostFormValue("due"), By: who(r)}
	if err := t.Check(func(id string) bool { return id == d.ID }); err != nil {
		return err
	}
	if _, err := a.Boards.TargetPut(r.Context(), t, a.Pages.Now()); err != nil {
		return err
	}
	http.Redirect(w, r, reading.Link("/metrics/"+d.ID, q, "done", "target"), http.StatusSeeOther)
	return nil
}

// RemoveTarget forgets a target; the page offers to set it again.
func (a *Area) RemoveTarget(w http.ResponseWriter, r *http.Request) error {
	t, err := a.Boards.TargetRemove(r.Context(), r.PathValue("target"))
	if err != nil {
		return err
	}
	back, err := url.ParseQuery(r.PostFormValue("question"))
	if err != nil {
		back = url.Values{}
	}
	http.Redirect(w, r, reading.Link("/metrics/"+url.PathEscape(t.Metric), reading.Question(back), "done", "untarget",
		"gone", strconv.FormatFloat(t.Value, 'f', -1, 64), "gone_from", t.From, "gone_due", orNone(t.Due), "gone_currency", orNone(t.Currency)), http.StatusSeeOther)
	return nil
}

// goneTarget is the target that an address says was removed.
func goneTarget(v url.Values) *goal {
	value, err := strconv.ParseFloat(v.Get("gone"), 64)
	if err != nil {
		return nil
	}
	kept := func(name string) string {
		if v.Get(name) == none {
			return ""
		}
		return v.Get(name)
	}
	return &goal{Target: board.Target{Value: value, From: v.Get("gone_from"), Due: kept("gone_due"), Currency: kept("gone_currency")}, Plain: v.Get("gone")}
}

// none stands for what is empty: an address without it says the same, and is led there.
const none = "-"

func orNone(text string) string {
	if text == "" {
		return none
	}
	return text
}

// number reads a number as people type it: 1,5 is 1.5, and spaces and signs of units around it are let go.
func number(text string) (float64, error) {
	plain := strings.Trim(strings.NewReplacer("\u00a0", "", "\u202f", "", " ", "", "−", "-").Replace(text), "%€$£₽")
	if strings.Count(plain, ",") == 1 && !strings.Contains(plain, ".") {
		plain = strings.Replace(plain, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return 0, fault.New(fault.Invalid, "%q is no number; write it like 42.5", shortened(text))
	}
	return v, nil
}

func shortened(text string) string {
	letters := []rune(strings.ToValidUTF8(text, ""))
	return string(letters[:min(len(letters), 60)])
}

func atoi(text string) (float64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return float64(n), err == nil
}

// who is the name of who is signed in.
func who(r *http.Request) string {
	if s := ui.Who(r.Context()); s != nil {
		return s.Name
	}
	return ""
}
