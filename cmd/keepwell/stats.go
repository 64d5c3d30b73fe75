package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/stat"
)

// stats are the product's own estimators on a plain table.
func (sh *shell) stats() *cobra.Command {
	c := &cobra.Command{
		Use:   "stats",
		Short: "The product's estimators on a plain table, so that anyone can check them",
		Long: "Reads a table (cells between commas, semicolons, tabs or spaces; - is standard input) and writes what is estimated from it as JSON. " +
			"Columns are given by name, or by number from 1. Nothing is stored and no server is asked. docs/statistics.md has the formulas and their sources.",
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.statsSurvival(), sh.statsBGNBD(), sh.statsSBG(), sh.statsChurn(), sh.statsNPS())
	return c
}

// estimating makes the run of an estimator: flags that must be set, in pairs of name and value, are checked, the table is
// read, and what comes back is written as JSON.
func (sh *shell) estimating(needed map[string]*string, header *string, fn func(t *table) (any, error)) func(*cobra.Command, []string) error {
	return sh.does(func(_ context.Context, args []string) error {
		for _, name := range slices.Sorted(maps.Keys(needed)) {
			if *needed[name] == "" {
				return &misused{fmt.Errorf("--%s is missing", name)}
			}
		}
		if err := oneOf("header", *header, "auto", "yes", "no"); err != nil {
			return err
		}
		t, err := sh.readTable(args[0], *header)
		if err != nil {
			return err
		}
		result, err := fn(t)
		if err != nil {
			return err
		}
		return printJSON(sh.out, result)
	})
}

func headerFlag(c *cobra.Command) *string {
	return c.Flags().String("header", "auto", "whether the first line names the columns: yes, no, or auto: unless a cell of it is a number or a date")
}

func (sh *shell) statsSurvival() *cobra.Command {
	var duration, event, group, band string
	c := &cobra.Command{
		Use:     "survival FILE",
		Short:   "Kaplan-Meier curves with bands, median and mean, and the log-rank test over groups",
		Long:    "Each row is a subject: how long it was watched, and whether that ended in the event (1, true, yes) or out of sight (0, false, no). The band is symmetric on the log scale unless said otherwise, as in R's survfit; log-log stays within 0 and 1 and suits few subjects.",
		Example: "  keepwell stats survival customers.csv --duration months --event lost --group plan",
		Args:    exactly("file"),
	}
	f := c.Flags()
	f.StringVar(&duration, "duration", "", "column with how long a subject was watched")
	f.StringVar(&event, "event", "", "column that says whether it ended in the event")
	f.StringVar(&group, "group", "", "column with the group a subject belongs to")
	f.StringVar(&band, "band", string(stat.BandLog), "scale of the band: log, log-log or plain")
	c.RunE = sh.estimating(map[string]*string{"duration": &duration, "event": &event}, headerFlag(c), func(t *table) (any, error) {
		if err := oneOf("band", band, "log", "log-log", "plain"); err != nil {
			return nil, err
		}
		return survival(t, duration, event, group, stat.Band(band))
	})
	return c
}

// groupCurve is the curve of one group.
type groupCurve struct {
	Group string `json:"group"`
	*stat.Curve
}

func survival(t *table, duration, event, group string, band stat.Band) (any, error) {
	d, err := t.column(duration)
	if err != nil {
		return nil, err
	}
	e, err := t.column(event)
	if err != nil {
		return nil, err
	}
	durations, err := t.numbers(d)
	if err != nil {
		return nil, err
	}
	spells := make([]stat.Spell, len(durations))
	for i, v := range durations {
		ended, ok := truth(t.rows[i][e])
		if !ok {
			return nil, t.refused(i, e, "%q says neither that the event came nor that it did not", t.rows[i][e]).Mend("use 1 or true, 0 or false")
		}
		spells[i] = stat.Spell{Duration: v, Event: ended}
	}
	curve, err := stat.KaplanMeier(spells, band)
	if err != nil {
		return nil, t.because(err)
	}
	answer := struct {
		Estimator string    `json:"estimator"`
		Band      stat.Band `json:"band"`
		Level     float64   `json:"level"`
		*stat.Curve
		Groups  []groupCurve     `json:"groups,omitempty"`
		LogRank *stat.Comparison `json:"log_rank,omitempty"`
	}{"kaplan-meier", band, stat.Level, curve, nil, nil}
	if group == "" {
		return answer, nil
	}
	g, err := t.column(group)
	if err != nil {
		return nil, err
	}
	byGroup := map[string][]stat.Spell{}
	for i, s := range spells {
		name := strings.TrimSpace(t.rows[i][g])
		byGroup[name] = append(byGroup[name], s)
	}
	for _, name := range slices.Sorted(maps.Keys(byGroup)) {
		curve, err := stat.KaplanMeier(byGroup[name], band)
		if err != nil {
			return nil, t.because(err)
		}
		answer.Groups = append(answer.Groups, groupCurve{name, curve})
	}
	answer.LogRank, err = stat.LogRank(byGroup)
	return answer, err
}

func (sh *shell) statsNPS() *cobra.Command {
	var score, group string
	c := &cobra.Command{
		Use:     "nps FILE",
		Short:   "Net promoter score with its interval",
		Long:    "Each row is an answer from 0 to 10; rows without an answer are passed over. The interval is adjusted Wald.",
		Example: "  keepwell stats nps answers.csv --score score --group plan",
		Args:    exactly("file"),
	}
	c.Flags().StringVar(&score, "score", "", "column with answers from 0 to 10")
	c.Flags().StringVar(&group, "group", "", "column with the group an answer belongs to")
	c.RunE = sh.estimating(map[string]*string{"score": &score}, headerFlag(c), func(t *table) (any, error) { return nps(t, score, group) })
	return c
}

// groupScore is the score of one group. Significant says whether it differs from that of all other groups together.
type groupScore struct {
	Group string `json:"group"`
	*stat.NetPromoters
	Significant *bool `json:"differs_from_others"`
}

func nps(t *table, score, group string) (any, error) {
	column, err := t.column(score)
	if err != nil {
		return nil, err
	}
	by := -1
	if group != "" {
		if by, err = t.column(group); err != nil {
			return nil, err
		}
	}
	var all []float64
	byGroup := map[string][]float64{}
	empty := 0
	for i := range t.rows {
		if stat.Missing(strings.TrimSpace(t.rows[i][column])) {
			empty++
			continue
		}
		answer, err := t.number(i, column)
		if err != nil {
			return nil, err
		}
		if _, err := stat.NPS([]float64{answer}); err != nil {
			return nil, t.refused(i, column, "%v is no answer from 0 to 10 in whole numbers", answer)
		}
		all = append(all, answer)
		if by >= 0 {
			name := strings.TrimSpace(t.rows[i][by])
			byGroup[name] = append(byGroup[name], answer)
		}
	}
	total, err := stat.NPS(all)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Level float64 `json:"level"`
		*stat.NetPromoters
		Empty  int          `json:"empty"`
		Groups []groupScore `json:"groups,omitempty"`
	}{stat.Level, total, empty, nil}
	for _, name := range slices.Sorted(maps.Keys(byGroup)) {
		s, err := stat.NPS(byGroup[name])
		if err != nil {
			return nil, err
		}
		answer.Groups = append(answer.Groups, groupScore{name, s, s.DiffersFromRest(total)})
	}
	return answer, nil
}
