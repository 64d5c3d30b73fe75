package lake

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/health"
)

// Touched are the accounts of facts loaded after a fact's number, without what is found by looking at accounts, and the number of the last
// fact that there is. It reads the ends of the tables alone.
func (l *Lake) Touched(ctx context.Context, after int64) (all []account.Account, last int64, err error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	defer v.Close()
	var parts []string
	for _, k := range fact.Kinds() {
		if k != fact.Scores && k != fact.Relevances {
			parts = append(parts, "select account, max(seq) as seq from fact_"+k.Name+" where seq > "+strconv.FormatInt(after, 10)+" group by account")
		}
	}
	rows, err := v.Query(ctx, "select account, cast(max(seq) as bigint) from ("+strings.Join(parts, "\nunion all\n")+") t group by account order by account")
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	last = after
	for rows.Next() {
		var number, seq int64
		if err := rows.Scan(&number, &seq); err != nil {
			return nil, 0, err
		}
		last = max(last, seq)
		if number != 0 {
			all = append(all, account.Account(number))
		}
	}
	return all, last, rows.Err()
}

const toldColumns = `k.account_id, f.ts, f.aspect, coalesce(f.scorecard, ''), f.version, f.score, f.coverage, coalesce(f.band, ''), coalesce(f.pending, ''), f.pending_since, coalesce(cast(f.properties as varchar), '')`

// LastTold are the scores that were told last, of each account and aspect.
func (l *Lake) LastTold(ctx context.Context) ([]health.Told, error) {
	return l.told(ctx, nil, "select distinct on (f.account, f.aspect) "+toldColumns+" from fact_scores f join account_keys k on k.account = f.account order by f.account, f.aspect, f.ts desc, f.seq desc")
}

// ToldOf are the scores of an account that were told before an instant, the oldest first; with asOf only those that had
// been received by then.
func (l *Lake) ToldOf(ctx context.Context, id string, before time.Time, asOf *time.Time) ([]health.Told, error) {
	received := ""
	if asOf != nil {
		received = " and f.received_at <= timestamp '" + sqlTime(*asOf) + "'"
	}
	return l.told(ctx, []any{id}, "select "+toldColumns+" from fact_scores f join account_keys k on k.account = f.account where k.account_id = cast($1 as varchar) and f.ts < timestamp '"+
		sqlTime(before)+"'"+received+" order by f.ts, f.seq")
}

// ToldAt are the scores of an aspect that held at an instant: those told last before it.
func (l *Lake) ToldAt(ctx context.Context, at time.Time, aspect string) (health.Places, error) {
	all, err := l.told(ctx, []any{aspect}, "select distinct on (f.account) "+toldColumns+" from fact_scores f join account_keys k on k.account = f.account where f.aspect = cast($1 as varchar) and f.ts < timestamp '"+
		sqlTime(at)+"' order by f.account, f.ts desc, f.seq desc")
	if err != nil {
		return nil, err
	}
	places := health.Places{}
	for _, t := range all {
		if t.Score != nil {
			places[t.ID] = health.Place{Score: t.Score, Band: t.Band}
		}
	}
	return places, nil
}

func (l *Lake) told(ctx context.Context, args []any, query string) (all []health.Told, err error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	rows, err := v.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t health.Told
		var version, score, coverage sql.NullFloat64
		var since sql.NullTime
		var groups string
		if err := rows.Scan(&t.ID, &t.At, &t.Aspect, &t.Scorecard, &version, &score, &coverage, &t.Band, &t.Pending, &since, &groups); err != nil {
			return nil, err
		}
		t.Version, t.At = int64(version.Float64), t.At.UTC()
		if score.Valid {
			t.Score = &score.Float64
		}
		if coverage.Valid {
			t.Coverage = &coverage.Float64
		}
		if since.Valid {
			t.PendingSince = since.Time.UTC()
		}
		if groups != "" && json.Unmarshal([]byte(groups), &t.Groups) != nil {
			t.Groups = nil // somebody else's score, with properties of another kind
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
