package main

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

func (sh *shell) export() *cobra.Command {
	var from, to, format string
	c := &cobra.Command{
		Use:     "export KIND",
		Short:   "Write facts of a kind to standard output",
		Long:    "Writes facts in the order in which they happened, in a form that import reads: where they came from that adds nothing, elsewhere it gives the same facts.",
		Example: "  keepwell export events --from 2026-01-01 -o csv > events.csv",
		Args:    exactly("kind"),
		RunE: sh.does(func(ctx context.Context, args []string) (err error) {
			if err := oneOf("output", format, "csv", "ndjson", "parquet"); err != nil {
				return err
			}
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			asked := format
			if format == "parquet" {
				asked = "ndjson"
			}
			body, err := at.ask(ctx, http.MethodGet, "/api/v1/facts/"+url.PathEscape(args[0]), given(url.Values{"format": {asked}, "from": {from}, "to": {to}}), nil)
			if err != nil {
				return err
			}
			defer body.Close()
			if format == "parquet" {
				return writeParquet(ctx, args[0], body, sh.out)
			}
			_, err = io.Copy(sh.out, body)
			return err
		}),
	}
	c.Flags().StringVar(&from, "from", "", "first instant: RFC 3339 or a date")
	c.Flags().StringVar(&to, "to", "", "first instant that is left out")
	c.Flags().StringVarP(&format, "output", "o", "ndjson", "csv, ndjson or parquet")
	return c
}

// given leaves out what is empty.
func given(v url.Values) url.Values {
	for name, values := range v {
		if values[0] == "" {
			delete(v, name)
		}
	}
	return v
}
