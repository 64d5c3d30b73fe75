package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/stat"
)

// moody is a company over 24 months in which what accounts do says who leaves, but much less after the first four: what is
// learned from earlier months is too sure of later ones.
func moody(accounts int) *Panel {
	dusk := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	p := &Panel{Ends: Months(dusk, time.UTC, 25), Until: dusk, Currency: "EUR"}
	r := rand.New(rand.NewPCG(7, 7))
	numbers := make([]int32, accounts) // who leaves is followed by a new account
	for a := range numbers {
		numbers[a] = int32(a + 1)
	}
	next := int32(accounts)
	for point, end := range p.Ends {
		for a := range accounts {
			row := Row{Point: point, Account: numbers[a]}
			for f := range row.Numbers {
				row.Numbers[f] = math.NaN()
			}
			row.Numbers[active], row.Numbers[tickets30] = r.NormFloat64(), r.NormFloat64()
			sure := 1.7
			if point >= 4 {
				sure = 0.7
			}
			logit := -4 + sure*(row.Numbers[active]+row.Numbers[tickets30])
			if r.Float64() < 1/(1+math.Exp(-logit)) {
				next++
				row.Left, numbers[a] = end.Add(48*time.Hour), next
			}
			p.Rows = append(p.Rows, row)
		}
	}
	// An account's end is known to all its rows, as in a panel that is read.
	left := map[int32]time.Time{}
	for i := len(p.Rows) - 1; i >= 0; i-- {
		row := &p.Rows[i]
		if !row.Left.IsZero() {
			left[row.Account] = row.Left
		}
		row.Left = left[row.Account]
	}
	return p
}

func TestRisksAreAsSureAsLaterMonthsBearOut(t *testing.T) {
	p := moody(600)
	m, err := Train(p, Sample{})
	if err != nil {
		t.Fatal(err)
	}
	look := m.Card.Looks[0]
	all := p.study(1)
	judged, risks, err := byTime(p, all)
	if err != nil || judged == nil {
		t.Fatal(judged, err)
	}
	early := all.before(p, judged.rows[0].Point)
	untempered, err := stat.TrainRisk(columns(early.rows), early.outcomes, early.groups)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := untempered.Foretell(columns(judged.rows), len(judged.rows))
	if err != nil {
		t.Fatal(err)
	}
	was, err := stat.Judge(raw, judged.outcomes, judged.groups)
	if err != nil {
		t.Fatal(err)
	}
	is, err := stat.Judge(risks, judged.outcomes, judged.groups)
	if err != nil {
		t.Fatal(err)
	}
	if look.JudgedBy != "time" || look.Tempering == nil || look.Tempering.Factor > 0.95 || *look.Judgement.Slope != *is.Slope {
		t.Errorf("%+v", look.Tempering)
	}
	if *was.Slope > 0.8 || *is.Slope < *was.Slope+0.05 || *is.AUC != *was.AUC || is.LogLoss >= was.LogLoss {
		t.Errorf("slope %.3f became %.3f, AUC %.3f became %.3f, log loss %.5f became %.5f", *was.Slope, *is.Slope, *was.AUC, *is.AUC, was.LogLoss, is.LogLoss)
	}
}

func TestNothingThatIsJudgedWasLearnedFrom(t *testing.T) {
	p := moody(500)
	all := p.study(1)
	judged, risks, err := byTime(p, all)
	if err != nil || judged == nil {
		t.Fatal(judged, err)
	}
	// Of every second account the months that are judged become absurd.
	first := judged.rows[0].Point
	for i := range p.Rows {
		if row := &p.Rows[i]; row.Point >= first && row.Account%2 == 0 {
			row.Numbers[active], row.Numbers[tickets30], row.Numbers[nps] = 1e6, -1e6, 3
		}
	}
	again, after, err := byTime(p, all)
	if err != nil || again.rows[0].Point != first {
		t.Fatal(err)
	}
	for i, r := range judged.rows {
		if r.Account%2 == 1 && after[i] != risks[i] {
			t.Fatalf("account %d at %s: %v became %v", r.Account, p.Ends[r.Point], risks[i], after[i])
		}
	}
}
