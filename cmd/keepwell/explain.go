package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/metric"
)

func (sh *shell) metricsExplain() *cobra.Command {
	var q question
	var group, excluded, cursor string
	var limit int
	c := &cobra.Command{
		Use:     "explain ID",
		Short:   "Open a number: how it was counted, and from what",
		Long:    "Shows the definition, the policies in force, what was left out and why, how fresh the facts are, and what was counted, with its part of the number and the facts behind it. The parts add up to the number.",
		Example: "  keepwell metrics explain nps --from 2026-01-01 --to 2026-04-01\n  keepwell metrics explain customer_churn_rate --by plan --group starter -o json",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			more := given(url.Values{"group": {group}, "excluded": {excluded}, "cursor": {cursor}, "limit": {strconv.Itoa(limit)}})
			var x metric.Explanation
			return sh.asked(ctx, &q, args[0], "/facts", more, &x, func() error { return sh.showEvidence(&x) })
		}),
	}
	q.flags(c, false)
	f := c.Flags()
	f.StringVar(&group, "group", "", "one group of --by")
	f.StringVar(&excluded, "excluded", "", "list the candidates left out for this reason")
	f.IntVar(&limit, "limit", 20, "how many are listed at once, up to 500")
	f.StringVar(&cursor, "cursor", "", "go on where the page before ended")
	return c
}

func (sh *shell) showEvidence(x *metric.Explanation) error {
	unit := string(x.Unit)
	if x.Currency != "" {
		unit = x.Currency
	}
	zone := sh.settings.Zone
	fmt.Fprintf(sh.out, "%s (%s), %s to %s\n%s\n%s\n\n", x.Label, x.Variant, day(x.From, zone), day(x.To, zone), x.Definition.Text, x.Definition.Formula)
	err := columns(sh.out, func(line func(string, ...any)) {
		line("Value\t%s %s", number(x.Value), unit)
		line("Counted\t%d: %s of %s", x.Counted.Rows, number(x.Counted.Numerator), number(x.Counted.Denominator))
		for _, p := range x.Policies {
			line("%s\t%s%s", p.Label, p.Value, map[bool]string{false: " (chosen here)"}[p.Default])
		}
		for _, e := range x.Excluded {
			line("Left out\t%d: %s (%s)", e.N, e.Label, e.Reason)
		}
		for _, f := range x.Freshness {
			if f.Last == nil {
				line("Newest of %s\tnone", f.Kind)
			} else {
				line("Newest of %s\t%s, arrived %s", f.Kind, f.Last.In(zone).Format("2006-01-02 15:04"), f.LastReceived.In(zone).Format("2006-01-02 15:04"))
			}
		}
	})
	if err != nil || len(x.Rows) == 0 {
		return err
	}
	fmt.Fprintln(sh.out)
	err = columns(sh.out, func(line func(string, ...any)) {
		line("%s\tNUMERATOR\tDENOMINATOR\tFACTS\tNEWEST FACT", strings.ToUpper(strings.Join(x.Key, "\t")))
		for _, row := range x.Rows {
			var key []string
			for _, name := range x.Key {
				key = append(key, plainText(row.Key[name]))
			}
			newest := ""
			if len(row.Facts) > 0 {
				newest = factText(row.Facts[0], zone)
			}
			line("%s\t%s\t%s\t%d\t%s", strings.Join(key, "\t"), number(row.Numerator), number(row.Denominator), int64(len(row.Facts))+row.MoreFacts, newest)
		}
	})
	if err == nil && x.Next != "" {
		fmt.Fprintf(sh.out, "\nMore: --cursor %s\n", x.Next)
	}
	return err
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return "(not known)"
	case string:
		return v
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

// factText is a fact on one line.
func factText(f metric.FactShown, zone *time.Location) string {
	raw, err := json.Marshal(f.Columns)
	if err != nil {
		return f.ID
	}
	text := f.Kind + " " + f.At.In(zone).Format("2006-01-02 15:04") + " " + string(raw)
	if runes := []rune(text); len(runes) > 160 {
		text = string(runes[:159]) + "…"
	}
	return text
}

func (sh *shell) metricsWhy() *cobra.Command {
	var q question
	var before, until string
	c := &cobra.Command{
		Use:     "why ID",
		Short:   "Split the change of a number over a dimension",
		Long:    "Says what each group added to the change from the period before: by its own rate, and by its share of the whole. The parts add up to the change.",
		Example: "  keepwell metrics why nps --from 2026-04-01 --to 2026-07-01 --by plan",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			more := given(url.Values{"previous_from": {before}, "previous_to": {until}})
			var m metric.Movement
			return sh.asked(ctx, &q, args[0], "/why", more, &m, func() error { return sh.showMovers(&m) })
		}),
	}
	q.flags(c, false)
	c.Flags().StringVar(&before, "previous-from", "", "where the period compared with begins; the one just before when left out")
	c.Flags().StringVar(&until, "previous-to", "", "where it ends")
	return c
}

func (sh *shell) showMovers(m *metric.Movement) error {
	zone := sh.settings.Zone
	fmt.Fprintf(sh.out, "%s: %s (%s to %s) to %s (%s to %s)", m.Label, number(m.Before.Value), day(m.Before.From, zone), day(m.Before.To, zone), number(m.After.Value), day(m.After.From, zone), day(m.After.To, zone))
	if m.Change == nil {
		fmt.Fprintln(sh.out, "\nOne of the two is not defined, so there is no change to split.")
		return nil
	}
	fmt.Fprintf(sh.out, ": %s%s\n\n", signed(m.Change), significance(m.Real))
	return columns(sh.out, func(line func(string, ...any)) {
		line("%s\tBEFORE\tAFTER\tADDED\tBY RATE\tBY SHARE", strings.ToUpper(m.By))
		for _, p := range m.Parts {
			line("%s\t%s\t%s\t%s\t%s\t%s", groupName(p.Key), number(p.Before), number(p.After), signed(p.Contribution), number(p.Rate), number(p.Mix))
		}
		if m.Others > 0 {
			line("%d more\t\t\t%s", m.Others, signed(m.Rest))
		}
		if m.Overlap != nil && number(m.Overlap) != "0" {
			line("counted in several\t\t\t%s", signed(m.Overlap))
		}
	})
}

func (sh *shell) metricsRestated() *cobra.Command {
	var q question
	var since string
	c := &cobra.Command{
		Use:     "restatements ID",
		Short:   "Where a series is no longer what it was, and the late facts that changed it",
		Example: "  keepwell metrics restatements mrr --since 2026-10-02",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) error {
			var r metric.Restatement
			return sh.asked(ctx, &q, args[0], "/restatements", given(url.Values{"since": {since}}), &r, func() error { return sh.showRestated(&r) })
		}),
	}
	q.flags(c, true)
	c.Flags().StringVar(&since, "since", "", "the instant at which the numbers were looked at: RFC 3339 or a date")
	return c
}

func (sh *shell) showRestated(r *metric.Restatement) error {
	if len(r.Points) == 0 {
		fmt.Fprintf(sh.out, "%s: nothing changed since %s\n", r.Label, r.Since.In(sh.settings.Zone).Format("2006-01-02 15:04"))
		return nil
	}
	return columns(sh.out, func(line func(string, ...any)) {
		line("FROM\tTO\tWAS\tIS\tCHANGE")
		for _, p := range r.Points {
			change := ""
			if p.Change != nil {
				change = signed(p.Change)
			}
			line("%s\t%s\t%s\t%s\t%s", day(p.From, sh.settings.Zone), day(p.To, sh.settings.Zone), number(p.Was), number(p.Is), change)
		}
		for _, late := range r.Late {
			line("%d late %s", late.N, late.Kind)
		}
	})
}
