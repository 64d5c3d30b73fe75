package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

// Scorecards are all versions of all scorecards, by id and version. Those in force have no Until.
func (s *Store) Scorecards(ctx context.Context) (all []health.Scorecard, err error) {
	err = s.look(ctx, "listing scorecards", func(q session) (err error) {
		all, err = list(ctx, q, scanScorecard, "scorecard_versions")
		return err
	})
	return all, err
}

// ScorecardPut keeps a scorecard as the next version of the one with its id, or as the first. With a version that is not
// that of the one in force it is a fault.Conflict: 0 does not ask, -1 wants that there is none.
func (s *Store) ScorecardPut(ctx context.Context, card health.Scorecard, version int64, now time.Time) (health.Scorecard, error) {
	card.Changed, card.Until = now.UTC().Truncate(time.Microsecond), time.Time{}
	return card, s.change(ctx, "keeping a scorecard", func(q session) error {
		last, err := scanScorecard(q.row(ctx, "scorecard_last", clean(card.ID)))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		there := err == nil && last.Until.IsZero()
		switch {
		case version < 0 && there:
			return fault.New(fault.Conflict, "there is a scorecard %q already", card.ID).Mend("change that one, or take another id")
		case version > 0 && (!there || version != last.Version):
			return fault.New(fault.Conflict, "somebody has changed the scorecard meanwhile").Mend("look at it again, then change it")
		}
		card.Version = last.Version + 1
		if !card.Changed.After(last.Changed) { // versions follow each other in time, whatever the clock does
			card.Changed = last.Changed.Add(time.Microsecond)
		}
		definition, err := json.Marshal(card)
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, "scorecard_end", card.ID, micros(card.Changed)); err != nil {
			return err
		}
		_, err = q.exec(ctx, "scorecard_insert", card.ID, card.Version, string(definition), clean(card.By), micros(card.Changed))
		return err
	})
}

// ScorecardRemove takes a scorecard out of force; its versions stay known. fault.NotFound when there is none.
func (s *Store) ScorecardRemove(ctx context.Context, id string, now time.Time) error {
	return s.change(ctx, "removing a scorecard", func(q session) error {
		last, err := scanScorecard(q.row(ctx, "scorecard_last", clean(id)))
		if err == nil && !last.Until.IsZero() {
			err = sql.ErrNoRows
		}
		if err != nil {
			return missing(err, "there is no such scorecard")
		}
		_, err = q.exec(ctx, "scorecard_end", id, micros(now.UTC()))
		return err
	})
}

func scanScorecard(row scanner) (card health.Scorecard, err error) {
	var definition, by string
	var version int64
	var changed, until sql.NullInt64
	if err := row.Scan(&version, &definition, &by, &changed, &until); err != nil {
		return card, err
	}
	if err := json.Unmarshal([]byte(definition), &card); err != nil {
		return card, fault.Wrap(fault.Internal, err, "a scorecard is kept in another shape than expected")
	}
	card.Version, card.By, card.Changed, card.Until = version, by, instant(changed), instant(until)
	return card, nil
}

// Judgements are all that were made, the oldest first.
func (s *Store) Judgements(ctx context.Context) (all []health.Judgement, err error) {
	err = s.look(ctx, "listing judgements", func(q session) (err error) {
		all, err = list(ctx, q, scanJudgement, "judgement_list")
		return err
	})
	return all, err
}

// JudgementAdd keeps a judgement and gives it with its id.
func (s *Store) JudgementAdd(ctx context.Context, j health.Judgement) (health.Judgement, error) {
	j.ID, j.Made, j.Until = newID(), j.Made.UTC().Truncate(time.Microsecond), j.Until.UTC().Truncate(time.Microsecond)
	return j, s.change(ctx, "keeping a judgement", func(q session) error {
		score := sql.NullFloat64{}
		if j.Value != nil {
			score = sql.NullFloat64{Float64: *j.Value, Valid: true}
		}
		_, err := q.exec(ctx, "judgement_insert", j.ID, clean(j.Account), clean(j.Scorecard), clean(j.Measure), score, clean(j.Choice), clean(j.Reason), clean(j.By), micros(j.Made), micros(j.Until))
		return err
	})
}

func scanJudgement(row scanner) (j health.Judgement, err error) {
	var score sql.NullFloat64
	var made, until sql.NullInt64
	err = row.Scan(&j.ID, &j.Account, &j.Scorecard, &j.Measure, &score, &j.Choice, &j.Reason, &j.By, &made, &until)
	if score.Valid {
		j.Value = &score.Float64
	}
	j.Made, j.Until = instant(made), instant(until)
	return j, err
}
