package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/health"
)

const healthPath = "/api/v1/health"

func (sh *shell) health() *cobra.Command {
	c := &cobra.Command{
		Use:   "health",
		Short: "See how well accounts are, why, and what changed",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.healthList(), sh.healthShow(), sh.healthBenchmark(), sh.healthHistory(), sh.healthChange(), sh.healthBacktest(), sh.healthMovements(), sh.healthCases(), sh.healthDecide(), sh.healthJudgements(), sh.healthJudge())
	return c
}

// points is a score as it is printed.
func points(x *float64) string {
	if x == nil {
		return "-"
	}
	return strconv.FormatFloat(*x, 'f', 1, 64)
}

func (sh *shell) healthList() *cobra.Command {
	var output, segment, band string
	var limit int
	c := &cobra.Command{
		Use:   "list",
		Short: "Accounts, the least healthy first",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			for name, value := range map[string]string{"segment": segment, "band": band} {
				if value != "" {
					q.Set(name, value)
				}
			}
			var list api.HealthList
			return sh.answering(ctx, output, healthPath, q, &list, func() error {
				sh.undecided(list.Undecided)
				return columns(sh.out, func(line func(string, ...any)) {
					line("ACCOUNT\tHEALTH\tBAND\tCOVERAGE\tREASON")
					for _, s := range list.Accounts {
						line("%s\t%s\t%s\t%.0f %%\t%s", s.Account, points(s.Score), s.Band, s.Coverage, firstReason(s))
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&segment, "segment", "", "only accounts in this segment")
	c.Flags().StringVar(&band, "band", "", "good, average, poor, none (without a score) or left (no longer customers)")
	c.Flags().IntVar(&limit, "limit", 50, "how many at the most")
	return c
}

// undecided says beside an answer what could not be decided.
func (sh *shell) undecided(gaps []health.SheetGap) {
	for _, g := range gaps {
		fmt.Fprintln(sh.err, g.Text)
	}
}

func firstReason(s health.Sheet) string {
	for _, score := range s.Scores {
		if score.Weight > 0 && len(score.Reasons) > 0 {
			return score.Reasons[0].Text
		}
	}
	return ""
}

func (sh *shell) healthShow() *cobra.Command {
	var output, at string
	var known bool
	c := &cobra.Command{
		Use:   "show ACCOUNT",
		Short: "The scores of an account with their reasons and measures",
		Args:  exactly("account"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			q := url.Values{}
			if at != "" {
				q.Set("at", at)
				q.Set("known", strconv.FormatBool(known))
			}
			var sheet health.Sheet
			return sh.answering(ctx, output, healthPath+"/"+url.PathEscape(args[0]), q, &sheet, func() error {
				fmt.Fprintf(sh.out, "%s  %s %s  coverage %.0f %%\n", sheet.Account, points(sheet.Score), sheet.Band, sheet.Coverage)
				sh.undecided(sheet.Undecided)
				if len(sheet.Scores) == 0 && len(sheet.Undecided) == 0 {
					fmt.Fprintln(sh.out, "No scorecard in force is for this account; keepwell scorecards list says who gets which")
				}
				for _, s := range sheet.Scores {
					fmt.Fprintf(sh.out, "\n%s (%s): %s %s  coverage %.0f %%\n", s.Label, s.Aspect, points(s.Score), s.Band, s.Coverage)
					for _, r := range s.Reasons {
						fmt.Fprintf(sh.out, "  %-8s %s\n", r.Kind, r.Text)
					}
					if err := columns(sh.out, func(line func(string, ...any)) {
						line("  MEASURE\tSCORE\tSHARE\tPOINTS\tWHAT")
						for _, m := range s.Measures {
							line("  %s\t%s\t%.0f %%\t%.1f\t%s", m.ID, points(m.Score), 100*m.Share, m.Points, strings.TrimSpace(m.Shown+"  "+m.Problem))
						}
					}); err != nil {
						return err
					}
				}
				return nil
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&at, "at", "", "an earlier instant: what today's scorecards say of the facts of then")
	c.Flags().BoolVar(&known, "known", false, "with --at: leave out what was received later")
	return c
}

func (sh *shell) healthBenchmark() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "benchmark ACCOUNT",
		Short: "An account held against its own last year, accounts like it, and the target",
		Args:  exactly("account"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			var b health.Benchmark
			return sh.answering(ctx, output, healthPath+"/"+url.PathEscape(args[0])+"/benchmark", nil, &b, func() error {
				fmt.Fprintf(sh.out, "%s  %s\n", args[0], points(b.Score))
				for _, u := range b.Unread {
					fmt.Fprintf(sh.err, "Whether the target for %s is this account's can't be told: %s\n", u.Segment, u.Reason)
				}
				return columns(sh.out, func(line func(string, ...any)) {
					line("AGAINST\tP25\tMEDIAN\tP75\t")
					if p := b.Past; p != nil {
						line("its last year\t%.1f\t%.1f\t%.1f\t%s with a score; 90 days ago %s", p.Low, p.Median, p.High, count(p.Days, "day"), points(p.Before))
					} else {
						line("its last year\t-\t-\t-\tscores have been told for less than a month")
					}
					if p := b.Peers; p != nil {
						line("accounts like it\t%.1f\t%.1f\t%.1f\tabove %d of %d others (%s)", p.Low, p.Median, p.High, p.Below, p.N, alike(p.By))
					} else {
						line("accounts like it\t-\t-\t-\tfewer than five have a score")
					}
					switch t := b.Target; {
					case t == nil:
						line("target\t\t-\t\tnobody set one for health")
					default:
						line("target\t\t%.1f\t\t%s %s", t.Value, map[bool]string{true: "reached", false: "not reached"}[t.Reached], t.Segment)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

// alike says what accounts share.
func alike(by []string) string {
	if len(by) == 0 {
		return "all"
	}
	return "same " + strings.Join(by, ", ")
}

func (sh *shell) healthHistory() *cobra.Command {
	var output, from, to string
	var recomputed bool
	c := &cobra.Command{
		Use:   "history ACCOUNT",
		Short: "How the scores of an account went, as told then or as today's scorecards see it",
		Args:  exactly("account"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			q := url.Values{"recomputed": {strconv.FormatBool(recomputed)}}
			for name, value := range map[string]string{"from": from, "to": to} {
				if value != "" {
					q.Set(name, value)
				}
			}
			var h api.HealthHistory
			return sh.answering(ctx, output, healthPath+"/"+url.PathEscape(args[0])+"/history", q, &h, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("AT\tASPECT\tSCORE\tBAND\tSCORECARD")
					for _, p := range h.Points {
						line("%s\t%s\t%s\t%s\t%s", p.At.Format(time.RFC3339), p.Aspect, points(p.Score), p.Band, p.Scorecard)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&from, "from", "", "from when on; half a year back")
	c.Flags().StringVar(&to, "to", "", "until when; now")
	c.Flags().BoolVar(&recomputed, "recomputed", false, "what today's scorecards say of each Monday")
	return c
}

func (sh *shell) healthChange() *cobra.Command {
	var output, from, to, aspect string
	c := &cobra.Command{
		Use:   "change ACCOUNT --from DATE",
		Short: "What changed a score, in parts that add up exactly",
		Args:  exactly("account"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			q := url.Values{"from": {from}, "aspect": {aspect}}
			if to != "" {
				q.Set("to", to)
			}
			var change api.HealthChange
			return sh.answering(ctx, output, healthPath+"/"+url.PathEscape(args[0])+"/change", q, &change, func() error {
				fmt.Fprintf(sh.out, "%.1f → %.1f (%+.1f)\n", change.Was, change.Score, change.Change)
				return columns(sh.out, func(line func(string, ...any)) {
					for _, s := range change.Steps {
						line("%+.1f\t%s\t%s", s.Points, s.Cause, s.Text)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&from, "from", "", "the earlier instant")
	c.Flags().StringVar(&to, "to", "", "the later one; now")
	c.Flags().StringVar(&aspect, "aspect", "health", "which score")
	if err := c.MarkFlagRequired("from"); err != nil {
		panic(err)
	}
	return c
}

// answering asks a question and prints the answer as JSON, or with show.
func (sh *shell) answering(ctx context.Context, output, path string, query url.Values, into any, show func() error) error {
	if err := oneOf("output", output, "table", "json"); err != nil {
		return err
	}
	return sh.asking(ctx, false, func(at *reached) error {
		if err := at.read(ctx, http.MethodGet, path, query, nil, into); err != nil {
			return err
		}
		if output == "json" {
			return printJSON(sh.out, into)
		}
		return show()
	})
}
