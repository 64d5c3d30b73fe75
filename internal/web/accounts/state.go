package accounts

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// state is what an address says about the list: everything that is needed to see the same again.
type state struct {
	Text, Segment, Sort, After     string
	Plan, Stage, CSM, Country, Tag string
	Columns                        []string
	View                           string
}

const perPage = 50

func stateOf(q url.Values) state {
	s := state{Text: strings.TrimSpace(q.Get("q")), Segment: strings.TrimSpace(q.Get("segment")), Sort: q.Get("sort"), After: q.Get("after"),
		Plan: q.Get("plan"), Stage: q.Get("stage"), CSM: q.Get("csm"), Country: q.Get("country"), Tag: q.Get("tag"), View: q.Get("view")}
	for _, list := range q["cols"] {
		for _, id := range strings.Split(list, ",") {
			if _, ok := account.ColumnNamed(id); ok && !slices.Contains(s.Columns, id) && id != "name" {
				s.Columns = append(s.Columns, id)
			}
		}
	}
	if len(q["cols"]) > 0 {
		s.Columns = append([]string{"name"}, s.Columns...)
	}
	if slices.Equal(s.Columns, account.UsualColumns) {
		s.Columns = nil
	}
	return s
}

// query is the state as an address has it, without where the page begins.
func (s state) query() url.Values {
	q := url.Values{}
	for key, value := range map[string]string{"q": s.Text, "segment": s.Segment, "sort": s.Sort, "plan": s.Plan, "stage": s.Stage, "csm": s.CSM,
		"country": s.Country, "tag": s.Tag, "cols": strings.Join(s.Columns, ","), "view": s.View} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q
}

// href is the address of the list in this state.
func (s state) href() string { return address("/accounts", s.query()) }

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// shown are the columns shown.
func (s state) shown() []account.Column {
	ids := s.Columns
	if len(ids) == 0 {
		ids = account.UsualColumns
	}
	var all []account.Column
	for _, c := range account.Columns {
		if slices.Contains(ids, c.ID) {
			all = append(all, c)
		}
	}
	return all
}

// Narrowed says whether anything is filtered.
func (s state) Narrowed() bool {
	return s.Text != "" || s.Segment != "" || s.Plan != "" || s.Stage != "" || s.CSM != "" || s.Country != "" || s.Tag != ""
}

// Kept is what choosing other columns leaves as it is.
func (s state) Kept() map[string]string {
	kept := map[string]string{}
	for key, values := range s.query() {
		if key != "cols" {
			kept[key] = values[0]
		}
	}
	return kept
}

// none is the value of a filter that asks for accounts without one.
const none = "-"

// matching asks for the accounts of a state, with the tags of all.
func (a *Area) matching(ctx context.Context, s state, tags map[string][]string) (*account.Book, account.Question, error) {
	book, err := a.Customers.Book(ctx)
	if err != nil {
		return nil, account.Question{}, err
	}
	if s.After != "" && book.Get(s.After) == nil {
		return nil, account.Question{}, fault.New(fault.NotFound, "there is no such page of the list")
	}
	chosen, err := a.Customers.Chooser(ctx, s.Segment)
	if err != nil {
		return nil, account.Question{}, err
	}
	tests := []func(*account.Standing) bool{}
	if chosen != nil {
		tests = append(tests, chosen)
	}
	for trait, value := range map[string]string{"plan": s.Plan, "stage": s.Stage, "csm": s.CSM, "country": s.Country} {
		if value == none {
			value = ""
		} else if value == "" {
			continue
		}
		tests = append(tests, func(one *account.Standing) bool { return one.Trait(trait).Text == value })
	}
	if s.Tag != "" {
		tests = append(tests, func(one *account.Standing) bool { return slices.Contains(tags[one.ID], s.Tag) })
	}
	q := account.Question{Text: s.Text, Sort: s.Sort, After: s.After, Limit: perPage}
	if len(tests) > 0 {
		q.Chosen = func(one *account.Standing) bool {
			for _, test := range tests {
				if !test(one) {
					return false
				}
			}
			return true
		}
	}
	return book, q, nil
}
