package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the build of a release: -ldflags "-X main.release=1.2.3".
var release = ""

// version is the release, or the commit this was built from.
func version() string {
	if release != "" {
		return release
	}
	commit, changed := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision" && len(s.Value) >= 12:
				commit = s.Value[:12]
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = "+changes"
			}
		}
	}
	if commit == "" {
		return "development"
	}
	return "development-" + commit + changed
}

// libraries are those that write files, whose versions matter in a report of a fault.
func libraries() map[string]string {
	found := map[string]string{}
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return found
	}
	for _, d := range info.Deps {
		switch d.Path {
		case "github.com/duckdb/duckdb-go/v2":
			found["duckdb-go"] = d.Version
		case "modernc.org/sqlite":
			found["sqlite"] = d.Version
		case "github.com/jackc/pgx/v5":
			found["pgx"] = d.Version
		}
	}
	return found
}

func (sh *shell) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Which keepwell this is",
		Args:  exactly(),
		RunE: sh.does(func(context.Context, []string) error {
			fmt.Fprintf(sh.out, "keepwell %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		}),
	}
}
