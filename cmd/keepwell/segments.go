package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
)

const segmentsPath = "/api/v1/segments"

func (sh *shell) segments() *cobra.Command {
	c := &cobra.Command{
		Use:   "segments",
		Short: "Save filters over accounts, and see who is in them",
		Long:  "A segment is a filter like: plan = enterprise and not did \"Login\" in 14 days. docs/segments.md has the whole language on a page.",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.segmentsList(), sh.segmentsShow(), sh.segmentsSave(), sh.segmentsMembers(), sh.segmentsHistory(),
		sh.segmentsMove("delete", "Take a segment away, unless others rest on it", http.MethodDelete, "", "is deleted; bring it back with: keepwell segments restore"),
		sh.segmentsMove("restore", "Bring a deleted segment back, by its id", http.MethodPost, "/restore", "is back"))
	return c
}

func segmentPath(name string) string { return segmentsPath + "/" + url.PathEscape(name) }

func (sh *shell) segmentsList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "The saved segments",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.SegmentList
			return sh.listing(ctx, output, segmentsPath, &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("NAME\tVERSION\tCHANGED\tBY\tSEGMENT")
					for _, s := range list.Segments {
						line("%s\t%d\t%s\t%s\t%s", s.Name, s.Version, s.At.Format(time.DateOnly), s.By, s.Segment)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) segmentsShow() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "show NAME|ID",
		Short: "A segment and all its versions",
		Args:  exactly("name"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if err := oneOf("output", output, "table", "json"); err != nil {
				return err
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var list api.SegmentList
				if err := at.read(ctx, http.MethodGet, segmentPath(args[0])+"/versions", nil, nil, &list); err != nil {
					return err
				}
				if output == "json" {
					return printJSON(sh.out, list)
				}
				for _, s := range list.Segments[:min(1, len(list.Segments))] {
					fmt.Fprintf(sh.out, "%s (%s)\n%s\n\n", s.Name, s.ID, s.Segment)
				}
				return columns(sh.out, func(line func(string, ...any)) {
					line("VERSION\tMADE\tBY\tWHY\tNAME\tSEGMENT")
					for _, s := range list.Segments {
						line("%d\t%s\t%s\t%s\t%s\t%s", s.Version, s.At.Format("2006-01-02 15:04"), s.By, s.Why, s.Name, s.Segment)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) segmentsSave() *cobra.Command {
	var why, rename string
	c := &cobra.Command{
		Use:     "save NAME SEGMENT",
		Short:   "Save a segment, or change the one with this name",
		Example: "  keepwell segments save \"Gone quiet\" 'metric mrr > 0 and not did any event in 14 days' --why \"for the Monday round\"",
		Args:    exactly("name", "segment"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			body := api.SegmentSaved{SegmentWritten: api.SegmentWritten{Segment: args[1]}, Name: args[0], Why: why}
			return sh.asking(ctx, false, func(at *reached) error {
				var s api.SavedSegment
				err := at.read(ctx, http.MethodGet, segmentPath(args[0]), nil, nil, &s)
				var missing *fault.Error
				switch {
				case err == nil:
					body.Name, body.Version = rename, s.Version
					err = at.read(ctx, http.MethodPut, segmentPath(s.ID), nil, body, &s)
				case errors.As(err, &missing) && missing.Kind == fault.NotFound:
					err = at.read(ctx, http.MethodPost, segmentsPath, nil, body, &s)
				}
				if err == nil {
					fmt.Fprintf(sh.out, "Saved %s as version %d: %s\n", s.Name, s.Version, s.Segment)
				}
				return err
			})
		}),
	}
	c.Flags().StringVar(&why, "why", "", "why it is as it is, kept with the version")
	c.Flags().StringVar(&rename, "rename", "", "a new name for it")
	return c
}

func (sh *shell) segmentsMembers() *cobra.Command {
	var at, asOf, output, text string
	var limit int
	c := &cobra.Command{
		Use:     "members [NAME|ID]",
		Short:   "Who is in a segment, and why",
		Example: "  keepwell segments members \"Gone quiet\" --at 2026-03-01\n  keepwell segments members --segment 'plan = pro and did any event >= 3 people in 30 days'",
		Args:    cobra.MaximumNArgs(1),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if err := oneOf("output", output, "table", "json"); err != nil {
				return err
			}
			if (len(args) == 0) == (text == "") {
				return &misused{errors.New("name a saved segment, or give one with --segment")}
			}
			return sh.asking(ctx, false, func(r *reached) error {
				var page metric.SegmentPage
				var err error
				if text != "" {
					var body struct {
						api.SegmentWritten
						At    string `json:"at,omitempty"`
						AsOf  string `json:"as_of,omitempty"`
						Limit int    `json:"limit,omitempty"`
					}
					body.Segment, body.At, body.AsOf, body.Limit = text, at, asOf, limit
					err = r.read(ctx, http.MethodPost, segmentsPath+"/preview", nil, body, &page)
				} else {
					query := given(url.Values{"at": {at}, "as_of": {asOf}, "limit": {fmt.Sprint(limit)}})
					err = r.read(ctx, http.MethodGet, segmentPath(args[0])+"/members", query, nil, &page)
				}
				if err != nil {
					return err
				}
				if output == "json" {
					return printJSON(sh.out, page)
				}
				return sh.showMembers(page)
			})
		}),
	}
	f := c.Flags()
	f.StringVar(&text, "segment", "", "a segment that is not saved")
	f.StringVar(&at, "at", "", "the instant just before which it is asked; the end of today when left out")
	f.StringVar(&asOf, "as-of", "", "with what was known at this instant")
	f.IntVar(&limit, "limit", 100, "how many members are listed, up to 1000")
	f.StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) showMembers(page metric.SegmentPage) error {
	fmt.Fprintf(sh.out, "%s: %s just before %s\n\n", page.Segment, count(int(page.Count), "account"), day(page.At, sh.settings.Zone))
	return columns(sh.out, func(line func(string, ...any)) {
		line("ACCOUNT\tNAME\tWHY")
		for _, m := range page.Members {
			why := make([]string, len(m.Why))
			for i, reason := range m.Why {
				why[i] = reason.Leaf
				if !reason.Holds {
					why[i] = "not " + reason.Leaf
				}
				if reason.Value != nil {
					why[i] += fmt.Sprintf(" (%v)", reason.Value)
				}
			}
			line("%s\t%s\t%s", m.Account, m.Name, strings.Join(why, ", "))
		}
		if more := page.Count - int64(len(page.Members)); more > 0 {
			line("and %d more", more)
		}
	})
}

func (sh *shell) segmentsHistory() *cobra.Command {
	var from, to, grain, asOf, output string
	c := &cobra.Command{
		Use:   "history NAME|ID",
		Short: "How many were in a segment at each point, who had come and who had gone",
		Args:  exactly("name"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			if err := oneOf("output", output, "table", "json"); err != nil {
				return err
			}
			return sh.asking(ctx, false, func(at *reached) error {
				var h metric.SegmentHistory
				query := given(url.Values{"from": {from}, "to": {to}, "grain": {grain}, "as_of": {asOf}})
				if err := at.read(ctx, http.MethodGet, segmentPath(args[0])+"/history", query, nil, &h); err != nil {
					return err
				}
				if output == "json" {
					return printJSON(sh.out, h)
				}
				return columns(sh.out, func(line func(string, ...any)) {
					line("FROM\tTO\tIN IT\tCAME\tWENT")
					for _, p := range h.Points {
						line("%s\t%s\t%d\t%d\t%d", day(p.From, sh.settings.Zone), day(p.To, sh.settings.Zone), p.Count, p.Entered, p.Left)
					}
				})
			})
		}),
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "first instant: RFC 3339 or a date; 30 days before --to when left out")
	f.StringVar(&to, "to", "", "first instant that no longer counts; tomorrow when left out")
	f.StringVar(&grain, "grain", "", "day, week, month, quarter or year")
	f.StringVar(&asOf, "as-of", "", "with what was known at this instant")
	f.StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

// segmentsMove deletes or restores.
func (sh *shell) segmentsMove(name, short, method, path, said string) *cobra.Command {
	return &cobra.Command{
		Use:   name + " NAME|ID",
		Short: short,
		Args:  exactly("name"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			return sh.asking(ctx, false, func(at *reached) error {
				var s api.SavedSegment
				if err := at.read(ctx, method, segmentPath(args[0])+path, nil, nil, &s); err != nil {
					return err
				}
				if method == http.MethodDelete {
					said += " " + s.ID
				}
				fmt.Fprintf(sh.out, "The segment %s %s\n", s.Name, said)
				return nil
			})
		}),
	}
}
