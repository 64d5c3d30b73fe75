package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/app"
	"github.com/keepwell/keepwell/internal/config"
)

func (sh *shell) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: "Runs the server on a data folder, which is made when it is missing. Prints one line with its address once it is ready. " +
			"SIGTERM or Ctrl-C ends it in order: nothing that was acknowledged is lost.",
		Args: exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error { return sh.run(ctx, nil) }),
	}
}

// run serves until ctx ends. first is done before anybody is let in.
func (sh *shell) run(ctx context.Context, first func(*app.App) error) (err error) {
	if os.Getenv("GOGC") == "" {
		// Little lives on Go's heap and much passes through it: collecting less often gives a tenth of the processor back
		// to taking in, for some 70 MB.
		debug.SetGCPercent(450)
	}
	logger := sh.logger(false)
	for _, w := range sh.settings.Warnings {
		logger.Warn(w)
	}
	return app.Serve(ctx, sh.settings, app.Options{Version: version(), Logger: logger}, first, func(a *app.App, url string) {
		fmt.Fprintf(sh.out, "Keepwell is ready at %s\n", url)
		link, err := a.SetupLink(ctx)
		switch {
		case err != nil:
			logger.Warn("there is no set-up link this time; sign in with an API key instead", "error", err)
		case link != "": // nobody has an account yet, so every start gives a way in
			fmt.Fprintf(sh.out, "Sign in (once, within a day): %s\n", link)
		}
	})
}

func (sh *shell) demo() *cobra.Command {
	var seed uint64
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the server with a made-up company in it",
		Long: "Like serve, but an empty data folder is first filled with two years of a made-up company: 300 accounts, 8 000 contacts, " +
			"every kind of fact. It loads on the first start only.",
		Args: exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			chosen := sh.settings.Currency != ""
			if !chosen {
				sh.settings.Currency = demoCurrency
			}
			return sh.run(ctx, func(a *app.App) error {
				began := time.Now()
				bar := sh.progress("Making up a company", 1000)
				loaded, err := a.LoadDemo(ctx, seed, func(part float64) { bar.at(int64(1000 * part)) })
				bar.end()
				if loaded && err == nil && !chosen {
					err = keepCurrency(sh.settings.Data)
				}
				if loaded && err == nil {
					fmt.Fprintf(sh.err, "The made-up company is in, after %.1f s.\n", time.Since(began).Seconds())
				}
				return err
			})
		}),
	}
	c.Flags().Uint64Var(&seed, "seed", 1, "which company to make up")
	return c
}

// demoCurrency is what the made-up company reports in.
const demoCurrency = "EUR"

// keepCurrency writes the currency into the data folder's settings file, unless there is one, so that the company is
// counted alike when the folder is served without `demo` later.
func keepCurrency(data string) error {
	f, err := os.OpenFile(filepath.Join(data, config.FileName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString("# The made-up company's amounts are in several currencies; this is the one it reports in.\ncurrency: " + demoCurrency + "\n")
	return errors.Join(err, f.Close())
}
