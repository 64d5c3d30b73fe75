package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/journey"
)

// Journeys are the journeys as they are now, the oldest first.
func (s *Store) Journeys(ctx context.Context) (all []journey.Journey, err error) {
	err = s.look(ctx, "listing journeys", func(q session) (err error) {
		all, err = list(ctx, q, scanJourney, "journey_list")
		return err
	})
	return all, err
}

// Journey is the one with an id as it is now, also one that was removed, marked as such. fault.NotFound when there is none.
func (s *Store) Journey(ctx context.Context, id string) (one journey.Journey, err error) {
	err = s.look(ctx, "reading a journey", func(q session) (err error) {
		one, err = getJourney(ctx, q, id)
		return err
	})
	return one, err
}

// JourneyVersions are all versions of a journey, the newest first.
func (s *Store) JourneyVersions(ctx context.Context, id string) (all []journey.Journey, err error) {
	err = s.look(ctx, "listing the versions of a journey", func(q session) error {
		if _, err := getJourney(ctx, q, id); err != nil {
			return err
		}
		all, err = list(ctx, q, scanJourney, "journey_versions", clean(id))
		return err
	})
	return all, err
}

// JourneyAdd keeps a new journey as version 1 and gives it with its id.
func (s *Store) JourneyAdd(ctx context.Context, one journey.Journey, now time.Time) (journey.Journey, error) {
	one.ID, one.Version, one.Removed = newID(), 1, nil
	err := s.change(ctx, "keeping a journey", func(q session) (err error) {
		one, err = putJourney(ctx, q, one, now)
		return err
	})
	return one, err
}

// JourneyChange lets change alter a journey and keeps that as its next version. change may run more than once, each time on
// what is there then; its error leaves everything as it was. version 0 changes whatever is there; another one that is no
// longer the journey's is a fault.Conflict.
func (s *Store) JourneyChange(ctx context.Context, id string, version int, now time.Time, change func(*journey.Journey) error) (one journey.Journey, err error) {
	err = s.change(ctx, "changing a journey", func(q session) (err error) {
		if one, err = getJourney(ctx, q, id); err != nil {
			return err
		}
		if one.Removed != nil {
			return fault.New(fault.Conflict, "the journey is removed").Mend("restore it first")
		}
		if version != 0 && version != one.Version {
			return fault.New(fault.Conflict, "somebody has changed the journey meanwhile").Mend("look at it again, then change it")
		}
		was := one.Version
		if err := change(&one); err != nil {
			return err
		}
		one.ID, one.Version, one.Removed = id, was+1, nil
		one, err = putJourney(ctx, q, one, now)
		return err
	})
	return one, err
}

// JourneyRemove takes a journey away; JourneyRestore brings it back.
func (s *Store) JourneyRemove(ctx context.Context, id string, now time.Time) (journey.Journey, error) {
	at := now.UTC().Truncate(time.Microsecond)
	return s.journeyMark(ctx, "removing a journey", id, &at)
}

// JourneyRestore brings a removed journey back.
func (s *Store) JourneyRestore(ctx context.Context, id string) (journey.Journey, error) {
	return s.journeyMark(ctx, "restoring a journey", id, nil)
}

func (s *Store) journeyMark(ctx context.Context, doing, id string, removed *time.Time) (one journey.Journey, err error) {
	err = s.change(ctx, doing, func(q session) (err error) {
		if one, err = getJourney(ctx, q, id); err != nil || (one.Removed != nil) == (removed != nil) {
			return err
		}
		one.Removed = removed
		var at any
		if removed != nil {
			at = micros(*removed)
		}
		_, err = q.exec(ctx, "journey_remove", one.ID, at)
		return err
	})
	return one, err
}

func getJourney(ctx context.Context, q session, id string) (journey.Journey, error) {
	one, err := scanJourney(q.row(ctx, "journey_get", clean(id)))
	return one, missing(err, "there is no such journey")
}

func putJourney(ctx context.Context, q session, one journey.Journey, now time.Time) (journey.Journey, error) {
	at := now.UTC().Truncate(time.Microsecond)
	one.At = &at
	definition, err := json.Marshal(one)
	if err != nil {
		return one, err
	}
	if _, err := q.exec(ctx, "journey_put", one.ID, one.Version); err != nil {
		return one, err
	}
	_, err = q.exec(ctx, "journey_version_insert", one.ID, one.Version, string(definition), micros(at), clean(one.By), clean(one.Why))
	return one, err
}

func scanJourney(row scanner) (one journey.Journey, err error) {
	var id, definition, by, why string
	var version int
	var saved, removed sql.NullInt64
	if err := row.Scan(&id, &version, &definition, &saved, &by, &why, &removed); err != nil {
		return one, err
	}
	if err := json.Unmarshal([]byte(definition), &one); err != nil {
		return one, fault.Wrap(fault.Internal, err, "a journey is kept in another shape than expected")
	}
	at := instant(saved)
	one.ID, one.Version, one.By, one.Why, one.At, one.Removed = id, version, by, why, &at, nil
	if removed.Valid {
		gone := instant(removed)
		one.Removed = &gone
	}
	return one, nil
}
