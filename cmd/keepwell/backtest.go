package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/stat"
)

const backtestsPath = "/api/v1/backtests/"

func (sh *shell) healthBacktest() *cobra.Command {
	var output, file string
	var ask backtest.Ask
	c := &cobra.Command{
		Use:   "backtest SCORECARD",
		Short: "How well a scorecard would have foretold who left, and what weights would have done better",
		Long: "Scores accounts at the beginnings of past months from what was known then, and sees who left. SCORECARD is one in force or a template; with --draft a file is tested in its place, beside it. " +
			"Fewer than thirty accounts that left: refused, with the reason.",
		Example: "  keepwell health backtest usage_led\n  keepwell health backtest usage_led --draft usage_led.yaml --days 60",
		Args:    exactly("scorecard"),
	}
	f := c.Flags()
	f.StringVarP(&output, "output", "o", "table", "table, json, or yaml: the scorecard with the suggested weights")
	f.StringVar(&file, "draft", "", "file with a definition to test")
	f.IntVar(&ask.Days, "days", 0, "the outcome: leaving within so many days (90)")
	f.IntVar(&ask.Months, "months", 0, "how many months back is looked (24)")
	f.BoolVar(&ask.Everyone, "everyone", false, "look at all that paid, not only at accounts that would have had the scorecard")
	c.RunE = sh.does(func(ctx context.Context, args []string) error {
		if err := oneOf("output", output, "table", "json", "yaml"); err != nil {
			return err
		}
		if file != "" {
			card, err := readScorecard(file)
			if err != nil {
				return err
			}
			ask.Draft = &card
		}
		return sh.asking(ctx, false, func(at *reached) error {
			b, err := sh.backtested(ctx, at, args[0], ask)
			if err != nil {
				return err
			}
			switch {
			case output == "json":
				return printJSON(sh.out, b)
			case output == "yaml" && b.Report.Weights == nil:
				return fault.New(fault.Conflict, "no weights are suggested").Mend("-o table says why")
			case output == "yaml":
				return sh.printScorecard(&b.Report.Weights.Draft)
			}
			return sh.printBacktest(b)
		})
	})
	return c
}

// backtested asks for a backtest and waits for it. Who stops waiting stops it.
func (sh *shell) backtested(ctx context.Context, at *reached, card string, ask backtest.Ask) (*api.Backtest, error) {
	var b api.Backtest
	if err := at.read(ctx, http.MethodPost, scorecardPath(card)+"/backtest", url.Values{"at_once": {"true"}}, ask, &b); err != nil {
		return nil, err
	}
	bar := sh.progress("Looking at past months", -1)
	defer bar.end()
	for b.State == backtest.Waiting || b.State == backtest.Running {
		if bar.total < 0 && b.Of > 0 {
			bar.end()
			bar = sh.progress("Looking at past months", int64(b.Of))
		}
		bar.at(int64(b.Done))
		if err := at.read(ctx, http.MethodGet, backtestsPath+url.PathEscape(b.ID), url.Values{"wait": {"1"}}, nil, &b); err != nil {
			if ctx.Err() != nil {
				late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer cancel()
				if body, err := at.ask(late, http.MethodDelete, backtestsPath+url.PathEscape(b.ID), nil, nil); err == nil {
					body.Close()
				}
			}
			return nil, err
		}
	}
	if b.State != backtest.Done {
		return nil, fault.New(fault.Conflict, "the backtest is %s: %s", b.State, b.Problem).Mend("make it again")
	}
	return &b, nil
}

// limitsOf is an interval as it is printed.
func limitsOf(l *stat.Limits, times float64, unit string) string {
	if l == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f to %.2f%s", times*l.Low, times*l.High, unit)
}

func (sh *shell) printBacktest(b *api.Backtest) error {
	r := b.Report
	for _, line := range b.Verdict {
		fmt.Fprintln(sh.out, line)
	}
	fmt.Fprintf(sh.out, "\n%s, %d days, %s from %s to %s: %s, %s, %d of them left\n", r.Scorecard, r.Days, count(r.Months, "month"), r.From.Format(time.DateOnly), r.To.Format(time.DateOnly), count(r.Looks, "look"), count(r.Accounts, "account"), r.Left)
	if r.Score == nil {
		return nil
	}
	err := columns(sh.out, func(line func(string, ...any)) {
		line("\nSCORES\tLOOKS\tLEFT\tSHARE\t95 %%\tTIMES THE MEAN")
		for _, t := range r.Score.Tenths {
			line("%.1f to %.1f\t%d\t%d\t%s\t%s\t%.1f", t.Low, t.High, t.Looks, t.Left, percent(t.Share.Share), limitsOf(t.Interval, 100, " %"), t.Lift)
		}
		for _, s := range r.Score.Bands {
			line("%s\t%d\t%d\t%s\t%s\t%.1f", s.Band, s.Looks, s.Left, percent(s.Share), limitsOf(s.Interval, 100, " %"), s.Share/r.Rate)
		}
	})
	if err != nil {
		return err
	}
	if lead := r.Score.Lead; lead != nil {
		fmt.Fprintf(sh.out, "\nPoor before they left, without a break: %d of %d", lead.Warned, lead.N)
		if lead.Median != nil {
			fmt.Fprintf(sh.out, ", half of them for %.0f days or more (%.0f to %.0f for the middle half)", *lead.Median, *lead.Low, *lead.High)
		}
		fmt.Fprintln(sh.out)
	}
	return columns(sh.out, func(line func(string, ...any)) {
		line("\nMEASURE\tPART\tSUGGESTED\t95 %%\tKNOWN\tAUC\t95 %%")
		for _, m := range r.Measures {
			suggested, interval := "-", "-"
			if r.Weights != nil {
				for _, w := range r.Weights.Weights {
					if w.Measure == m.Measure {
						suggested, interval = percent(w.Suggested), limitsOf(w.Interval, 100, " %")
					}
				}
			}
			auc := "-"
			if m.AUC != nil {
				auc = fmt.Sprintf("%.2f", *m.AUC)
			}
			line("%s\t%s\t%s\t%s\t%s\t%s\t%s", m.Measure, percent(m.Weight), suggested, interval, percent(m.Known), auc, limitsOf(m.Interval, 1, ""))
		}
	})
}
