package account

import (
	"slices"
	"testing"
	"time"
)

var morning = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

func TestAnAccountNeedsSomebodyForReasonsThatHold(t *testing.T) {
	pays := func() *Standing { return &Standing{MRR: Money{Minor: 100_00, Currency: "EUR"}} }
	renews := func(days int) *Standing {
		s := pays()
		s.Renewal = morning.AddDate(0, 0, days)
		return s
	}
	owes := func(due int) (*Standing, *Signs) {
		return &Standing{Overdue: Money{Minor: 42_00, Currency: "EUR"}}, &Signs{Due: morning.AddDate(0, 0, due)}
	}
	late, lateSigns := owes(-19)
	soon, soonSigns := owes(3)
	for name, c := range map[string]struct {
		s    *Standing
		g    *Signs
		want []string
	}{
		"nothing is known":              {pays(), nil, nil},
		"use is as usual":               {pays(), &Signs{Recent: 30, Usual: 31}, nil},
		"use fell by half":              {pays(), &Signs{Recent: 10, Usual: 20}, []string{UseFell}},
		"use fell by a little less":     {pays(), &Signs{Recent: 10.1, Usual: 20}, nil},
		"too little use to tell":        {pays(), &Signs{Recent: 0, Usual: 4.9}, nil},
		"gone already":                  {&Standing{}, &Signs{Recent: 0, Usual: 20, Quiet: &Quiet{}, Unhappy: &Unhappy{}}, nil},
		"renewal while use falls":       {renews(52), &Signs{Recent: 16, Usual: 20}, []string{RenewsSoon}},
		"renewal says the fall already": {renews(52), &Signs{Recent: 5, Usual: 20}, []string{RenewsSoon}},
		"renewal with steady use":       {renews(52), &Signs{Recent: 17, Usual: 20}, nil},
		"renewal too far ahead":         {renews(92), &Signs{Recent: 15, Usual: 20}, nil},
		"a term that ends every month":  {renews(12), &Signs{Recent: 15, Usual: 20, Rolls: true}, nil},
		"late, though it pays nothing":  {late, lateSigns, []string{PaysLate}},
		"not due yet":                   {soon, soonSigns, nil},
		"everything at once": {renews(10), &Signs{Recent: 1, Usual: 20, Quiet: &Quiet{Last: morning.AddDate(0, 0, -25)}, Unhappy: &Unhappy{At: morning}},
			[]string{RenewsSoon, ChampionGone, LeftUnhappy}},
	} {
		var got []string
		for _, r := range c.s.Reasons(c.g, morning) {
			got = append(got, r.Rule)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if r := late.Reasons(lateSigns, morning)[0]; r.Days != 19 || r.Amount.Minor != 42_00 {
		t.Errorf("%+v", r)
	}
}
