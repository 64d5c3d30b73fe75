// Package health shows how well accounts are: the book by health, and an account's scores with their reasons, their history
// and what they are held against. Scorecards, backtests, movements, cases and judging are areas beside it.
//
// Scoring is left to package health; who may see which account to the book that it is given.
package health

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Clinic scores accounts.
type Clinic interface {
	Health(ctx context.Context) (*health.Table, error)
	LastTold(id, aspect string) (health.Told, bool)
	ToldOf(ctx context.Context, id string, before time.Time, asOf *time.Time) ([]health.Told, error)
	HealthAt(ctx context.Context, q health.Question) (*health.Table, error)
	HealthChange(ctx context.Context, q health.ChangeAsk) (health.Change, error)
	HealthBenchmark(ctx context.Context, book *account.Book, id string) (health.Benchmark, error)
	Unit(r metric.Reading) metric.Unit
}

// Customers is the accounts that who asks may see.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
}

// Area answers for health.
type Area struct {
	Pages     *ui.Pages
	Clinic    Clinic
	Customers Customers
}

func (a *Area) words(r *http.Request) health.Words {
	return health.Words{Lang: ui.Lang(r), Unit: a.Clinic.Unit}
}

// book is the page of accounts by health.
type book struct {
	At         time.Time
	Rows       []line
	Bands      []bandCount
	Band       string
	Total      int
	More, Top  string
	Scorecards int
	Undecided  []health.SheetGap
}

type bandCount struct {
	Band, Href string
	N          int
	Is         bool
}

// line is one account.
type line struct {
	health.Sheet
	Name, CSM string
	MRR       account.Money
	Reasons   []health.Reason
}

const (
	perPage = 50
	noBand  = "none"
	hasLeft = "left" // the band of those that are no longer customers, whatever their score
)

// placed is where an account stands in the list.
type placed struct {
	health.Whole
	left bool
}

// List shows accounts, the least healthy first.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	table, err := a.Clinic.Health(r.Context())
	if err != nil {
		return err
	}
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	v := &book{At: table.At, Band: r.URL.Query().Get("band"), Scorecards: len(table.Deck)}
	rows := a.chosen(table, customers, v)
	v.Total = len(rows)
	if after := r.URL.Query().Get("after"); after != "" {
		v.Top = address(v.Band, "")
		rows = rows[slices.IndexFunc(rows, func(row int) bool { return table.IDs[row] == after })+1:]
	}
	if len(rows) > perPage {
		rows = rows[:perPage]
		v.More = address(v.Band, table.IDs[rows[perPage-1]])
	}
	words := a.words(r)
	v.Undecided = words.Gaps(table)
	for _, row := range rows {
		l := line{Sheet: table.Sheet(row, words, a.Clinic.LastTold)}
		s := customers.Get(l.Account)
		l.Name, l.CSM, l.MRR = s.Title(), s.CSM, s.MRR
		for _, score := range l.Scores {
			if score.Weight > 0 {
				l.Reasons = append(l.Reasons, score.Reasons[:min(3, len(score.Reasons))]...)
			}
		}
		v.Rows = append(v.Rows, l)
	}
	return a.Pages.Show(w, r, "health/list", v)
}

// chosen are the rows of a band, the least healthy first and those that left last, and how many there are in each.
func (a *Area) chosen(table *health.Table, customers *account.Book, v *book) []int {
	counts := map[string]int{}
	scores := map[int]placed{}
	var rows []int
	for row, id := range table.IDs {
		if customers.Get(id) == nil {
			continue
		}
		whole := table.Whole(row)
		band := cmp.Or(string(table.Stands(row, a.Clinic.LastTold)), noBand)
		left := customers.Get(id).Left
		if left {
			band = hasLeft
		}
		counts[band]++
		if v.Band == "" || v.Band == band {
			rows, scores[row] = append(rows, row), placed{whole, left}
		}
	}
	sort.SliceStable(rows, func(i, j int) bool {
		x, y := scores[rows[i]], scores[rows[j]]
		if x.left != y.left {
			return y.left
		}
		if x.Known != y.Known {
			return x.Known
		}
		return x.Value < y.Value
	})
	for _, band := range []string{"", string(health.Unhealthy), string(health.Middling), string(health.Good), noBand, hasLeft} {
		n := counts[band]
		if band == "" {
			for _, of := range counts {
				n += of
			}
		}
		v.Bands = append(v.Bands, bandCount{Band: band, Href: address(band, ""), N: n, Is: band == v.Band})
	}
	return rows
}

func address(band, after string) string {
	q := url.Values{}
	if band != "" {
		q.Set("band", band)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/health"
	}
	return "/health?" + q.Encode()
}
