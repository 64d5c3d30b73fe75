package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/health"
)

const casesPath = "/api/v1/health-cases"

// asBand is a band as it is printed; - is no score.
func asBand(b health.Band) string {
	if b == "" {
		return "-"
	}
	return string(b)
}

func (sh *shell) healthMovements() *cobra.Command {
	var output, from, to, segment, aspect string
	var recomputed bool
	c := &cobra.Command{
		Use:   "movements",
		Short: "How accounts moved between bands, with how many and what recurring value",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			q := url.Values{"aspect": {aspect}, "recomputed": {strconv.FormatBool(recomputed)}}
			for name, value := range map[string]string{"from": from, "to": to, "segment": segment} {
				if value != "" {
					q.Set(name, value)
				}
			}
			var f health.Flow
			return sh.answering(ctx, output, "/api/v1/health-movements", q, &f, func() error {
				if f.Recomputed && !recomputed {
					fmt.Fprintln(sh.out, "Note: nothing had been told yet at the beginning; this is what today's scorecards say of it")
				}
				return columns(sh.out, func(line func(string, ...any)) {
					line("FROM\tTO\tACCOUNTS\tMRR THEN\tMRR\t%s", f.Currency)
					for _, m := range f.Movements {
						line("%s\t%s\t%d\t%.0f\t%.0f", asBand(m.From), asBand(m.To), m.Count, m.WasValue, m.Value)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&from, "from", "", "the earlier instant; 30 days back")
	c.Flags().StringVar(&to, "to", "", "the later one; now")
	c.Flags().StringVar(&segment, "segment", "", "only accounts in this segment")
	c.Flags().StringVar(&aspect, "aspect", health.Global, "which score")
	c.Flags().BoolVar(&recomputed, "recomputed", false, "what today's scorecards say of both ends")
	return c
}

func (sh *shell) healthCases() *cobra.Command {
	var output, state string
	var past int
	c := &cobra.Command{
		Use:   "cases",
		Short: "Accounts about which the score, money, people and the team disagree, with what people wrote",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			q := url.Values{"past": {strconv.Itoa(past)}}
			if state != "" {
				q.Set("state", state)
			}
			var list api.CaseList
			return sh.answering(ctx, output, casesPath, q, &list, func() error {
				for _, c := range list.Cases {
					fmt.Fprintf(sh.out, "%s  %s  %s %s since %s\n", c.ID, c.Account, c.State, c.Verdict, c.Opened.Format(time.DateOnly))
					for _, s := range c.Sayings {
						for _, e := range s.Evidence {
							fmt.Fprintf(sh.out, "  %+d %-7s %s\n", s.Mood, s.Voice, e.Words)
						}
					}
					for _, said := range c.Comments {
						fmt.Fprintf(sh.out, "  %s %s: “%s”\n", said.At.Format(time.DateOnly), said.Source, strings.Join(strings.Fields(said.Text), " "))
					}
				}
				if len(list.Cases) == 0 {
					fmt.Fprintln(sh.out, "No disagreements")
				}
				return nil
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&state, "state", "", "open, looked_at, resolved or gone")
	c.Flags().IntVar(&past, "past", 0, "how many of those that are over are told too")
	return c
}

func (sh *shell) healthDecide() *cobra.Command {
	var note string
	c := &cobra.Command{
		Use:     "decide CASE open|looked_at|score_wrong|person_wrong|both_right",
		Short:   "Look at a disagreement, or resolve it with a verdict",
		Example: "  keepwell health decide 3f9c score_wrong --note 'the seats were bought ahead'",
		Args:    exactly("case", "decision"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			d := health.Decision{State: health.CaseState(args[1]), Note: note}
			if d.State != health.CaseOpen && d.State != health.CaseLookedAt {
				d.State, d.Verdict = health.CaseResolved, health.Verdict(args[1])
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var c health.Case
				if err := at.read(ctx, http.MethodPut, casesPath+"/"+url.PathEscape(args[0]), nil, d, &c); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "%s is %s %s\n", c.Account, c.State, c.Verdict)
				return nil
			})
		}),
	}
	c.Flags().StringVar(&note, "note", "", "why")
	return c
}

func (sh *shell) healthJudgements() *cobra.Command {
	var output, csm string
	c := &cobra.Command{
		Use:   "judgements",
		Short: "What people judge of accounts: what has expired first, then what nobody has judged",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			q := url.Values{}
			if csm != "" {
				q.Set("csm", csm)
			}
			var list api.JudgedList
			return sh.answering(ctx, output, "/api/v1/health-judgements", q, &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("ACCOUNT\tSCORECARD\tMEASURE\tJUDGED\tUNTIL\tBY\tREASON")
					for _, j := range list.Judged {
						if j.Last == nil {
							line("%s\t%s\t%s\tnever", j.Account, j.Scorecard, j.Measure)
							continue
						}
						what := j.Last.Choice
						if j.Last.Value != nil {
							what = points(j.Last.Value)
						}
						line("%s\t%s\t%s\t%s\t%s\t%s\t%s", j.Account, j.Scorecard, j.Measure, what, j.Last.Until.Format(time.DateOnly), j.Last.By, j.Last.Reason)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&csm, "csm", "", "only accounts of this CSM")
	return c
}

func (sh *shell) healthJudge() *cobra.Command {
	var value, choice, reason, until string
	c := &cobra.Command{
		Use:     "judge ACCOUNT SCORECARD MEASURE --reason TEXT --until DATE",
		Short:   "Say how an account is, where a scorecard asks a person",
		Example: "  keepwell health judge acme enterprise relationship --choice warm --reason 'they asked for a reference' --until 2027-01-31",
		Args:    exactly("account", "scorecard", "measure"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			j := api.NewJudgement{Scorecard: args[1], Measure: args[2], Choice: choice, Reason: reason}
			if _, err := time.Parse(time.DateOnly, until); err != nil {
				return &misused{fmt.Errorf("--until %q is no date; write it like 2027-01-31", until)}
			}
			if value != "" {
				x, err := strconv.ParseFloat(value, 64)
				if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
					return &misused{fmt.Errorf("--value %q is no number", value)}
				}
				j.Value = &x
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var s api.Status
				if err := at.read(ctx, http.MethodGet, "/api/v1/status", nil, nil, &s); err != nil {
					return err
				}
				zone, err := time.LoadLocation(s.Zone) // the day begins where the company is
				if err != nil {
					return err
				}
				if j.Until, err = time.ParseInLocation(time.DateOnly, until, zone); err != nil {
					return err
				}
				var kept health.Judgement
				if err := at.read(ctx, http.MethodPost, healthPath+"/"+url.PathEscape(args[0])+"/judgements", nil, j, &kept); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "Kept; it holds until %s\n", kept.Until.In(zone).Format(time.DateOnly))
				return nil
			})
		}),
	}
	c.Flags().StringVar(&value, "value", "", "of a measure that is judged by a number")
	c.Flags().StringVar(&choice, "choice", "", "of a measure that is judged by words")
	c.Flags().StringVar(&reason, "reason", "", "why")
	c.Flags().StringVar(&until, "until", "", "the day from which it no longer counts")
	return c
}
