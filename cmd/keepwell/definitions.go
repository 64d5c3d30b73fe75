package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
)

// definitionAddress is where the definition of a metric is read and written.
func definitionAddress(id string) string {
	return "/api/v1/metrics/" + url.PathEscape(id) + "/definition"
}

func (sh *shell) metricsSource() *cobra.Command {
	return &cobra.Command{
		Use:     "source ID",
		Short:   "The definition of a metric as it is written",
		Example: "  keepwell metrics source nps > my_nps.sql",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) (err error) {
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			body, err := at.ask(ctx, http.MethodGet, definitionAddress(args[0]), nil, nil)
			if err != nil {
				return err
			}
			defer body.Close()
			_, err = io.Copy(sh.out, body)
			return err
		}),
	}
}

func (sh *shell) metricsSave() *cobra.Command {
	var dryRun bool
	c := &cobra.Command{
		Use:     "save FILE",
		Short:   "Add a metric of your own, or change it",
		Long:    "Checks a definition in the form of the built-in ones, tries it over the last days and keeps it. Its id is the file's name. Errors name file and line.",
		Example: "  keepwell metrics save seats_used.sql\n  keepwell metrics save --dry-run seats_used.sql",
		Args:    exactly("file"),
		RunE: sh.does(func(ctx context.Context, args []string) (err error) {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			query := url.Values{}
			if dryRun {
				query.Set("dry_run", "true")
			}
			var checked api.Checked
			id := strings.TrimSuffix(filepath.Base(args[0]), ".sql")
			if err := at.read(ctx, http.MethodPut, definitionAddress(id), query, plainBody(raw), &checked); err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%s is sound", checked.ID)
			if checked.Saved {
				fmt.Fprint(sh.out, " and saved")
			}
			fmt.Fprintln(sh.out)
			return nil
		}),
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "check only")
	return c
}

func (sh *shell) metricsRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID",
		Short: "Remove a metric of your own",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) (err error) {
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			body, err := at.ask(ctx, http.MethodDelete, definitionAddress(args[0]), nil, nil)
			if err != nil {
				return err
			}
			return body.Close()
		}),
	}
}
