package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/metric"
)

func (sh *shell) policies() *cobra.Command {
	c := &cobra.Command{
		Use:   "policies",
		Short: "Choose how to count: list, set, reset, or take a preset",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.policiesList(), sh.presetsList(),
		sh.policiesChange("set ID VALUE", "Count like this from now on", http.MethodPut, "/api/v1/policies/", "id", "value"),
		sh.policiesChange("reset ID", "Count as Keepwell does by itself", http.MethodDelete, "/api/v1/policies/", "id"),
		sh.policiesChange("apply PRESET", "Take over the policies of a preset", http.MethodPost, "/api/v1/presets/", "preset"))
	return c
}

func (sh *shell) policiesList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "The choices in how to count, as they stand",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.PolicyList
			return sh.listing(ctx, output, "/api/v1/policies", &list, func() error {
				return sh.showPolicies(list)
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) showPolicies(list api.PolicyList) error {
	return columns(sh.out, func(line func(string, ...any)) {
		line("ID\tVALUE\tDEFAULT\tWHAT IT SAYS")
		for _, p := range list.Policies {
			if !p.Question {
				line("%s\t%s\t%s\t%s", p.ID, p.Value, p.Default, p.About)
			}
		}
	})
}

func (sh *shell) presetsList() *cobra.Command {
	return &cobra.Command{
		Use:   "presets",
		Short: "The conventions known by a name",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) (err error) {
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			var list api.PresetList
			if err := at.read(ctx, http.MethodGet, "/api/v1/presets", nil, nil, &list); err != nil {
				return err
			}
			return columns(sh.out, func(line func(string, ...any)) {
				line("ID\tDIFFERS IN\tWHAT IT SAYS")
				for _, p := range list.Presets {
					line("%s\t%d\t%s", p.ID, len(p.Values), p.About)
				}
			})
		}),
	}
}

// policiesChange is a command that changes the policies at an address, and lists them as they stand then.
func (sh *shell) policiesChange(use, short, method, address string, args ...string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: exactly(args...),
		RunE: sh.does(func(ctx context.Context, given []string) (err error) {
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			path := address + url.PathEscape(given[0])
			var body any
			switch method {
			case http.MethodPost:
				path += "/apply"
			case http.MethodPut:
				body = map[string]string{"value": given[1]}
			}
			var list api.PolicyList
			if err := at.read(ctx, method, path, nil, body, &list); err != nil {
				return err
			}
			return sh.showPolicies(list)
		}),
	}
}

func (sh *shell) metricsBridge() *cobra.Command {
	var q question
	var start, end string
	c := &cobra.Command{
		Use:     "bridge ID",
		Short:   "What makes a number differ between two conventions, policy by policy",
		Example: "  keepwell metrics bridge mrr --end chartmogul",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			var b metric.Bridge
			return sh.asked(ctx, &q, args[0], "/bridge", given(url.Values{"start": {start}, "end": {end}}), &b, func() error {
				fmt.Fprintf(sh.out, "%s: %s by %s\n\n", b.Label, number(b.From), b.Start)
				if err := columns(sh.out, func(line func(string, ...any)) {
					for _, step := range b.Steps {
						change := "–"
						if step.Change != nil {
							change = signed(step.Change)
						}
						line("%s\t%s -> %s\t%s\t%d accounts", step.Label, step.Was, step.Is, change, len(step.Accounts))
					}
				}); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "\n%s by %s\n", number(b.To), b.End)
				return nil
			})
		}),
	}
	q.flags(c, false)
	c.Flags().StringVar(&start, "start", "", "the convention to come from: a preset, or workspace")
	c.Flags().StringVar(&end, "end", "", "the convention to go to")
	return c
}
