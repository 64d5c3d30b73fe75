// Package movements shows how accounts moved between the bands of health.
package movements

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Clinic knows how accounts moved.
type Clinic interface {
	HealthFlow(ctx context.Context, from, to time.Time, aspect string, recomputed bool, mine func(id string) bool) (*health.Flow, error)
}

// Customers is the accounts that who asks may see.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
}

// Area answers for movements.
type Area struct {
	Pages     *ui.Pages
	Clinic    Clinic
	Customers Customers
}

// movements is the page of how accounts moved between bands.
type movements struct {
	From, To   time.Time
	Recomputed bool // as asked for
	Days       []spanChoice
	Part       string // where the picture is fetched from
	Path       url.Values
	Flow       *health.Flow
	Picture    []*river
	Lines      []moveLine
	Chosen     *moveLine
	Names      map[string]string
	CSV        string
	Book, Mode string
}

type spanChoice struct {
	Days int
	Href string
	Is   bool
}

// moveLine is a movement in the table behind the picture.
type moveLine struct {
	health.BandMove
	Href  string
	Mood  string // better, worse, same
	Was   string
	Value string
	Is    bool
	Rows  []movedRow
	More  int
}

type movedRow struct {
	health.BandMoved
	Name, WasValue, Value string
}

const (
	usualDays  = 30
	movedShown = 100
)

var spans = []int{7, 30, 90, 180}

// List shows how accounts moved between two days. The picture is a part of its own, since the past may have to be
// scored first.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	v, err := a.asked(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("wait") != "" {
		if err := a.flow(r, v); err != nil {
			return err
		}
	}
	return a.Pages.Show(w, r, "movements/list", v)
}

// Part answers with the picture and the table.
func (a *Area) Part(w http.ResponseWriter, r *http.Request) error {
	v, err := a.asked(r)
	if err == nil {
		err = a.flow(r, v)
	}
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "movements/list", "flow", v)
}

// CSV sends all accounts with where they were and are.
func (a *Area) CSV(w http.ResponseWriter, r *http.Request) error {
	v, err := a.asked(r)
	if err == nil {
		err = a.flow(r, v)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="movements.csv"`)
	return v.Flow.WriteCSV(w, ingest.SafeCell)
}

func (a *Area) asked(r *http.Request) (*movements, error) {
	q, now := r.URL.Query(), a.Pages.Now().In(a.Pages.Zone)
	v := &movements{To: now, Recomputed: q.Get("by") == "today", Path: url.Values{}}
	day := func(name string, otherwise time.Time) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, q.Get(name), a.Pages.Zone)
		if err != nil || at.After(now) {
			return otherwise
		}
		v.Path.Set(name, q.Get(name))
		return at
	}
	v.To = day("to", now)
	midnight := time.Date(v.To.Year(), v.To.Month(), v.To.Day(), 0, 0, 0, 0, a.Pages.Zone)
	if v.From = day("from", midnight.AddDate(0, 0, -usualDays)); !v.From.Before(v.To) {
		v.From = midnight.AddDate(0, 0, -usualDays)
	}
	if v.Recomputed {
		v.Path.Set("by", "today")
	}
	for _, n := range spans {
		from := midnight.AddDate(0, 0, -n)
		v.Days = append(v.Days, spanChoice{n, v.with("from", from.Format(time.DateOnly)), from.Equal(v.From)})
	}
	v.Part, v.CSV = v.at("/health/movements/flow", "move", q.Get("move")), v.at("/health/movements.csv")
	v.Book, v.Mode = v.with("by", ""), v.with("by", "today")
	return v, nil
}

// at is an address of this question, with some of it changed.
func (v *movements) at(path string, pairs ...string) string {
	q := url.Values{}
	for name, values := range v.Path {
		q[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (v *movements) with(pairs ...string) string { return v.at("/health/movements", pairs...) }

func (a *Area) flow(r *http.Request, v *movements) error {
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	v.Flow, err = a.Clinic.HealthFlow(r.Context(), v.From, v.To, health.Global, v.Recomputed, func(id string) bool { return customers.Get(id) != nil })
	if err != nil {
		return err
	}
	lang := ui.Lang(r)
	money := func(x float64) string {
		if v.Flow.Currency == "" {
			return "–"
		}
		return i18n.WholeMoney(lang, x, v.Flow.Currency)
	}
	chosen := r.URL.Query().Get("move")
	for _, m := range v.Flow.Movements {
		key := moveKey(m.From, m.To)
		line := moveLine{BandMove: m, Href: v.with("move", key) + "#moved", Mood: moodOf(m.From, m.To), Was: money(m.WasValue), Value: money(m.Value), Is: key == chosen}
		if line.Is {
			line.More = max(0, len(m.Accounts)-movedShown)
			for _, one := range m.Accounts[:min(movedShown, len(m.Accounts))] {
				line.Rows = append(line.Rows, movedRow{one, titleOf(customers, one.ID), money(one.WasValue), money(one.Value)})
			}
			v.Chosen = &line
		}
		v.Lines = append(v.Lines, line)
	}
	v.Picture = newRivers(v.Lines, func(b health.Band) string {
		switch b {
		case "":
			return i18n.T(lang, "health.band.none")
		case health.Gone: // in a word: there is little room beside the picture
			return i18n.T(lang, "health.gone")
		}
		return i18n.T(lang, "health.band."+string(b))
	})
	return nil
}

func titleOf(book *account.Book, id string) string {
	if s := book.Get(id); s != nil {
		return s.Title()
	}
	return id
}

func moveKey(from, to health.Band) string {
	name := func(b health.Band) string {
		if b == "" {
			return "none"
		}
		return string(b)
	}
	return name(from) + "-" + name(to)
}

func rankOf(b health.Band) int { return slices.Index(health.Moved, b) }

// moodOf says whether a movement is for the better; to or from no score is neither.
func moodOf(from, to health.Band) string {
	switch {
	case from == to || from == "" || to == "":
		return "same"
	case rankOf(to) < rankOf(from):
		return "better"
	}
	return "worse"
}
