package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/team"
)

func (sh *shell) key() *cobra.Command {
	c := &cobra.Command{
		Use:   "key",
		Short: "Make, list and revoke API keys",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.keyCreate(), sh.keyList(), sh.keyRevoke())
	return c
}

// asking reaches the installation and leaves it in order.
func (sh *shell) asking(ctx context.Context, fresh bool, fn func(*reached) error) error {
	at, err := sh.reach(ctx, fresh)
	if err != nil {
		return err
	}
	return at.leave(fn(at))
}

// listing reads a list and prints it as JSON, or with show.
func (sh *shell) listing(ctx context.Context, output, path string, list any, show func() error) error {
	if err := oneOf("output", output, "table", "json"); err != nil {
		return err
	}
	return sh.asking(ctx, false, func(at *reached) error {
		if err := at.read(ctx, http.MethodGet, path, nil, nil, list); err != nil {
			return err
		}
		if output == "json" {
			return printJSON(sh.out, list)
		}
		return show()
	})
}

func (sh *shell) keyCreate() *cobra.Command {
	var scope string
	c := &cobra.Command{
		Use:   "create NAME",
		Short: "Make a key and print it, this once, alone on standard output",
		Long: "Scopes: ingest sends facts, read asks for numbers and lists, admin does everything. Only a hash of the key is kept, " +
			"so what is printed here can't be shown again.",
		Example: "  WRITE_KEY=$(keepwell key create website --scope ingest)",
		Args:    exactly("name"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if scope == "" {
				return &misused{fmt.Errorf("--scope is missing: ingest, read or admin")}
			}
			if _, err := team.ParseScope(scope); err != nil {
				return &misused{fmt.Errorf("--scope %q is none of ingest, read, admin", scope)}
			}
			return sh.asking(ctx, true, func(at *reached) error {
				var k api.NewKey
				if err := at.read(ctx, http.MethodPost, "/api/v1/keys", nil, map[string]string{"name": args[0], "scope": scope}, &k); err != nil {
					return err
				}
				fmt.Fprintln(sh.out, k.Text)
				return nil
			})
		}),
	}
	c.Flags().StringVar(&scope, "scope", "", "ingest, read or admin")
	return c
}

func (sh *shell) keyList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "The keys there are, also revoked ones",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.KeyList
			return sh.listing(ctx, output, "/api/v1/keys", &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("NAME\tSCOPE\tKEY\tCREATED\tLAST USED\tREVOKED\tID")
					for _, k := range list.Keys {
						line("%s\t%s\t%s…\t%s\t%s\t%s\t%s", k.Name, k.Scope, k.Hint, k.Created.Format(time.DateOnly), moment(k.LastUsed), moment(k.Revoked), k.ID)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) keyRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke NAME|ID",
		Short: "End a key: it opens nothing from now on",
		Args:  exactly("name"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				var k api.Key
				if err := at.read(ctx, http.MethodDelete, "/api/v1/keys/"+url.PathEscape(args[0]), nil, nil, &k); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "The key %s (%s…) is revoked.\n", k.Name, k.Hint)
				return nil
			})
		}),
	}
}

func moment(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04")
}
