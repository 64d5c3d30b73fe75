package stat

import (
	"cmp"
	"math"
	"slices"
)

// Risk foretells a two-valued outcome from the columns of a table: a ridge-penalised Logistic over numbers that may bend,
// labels and what is missing, and, where that foretells better, small trees on what columns tell together. Everything is learned
// from the training rows alone.
type Risk struct {
	Card      Card
	encodings []*encoding
	fit       *Logistic
	together  *together // nil where columns tell nothing together that they don't tell by themselves
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
	// Trees are how many say what columns tell together, as cross-validation chose too; Together are the pairs, the most first.
	Trees     int    `json:"trees"`
	Together  []Pair `json:"together,omitempty"`
	Converged bool   `json:"converged"`
	Features  int    `json:"features"`
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

// Pair is two columns that tell more together than each by itself. Share is their part of what all pairs explain.
type Pair struct {
	Columns [2]string `json:"columns"`
	Share   float64   `json:"share"`
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
	method       = "logistic regression with a ridge penalty; numbers piecewise linear, labels and missing values as indicators; small trees on what columns tell together, where they foretell better"
)

// penalties are those that are tried, in the unit of Logistic.Penalty.
var penalties = []float64{0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001}

// TrainRisk learns from columns and the outcomes of their rows. Rows of one group (an account, say) never stand on both
// sides of a cross-validation; groups may be nil. Refused: fewer than 30 rows with or without the outcome, no column that
// can be used.
func TrainRisk(columns []Column, outcomes []bool, groups []string) (*Risk, error) {
	events := count(outcomes)
	if few := min(events, len(outcomes)-events); few < SmallSample {
		return nil, refuse("collect more before a risk is foretold", "%d rows with the outcome and %d without: at least %d of each are needed", events, len(outcomes)-events, SmallSample)
	}
	return trainRisk(columns, outcomes, groups)
}

// trainRisk is TrainRisk for however few outcomes.
func trainRisk(columns []Column, outcomes []bool, groups []string) (*Risk, error) {
	r, columns, err := beginRisk(columns, outcomes)
	if err != nil {
		return nil, err
	}
	r.Card.Folds = penaltyFolds
	r.choosePenalty(columns, outcomes, groups)
	r.learn(columns, outcomes, groups)
	return r, nil
}

// beginRisk is a Risk that has learned nothing yet, and the columns that it can learn from.
func beginRisk(columns []Column, outcomes []bool) (*Risk, []Column, error) {
	for _, c := range columns {
		if max(len(c.Numbers), len(c.Labels)) != len(outcomes) {
			return nil, nil, refuse("give one cell for each row", "column %s has %d cells for %d outcomes", c.Name, max(len(c.Numbers), len(c.Labels)), len(outcomes))
		}
	}
	r := &Risk{Card: Card{Method: method, Rows: len(outcomes), Outcomes: count(outcomes), Seed: seed, Columns: []Used{}}}
	if columns, r.Card.Findings = inspect(columns, outcomes); len(columns) == 0 {
		return nil, nil, refuse("add columns that were known before the outcome", "no column is left to learn from")
	}
	return r, columns, nil
}

// learn learns with the penalty and as many trees as the card says.
func (r *Risk) learn(columns []Column, outcomes []bool, groups []string) {
	r.encodings = encodings(columns, outcomes)
	features, width := encodeRows(r.encodings, columns, len(outcomes))
	r.fit = FitLogistic(features, width, outcomes, r.Card.Penalty, nil, 50)
	r.Card.Converged, r.Card.Features, r.Card.Intercept = r.fit.Converged, width, r.fit.Intercept
	adds := r.adds(features, width, len(outcomes))
	if r.Card.Trees > 0 {
		r.learnTrees(columns, outcomes, groups, adds)
	}
	first := 0
	for k, e := range r.encodings {
		used := Used{Column: e.name, Kind: e.kind, Terms: []Term{}}
		for k, term := range e.terms {
			weights := e.effect(k)
			used.Terms = append(used.Terms, Term{term, dot(weights, r.fit.Coefficients[first:]), r.fit.StdErr(first, weights)})
		}
		squares := 0.0
		for i := range outcomes {
			squares += adds[i][k] * adds[i][k] / float64(len(outcomes))
		}
		used.Spread = math.Sqrt(squares)
		r.Card.Columns = append(r.Card.Columns, used)
		first += len(e.terms)
	}
	slices.SortStableFunc(r.Card.Columns, func(a, b Used) int { return cmp.Compare(b.Spread, a.Spread) })
}

// choosePenalty takes the penalty with the least log loss on rows not learned from. Of a large table a part is enough: the
// penalty of a mean then shrinks as rows are added, since what it stands for is known beforehand does not grow. Penalties are
// tried from the strongest on, until two in a row were worse.
func (r *Risk) choosePenalty(columns []Column, outcomes []bool, groups []string) {
	if part := r.enough(); part < 1 {
		rows := drawn(outcomes, groups, part)
		columns, outcomes, groups = pick(columns, rows), pickOutcomes(outcomes, rows), pickGroups(groups, rows)
	}
	shrink := float64(len(outcomes)) / float64(r.Card.Rows)
	fold := folds(outcomes, groups, penaltyFolds, seed)
	all := parts(columns, outcomes, fold)
	best, bestLoss, worse := 0, math.Inf(1), 0
	for k, penalty := range penalties {
		loss := 0.0
		for _, p := range all {
			loss += p.loss(penalty) / float64(len(outcomes))
		}
		r.Card.Penalties = append(r.Card.Penalties, Penalty{penalty * shrink, loss})
		if worse++; loss < bestLoss {
			best, bestLoss, worse = k, loss, 0
		}
		if worse == 2 {
			break
		}
	}
	r.Card.Penalty = penalties[best] * shrink
	scores := make([][]float64, len(all))
	for f, p := range all {
		p.loss(penalties[best])
		inside, outside := split(fold, f)
		scores[f] = make([]float64, len(outcomes))
		for k, i := range inside {
			scores[f][i] = p.fit.logOdds(p.inside[k*p.width : (k+1)*p.width])
		}
		for k, i := range outside {
			scores[f][i] = p.fit.logOdds(p.outside[k*p.width : (k+1)*p.width])
		}
	}
	r.Card.Trees = chooseTrees(columns, outcomes, fold, scores)
}

// part is a fold: features to learn from and features held out.
type part struct {
	inside, outside []float64
	width           int
	learned, held   []bool
	fit             *Logistic
}

func parts(columns []Column, outcomes []bool, fold []int) []*part {
	var all []*part
	for f := range penaltyFolds {
		inside, outside := split(fold, f)
		p := &part{learned: pickOutcomes(outcomes, inside), held: pickOutcomes(outcomes, outside)}
		training := pick(columns, inside)
		found := encodings(training, p.learned)
		p.inside, p.width = encodeRows(found, training, len(inside))
		p.outside, _ = encodeRows(found, pick(columns, outside), len(outside))
		all = append(all, p)
	}
	return all
}

// loss is the sum of the log loss of what is held out, learned with a penalty from the fit of the one before.
func (p *part) loss(penalty float64) (sum float64) {
	p.fit = FitLogistic(p.inside, p.width, p.learned, penalty, p.fit, 8)
	for i, y := range p.held {
		eta := p.fit.logOdds(p.outside[i*p.width : (i+1)*p.width])
		if y {
			eta = -eta
		}
		sum += softplus(eta)
	}
	return sum
}

// Rows that are enough to choose a penalty: so many for each of the rarer outcome, between these limits.
const (
	enoughEach = 25
	enoughRows = 4000
	mostRows   = 10000
)

// enough is the share of the rows that is.
func (r *Risk) enough() float64 {
	fewer := min(r.Card.Outcomes, r.Card.Rows-r.Card.Outcomes)
	return float64(max(enoughRows, min(mostRows, enoughEach*fewer))) / float64(r.Card.Rows)
}

func pickGroups(groups []string, rows []int) []string {
	if groups == nil {
		return nil
	}
	picked := make([]string, len(rows))
	for k, i := range rows {
		picked[k] = groups[i]
	}
	return picked
}

func pickOutcomes(outcomes []bool, rows []int) []bool {
	picked := make([]bool, len(rows))
	for k, i := range rows {
		picked[k] = outcomes[i]
	}
	return picked
}

func encodings(columns []Column, outcomes []bool) []*encoding {
	all := make([]*encoding, len(columns))
	for i, c := range columns {
		all[i] = learnEncoding(c, bends(outcomes))
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

// adds are what each column adds to the log-odds of n rows by itself, and together with others, beside the intercept.
func (r *Risk) adds(features []float64, width, n int) [][]float64 {
	all := make([][]float64, n)
	flat := make([]float64, n*len(r.encodings))
	for i := range n {
		all[i] = flat[i*len(r.encodings) : (i+1)*len(r.encodings)]
		first := i * width
		for k, e := range r.encodings {
			all[i][k] = dot(r.fit.Coefficients[first-i*width:first-i*width+len(e.terms)], features[first:first+len(e.terms)])
			first += len(e.terms)
		}
	}
	return all
}

// told are what each column adds to the log-odds of n rows, with what it adds together with others.
func (r *Risk) told(columns []Column, n int) ([][]float64, error) {
	used, err := r.used(columns, n)
	if err != nil {
		return nil, err
	}
	features, width := encodeRows(r.encodings, used, n)
	adds := r.adds(features, width, n)
	if r.together != nil {
		r.together.add(used, adds)
	}
	return adds, nil
}

// Foretell gives the risk of n rows. Columns are found by name; one that the Risk uses and that is not there, or is of
// another kind, is refused.
func (r *Risk) Foretell(columns []Column, n int) ([]float64, error) {
	adds, err := r.told(columns, n)
	if err != nil {
		return nil, err
	}
	risks := make([]float64, n)
	for i := range risks {
		sum := r.fit.Intercept
		for _, a := range adds[i] {
			sum += a
		}
		risks[i] = share(sum)
	}
	return risks, nil
}

// Explain gives what each column adds to the log-odds of each of n rows, the largest first. With the card's Intercept they
// add up to the log-odds of the row's risk.
func (r *Risk) Explain(columns []Column, n int) ([][]Contribution, error) {
	adds, err := r.told(columns, n)
	if err != nil {
		return nil, err
	}
	all := make([][]Contribution, n)
	for i := range all {
		for k, e := range r.encodings {
			all[i] = append(all[i], Contribution{e.name, adds[i][k]})
		}
		slices.SortStableFunc(all[i], func(a, b Contribution) int { return cmp.Compare(math.Abs(b.Adds), math.Abs(a.Adds)) })
	}
	return all, nil
}

// used are the columns that it uses, in its order.
func (r *Risk) used(columns []Column, n int) ([]Column, error) {
	used := make([]Column, len(r.encodings))
	for k, e := range r.encodings {
		i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == e.name })
		switch {
		case i < 0:
			return nil, refuse("give the columns that it learned from", "column %s is missing", e.name)
		case (columns[i].Numbers == nil) != (e.kind == "label"), max(len(columns[i].Numbers), len(columns[i].Labels)) != n:
			return nil, refuse("give it as when it was learned from, one cell for each row", "column %s is not a %s of %d rows", e.name, e.kind, n)
		}
		used[k] = columns[i]
	}
	return used, nil
}

// CrossValidate gives for each row the risk that a Risk learned from other rows foretells. The whole of TrainRisk is
// repeated for each of five folds, so that neither encodings nor penalty have seen the row. Refused as TrainRisk does.
func CrossValidate(columns []Column, outcomes []bool, groups []string) ([]float64, error) {
	if err := Enough(outcomes); err != nil {
		return nil, err
	}
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
		r, err := trainRisk(pick(columns, inside), pickOutcomes(outcomes, inside), of)
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
