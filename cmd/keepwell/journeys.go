package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
)

const journeysPath = "/api/v1/journeys"

func journeyPath(id, more string) string { return journeysPath + "/" + url.PathEscape(id) + more }

// journeys is the stages that accounts go through, and where they are.
func (sh *shell) journeys() *cobra.Command {
	c := &cobra.Command{
		Use:   "journeys",
		Short: "See which stage accounts are in, how long stages take, who is behind, stuck or went back",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.journeysList(), sh.journeysAdd(), sh.journeysShow(), sh.journeysAccounts(), sh.journeysPlace(), sh.journeysRemove())
	return c
}

func (sh *shell) journeysList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "The journeys, in the order in which accounts take them",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.JourneyList
			return sh.listing(ctx, output, journeysPath, &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("ID\tVERSION\tSTAGES\tFOR\tNAME")
					for _, j := range list.Journeys {
						line("%s\t%d\t%d\t%s\t%s", j.ID, j.Version, len(j.Stages), j.For, j.Name.In(i18n.EN))
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) journeysAdd() *cobra.Command {
	return &cobra.Command{
		Use:   "add [TEMPLATE]",
		Short: "Begin with a template: self_service, low_touch or high_touch; without one, which there are",
		Args:  cobra.MaximumNArgs(1),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				return columns(sh.out, func(line func(string, ...any)) {
					line("TEMPLATE\tSTAGES\tFOR\tNAME")
					for _, t := range journey.Templates() {
						line("%s\t%d\t%s\t%s", t.ID, len(t.Journey.Stages), t.Journey.For, t.Journey.Name.In(i18n.EN))
					}
				})
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var one journey.Journey
				if err := at.read(ctx, http.MethodPost, journeysPath, nil, api.JourneyNew{Template: args[0]}, &one); err != nil {
					return err
				}
				fmt.Fprintf(sh.out, "Added %s as %s\n", one.Name.In(i18n.EN), one.ID)
				return nil
			})
		}),
	}
}

// days is a length of a stage as it is printed; - where nothing says it.
func days(x *float64) string {
	if x == nil {
		return "-"
	}
	return strconv.FormatFloat(*x, 'f', 0, 64)
}

func (sh *shell) journeysShow() *cobra.Command {
	var output, segment, asOf string
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Each stage: how many are in it, on track, behind and stuck, and how long it takes",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			q := url.Values{}
			for name, value := range map[string]string{"segment": segment, "as_of": asOf} {
				if value != "" {
					q.Set(name, value)
				}
			}
			var course api.JourneyCourse
			return sh.answering(ctx, output, journeyPath(args[0], "/stages"), q, &course, func() error {
				if err := columns(sh.out, func(line func(string, ...any)) {
					line("STAGE\tNOW\tON TRACK\tBEHIND\tSTUCK\tCAME 30 D\tLEFT 30 D\tBACK 90 D\tDAYS P50\tP90\tFROM")
					for _, s := range course.Stages {
						line("%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s", s.Key, s.Now, s.OnTrack, s.Behind, s.Stuck, s.Entered, s.Left, s.Back, days(s.Usual.P50), days(s.Usual.P90), s.Usual.Source)
					}
				}); err != nil {
					return err
				}
				for _, u := range course.Unread {
					fmt.Fprintf(sh.err, "Can't be asked any more: %s: %s\n", u.Condition, u.Why)
				}
				for _, r := range course.Regressions {
					fmt.Fprintf(sh.out, "Back: %s from %s to %s on %s\n", r.Account, r.From, r.To, r.At.Format(time.DateOnly))
				}
				return nil
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&segment, "segment", "", "only accounts in this segment")
	c.Flags().StringVar(&asOf, "as-of", "", "as it was at this instant")
	return c
}

func (sh *shell) journeysAccounts() *cobra.Command {
	var output, stage, state string
	var ready bool
	var limit int
	c := &cobra.Command{
		Use:   "accounts ID",
		Short: "The accounts on a journey, the longest in their stage first",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			for name, value := range map[string]string{"stage": stage, "state": state} {
				if value != "" {
					q.Set(name, value)
				}
			}
			if ready {
				q.Set("ready", "true")
			}
			var places api.JourneyPlaces
			return sh.answering(ctx, output, journeyPath(args[0], "/accounts"), q, &places, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("ACCOUNT\tSTAGE\tDAYS\tSTATE\tBACK FROM")
					for _, p := range places.Places {
						line("%s\t%s\t%.0f\t%s\t%s", p.Account, p.Stage, p.Days, p.State, p.BackFrom)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	c.Flags().StringVar(&stage, "stage", "", "only in this stage")
	c.Flags().StringVar(&state, "state", "", "on_track, behind or stuck")
	c.Flags().BoolVar(&ready, "ready", false, "only those that conditions put into another stage")
	c.Flags().IntVar(&limit, "limit", 50, "how many at the most")
	return c
}

func (sh *shell) journeysPlace() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "place ACCOUNT",
		Short: "Where an account is on its journey",
		Args:  exactly("account"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			var p api.JourneyPlace
			return sh.answering(ctx, output, "/api/v1/accounts/"+url.PathEscape(args[0])+"/journey", nil, &p, func() error {
				fmt.Fprintf(sh.out, "%s: %s for %.0f days %s\n", p.Account, p.Stage, p.Days, p.State)
				return nil
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) journeysRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID",
		Short: "Remove a journey; POST /api/v1/journeys/ID/restore brings it back",
		Args:  exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				body, err := at.ask(ctx, http.MethodDelete, journeyPath(args[0], ""), nil, nil)
				if err != nil {
					return err
				}
				return body.Close()
			})
		}),
	}
}
