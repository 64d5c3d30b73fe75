package health

import "math"

// past puts a table of one scorecard into columns. Accounts that would not get the scorecard are scored by it all the
// same, so that a backtest may compare them.
func (t *Table) past() *Past {
	n := len(t.IDs)
	p := &Past{At: t.At, Accounts: t.read.Accounts, IDs: t.IDs, Scores: make([]float64, n), Coverage: make([]float64, n), Gets: make([]bool, n)}
	for range t.cards[0] {
		p.Values, p.Points = append(p.Values, make([]float64, n)), append(p.Points, make([]float64, n))
	}
	for row := range n {
		given := t.Scores[0][row]
		p.Gets[row] = given.Card != nil
		if given.Card == nil {
			given = t.own(0, row)
		}
		if p.Scores[row], p.Coverage[row] = given.Value, given.Coverage; !given.Known {
			p.Scores[row] = math.NaN()
		}
		for m := range t.cards[0] {
			f := t.find(t.Deck[0], &t.cards[0][m], row)
			if p.Values[m][row], p.Points[m][row] = f.value, f.score; !f.counts() {
				p.Points[m][row] = math.NaN()
			}
		}
	}
	return p
}
