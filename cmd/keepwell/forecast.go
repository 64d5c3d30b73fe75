package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
)

const forecastsPath = "/api/v1/forecasts/"

// forecasts is what is foretold of accounts.
func (sh *shell) forecasts() *cobra.Command {
	c := &cobra.Command{
		Use:   "forecast",
		Short: "Which accounts may leave and why, what they are still to pay, and which numbers foretell it",
		Long:  "Learned from the workspace's own history. The first answer takes as long as learning does. docs/forecasts.md says how it is done and how good it is.",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.forecastRisk(), sh.forecastLifetime(), sh.forecastRelevance(), sh.forecastModel())
	return c
}

// patience is how long a command waits for a model to be learned.
const patience = 10 * time.Minute

// foretold asks for a forecast until it is learned, and shows it.
func (sh *shell) foretold(ctx context.Context, output, path string, q url.Values, into any, show func() error) error {
	if err := oneOf("output", output, "table", "json"); err != nil {
		return err
	}
	return sh.asking(ctx, false, func(at *reached) error {
		err := retrying(ctx, func() (bool, error) {
			err := at.read(ctx, http.MethodGet, forecastsPath+path, q, nil, into)
			return waits(err), err
		})
		if err != nil {
			return err
		}
		if output == "json" {
			return printJSON(sh.out, into)
		}
		return show()
	})
}

// waits says that a model is still being learned.
func waits(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Kind == fault.Unavailable
}

// retrying tries until it need not again, or patience ends.
func retrying(ctx context.Context, try func() (again bool, err error)) error {
	for began := time.Now(); ; {
		again, err := try()
		if !again || time.Since(began) > patience {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func percent(p float64) string { return strconv.FormatFloat(100*p, 'f', 1, 64) + " %" }

func (sh *shell) forecastRisk() *cobra.Command {
	var output string
	var limit int
	c := &cobra.Command{
		Use:     "risk [ACCOUNT]",
		Short:   "Accounts by their risk to leave, with reasons; of one account its history too",
		Example: "  keepwell forecast risk --limit 20\n  keepwell forecast risk acme",
		Args:    cobra.MaximumNArgs(1),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if len(args) == 1 {
				var one api.RiskHistory
				return sh.foretold(ctx, output, "risk/"+url.PathEscape(args[0]), nil, &one, func() error {
					return columns(sh.out, func(line func(string, ...any)) {
						line("AS OF\tIN 1 MONTH\tIN 3 MONTHS\tREASONS")
						for _, r := range one.History {
							line("%s\t%s\t%s\t%s", r.At.Format(time.DateOnly), percent(r.Month), percent(r.Quarter), reasons(r))
						}
					})
				})
			}
			var list api.RiskList
			return sh.foretold(ctx, output, "risk", url.Values{"limit": {strconv.Itoa(limit)}}, &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("ACCOUNT\tMRR %s\tIN 1 MONTH\tIN 3 MONTHS\tREASONS", list.Currency)
					for _, r := range list.Risks {
						line("%s\t%s\t%s\t%s\t%s", r.ID, amount(r.MRR), percent(r.Month), percent(r.Quarter), reasons(r))
					}
					for _, l := range list.Leaving {
						line("%s\t%s\tleaves\tleaves\t", l.ID, amount(&l.MRR))
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().IntVar(&limit, "limit", 25, "how many accounts")
	return c
}

func amount(v *float64) string {
	if v == nil {
		return "–"
	}
	return strconv.FormatFloat(*v, 'f', 2, 64)
}

// reasons are the three strongest, with by how much they change the odds.
func reasons(r forecast.Risk) string {
	var all []string
	for _, why := range r.Reasons[:min(3, len(r.Reasons))] {
		value := why.Label
		if why.Number != nil {
			value = strconv.FormatFloat(*why.Number, 'g', 4, 64)
		}
		all = append(all, fmt.Sprintf("%s %s (×%.1f)", why.Feature, value, why.Factor))
	}
	return strings.Join(all, ", ")
}

func (sh *shell) forecastLifetime() *cobra.Command {
	var output, plan string
	var points float64
	var limit int
	c := &cobra.Command{
		Use:     "lifetime",
		Short:   "What accounts are still to pay, month by month and each, and what a scenario would change",
		Example: "  keepwell forecast lifetime --plan starter --points -1",
		Args:    exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			if points != 0 {
				q.Set("points", strconv.FormatFloat(points, 'g', -1, 64))
				q.Set("plan", plan)
			}
			var l api.Lifetime
			return sh.foretold(ctx, output, "lifetime", q, &l, func() error {
				fmt.Fprintf(sh.out, "%d customers pay %.2f %s a month and are expected to pay %.0f within %d months (%.0f to %.0f).\n\n", l.Customers, l.MRR, l.Currency,
					l.Value.Value, forecast.ValueMonths, l.Value.Interval.Low, l.Value.Interval.High)
				if e := l.Effect; e != nil {
					fmt.Fprintf(sh.out, "Scenario: churn of %.2f %% a month becomes %.2f %%: %+.1f customers and %+.2f a month in a year, %+.0f within %d months.\n\n", e.Rate, e.Becomes, e.Customers, e.MRR, e.Value, forecast.ValueMonths)
				}
				return columns(sh.out, func(line func(string, ...any)) {
					line("IN MONTHS\tCUSTOMERS\tMRR\tFROM\tTO\tWITH GROWTH")
					for _, m := range l.Months {
						line("%d\t%.1f\t%.0f\t%.0f\t%.0f\t%s", m.Month, m.Customers, m.MRR.Value, m.MRR.Interval.Low, m.MRR.Interval.High, amount(m.Grown))
					}
					line("\nACCOUNT\tPLAN\tMRR\tVALUE\tFROM\tTO")
					for _, w := range l.Accounts {
						line("%s\t%s\t%.2f\t%.0f\t%.0f\t%.0f", w.ID, w.Plan, w.MRR, w.Value, w.Interval.Low, w.Interval.High)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&plan, "plan", "", "scenario: the plan whose churn changes; all without it")
	c.Flags().Float64Var(&points, "points", 0, "scenario: by how many percentage points a month it changes")
	c.Flags().IntVar(&limit, "limit", 10, "how many accounts")
	return c
}

func (sh *shell) forecastRelevance() *cobra.Command {
	var output, outcome string
	c := &cobra.Command{
		Use:   "relevance",
		Short: "Which numbers foretold churn, renewal, expansion and value",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			q := url.Values{}
			if outcome != "" {
				q.Set("outcome", outcome)
			}
			var list api.RelevanceList
			return sh.foretold(ctx, output, "relevance", q, &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("NUMBER\tOUTCOME\tSTRENGTH\tFROM\tTO\tN\tVERDICT")
					for _, r := range list.Relevances {
						low, high := "–", "–"
						if r.Interval != nil {
							low, high = amount(&r.Interval.Low), amount(&r.Interval.High)
						}
						line("%s\t%s\t%s\t%s\t%s\t%d\t%s", r.Feature, r.Outcome, amount(r.Strength), low, high, r.N, r.Verdict)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&outcome, "outcome", "", "churn, renewal, expansion or value; all without it")
	return c
}

func (sh *shell) forecastModel() *cobra.Command {
	var output string
	var learn bool
	c := &cobra.Command{
		Use:   "model",
		Short: "What the risks were learned from and how good they were",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			if learn {
				return sh.asking(ctx, false, func(at *reached) error {
					var before, after api.ModelCard
					if err := at.read(ctx, http.MethodGet, forecastsPath+"model", nil, nil, &before); err != nil && !waits(err) {
						return err
					}
					if err := at.read(ctx, http.MethodPost, forecastsPath+"model", nil, struct{}{}, nil); err != nil {
						return err
					}
					err := retrying(ctx, func() (again bool, err error) {
						err = at.read(ctx, http.MethodGet, forecastsPath+"model", nil, nil, &after)
						return err == nil && after.ID == before.ID || waits(err), err
					})
					if err == nil {
						fmt.Fprintf(sh.out, "Model %s was learned.\n", after.ID)
					}
					return err
				})
			}
			var card api.ModelCard
			return sh.foretold(ctx, output, "model", nil, &card, func() error {
				fmt.Fprintf(sh.out, "Model %s of %s: %d accounts since %s, %d of them left (%d of their own will).\n\n", card.ID, card.Made.Format(time.DateOnly), card.Accounts, card.From.Format(time.DateOnly), card.Left, card.Voluntary)
				return columns(sh.out, func(line func(string, ...any)) {
					line("WITHIN\tRATE\tJUDGED BY\tOUTCOMES\tAUC\tFROM\tTO\tSLOPE\tTEMPERED BY\tBRIER SKILL")
					for _, l := range card.Looks {
						j := l.Judgement
						low, high := "–", "–"
						if j.AUCInterval != nil {
							low, high = amount(&j.AUCInterval.Low), amount(&j.AUCInterval.High)
						}
						tempered := "–"
						if l.Tempering != nil {
							tempered = amount(&l.Tempering.Factor)
						}
						line("%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s", count(l.Months, "month"), percent(l.Rate), l.JudgedBy, j.Events, amount(j.AUC), low, high, amount(j.Slope), tempered, amount(j.Skill))
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().BoolVar(&learn, "learn", false, "learn a new model from the present history")
	return c
}
