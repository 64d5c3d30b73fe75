package accounts

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type list struct {
	State      state
	Here       string // the address of what is shown
	All, Total int
	Heads      []head
	Rows       []row
	More, Top  string // addresses of the next page and of the first
	Segment    string // why the segment can't be used; English
	Filters    []filter
	Offered    []offered
	Sortings   []sorting
	Views      []view
	Export     string
	Query      string // the state without its view, to save it
	Order      string // what the list is sorted by
	Down       bool
	Stages     []string // that are in use
	CSMs       []string
	Tags       []string
	Fresh      ui.Fresh
}

// sorting is an order to choose where there are no heads of columns, on a phone.
type sorting struct {
	Value, ID string
	Down, On  bool
}

type head struct {
	account.Column
	Href, Sorted string // ascending, descending or ""
}

type row struct {
	ID, Title string
	Tags      []string
	Cells     []cell
}

// filter is a choice of one trait's values.
type filter struct {
	ID, Value string
	Values    []string
	Missing   bool // some accounts have none
}

// offered is a column to choose.
type offered struct {
	ID string
	On bool
}

type view struct {
	account.SavedView
	Href          string
	Current, Mine bool
}

// most is how many values a filter offers.
const most = 60

// List shows a page of the list, or only its table where that is asked for.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	l, err := a.list(r)
	if err != nil {
		return err
	}
	l.Fresh = ui.NewFresh(l.Here, "book", l.Total, l.Rows)
	if ui.IsPart(r) {
		if seen := r.FormValue("seen"); seen != "" && seen == ui.MarkOf(l.Total, l.Rows) {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		return a.Pages.Part(w, r, "accounts/list", "list", l)
	}
	return a.Pages.Show(w, r, "accounts/list", l)
}

func (a *Area) list(r *http.Request) (*list, error) {
	ctx, lang := r.Context(), ui.Lang(r)
	s := stateOf(r.URL.Query())
	tags, err := a.Customers.Tags(ctx)
	if err != nil {
		return nil, err
	}
	l := &list{}
	book, q, err := a.matching(ctx, s, tags)
	if fault.KindOf(err) == fault.Invalid && s.Segment != "" { // what was typed stays, with the reason beside it
		l.Segment = reason(ui.Said(ui.Lang(r), err))
		without := s
		without.Segment = ""
		book, q, err = a.matching(ctx, without, tags)
		q.Chosen = func(*account.Standing) bool { return false }
	}
	if err != nil {
		return nil, err
	}
	page, err := book.Page(q)
	if err != nil {
		return nil, err
	}
	l.State, l.Here, l.All, l.Total = s, s.href(), len(book.All), page.Total
	if s.After != "" {
		l.Top = l.Here
		l.Here = address("/accounts", with(s.query(), "after", s.After))
	}
	if page.Next != "" {
		l.More = address("/accounts", with(s.query(), "after", page.Next))
	}
	l.Export = address("/accounts.csv", s.query())
	saved := s
	saved.View = ""
	l.Query = saved.query().Encode()
	l.heads(s)
	now := a.Pages.Now()
	for _, one := range page.Accounts {
		row := row{ID: one.ID, Title: one.Title(), Tags: tags[one.ID]}
		for _, c := range l.Heads[1:] {
			row.Cells = append(row.Cells, a.cell(lang, c.ID, one, now))
		}
		l.Rows = append(l.Rows, row)
	}
	if ui.IsPart(r) {
		l.choices(book, tags, s)
		return l, nil
	}
	l.choices(book, tags, s)
	l.filters(book, s)
	for _, c := range account.Columns[1:] {
		l.Offered = append(l.Offered, offered{c.ID, slices.ContainsFunc(l.Heads, func(h head) bool { return h.ID == c.ID })})
	}
	return l, a.views(r, l)
}

// heads are the columns' heads: choosing one sorts by it, numbers downwards first, and the other way round again.
func (l *list) heads(s state) {
	by, down := strings.CutPrefix(cmp.Or(s.Sort, "name"), "-")
	l.Order, l.Down = by, down
	for _, c := range s.shown() {
		h := head{Column: c}
		next := s
		next.Sort = c.ID
		if c.Numeric {
			next.Sort = "-" + c.ID
		}
		if c.ID == by {
			h.Sorted = map[bool]string{false: "ascending", true: "descending"}[down]
			next.Sort = map[bool]string{false: "-" + c.ID, true: c.ID}[down]
		}
		if next.Sort == "name" {
			next.Sort = ""
		}
		h.Href = next.href()
		l.Heads = append(l.Heads, h)
		for _, one := range []sorting{{Value: c.ID, ID: c.ID}, {Value: "-" + c.ID, ID: c.ID, Down: true}} {
			if one.On = c.ID == by && one.Down == down; one.Value == "name" {
				one.Value = ""
			}
			l.Sortings = append(l.Sortings, one)
		}
	}
	if !slices.ContainsFunc(l.Sortings, func(one sorting) bool { return one.On }) { // by a column that is not shown
		l.Sortings = append(l.Sortings, sorting{s.Sort, by, down, true})
	}
}

func (l *list) choices(book *account.Book, tags map[string][]string, _ state) {
	l.Stages, l.CSMs = values(book, "stage"), values(book, "csm")
	seen := map[string]bool{}
	for _, of := range tags {
		for _, tag := range of {
			seen[tag] = true
		}
	}
	l.Tags = slices.Sorted(maps.Keys(seen))
}

// values are those of a trait, the most frequent ones, by name.
func values(book *account.Book, trait string) []string {
	count := map[string]int{}
	for _, one := range book.All {
		if v := one.Trait(trait).Text; v != "" {
			count[v]++
		}
	}
	all := slices.Collect(maps.Keys(count))
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	all = all[:min(len(all), most)]
	slices.Sort(all)
	return all
}

func (l *list) filters(book *account.Book, s state) {
	for _, f := range []filter{{ID: "plan", Value: s.Plan}, {ID: "stage", Value: s.Stage}, {ID: "csm", Value: s.CSM}, {ID: "country", Value: s.Country}} {
		f.Values = values(book, f.ID)
		if f.Value != "" && f.Value != none && !slices.Contains(f.Values, f.Value) {
			f.Values = append(f.Values, f.Value)
		}
		f.Missing = slices.ContainsFunc(book.All, func(one *account.Standing) bool { return one.Trait(f.ID).Text == "" })
		if len(f.Values) > 0 {
			l.Filters = append(l.Filters, f)
		}
	}
	if len(l.Tags) > 0 || s.Tag != "" {
		f := filter{ID: "tag", Value: s.Tag, Values: l.Tags}
		if s.Tag != "" && !slices.Contains(f.Values, s.Tag) {
			f.Values = append(slices.Clone(f.Values), s.Tag)
		}
		l.Filters = append(l.Filters, f)
	}
}

func (a *Area) views(r *http.Request, l *list) error {
	who := Owner(ui.Who(r.Context()))
	saved, err := a.Customers.AccountViews(r.Context(), who)
	for _, v := range saved {
		l.Views = append(l.Views, view{SavedView: v, Href: viewHref(v), Current: v.ID == l.State.View, Mine: v.Owner == who})
	}
	return err
}

// reason is what an error says about the field it names.
func reason(err error) string {
	d := fault.Problem(err)
	for _, f := range d.Errors {
		return f.Reason
	}
	return d.Detail
}

// label is what a column is called.
func label(lang i18n.Lang, id string) string { return ui.Named(lang, "column", id) }
