package main

import (
	"time"

	"github.com/keepwell/keepwell/internal/stat"
)

// foretold is the risk of one row. Reasons are what moved it most from that of the average customer.
type foretold struct {
	ID          string   `json:"id"`
	Probability float64  `json:"probability"`
	Outcome     *bool    `json:"outcome"`
	Reasons     []reason `json:"reasons,omitempty"`
}

type reason struct {
	Column string  `json:"column"`
	Value  string  `json:"value"`
	Adds   float64 `json:"adds"` // to the log-odds
}

// churnAnswer is what is said about a table. The judgement is of the predictions whose outcome is known.
type churnAnswer struct {
	Level    float64 `json:"level"`
	JudgedBy string  `json:"judged_by"` // test rows, or cross-validation
	*stat.Judgement
	Card     churnCard  `json:"model"`
	Foretold []foretold `json:"predictions"`
}

// churnCard adds to the learner's card what is known of the table.
type churnCard struct {
	TrainedAt string `json:"trained_at"`
	Source    string `json:"source"`
	Target    string `json:"target"`
	Positive  string `json:"positive"`
	TestRows  int    `json:"test_rows"`
	Unknown   int    `json:"rows_without_outcome"` // passed over, unless they are test rows
	stat.Card
	Notes []string `json:"notes"`
}

// mostReasons are given for one row.
const mostReasons = 3

// answer learns from the rows that are not kept aside, and foretells those that are. When none are, every row is foretold
// by a model learned from others.
func (s *churnStudy) answer(now time.Time) (*churnAnswer, error) {
	var training, told []int
	unknown := 0
	for i := range s.rows {
		switch {
		case s.test[i]:
			told = append(told, i)
		case s.known[i]:
			training = append(training, i)
		default:
			unknown++
		}
	}
	if !s.asked {
		told = training
	}
	columns := s.columns(training)
	all, outcomes, groups := s.part(columns, training)
	risk, err := stat.TrainRisk(all, outcomes, groups)
	if err != nil {
		return nil, s.because(err)
	}
	a := &churnAnswer{Level: stat.Level, JudgedBy: "test rows", Foretold: []foretold{}}
	a.Card = churnCard{TrainedAt: now.UTC().Format(time.RFC3339), Source: s.file, Target: s.names[s.target], Positive: s.positive, Unknown: unknown, Card: risk.Card, Notes: s.notes}
	asked, came, _ := s.part(columns, told)
	var risks []float64
	var reasons [][]stat.Contribution
	if s.asked {
		a.Card.TestRows = len(told)
		if risks, err = risk.Foretell(asked, len(told)); err != nil {
			return nil, s.because(err)
		}
		if reasons, err = risk.Explain(asked, len(told)); err != nil {
			return nil, s.because(err)
		}
	} else {
		a.JudgedBy = "cross-validation"
		if risks, err = stat.CrossValidate(asked, came, groups); err != nil {
			return nil, s.because(err)
		}
	}
	var judged []float64
	var judgedBy []bool
	var judgedOf []string
	for k, i := range told {
		f := foretold{ID: s.ids[i], Probability: risks[k]}
		if s.known[i] {
			f.Outcome = &came[k]
			judged, judgedBy, judgedOf = append(judged, risks[k]), append(judgedBy, came[k]), append(judgedOf, s.ids[i])
		}
		if reasons != nil {
			for _, c := range reasons[k][:min(mostReasons, len(reasons[k]))] {
				f.Reasons = append(f.Reasons, reason{c.Column, s.cell(i, c.Column), c.Adds})
			}
		}
		a.Foretold = append(a.Foretold, f)
	}
	if len(judged) > 0 {
		if a.Judgement, err = stat.Judge(judged, judgedBy, judgedOf); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// columns are those to learn from, read as what the training rows say they are.
func (s *churnStudy) columns(training []int) []stat.Column {
	var all []stat.Column
	for _, c := range s.features {
		cells := make([]string, len(s.rows))
		for i, row := range s.rows {
			cells[i] = row[c]
		}
		column, odd := stat.ParseColumn(s.names[c], cells, training)
		if odd > 0 {
			s.notes = append(s.notes, count(odd, "cell")+" of column "+s.names[c]+" are no number, as the others are, and count as missing")
		}
		all = append(all, column)
	}
	return all
}

// part is what rows say.
func (s *churnStudy) part(columns []stat.Column, rows []int) (picked []stat.Column, outcomes []bool, groups []string) {
	for _, c := range columns {
		picked = append(picked, c.Pick(rows))
	}
	for _, i := range rows {
		outcomes, groups = append(outcomes, s.outcomes[i]), append(groups, s.ids[i])
	}
	return picked, outcomes, groups
}

func (s *churnStudy) cell(row int, column string) string {
	for _, c := range s.features {
		if s.names[c] == column {
			return s.rows[row][c]
		}
	}
	return ""
}
