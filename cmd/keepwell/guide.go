package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
)

func (sh *shell) metricsGuide() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:     "guide [GOAL…]",
		Short:   "From a goal in your own words to the metrics to watch",
		Long:    "Names the metrics that answer a goal, with why, and what facts each still needs here. Without a goal all of them are listed.",
		Example: "  keepwell metrics guide how loyal are they\n  keepwell metrics guide which numbers are worth keeping",
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if err := oneOf("output", output, "table", "json"); err != nil {
				return err
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var found api.GuideAnswer
				if err := at.read(ctx, http.MethodGet, "/api/v1/guide", given(url.Values{"goal": {strings.Join(args, " ")}}), nil, &found); err != nil {
					return err
				}
				if output == "json" {
					return printJSON(sh.out, found)
				}
				return sh.showGoals(&found)
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) showGoals(found *api.GuideAnswer) error {
	for i, g := range found.Goals {
		if i > 0 {
			fmt.Fprintln(sh.out)
		}
		fmt.Fprintf(sh.out, "%s\n%s\n", g.Goal, g.About)
		if err := columns(sh.out, func(line func(string, ...any)) {
			for _, m := range g.Metrics {
				needs := ""
				if !m.Ready {
					var kinds []string
					for _, k := range m.Needs {
						kinds = append(kinds, k.Kind)
					}
					needs = "needs " + strings.Join(kinds, ", ")
				}
				line("  %s\t%s\t%s", m.ID, m.Why, needs)
			}
		}); err != nil {
			return err
		}
	}
	return nil
}
