package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/metric"
)

func (sh *shell) metrics() *cobra.Command {
	c := &cobra.Command{
		Use:   "metrics",
		Short: "List metrics, or ask for one",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sh.metricsList(), sh.metricsGet(), sh.metricsExplain(), sh.metricsWhy(), sh.metricsRestated(), sh.metricsBridge(), sh.metricsGuide(), sh.metricsSource(), sh.metricsSave(), sh.metricsRemove())
	return c
}

func (sh *shell) metricsList() *cobra.Command {
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "The metrics there are",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			var list api.MetricList
			return sh.listing(ctx, output, "/api/v1/metrics", &list, func() error {
				return columns(sh.out, func(line func(string, ...any)) {
					line("ID\tUNIT\tVARIANTS\tWHAT IT SAYS")
					for _, m := range list.Metrics {
						line("%s\t%s\t%s\t%s", m.ID, m.Unit, strings.Join(m.Variants, ", "), m.Text)
					}
				})
			})
		}),
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return c
}

func (sh *shell) metricsGet() *cobra.Command {
	var q question
	c := &cobra.Command{
		Use:     "get ID",
		Short:   "The value of a metric",
		Long:    "Answers with the value, its 95 % interval, the change from the period before, and with --grain and --by a row for each piece and group.",
		Example: "  keepwell metrics get nps --from 2026-01-01 --to 2026-04-01 --by plan\n  keepwell metrics get mau --grain month -o csv\n  keepwell metrics get mrr --as-of 2026-01-31 --segment 'country in (RO, MD)'",
		Args:    exactly("id"),
		RunE: sh.does(func(ctx context.Context, args []string) (err error) {
			var answer metric.Answer
			return sh.asked(ctx, &q, args[0], "", nil, &answer, func() error { return show(sh.out, &answer, sh.settings.Zone) })
		}),
	}
	q.flags(c, true)
	return c
}

// question are the flags of a question about a metric.
type question struct {
	output, from, to, grain, total, by, segment, asOf, variant, convention string
	set                                                                    []string
}

func (q *question) flags(c *cobra.Command, series bool) {
	f := c.Flags()
	f.StringVar(&q.from, "from", "", "first instant: RFC 3339 or a date; 30 days before --to when left out")
	f.StringVar(&q.to, "to", "", "first instant that no longer counts; tomorrow when left out")
	if series {
		f.StringVar(&q.grain, "grain", "", "hour, day, week, month, quarter or year")
		f.StringVar(&q.total, "total", "", "sum, mean or last: brings the points of --grain together")
	}
	f.StringVar(&q.by, "by", "", "a dimension or an account trait")
	f.StringVar(&q.segment, "segment", "", "filter on accounts, like: plan = pro and size > 50")
	f.StringVar(&q.asOf, "as-of", "", "count with what was known at this instant")
	f.StringVar(&q.variant, "variant", "", "another way of counting")
	f.StringVar(&q.convention, "convention", "", "count by a preset instead of the workspace's policies")
	f.StringArrayVar(&q.set, "set", nil, "POLICY=VALUE: another way to count, for this question; may be repeated")
	f.StringVarP(&q.output, "output", "o", "table", "table, json or csv")
}

// asked asks what is under the metric's address, and prints the answer as JSON, as CSV, or with show.
func (sh *shell) asked(ctx context.Context, q *question, id, under string, more url.Values, answer any, show func() error) (err error) {
	if err := oneOf("output", q.output, "table", "json", "csv"); err != nil {
		return err
	}
	at, err := sh.reach(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = at.leave(err) }()
	query := given(url.Values{"from": {q.from}, "to": {q.to}, "grain": {q.grain}, "total": {q.total}, "by": {q.by}, "segment": {q.segment}, "as_of": {q.asOf},
		"variant": {q.variant}, "convention": {q.convention}, "currency": {sh.given["currency"]}}) // only when asked for: the server has a currency of its own
	for name, values := range more {
		query[name] = values
	}
	for _, policy := range q.set {
		query.Add("set", policy)
	}
	path := "/api/v1/metrics/" + url.PathEscape(id) + under
	if q.output == "csv" {
		query.Set("format", "csv")
		body, err := at.ask(ctx, http.MethodGet, path, query, nil)
		if err != nil {
			return err
		}
		defer body.Close()
		_, err = io.Copy(sh.out, body)
		return err
	}
	if err := at.read(ctx, http.MethodGet, path, query, nil, answer); err != nil {
		return err
	}
	if q.output == "json" {
		return printJSON(sh.out, answer)
	}
	return show()
}

// show writes an answer for people.
func show(out io.Writer, a *metric.Answer, zone *time.Location) error {
	name := a.Label
	if a.Variant != "" {
		name += " (" + a.Variant + ")"
	}
	unit := string(a.Unit)
	if a.Currency != "" {
		unit = a.Currency
	}
	fmt.Fprintf(out, "%s, %s to %s", name, day(a.From, zone), day(a.To, zone))
	if a.AsOf != nil {
		fmt.Fprintf(out, ", as of %s", a.AsOf.In(zone).Format(time.RFC3339))
	}
	if a.Segment != "" {
		fmt.Fprintf(out, ", where %s", a.Segment)
	}
	fmt.Fprint(out, "\n\n")
	err := columns(out, func(line func(string, ...any)) {
		line("Value\t%s %s%s", number(a.Value), unit, small(a.SmallSample))
		if a.Interval != nil {
			line("Interval\t%s to %s (%g %%)", number(a.Interval.Low), number(a.Interval.High), 100*a.Interval.Level)
		}
		line("n\t%d", a.N)
		if a.Numerator != nil && a.Denominator != nil {
			line("Counted\t%s of %s", number(a.Numerator), number(a.Denominator))
		}
		if p := a.Previous; p != nil && p.Change != nil {
			line("Change\t%s from %s%s", signed(p.Change), number(p.Value), significance(p.Significant))
		}
		if a.Total != nil {
			line("%s of %d points\t%s %s", strings.ToUpper(string(a.Total.How[:1]))+string(a.Total.How[1:]), a.Total.Points, number(a.Total.Value), unit)
		}
		for _, b := range a.Bands {
			if b.Current {
				line("Band\t%s (%s)", b.Label, b.Source)
			}
		}
	})
	if err != nil {
		return err
	}
	if len(a.Points) > 0 {
		fmt.Fprintln(out)
		err = columns(out, func(line func(string, ...any)) {
			line("FROM\tTO\tVALUE\tN\tINTERVAL\t")
			for _, p := range a.Points {
				line("%s", point(p, zone))
			}
		})
	}
	if err == nil && len(a.Groups) > 0 {
		fmt.Fprintln(out)
		err = columns(out, func(line func(string, ...any)) {
			line("%s\tVALUE\tN\tINTERVAL\t", strings.ToUpper(a.By))
			for _, g := range a.Groups {
				line("%s\t%s\t%d\t%s\t%s", groupName(g.Key), number(g.Value), g.N, limits(g.Interval), small(g.SmallSample))
				for _, p := range g.Points {
					line("  %s\t%s\t%d\t%s\t", day(p.From, zone), number(p.Value), p.N, limits(p.Interval))
				}
			}
			if a.OtherGroups > 0 {
				line("and %d more", a.OtherGroups)
			}
		})
	}
	return err
}

func point(p metric.Point, zone *time.Location) string {
	partial := ""
	if p.Partial {
		partial = "partial"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%d\t%s\t%s", day(p.From, zone), day(p.To, zone), number(p.Value), p.N, limits(p.Interval), partial)
}

// day is an instant without what is zero of it.
func day(t time.Time, zone *time.Location) string {
	if t = t.In(zone); t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// number is a figure with at most two decimals, which is all a reader wants; JSON and CSV have all of them.
func number(f *metric.Figure) string {
	if f == nil {
		return "–"
	}
	text := f.String()
	if _, decimals, ok := strings.Cut(text, "."); !ok || len(decimals) <= 2 {
		return text
	}
	if text = strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", f.Float), "0"), "."); text == "-0" {
		return "0"
	}
	return text
}

func signed(f *metric.Figure) string {
	if f.Float > 0 {
		return "+" + number(f)
	}
	return number(f)
}

func limits(l *metric.Limits) string {
	if l == nil {
		return ""
	}
	return number(l.Low) + " to " + number(l.High)
}

func significance(s *bool) string {
	switch {
	case s == nil:
		return ""
	case *s:
		return " (significant)"
	}
	return " (may be chance)"
}

func small(s bool) string {
	if s {
		return " (few cases)"
	}
	return ""
}

func groupName(key *string) string {
	if key == nil {
		return "(not known)"
	}
	return *key
}
