package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/stat"
)

func (sh *shell) statsChurn() *cobra.Command {
	var q churnQuestion
	var testIDs string
	c := &cobra.Command{
		Use:   "churn FILE",
		Short: "The risk of a two-valued outcome, learned from a table, and how good it is",
		Long: "Each row is a customer as known before the outcome. All columns but id and target are learned from: numbers, dates and labels, with cells missing. " +
			"With --test-ids (a file with one id a line, or a table with the id column) those rows are kept aside and foretold; without, every row is foretold by a model that has not seen it. " +
			"Columns that name the row or hold the outcome itself are left out, and said.",
		Example: "  keepwell stats churn customers.csv --id customer --target churned --test-ids test.txt",
		Args:    exactly("file"),
	}
	f := c.Flags()
	f.StringVar(&q.id, "id", "", "column with the customer's id")
	f.StringVar(&q.target, "target", "", "column with the outcome")
	f.StringVar(&testIDs, "test-ids", "", "file with the ids to keep aside and foretell")
	f.StringVar(&q.positive, "positive", "", "the target's value that means the outcome, where it is not 1, true or yes")
	f.StringSliceVar(&q.without, "without", nil, "columns to leave out, between commas")
	c.RunE = sh.estimating(map[string]*string{"id": &q.id, "target": &q.target}, headerFlag(c), func(t *table) (any, error) {
		s, err := q.sort(t)
		if err != nil {
			return nil, err
		}
		if testIDs != "" {
			// An id may look like a header: setAside finds out.
			tests, err := sh.readTable(testIDs, "no")
			if err != nil {
				return nil, err
			}
			if err := s.setAside(tests, q.id); err != nil {
				return nil, err
			}
		}
		answer, err := s.answer(time.Now())
		if err != nil {
			return nil, err
		}
		for _, f := range answer.Card.Findings {
			if f.Leak {
				fmt.Fprintf(sh.err, "Leakage? Column %s: %s.\n", f.Column, f.Finding)
			}
		}
		return answer, nil
	})
	return c
}

// churnQuestion is what is asked of a table.
type churnQuestion struct {
	id, target, positive string
	without              []string
}

// churnStudy is a table sorted into rows to learn from and rows to foretell.
type churnStudy struct {
	*table
	question   churnQuestion
	positive   string
	id, target int
	features   []int // columns
	ids        []string
	known      []bool // whether the row tells its outcome
	outcomes   []bool
	test       map[int]bool // rows kept aside
	asked      bool         // whether any were
	notes      []string
}

func (q churnQuestion) sort(t *table) (*churnStudy, error) {
	s := &churnStudy{table: t, question: q, test: map[int]bool{}, notes: []string{}}
	var err error
	if s.id, err = t.column(q.id); err != nil {
		return nil, err
	}
	if s.target, err = t.column(q.target); err != nil {
		return nil, err
	}
	left := map[int]bool{s.id: true, s.target: true}
	for _, name := range q.without {
		i, err := t.column(name)
		if err != nil {
			return nil, err
		}
		left[i] = true
	}
	for i := range t.names {
		if !left[i] {
			s.features = append(s.features, i)
		}
	}
	rowsOf := map[string]int{}
	for i, row := range t.rows {
		id := strings.TrimSpace(row[s.id])
		if id == "" {
			return nil, t.refused(i, s.id, "the id is missing")
		}
		s.ids = append(s.ids, id)
		rowsOf[id]++
	}
	if len(rowsOf) < len(t.rows) {
		s.notes = append(s.notes, "some ids have several rows; all rows of an id are kept on one side")
	}
	return s, s.readOutcomes()
}

// readOutcomes finds out which of the target's two values is the outcome.
func (s *churnStudy) readOutcomes() error {
	first := map[string]int{}
	var values []string
	for i, row := range s.rows {
		v := strings.TrimSpace(row[s.target])
		key := strings.ToLower(v) // Yes, yes and YES are one
		if _, seen := first[key]; seen || stat.Missing(v) {
			continue
		}
		if len(values) == 2 && s.question.positive == "" {
			return s.refused(i, s.target, "%q is a third value of the target, beside %q and %q: an outcome has two", v, values[0], values[1]).Mend("say with --positive which of them it is; all others are then none")
		}
		first[key] = i
		values = append(values, v)
	}
	if len(values) < 2 {
		return fault.New(fault.Invalid, "the target does not have two values: nothing can be told apart").At("%s, column %s", s.file, s.names[s.target])
	}
	s.positive = s.question.positive
	if s.positive == "" {
		for n, v := range values {
			if yes, ok := outcome(v); ok && yes {
				s.positive = v
			} else if _, told := outcome(values[1-n]); ok && !told { // the other is a word of the table's own
				s.positive = values[1-n]
			}
		}
		// Of two values one must mean the outcome and the other must not mean it too.
		other := values[0]
		if other == s.positive {
			other = values[1]
		}
		if yes, ok := outcome(other); s.positive == "" || (ok && yes) {
			return fault.New(fault.Invalid, "it can't be told which of %q and %q is the outcome", values[0], values[1]).
				At("%s, column %s", s.file, s.names[s.target]).Mend("say it with --positive")
		}
	}
	if !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, s.positive) }) {
		return fault.New(fault.Invalid, "the target never is %q, but %q or %q", s.positive, values[0], values[1]).At("%s, column %s", s.file, s.names[s.target])
	}
	s.known, s.outcomes = make([]bool, len(s.rows)), make([]bool, len(s.rows))
	for i, row := range s.rows {
		v := strings.TrimSpace(row[s.target])
		s.known[i], s.outcomes[i] = !stat.Missing(v), strings.EqualFold(v, s.positive)
	}
	return nil
}

// outcome reads the usual words for having left.
func outcome(value string) (yes, ok bool) {
	switch strings.TrimSuffix(strings.ToLower(strings.TrimSuffix(value, ".")), " customer") {
	case "churn", "churned", "churner", "lost", "left", "leave", "leaver", "attrited", "attrition", "exited", "canceled", "cancelled", "gone", "closed", "terminated", "inactive", "unsubscribed":
		return true, true
	case "existing", "retained", "stayed", "stay", "active", "current", "loyal", "kept", "no churn", "not churned", "non-churner", "subscribed", "open":
		return false, true
	}
	return truth(value)
}

// setAside keeps the rows of ids out of what is learned from. A first line that is no id of the table is a header.
func (s *churnStudy) setAside(tests *table, idColumn string) error {
	column := 0
	if len(tests.names) > 1 {
		column = slices.IndexFunc(tests.rows[0], func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), idColumn) })
	}
	rowsOf := map[string][]int{}
	for i, id := range s.ids {
		rowsOf[id] = append(rowsOf[id], i)
	}
	if column < 0 { // under another name, or without one: the first whose last cell is an id
		last := tests.rows[len(tests.rows)-1]
		if column = slices.IndexFunc(last, func(cell string) bool { return len(rowsOf[strings.TrimSpace(cell)]) > 0 }); column < 0 {
			return fault.New(fault.Invalid, "the first line does not name a column %s, and no column holds its ids", idColumn).At("%s", tests.file).Mend("give one id a line, or a table with the column")
		}
	}
	for i, row := range tests.rows {
		id := strings.TrimSpace(row[column])
		if len(rowsOf[id]) == 0 && (i > 0 || len(tests.rows) == 1) {
			return tests.refused(i, column, "%s has no id %q", s.file, id)
		}
		for _, row := range rowsOf[id] {
			s.test[row] = true
		}
	}
	s.asked = true
	return nil
}
