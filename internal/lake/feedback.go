package lake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// Feedback is a page of answers and reviews, the latest first.
func (l *Lake) Feedback(ctx context.Context, ask account.FeedbackAsk) (account.FeedbackPage, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return account.FeedbackPage{}, err
	}
	defer v.Close()
	page, err := moment{View: v, at: ask.Now}.feedback(ctx, ask)
	return page, l.engine.Fault(err)
}

func (m moment) feedback(ctx context.Context, ask account.FeedbackAsk) (page account.FeedbackPage, err error) {
	entries, err := m.feedbackPlaces(ctx, ask)
	if err != nil {
		return page, err
	}
	if len(entries) > ask.Limit {
		entries = entries[:ask.Limit]
		page.Next = entries[ask.Limit-1].Place
	}
	if err := m.fill(ctx, entries, "true"); err != nil {
		return page, err
	}
	for _, e := range entries {
		page.Feedback = append(page.Feedback, account.Feedback{Place: e.Place, Fact: e.Fact, Account: e.Account, Who: e.Who})
	}
	return page, m.turned(ctx, page.Feedback, ask.TouchKinds)
}

// answerBand is the band of a score, the same that account pages show; null where there is none.
const answerBand = `case when f.score is null or f.kind in ('choice', 'text') then null
	when f.kind = 'nps' then case when f.score >= 9 then 'good' when f.score <= 6 then 'poor' else 'middling' end
	when f.scale_max <= f.scale_min then null
	when case when f.orientation = 'effort' then f.scale_max - f.score else f.score - f.scale_min end >= 0.74 * (f.scale_max - f.scale_min) then 'good'
	when case when f.orientation = 'effort' then f.scale_max - f.score else f.score - f.scale_min end <= 0.4 * (f.scale_max - f.scale_min) then 'poor'
	else 'middling' end`

const reviewBand = `case when f.rating >= 0.74 * f.scale_max then 'good' when f.rating <= 0.4 * f.scale_max then 'poor' else 'middling' end`

func (m moment) feedbackPlaces(ctx context.Context, ask account.FeedbackAsk) ([]account.Entry, error) {
	var args []any
	param := func(text string) string {
		args = append(args, text)
		return "cast($" + strconv.Itoa(len(args)) + " as varchar)"
	}
	common := "f.ts <= timestamp '" + sqlTime(m.at) + "'"
	if p := ask.Before; !p.At.IsZero() {
		common += fmt.Sprintf(" and (f.ts < timestamp '%s' or f.ts = timestamp '%[1]s' and f.seq < %d)", sqlTime(p.At), p.Seq)
	}
	if ask.Within != nil {
		common += " and " + among("f.account", ask.Within)
	}
	if ask.Locale != "" {
		common += " and f.locale = " + param(ask.Locale)
	}
	if ask.Worded {
		common += " and coalesce(f.text, '') <> ''"
	}
	sought := ""
	if ask.Text != "" {
		sought = param(ask.Text)
	}
	part := func(k *fact.Kind, band, more string) string {
		where := common + more
		if ask.Band != "" {
			where += " and " + band + " = " + param(ask.Band)
		}
		if sought != "" {
			where += " and " + strings.Replace(contains(k, ask.Open), "cast($1 as varchar)", sought, 1)
		}
		return fmt.Sprintf("(select '%s' as kind, f.ts, f.seq from %s f where %s order by f.ts desc, f.seq desc limit %d)", k.Name, tableOf(k), where, ask.Limit+1)
	}
	var parts []string
	if ask.Kind != account.ReviewFeedback {
		more := ""
		for column, value := range map[string]string{"kind": ask.Kind, "survey": ask.Survey, "touchpoint": ask.Touchpoint} {
			if value != "" {
				more += " and f." + column + " = " + param(value)
			}
		}
		parts = append(parts, part(fact.Answers, answerBand, more))
	}
	if (ask.Kind == "" || ask.Kind == account.ReviewFeedback) && ask.Survey == "" && ask.Touchpoint == "" {
		parts = append(parts, part(fact.Reviews, reviewBand, ""))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	rows, err := m.Query(ctx, "select kind, ts, seq from ("+strings.Join(parts, " union all ")+") entries order by ts desc, seq desc limit "+strconv.Itoa(ask.Limit+1), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []account.Entry
	for rows.Next() {
		var e account.Entry
		if err := rows.Scan(&e.Kind, &e.At, &e.Seq); err != nil {
			return nil, err
		}
		e.At = e.At.UTC()
		all = append(all, e)
	}
	return all, rows.Err()
}

// turned tells when the team next turned to those who were sorry, as the closed-loop metrics count it: by a conversation
// of theirs, or by an answer in a ticket.
func (m moment) turned(ctx context.Context, page []account.Feedback, kinds []string) error {
	bySeq := map[int64]*account.Feedback{}
	var seqs []string
	var first time.Time
	for i := range page {
		if f := &page[i]; f.Fact.Kind == fact.Answers && f.Account != "" && sorry(f.Fact) {
			f.Sorry, bySeq[f.Seq] = true, f
			seqs = append(seqs, "("+strconv.FormatInt(f.Seq, 10)+")")
			if first.IsZero() || f.At.Before(first) {
				first = f.At
			}
		}
	}
	if len(seqs) == 0 {
		return nil
	}
	touch, args := "true", []any(nil)
	if len(kinds) > 0 {
		var holders string
		holders, args = placeholders(kinds)
		touch = "x.kind in (" + holders + ")"
	}
	during := func(column string) string {
		return fmt.Sprintf("%s >= timestamp '%s' and %[1]s <= timestamp '%[3]s'", column, sqlTime(first), sqlTime(m.at))
	}
	rows, err := m.Query(ctx, `with a as (select seq, account, ts from fact_answers where seq in (values `+strings.Join(seqs, ", ")+`) and `+during("ts")+`)
		select a.seq, min(n.ts) from a join (
		select x.account, x.ts from fact_interactions x where `+during("x.ts")+` and `+touch+` and lower(coalesce(x.direction, '')) not in ('inbound', 'incoming', 'in')
		union all
		select case when g.account <> 0 then g.account else coalesce(t.account, 0) end, g.ts from fact_messages g
		left join (select ticket_id, max(account) as account from fact_tickets
			where ticket_id in (select ticket_id from fact_tickets where account in (select account from a)) group by ticket_id) t on t.ticket_id = g.ticket_id
		where g.author = 'agent' and coalesce(g.public, true) and `+during("g.ts")+`) n on n.account = a.account and n.ts >= a.ts
		group by a.seq`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var at time.Time
		if err := rows.Scan(&seq, &at); err != nil {
			return err
		}
		bySeq[seq].Turned = at.UTC()
	}
	return rows.Err()
}

// sorry says whether an answer counts as unhappy, as the closed-loop metrics do.
func sorry(f *fact.Fact) bool {
	score, low, high := f.Get("score"), f.Get("scale_min").Num, f.Get("scale_max").Num
	if score.State != fact.Present {
		return false
	}
	switch kind := f.Text("kind"); {
	case kind == "nps":
		return score.Num <= 6
	case f.Text("orientation") == "effort":
		return 2*score.Num > low+high
	default:
		return slices.Contains([]string{"csat", "ces", "rating"}, kind) && 2*score.Num < low+high
	}
}

// choicesKnown is how many values a filter offers.
const choicesKnown = 60

// FeedbackChoices are what there is to filter the feedback of some accounts by; nil: of all, and of nobody.
func (l *Lake) FeedbackChoices(ctx context.Context, within []account.Account) (c account.FeedbackChoices, err error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return c, err
	}
	defer v.Close()
	where := ""
	if within != nil {
		where = " where " + among("account", within)
	}
	for from, into := range map[string]*[]string{"select survey as v from fact_answers" + where: &c.Surveys, "select touchpoint as v from fact_answers" + where: &c.Touchpoints,
		"select locale as v from fact_answers" + where + " union all select locale from fact_reviews" + where: &c.Locales} {
		var name string
		if err = each(ctx, v.conn, fmt.Sprintf("select v from (select v, count(*) as n from (%s) a where v is not null and v <> '' group by v) counted order by n desc, v limit %d", from, choicesKnown),
			func() { *into = append(*into, name) }, &name); err != nil {
			return c, l.engine.Fault(err)
		}
	}
	return c, nil
}
