package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func (sh *shell) config() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "config",
		Short: "Every setting, its value and where it comes from",
		Long:  "A setting is a flag, an environment variable KEEPWELL_… or a line in keepwell.yaml, in that order of strength.",
		Args:  exactly(),
		RunE: sh.does(func(_ context.Context, _ []string) error {
			if err := oneOf("output", output, "table", "json"); err != nil {
				return err
			}
			for _, w := range sh.settings.Warnings {
				fmt.Fprintln(sh.err, "keepwell:", w)
			}
			if output == "json" {
				return printJSON(sh.out, sh.settings.Explain())
			}
			return columns(sh.out, func(line func(string, ...any)) {
				line("SETTING\tVALUE\tFROM\tWHAT IT IS")
				for _, l := range sh.settings.Explain() {
					line("%s\t%s\t%s\t%s", l.Name, l.Value, l.Origin, l.Help)
				}
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}
