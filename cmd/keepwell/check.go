package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fault"
)

func (sh *shell) check() *cobra.Command {
	var rebuild bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Recount what is derived from the facts, and read all stores for damage",
		Long:  "Compares who is who, accounts, days and rollups with a recount from the facts, and reads state and log to their end. Exit code 1 when something is wrong.",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) (err error) {
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			query := url.Values{}
			if rebuild {
				query.Set("rebuild", "true")
			}
			body, err := at.ask(ctx, http.MethodPost, "/api/v1/admin/check", query, nil)
			if err != nil {
				return err
			}
			defer body.Close()
			wrong, err := sh.follow(body)
			if err != nil {
				return err
			}
			if wrong > 0 {
				fmt.Fprintf(sh.err, "%d things are wrong; keepwell check --rebuild makes what is derived anew, a backup mends the rest\n", wrong)
				return errSaid
			}
			fmt.Fprintln(sh.out, "All is as the facts say.")
			return nil
		}),
	}
	c.Flags().BoolVar(&rebuild, "rebuild", false, "make everything derived anew from the facts first")
	return c
}

// follow shows a check as it goes and counts what is wrong.
func (sh *shell) follow(from io.Reader) (wrong int, err error) {
	progress := sh.progress("Checking", -1)
	defer progress.end()
	lines := json.NewDecoder(from)
	for n := int64(0); ; n++ {
		var l api.CheckLine
		if err := lines.Decode(&l); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return wrong, fault.New(fault.Unavailable, "the check broke off").Mend("see the server's log")
		} else if err != nil {
			return wrong, err
		}
		switch {
		case l.Done:
			return wrong, nil
		case l.Error != nil:
			return wrong, fault.New(fault.Unavailable, "the check could not go on: %s", l.Error.Title+" "+l.Error.Detail).Mend("%s", l.Error.Fix)
		case l.Finding != nil:
			wrong++
			fmt.Fprintf(sh.out, "%s: %s\n", l.Finding.Where, l.Finding.What)
		default:
			progress.at(n, l.Progress)
		}
	}
}
