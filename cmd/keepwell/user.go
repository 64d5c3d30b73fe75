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

func (sh *shell) user() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "Add users, list them, and make links to choose a password",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.userAdd(), sh.userList(), sh.userReset())
	return c
}

func (sh *shell) userAdd() *cobra.Command {
	var name, role, accounts string
	var csm []string
	c := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a user and print a link to choose a password, this once, alone on standard output",
		Long: "Roles: admin does everything; manager all but users, keys, the audit trail and running the installation; csm works with accounts; " +
			"support works with accounts and mends refused facts; viewer looks. With --accounts own somebody sees only accounts whose trait csm is " +
			"their name, their e-mail or one of --csm-name.",
		Example: "  keepwell user add ana@example.com --name 'Ana Popescu' --role csm --accounts own",
		Args:    exactly("email"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if !team.Role(role).Known() {
				return &misused{fmt.Errorf("--role %q is none of admin, manager, csm, support, viewer", role)}
			}
			if err := oneOf("accounts", accounts, "all", "own"); err != nil {
				return err
			}
			body := map[string]any{"email": args[0], "name": name, "role": role, "accounts": accounts}
			if name == "" {
				body["name"] = args[0]
			}
			if len(csm) > 0 {
				body["csm_names"] = csm
			}
			return sh.asking(ctx, true, func(at *reached) error { return sh.invitation(ctx, at, "/api/v1/users", body) })
		}),
	}
	c.Flags().StringVar(&name, "name", "", "the user's name; default: the e-mail")
	c.Flags().StringVar(&role, "role", string(team.RoleCSM), "admin, manager, csm, support or viewer")
	c.Flags().StringVar(&accounts, "accounts", "all", "all or own")
	c.Flags().StringArrayVar(&csm, "csm-name", nil, "what the trait csm calls the user, beside name and e-mail; may be given several times")
	return c
}

// invitation posts and prints the link that comes back; who it is for goes to the error side, so that the link can be piped.
func (sh *shell) invitation(ctx context.Context, at *reached, path string, body any) error {
	var made api.Invitation
	if err := at.read(ctx, http.MethodPost, path, nil, body, &made); err != nil {
		return err
	}
	fmt.Fprintf(sh.err, "For %s, once, until %s:\n", made.Email, made.Expires.UTC().Format("2006-01-02 15:04 UTC"))
	fmt.Fprintln(sh.out, made.Link)
	return nil
}

func (sh *shell) userList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the users",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.UserList
			return sh.listing(ctx, output, "/api/v1/users", &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("EMAIL\tNAME\tROLE\tACCOUNTS\tSTATE\tLAST SEEN\tID")
					for _, u := range list.Users {
						line("%s\t%s\t%s\t%s\t%s\t%s\t%s", u.Email, u.Name, u.Role, u.Accounts, u.State, moment(u.LastSeen), u.ID)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) userReset() *cobra.Command {
	return &cobra.Command{
		Use:   "reset EMAIL|ID",
		Short: fmt.Sprintf("Print a link to choose a new password, good once, for %d days", team.InviteLife/(24*time.Hour)),
		Long:  "The present password stays good until another is chosen. The link is printed this once, alone on standard output.",
		Args:  exactly("email"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				return sh.invitation(ctx, at, "/api/v1/users/"+url.PathEscape(args[0])+"/reset", nil)
			})
		}),
	}
}
