package lake

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/health"
)

// Comments are what people of some accounts wrote last before an instant, by account, the latest first: with answers to surveys,
// in reviews, and in tickets. Blank texts and messages that are not public say nothing.
func (l *Lake) Comments(ctx context.Context, at time.Time, ids []string) (map[string][]health.Comment, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	numbers, err := v.accounts(ctx, ids)
	if err != nil || len(numbers) == 0 {
		return nil, l.engine.Fault(err)
	}
	holders := make([]string, len(numbers))
	for i, n := range numbers {
		holders[i] = strconv.Itoa(int(n))
	}
	where := "f.account in (" + strings.Join(holders, ", ") + ") and f.ts < timestamp '" + sqlTime(at) + "' and f.ts >= timestamp '" + sqlTime(at.AddDate(0, 0, -health.CommentDays)) + "' and trim(f.text) <> ''"
	part := func(source, band, table, more string) string {
		return "select f.account, '" + source + "' as source, " + band + " as band, f.text, f.ts, f.seq from " + table + " f where " + where + more
	}
	query := fmt.Sprintf(`select k.account_id, c.source, coalesce(c.band, ''), c.text, c.ts from (
  select s.*, row_number() over (partition by s.account, s.source order by s.ts desc, s.seq desc) as nth from (
    %s
    union all
    %s
    union all
    %s
  ) s
) c join account_keys k on k.account = c.account
where c.nth <= %d order by c.ts desc, c.seq desc`, part("answer", answerBand, "fact_answers", ""), part("review", reviewBand, "fact_reviews", ""),
		part("ticket", "cast(null as varchar)", "fact_messages", " and f.author = 'customer' and coalesce(f.public, true)"), health.CommentsEach)
	all := map[string][]health.Comment{}
	var id, source, band, text string
	var ts time.Time
	err = each(ctx, v.conn, query, func() {
		mood := map[string]int{"good": 1, "poor": -1}[band]
		all[id] = append(all[id], health.Comment{Source: source, At: ts.UTC(), Mood: mood, Text: strings.TrimSpace(text)})
	}, &id, &source, &band, &text, &ts)
	return all, l.engine.Fault(err)
}
