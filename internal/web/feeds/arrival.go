package feeds

import (
	"cmp"
	"context"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Days is how many days Total.Days covers, today included.
const Days = 14

// Total is how many facts there are of a kind.
type Total struct {
	Kind  string
	Count int64
	// Last is when the latest was received.
	Last time.Time
	// Days counts those received on each of the last Days days in the workspace zone, the oldest first, today last.
	Days []int64
}

// Freshness is how far answers are behind what was acknowledged.
type Freshness struct {
	// Through is the instant up to which everything acknowledged shows in answers; zero while there is not a fact yet.
	Through time.Time
	// Behind is how long the oldest fact that is acknowledged and not loaded waits; 0 when none does.
	Behind time.Duration
	// Trouble is why facts can't be taken in or loaded right now (English); empty when all is well.
	Trouble string
}

// Overview tells what there is.
type Overview interface {
	// Totals are the kinds that have facts, in any order.
	Totals(ctx context.Context) ([]Total, error)
	// Freshness is asked for every other second by every page that is open: it must be cheap.
	Freshness(ctx context.Context) (Freshness, error)
	// Verdicts are what was decided about the latest facts, the newest first.
	Verdicts(ctx context.Context, limit int) ([]feed.Verdict, error)
}

// Refused counts what is in quarantine.
type Refused interface {
	QuarantineRules(ctx context.Context) ([]feed.RuleCount, error)
}

// Late is how far loading may be behind and still be called live.
const Late = 5 * time.Second

// recentShown is how many verdicts are listed, listed how many rules.
const (
	recentShown = 12
	listed      = 5
)

type status struct {
	Freshness
	State string // live, late, trouble
	Mark  string
}

// Arrived are the latest facts with what became of them, the newest first.
type Arrived struct {
	Verdicts []feed.Verdict
	New      int    // how many of them the reader has not seen
	Mark     string // names the newest
}

type kindRow struct {
	Total
	Label string
	Today int64
	Spark *ui.Spark
}

// arrivals is what the page tells beside the feeds themselves.
type arrivals struct {
	Status       status
	Kinds        []kindRow
	Count, Today int64
	Spark        *ui.Spark
	Rules        []feed.RuleCount
	Refused      int64
	Recent       Arrived
}

func (a *Area) arrivals(ctx context.Context, lang i18n.Lang) (v arrivals, err error) {
	totals, err := a.Overview.Totals(ctx)
	if err != nil {
		return v, err
	}
	if v.Status, err = a.status(ctx); err != nil {
		return v, err
	}
	if v.Recent, err = a.Arrived(ctx, ""); err != nil {
		return v, err
	}
	if v.Rules, err = a.Refused.QuarantineRules(ctx); err != nil {
		return v, err
	}
	for _, rule := range v.Rules {
		v.Refused += rule.Count
	}
	v.count(totals, lang)
	return v, nil
}

// FewRules are those of the rules that the page names.
func (v arrivals) FewRules() []feed.RuleCount { return v.Rules[:min(len(v.Rules), listed)] }

func (v *arrivals) count(totals []Total, lang i18n.Lang) {
	all := make([]int64, Days)
	for _, t := range totals {
		row := kindRow{Total: t, Label: ui.KindLabel(lang, t.Kind), Spark: ui.NewSpark(t.Days)}
		if n := len(t.Days); n > 0 {
			row.Today = t.Days[n-1]
		}
		for i, n := range t.Days[:min(len(t.Days), Days)] {
			all[i] += n
		}
		v.Kinds = append(v.Kinds, row)
		v.Count += t.Count
		v.Today += row.Today
	}
	slices.SortFunc(v.Kinds, func(a, b kindRow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind))
	})
	v.Spark = ui.NewSpark(all)
}

func (a *Area) status(ctx context.Context) (status, error) {
	fresh, err := a.Overview.Freshness(ctx)
	s := status{Freshness: fresh, State: "live"}
	switch {
	case fresh.Trouble != "":
		s.State = "trouble"
	case fresh.Behind > Late:
		s.State = "late"
	}
	s.Mark = s.State + strconv.FormatInt(fresh.Through.Unix(), 36) + "." + strconv.FormatInt(fresh.Behind.Milliseconds()/100, 36)
	return s, err
}

// Arrived are the latest facts; seen is the mark of those that the reader has.
func (a *Area) Arrived(ctx context.Context, seen string) (Arrived, error) {
	verdicts, err := a.Overview.Verdicts(ctx, recentShown)
	if err != nil {
		return Arrived{}, err
	}
	list := Arrived{Verdicts: verdicts}
	// The mark names the verdicts, so that a page asks for what it has not got.
	marks := make([]string, len(verdicts))
	for i := len(verdicts) - 1; i >= 0; i-- {
		v, h := verdicts[i], fnv.New64a()
		for _, part := range []string{v.When.Format(time.RFC3339Nano), v.Source, v.Kind, v.Subject, v.Verdict} {
			h.Write([]byte(part + "\x00"))
		}
		marks[i] = strconv.FormatUint(h.Sum64(), 36)
	}
	if len(marks) > 0 {
		list.Mark = marks[0]
	}
	if seen != "" {
		if list.New = slices.Index(marks, seen); list.New < 0 {
			list.New = len(marks)
		}
	}
	return list, nil
}

// Status answers with the line that says how fresh answers are; with nothing when the reader has it.
func (a *Area) Status(w http.ResponseWriter, r *http.Request) error {
	s, err := a.status(r.Context())
	if err != nil {
		return err
	}
	if s.Mark == r.FormValue("seen") {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.Pages.Part(w, r, "feeds/list", "status", s)
}

// Recent answers with the latest facts; with nothing when the reader has them.
func (a *Area) Recent(w http.ResponseWriter, r *http.Request) error {
	seen := r.FormValue("seen")
	list, err := a.Arrived(r.Context(), seen)
	if err != nil {
		return err
	}
	if list.Mark == seen {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.Pages.Part(w, r, "feeds/list", "recent", list)
}
