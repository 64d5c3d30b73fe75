package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

const scorecardsPath = "/api/v1/scorecards"

func scorecardPath(id string) string { return scorecardsPath + "/" + url.PathEscape(id) }

func (sh *shell) scorecards() *cobra.Command {
	c := &cobra.Command{
		Use:   "scorecards",
		Short: "Say what accounts are scored by",
		Long:  "A scorecard is a YAML file: groups of measures with weights, what is read, and what score it gives. Begin with: keepwell scorecards template usage_led",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.scorecardsList(), sh.scorecardsShow(), sh.scorecardsTemplate(), sh.scorecardsSave(), sh.scorecardsPreview(), sh.scorecardsRemove(), sh.scorecardsDiff(), sh.scorecardsRestore())
	return c
}

func (sh *shell) scorecardsList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "The scorecards in force, in the order in which accounts are given one",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.ScorecardList
			return sh.listing(ctx, output, scorecardsPath, &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("ID\tASPECT\tPRIORITY\tVERSION\tBY\tWHO GETS IT\tNAME")
					for _, s := range list.Scorecards {
						line("%s\t%s\t%d\t%d\t%s\t%s\t%s", s.ID, s.Aspect, s.Priority, s.Version, s.By, strings.TrimSpace(s.Segment+" "+strings.Join(s.Stages, ", ")), s.Label.EN)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) scorecardsShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "A scorecard as YAML",
		Example: "  keepwell scorecards show usage_led > usage_led.yaml",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				var v api.ScorecardVersions
				if err := at.read(ctx, http.MethodGet, scorecardPath(args[0]), nil, nil, &v); err != nil {
					return err
				}
				return sh.printScorecard(&v.Scorecard)
			})
		}),
	}
}

func (sh *shell) printScorecard(card *health.Scorecard) error {
	raw, err := card.Text()
	if err == nil {
		_, err = sh.out.Write(raw)
	}
	return err
}

func (sh *shell) scorecardsTemplate() *cobra.Command {
	return &cobra.Command{
		Use:   "template [ID]",
		Short: "A scorecard that comes with Keepwell as YAML; without an id, which there are",
		Args:  cobra.MaximumNArgs(1),
		RunE: sh.does(func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return columns(sh.out, func(line func(string, ...any)) {
					for _, s := range health.Templates() {
						line("%s\t%s\t%s", s.ID, s.Label.EN, s.About.EN)
					}
				})
			}
			card, ok := health.Template(args[0])
			if !ok {
				return fault.New(fault.NotFound, "there is no template %q", args[0]).Mend("keepwell scorecards template names them")
			}
			return sh.printScorecard(&card)
		}),
	}
}

// readScorecard reads a file of YAML or JSON.
func readScorecard(path string) (health.Scorecard, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return health.Scorecard{}, err
	}
	card, err := health.Parse(raw)
	var bad *fault.Error
	if errors.As(err, &bad) {
		err = bad.At("%s", path)
	}
	return card, err
}

func (sh *shell) scorecardsSave() *cobra.Command {
	return &cobra.Command{
		Use:     "save FILE",
		Short:   "Put a scorecard in force, or change the one with its id",
		Example: "  keepwell scorecards save usage_led.yaml",
		Args:    exactly("file"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			card, err := readScorecard(args[0])
			if err != nil {
				return err
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var saved health.Scorecard
				if err := at.read(ctx, http.MethodPut, scorecardPath(card.ID), nil, card, &saved); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "Saved %s as version %d; scores follow within seconds\n", saved.ID, saved.Version)
				var p health.Preview
				if err := at.read(ctx, http.MethodPost, scorecardsPath+"/preview", url.Values{"limit": {"0"}}, saved, &p); err != nil {
					return err
				}
				sh.printWarnings(p.Warnings)
				return nil
			})
		}),
	}
}

func (sh *shell) scorecardsPreview() *cobra.Command {
	var output string
	var limit int
	c := &cobra.Command{
		Use:   "preview FILE",
		Short: "What a scorecard would make of the accounts, without putting it in force",
		Args:  exactly("file"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if err := oneOf("output", output, "table", "json"); err != nil {
				return err
			}
			card, err := readScorecard(args[0])
			if err != nil {
				return err
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var p health.Preview
				if err := at.read(ctx, http.MethodPost, scorecardsPath+"/preview", url.Values{"limit": {strconv.Itoa(limit)}}, card, &p); err != nil {
					return err
				}
				if output == "json" {
					return printJSON(sh.out, p)
				}
				fmt.Fprintf(sh.out, "%s would get it, %d of them a score: %d good, %d average, %d poor; mean %s\n", count(p.Matched, "account"), p.Scored, p.Bands[health.Good], p.Bands[health.Middling], p.Bands[health.Unhealthy], points(p.Mean))
				sh.printWarnings(p.Warnings)
				return columns(sh.out, func(line func(string, ...any)) {
					line("ACCOUNT\tWAS\tWOULD BE\tBAND")
					for _, a := range p.Accounts {
						line("%s\t%s\t%s\t%s", a.ID, points(a.Was), points(a.Score), a.Band)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().IntVar(&limit, "limit", 20, "how many accounts are told")
	return c
}

// printWarnings says what is not wrong by itself about who gets a scorecard.
func (sh *shell) printWarnings(all []health.Warning) {
	for _, w := range all {
		switch w.Kind {
		case "nobody":
			fmt.Fprintln(sh.out, "Note: no account gets it: its segment and stages match nobody, or others come first")
		case "few":
			fmt.Fprintf(sh.out, "Note: %s with a score by it: too few to judge it by\n", count(w.Count, "account"))
		case "several":
			fmt.Fprintf(sh.out, "Note: %s would match %s of the same priority too, and get the one that comes first by id: %s\n", count(w.Count, "account"), w.Scorecard, strings.Join(w.Accounts, ", "))
		}
	}
}

func (sh *shell) scorecardsRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID",
		Short: "Take a scorecard out of force; what was told by it stays known",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				body, err := at.ask(ctx, http.MethodDelete, scorecardPath(args[0]), nil, nil)
				if err != nil {
					return err
				}
				return body.Close()
			})
		}),
	}
}

func (sh *shell) scorecardsDiff() *cobra.Command {
	var output string
	var from, to int64
	c := &cobra.Command{
		Use:   "diff ID",
		Short: "What differs between two versions; without any, between the last two",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			q := url.Values{"from": {strconv.FormatInt(from, 10)}, "to": {strconv.FormatInt(to, 10)}}
			var d api.ScorecardDifferences
			return sh.answering(ctx, output, scorecardPath(args[0])+"/differences", q, &d, func() error {
				fmt.Fprintf(sh.out, "Version %d → %d\n", d.From, d.To)
				return columns(sh.out, func(line func(string, ...any)) {
					line("WHERE\tFIELD\tWAS\tIS")
					for _, one := range d.Differences {
						line("%s\t%s\t%s\t%s", strings.Trim(one.Group+" / "+one.Measure, " /"), one.Field, one.Was, one.Is)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().Int64Var(&from, "from", 0, "the earlier version")
	c.Flags().Int64Var(&to, "to", 0, "the later version")
	return c
}

func (sh *shell) scorecardsRestore() *cobra.Command {
	var version int64
	c := &cobra.Command{
		Use:   "restore ID",
		Short: "Put an earlier version in force again; it becomes the next version",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				var saved health.Scorecard
				q := url.Values{"version": {strconv.FormatInt(version, 10)}}
				if err := at.read(ctx, http.MethodPost, scorecardPath(args[0])+"/restore", q, nil, &saved); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "%s is in force as version %d\n", saved.ID, saved.Version)
				return nil
			})
		}),
	}
	c.Flags().Int64Var(&version, "version", 0, "which; without it the last one")
	return c
}
