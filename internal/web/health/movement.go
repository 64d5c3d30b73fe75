package health

import (
	"fmt"
	"math"
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

// Movements shows how accounts moved between two days. The picture is a part of its own, since the past may have to be
// scored first.
func (a *Area) Movements(w http.ResponseWriter, r *http.Request) error {
	v, err := a.asked(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("wait") != "" {
		if err := a.flow(r, v); err != nil {
			return err
		}
	}
	return a.Pages.Show(w, r, "health/movements", v)
}

// MovementsPart answers with the picture and the table.
func (a *Area) MovementsPart(w http.ResponseWriter, r *http.Request) error {
	v, err := a.asked(r)
	if err == nil {
		err = a.flow(r, v)
	}
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "health/movements", "flow", v)
}

// MovementsCSV sends all accounts with where they were and are.
func (a *Area) MovementsCSV(w http.ResponseWriter, r *http.Request) error {
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
			return noBand
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

// river is the picture of movements: bands then on the left, now on the right, each as high as it has accounts, and a
// stream for each movement.
type river struct {
	Class         string // for a broad box or a narrow one
	Width, Height float64
	Banks         []bank
	Streams       []stream
}

type bank struct {
	Band                health.Band
	X, Y, Height, TextX float64
	Anchor, Label       string
	N                   int
}

type stream struct {
	Path, Mood, Title, Href string
}

const (
	bankWidth  = 14.0
	bankGap    = 14.0
	bankMargin = 110.0 // room for the name of a band and a number
	bankLeast  = 3.0
)

// newRivers lays movements out twice, as charts are; none when nobody has a score.
func newRivers(lines []moveLine, name func(health.Band) string) (both []*river) {
	for _, v := range []*river{{Class: "broad", Width: 760, Height: 300}, {Class: "narrow", Width: 340, Height: 280}} {
		if !v.flow(lines, name) {
			return nil
		}
		both = append(both, v)
	}
	return both
}

func (v *river) flow(lines []moveLine, name func(health.Band) string) bool {
	bands := health.Moved
	left, right := make([]int, len(bands)), make([]int, len(bands))
	total := 0
	for _, l := range lines {
		left[rankOf(l.From)] += l.Count
		right[rankOf(l.To)] += l.Count
		total += l.Count
	}
	if total == 0 {
		return false
	}
	unit := (v.Height - bankGap*float64(len(bands)-1) - 2*bankLeast*float64(len(bands))) / float64(total)
	height := func(n int) float64 {
		if n == 0 {
			return 0
		}
		return math.Max(bankLeast, unit*float64(n))
	}
	from, to := make([]float64, len(bands)), make([]float64, len(bands)) // where the next stream of a bank begins
	place := func(counts []int, x, textX float64, anchor string, at []float64) {
		y := 2.0
		for i, n := range counts {
			if at[i] = y; n == 0 {
				continue
			}
			v.Banks = append(v.Banks, bank{bands[i], x, round(y), round(height(n)), textX, anchor, name(bands[i]), n})
			y += height(n) + bankGap
		}
	}
	place(left, bankMargin, bankMargin-8, "end", from)
	place(right, v.Width-bankMargin-bankWidth, v.Width-bankMargin+8, "start", to)
	x0, x1 := bankMargin+bankWidth, v.Width-bankMargin-bankWidth
	for _, l := range lines {
		a, b := rankOf(l.From), rankOf(l.To)
		h0, h1 := height(left[a])*float64(l.Count)/float64(left[a]), height(right[b])*float64(l.Count)/float64(right[b])
		y0, y1 := from[a], to[b]
		from[a], to[b] = y0+h0, y1+h1
		mid := (x0 + x1) / 2
		v.Streams = append(v.Streams, stream{Mood: l.Mood, Href: l.Href, Title: fmt.Sprintf("%s → %s: %d", name(l.From), name(l.To), l.Count),
			Path: fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ", x0, y0, mid, y0, mid, y1, x1, y1, x1, y1+math.Max(h1, 1), mid, y1+math.Max(h1, 1), mid, y0+math.Max(h0, 1), x0, y0+math.Max(h0, 1))})
	}
	return true
}

func round(x float64) float64 { return math.Round(10*x) / 10 }
