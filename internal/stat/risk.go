package stat

import (
	"cmp"
	"math"
	"slices"
)

// Risk foretells a two-valued outcome from the columns of a table: a ridge-penalised Logistic over numbers that may bend,
// labels and what is missing. Encodings, penalty and coefficients are learned from the training rows alone.
type Risk struct {
	Card      Card
	encodings []*encoding
	fit       *Logistic
}

// Card is what somebody has to know before using a Risk.
type Card struct {
	Method   string `json:"method"`
	Rows     int    `json:"rows"` // learned from
	Outcomes int    `json:"outcomes"`
	// Penalty was chosen among Penalties by cross-validation.
	Penalty   float64   `json:"penalty"`
	Penalties []Penalty `json:"penalties"`
	Folds     int       `json:"folds"`
	Seed      uint64    `json:"seed"`
	Converged bool      `json:"converged"`
	Features  int       `json:"features"`
	// Intercept is the log-odds of the average row.
	Intercept float64   `json:"intercept"`
	Columns   []Used    `json:"columns"`
	Findings  []Finding `json:"findings"`
}

// Penalty is one that was tried, with the log loss a row that it had on rows it had not learned from.
type Penalty struct {
	Penalty float64 `json:"penalty"`
	LogLoss float64 `json:"log_loss"`
}

// Used is a column that a Risk uses. Spread is the standard deviation of what it adds to the log-odds of the training
// rows: how much it matters.
type Used struct {
	Column string  `json:"column"`
	Kind   string  `json:"kind"` // number or label
	Spread float64 `json:"spread"`
	Terms  []Term  `json:"terms"`
}

// Term is a coefficient. For a number: by how much the log-odds change for each unit of it (above the point named, in
// addition). For a label, or what is missing: by how much they differ from those of the average row.
type Term struct {
	Term        string   `json:"term"`
	Coefficient float64  `json:"coefficient"`
	StdErr      *float64 `json:"std_err"`
}

// Contribution is what a column adds to the log-odds of a row, beside those of the average training row.
type Contribution struct {
	Column string  `json:"column"`
	Adds   float64 `json:"adds"`
}

const (
	seed         = 20250101
	penaltyFolds = 5
	method       = "logistic regression with a ridge penalty; numbers piecewise linear, labels and missing values as indicators"
)

// penalties are those that are tried, in the unit of Logistic.Penalty.
var penalties = []float64{0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001}

// TrainRisk learns from columns and the outcomes of their rows. Rows of one group (an account, say) never stand on both
// sides of a cross-validation; groups may be nil. Refused: fewer than 30 rows with or without the outcome, no column that
// can be used.
func TrainRisk(columns []Column, outcomes []bool, groups []string) (*Risk, error) {
	events := 0
	for _, y := range outcomes {
		if y {
			events++
		}
	}
	if few := min(events, len(outcomes)-events); few < SmallSample {
		return nil, refuse("collect more before a risk is foretold", "%d rows with the outcome and %d without: at least %d of each are needed", events, len(outcomes)-events, SmallSample)
	}
	for _, c := range columns {
		if max(len(c.Numbers), len(c.Labels)) != len(outcomes) {
			return nil, refuse("give one cell for each row", "column %s has %d cells for %d outcomes", c.Name, max(len(c.Numbers), len(c.Labels)), len(outcomes))
		}
	}
	r := &Risk{Card: Card{Method: method, Rows: len(outcomes), Outcomes: events, Folds: penaltyFolds, Seed: seed, Columns: []Used{}}}
	columns, r.Card.Findings = inspect(columns, outcomes)
	if len(columns) == 0 {
		return nil, refuse("add columns that were known before the outcome", "no column is left to learn from")
	}
	r.choosePenalty(columns, outcomes, groups)
	r.learn(columns, outcomes, r.Card.Penalty)
	return r, nil
}

func (r *Risk) learn(columns []Column, outcomes []bool, penalty float64) {
	r.encodings = encodings(columns)
	features, width := encodeRows(r.encodings, columns, len(outcomes))
	r.fit = FitLogistic(features, width, outcomes, penalty, nil, 50)
	r.Card.Converged, r.Card.Features, r.Card.Intercept = r.fit.Converged, width, r.fit.Intercept
	first := 0
	for _, e := range r.encodings {
		used := Used{Column: e.name, Kind: e.kind, Terms: []Term{}}
		for k, term := range e.terms {
			weights := e.effect(k)
			used.Terms = append(used.Terms, Term{term, dot(weights, r.fit.Coefficients[first:]), r.fit.StdErr(first, weights)})
		}
		squares := 0.0
		for i := range outcomes {
			row := features[i*width+first : i*width+first+len(e.terms)]
			adds := dot(r.fit.Coefficients[first:first+len(e.terms)], row)
			squares += adds * adds / float64(len(outcomes))
		}
		used.Spread = math.Sqrt(squares)
		r.Card.Columns = append(r.Card.Columns, used)
		first += len(e.terms)
	}
	slices.SortStableFunc(r.Card.Columns, func(a, b Used) int { return cmp.Compare(b.Spread, a.Spread) })
}

// choosePenalty takes the penalty with the least log loss on rows not learned from. Of a large table a part is enough: the
// penalty of a mean then shrinks as rows are added, since what it stands for is known beforehand does not grow.
func (r *Risk) choosePenalty(columns []Column, outcomes []bool, groups []string) {
	fold := folds(outcomes, groups, penaltyFolds, seed)
	if part := r.enough(); part < 1 {
		rows := drawn(groups, len(outcomes), part)
		columns, outcomes, fold = pick(columns, rows), pickOutcomes(outcomes, rows), at(fold, rows)
	}
	shrink := float64(len(outcomes)) / float64(r.Card.Rows)
	losses := make([]float64, len(penalties))
	for f := range penaltyFolds {
		inside, outside := split(fold, f)
		training, yes := pick(columns, inside), pickOutcomes(outcomes, inside)
		learned := encodings(training)
		features, width := encodeRows(learned, training, len(inside))
		held, _ := encodeRows(learned, pick(columns, outside), len(outside))
		var fit *Logistic
		for k, penalty := range penalties {
			fit = FitLogistic(features, width, yes, penalty, fit, 8)
			for i, row := range outside {
				eta := fit.Intercept + dot(fit.Coefficients, held[i*width:(i+1)*width])
				if outcomes[row] {
					eta = -eta
				}
				losses[k] += softplus(eta) / float64(len(outcomes))
			}
		}
	}
	best := 0
	for k, loss := range losses {
		r.Card.Penalties = append(r.Card.Penalties, Penalty{penalties[k] * shrink, loss})
		if loss < losses[best] {
			best = k
		}
	}
	r.Card.Penalty = penalties[best] * shrink
}

// Rows, and rows with either outcome, that are enough to choose a penalty.
const (
	enoughRows     = 20000
	enoughOutcomes = 300
)

// enough is the share of the rows that is.
func (r *Risk) enough() float64 {
	fewer := min(r.Card.Outcomes, r.Card.Rows-r.Card.Outcomes)
	return math.Max(enoughRows/float64(r.Card.Rows), enoughOutcomes/float64(fewer))
}

func pickOutcomes(outcomes []bool, rows []int) []bool {
	picked := make([]bool, len(rows))
	for k, i := range rows {
		picked[k] = outcomes[i]
	}
	return picked
}

func at(fold, rows []int) []int {
	picked := make([]int, len(rows))
	for k, i := range rows {
		picked[k] = fold[i]
	}
	return picked
}

func encodings(columns []Column) []*encoding {
	all := make([]*encoding, len(columns))
	for i, c := range columns {
		all[i] = learnEncoding(c)
	}
	return all
}

// encodeRows gives the features of n rows, one row after the other, and how many a row has.
func encodeRows(learned []*encoding, columns []Column, n int) (features []float64, width int) {
	for _, e := range learned {
		width += len(e.terms)
	}
	features = make([]float64, n*width)
	for i := range n {
		at := i * width
		for k, e := range learned {
			e.encode(columns[k], i, features[at:at+len(e.terms)])
			at += len(e.terms)
		}
	}
	return features, width
}

// Foretell gives the risk of n rows. Columns are found by name; one that the Risk uses and that is not there, or is of
// another kind, is refused.
func (r *Risk) Foretell(columns []Column, n int) ([]float64, error) {
	features, width, err := r.encode(columns, n)
	if err != nil {
		return nil, err
	}
	risks := make([]float64, n)
	for i := range risks {
		risks[i] = r.fit.Risk(features[i*width : (i+1)*width])
	}
	return risks, nil
}

// Explain gives what each column adds to the log-odds of each of n rows, the largest first. With the card's Intercept they
// add up to the log-odds of the row's risk.
func (r *Risk) Explain(columns []Column, n int) ([][]Contribution, error) {
	features, width, err := r.encode(columns, n)
	if err != nil {
		return nil, err
	}
	all := make([][]Contribution, n)
	for i := range all {
		first := 0
		for _, e := range r.encodings {
			adds := dot(r.fit.Coefficients[first:first+len(e.terms)], features[i*width+first:i*width+first+len(e.terms)])
			all[i] = append(all[i], Contribution{e.name, adds})
			first += len(e.terms)
		}
		slices.SortStableFunc(all[i], func(a, b Contribution) int { return cmp.Compare(math.Abs(b.Adds), math.Abs(a.Adds)) })
	}
	return all, nil
}

func (r *Risk) encode(columns []Column, n int) ([]float64, int, error) {
	used := make([]Column, len(r.encodings))
	for k, e := range r.encodings {
		i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == e.name })
		switch {
		case i < 0:
			return nil, 0, refuse("give the columns that it learned from", "column %s is missing", e.name)
		case (columns[i].Numbers == nil) != (e.kind == "label"), max(len(columns[i].Numbers), len(columns[i].Labels)) != n:
			return nil, 0, refuse("give it as when it was learned from, one cell for each row", "column %s is not a %s of %d rows", e.name, e.kind, n)
		}
		used[k] = columns[i]
	}
	features, width := encodeRows(r.encodings, used, n)
	return features, width, nil
}

// CrossValidate gives for each row the risk that a Risk learned from other rows foretells. The whole of TrainRisk is
// repeated for each of five folds, so that neither encodings nor penalty have seen the row. Refused as TrainRisk does.
func CrossValidate(columns []Column, outcomes []bool, groups []string) ([]float64, error) {
	fold := folds(outcomes, groups, penaltyFolds, seed+1)
	risks := make([]float64, len(outcomes))
	for f := range penaltyFolds {
		inside, outside := split(fold, f)
		var of []string
		for _, i := range inside {
			if groups != nil {
				of = append(of, groups[i])
			}
		}
		r, err := TrainRisk(pick(columns, inside), pickOutcomes(outcomes, inside), of)
		if err != nil {
			return nil, err
		}
		held, err := r.Foretell(pick(columns, outside), len(outside))
		if err != nil {
			return nil, err
		}
		for k, i := range outside {
			risks[i] = held[k]
		}
	}
	return risks, nil
}
