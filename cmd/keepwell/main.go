// Command keepwell is Keepwell as its users run it: the server, and everything that is done from a terminal. One file
// per subcommand. Commands find the server that runs on their data folder and go through it; when none does, they open
// the folder themselves.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes.
const (
	done   = 0
	failed = 1
	misuse = 2
)

// shell is what a command is run in.
type shell struct {
	in       io.Reader
	out, err io.Writer
	settings *config.Settings
	given    map[string]string // flags that were set
}

// run runs a command line and gives its exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	sh := &shell{in: in, out: out, err: errs}
	root := sh.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	var inside *insideError
	switch {
	case err == nil:
		return done
	case errors.As(err, &inside):
		if !errors.Is(err, errSaid) {
			fmt.Fprintf(errs, "keepwell: %v\n", inside.err)
		}
		return failed
	}
	// All that did not happen inside a command is how it was called.
	fmt.Fprintf(errs, "keepwell: %v\n", err)
	if !strings.Contains(err.Error(), "--help") {
		fmt.Fprintf(errs, "See: %s --help\n", commandOf(root, args))
	}
	return misuse
}

// insideError is an error of a command that was called rightly.
type insideError struct{ err error }

func (e *insideError) Error() string { return e.err.Error() }
func (e *insideError) Unwrap() error { return e.err }

// errSaid ends a command as failed after it has said why.
var errSaid = errors.New("said already")

// misused marks an error found inside a command as a wrong call.
type misused struct{ err error }

func (e *misused) Error() string { return e.err.Error() }

func commandOf(root *cobra.Command, args []string) string {
	c, _, err := root.Find(args)
	if err != nil || c == nil {
		return root.Name()
	}
	return c.CommandPath()
}

func (sh *shell) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "keepwell",
		Short:         "Keepwell: customer success from facts",
		Long:          "Keepwell takes in what your customers do, and answers how they fare.\n\nStart with: keepwell demo (a made-up company), or keepwell serve.",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		RunE:              func(c *cobra.Command, args []string) error { return c.Help() },
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("there is no command %q%s", args[0], sh.nearest(args[0]))
			}
			return nil
		},
	}
	config.Define(root.PersistentFlags())
	root.AddCommand(
		sh.serve(), sh.demo(), sh.importing(), sh.export(), sh.metrics(), sh.policies(), sh.segments(), sh.health(), sh.scorecards(), sh.journeys(), sh.forecasts(), sh.stats(), sh.backup(), sh.restore(), sh.check(),
		sh.key(), sh.user(), sh.doctor(), sh.config(), sh.versionCommand(),
	)
	return root
}

func (sh *shell) nearest(name string) string {
	best, most := "", 1
	for _, c := range sh.root().Commands() {
		n := 0
		for n < len(name) && n < len(c.Name()) && name[n] == c.Name()[n] {
			n++
		}
		if n > most {
			best, most = c.Name(), n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// does makes the run of a command: it loads the settings first.
func (sh *shell) does(fn func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		sh.given = config.Given(c.Flags())
		var err error
		if sh.settings, err = config.Load(sh.given, os.Environ(), ""); err != nil {
			return err
		}
		err = fn(c.Context(), args)
		var wrong *misused
		if err == nil || errors.As(err, &wrong) {
			return err
		}
		return &insideError{err}
	}
}

// exactly says what arguments a command takes.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("%s is missing", strings.ToUpper(names[len(args)]))
		case len(args) > len(names):
			return fmt.Errorf("%q is too much: %s takes %s", args[len(names)], c.CommandPath(), count(len(names), "argument"))
		}
		return nil
	}
}

func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// logger writes to the terminal's error side; quiet is for commands that people watch.
func (sh *shell) logger(quiet bool) *slog.Logger {
	o := &slog.HandlerOptions{Level: sh.settings.LogLevel}
	if _, asked := sh.given["log-level"]; quiet && !asked {
		o.Level = max(sh.settings.LogLevel, slog.LevelWarn)
	}
	if sh.settings.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(sh.err, o))
	}
	return slog.New(slog.NewTextHandler(sh.err, o))
}
