package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/app"
	"github.com/keepwell/keepwell/internal/fault"
)

func (sh *shell) check() *cobra.Command {
	var rebuild bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Recount what is derived from the facts, and read all stores for damage",
		Long:  "Compares who is who, accounts, days and rollups with a recount from the facts, and reads state and log to their end. With --rebuild and no server running, the lake is first made anew from the log, if that still holds every fact. Exit code 1 when something is wrong.",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) (err error) {
			derived := rebuild
			if rebuild {
				made, err := sh.makeAnew(ctx)
				if err != nil {
					return err
				}
				derived = !made
			}
			at, err := sh.reach(ctx, false)
			if err != nil {
				return err
			}
			defer func() { err = at.leave(err) }()
			query := url.Values{}
			if derived {
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
				fmt.Fprintf(sh.err, "%d things are wrong; %s\n", wrong, cure(rebuild))
				return errSaid
			}
			fmt.Fprintln(sh.out, "All is as the facts say.")
			return nil
		}),
	}
	c.Flags().BoolVar(&rebuild, "rebuild", false, "make the lake anew from the log first; where that can't be, only what is derived from the facts")
	return c
}

func cure(rebuilt bool) string {
	if rebuilt {
		return "a backup mends them"
	}
	return "keepwell check --rebuild makes the lake anew from the log, or what is derived; a backup mends the rest"
}

// makeAnew makes the lake anew from the log if it can be, and says why not otherwise.
func (sh *shell) makeAnew(ctx context.Context) (bool, error) {
	s := sh.settings
	only := func(why string) (bool, error) {
		fmt.Fprintf(sh.err, "Only what is derived from the facts is made anew: %s.\n", why)
		return false, nil
	}
	if s.Server != "" {
		return only("the lake itself is made anew from the log on the server's machine, while the server is stopped")
	}
	if running, ok := app.Running(ctx, s.Data); ok {
		return only(fmt.Sprintf("a server (process %d) works on the folder; stop it and run this again to make the lake anew from the log", running.PID))
	}
	if _, err := os.Stat(s.Data); err != nil {
		return false, nil // reach says what is wrong
	}
	progress := sh.progress("Making the lake anew", -1)
	n := int64(0)
	anew, err := app.MakeLakeAnew(ctx, s, sh.logger(true), func(text string) { n++; progress.at(n, text) })
	progress.end()
	switch {
	case err != nil:
		return false, err
	case !anew.Made:
		return only(anew.Why)
	}
	fmt.Fprintf(sh.out, "The lake was made anew from the log: %d facts.\n", anew.Facts)
	return true, nil
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
