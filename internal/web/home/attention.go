package home

import (
	"context"
	"net/http"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// needed is an account that needs somebody, and why.
type needed struct {
	*account.Standing
	Why []string
}

type attention struct {
	Accounts []needed
	Total    int
	AtStake  sum
	Book     whose
	Again    string // the address of the whole list, while only a part is shown
	Cut      bool   // there are more than even the whole list names
	None     bool   // no account is in this book at all
}

// fewNeeded is how many accounts are named until all are asked for, mostNeeded how many then.
const (
	fewNeeded  = 6
	mostNeeded = 200
)

// Attention answers with who needs somebody and why, those with the most recurring value first.
func (a *Area) Attention(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "attention", func(ctx context.Context) (any, error) {
		b, few := whoseBook(r), fewNeeded
		if r.FormValue("all") != "" {
			few = mostNeeded
		}
		needs, total, err := a.needs(ctx, b)
		if err != nil {
			return nil, err
		}
		lang, now, open := ui.Lang(r), a.Pages.Now(), accounts.SeesPeople(ui.Who(ctx))
		v := attention{Total: len(needs), Book: b, None: total == 0}
		for i, n := range needs {
			v.AtStake.add(n.MRR)
			if i >= few {
				continue
			}
			var why []string
			for _, reason := range n.reasons {
				why = append(why, ui.Reason(lang, reason, now, open))
			}
			v.Accounts = append(v.Accounts, needed{n.Standing, why})
		}
		if len(v.Accounts) < v.Total && few == fewNeeded {
			v.Again = "/home/attention?all=1"
			if q := b.Query(); q != "" {
				v.Again += "&" + q[1:]
			}
		}
		v.Cut = v.Again == "" && len(v.Accounts) < v.Total
		return v, nil
	})
}

// sum adds up amounts of one currency; with several there is no sum.
type sum struct {
	account.Money
	mixed bool
}

func (s *sum) add(m account.Money) {
	switch {
	case !m.Known() || s.mixed:
	case s.Known() && s.Currency != m.Currency:
		*s = sum{mixed: true}
	default:
		s.Minor, s.Currency = s.Minor+m.Minor, m.Currency
	}
}

type need struct {
	*account.Standing
	reasons []account.Reason
}

// needs are the accounts of a book for which a rule holds, in the order of their recurring value, and how many accounts
// there are in all.
func (a *Area) needs(ctx context.Context, b whose) (needs []need, total int, err error) {
	book, err := a.Customers.Book(ctx)
	if err != nil {
		return nil, 0, err
	}
	signs, err := a.Customers.Signs(ctx)
	if err != nil {
		return nil, 0, err
	}
	page, err := book.Page(account.Question{Sort: "-mrr", Chosen: b.chosen(ctx)})
	if err != nil {
		return nil, 0, err
	}
	for _, s := range page.Accounts {
		if reasons := s.Reasons(signs[s.Number], a.Pages.Now()); len(reasons) > 0 {
			needs = append(needs, need{s, reasons})
		}
	}
	return needs, page.Total, nil
}

type renewals struct {
	Months []renewalMonth
	Book   whose
	Href   string
}

type renewalMonth struct {
	Label  string
	N      int
	Value  sum
	AtRisk int
}

// Renewals answers with what is to be renewed within 90 days, by month.
func (a *Area) Renewals(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "renewals", func(ctx context.Context) (any, error) {
		b := whoseBook(r)
		book, err := a.Customers.Book(ctx)
		if err != nil {
			return nil, err
		}
		signs, err := a.Customers.Signs(ctx)
		if err != nil {
			return nil, err
		}
		needs, _, err := a.needs(ctx, b)
		if err != nil {
			return nil, err
		}
		mine := b.chosen(ctx)
		risky := map[string]bool{}
		for _, n := range needs {
			risky[n.ID] = true
		}
		now := a.Pages.Now()
		page, err := book.Page(account.Question{Sort: "renewal", Chosen: func(s *account.Standing) bool {
			return s.MRR.Minor > 0 && s.Renews(signs[s.Number], now) && mine(s)
		}})
		if err != nil {
			return nil, err
		}
		v := renewals{Book: b, Href: b.accounts("renewal")}
		month := ""
		for _, s := range page.Accounts {
			at := s.Renewal.In(a.Pages.Zone)
			if key := at.Format("2006-01"); key != month {
				month = key
				v.Months = append(v.Months, renewalMonth{Label: i18n.Month(ui.Lang(r), at)})
			}
			m := &v.Months[len(v.Months)-1]
			m.Value.add(s.MRR)
			m.N++
			if risky[s.ID] {
				m.AtRisk++
			}
		}
		return v, nil
	})
}
