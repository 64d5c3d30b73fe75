package store

import (
	"context"
	"time"
)

// MentionsSeen is when a user marked notes that call them as seen, by the note's id.
func (s *Store) MentionsSeen(ctx context.Context, user string) (map[string]time.Time, error) {
	type row struct {
		note string
		seen time.Time
	}
	seen := map[string]time.Time{}
	err := s.look(ctx, "reading what was seen", func(q session) error {
		rows, err := list(ctx, q, func(r scanner) (one row, err error) {
			var at int64
			err = r.Scan(&one.note, &at)
			one.seen = time.UnixMicro(at).UTC()
			return one, err
		}, "mention_seen_list", user)
		for _, one := range rows {
			seen[one.note] = one.seen
		}
		return err
	})
	return seen, err
}

// MentionSee marks a note as seen by a user, or, for the zero time, as not seen. Marks of notes that are gone go with it.
func (s *Store) MentionSee(ctx context.Context, user, note string, at time.Time) error {
	return s.change(ctx, "marking a mention", func(q session) error {
		if _, err := q.exec(ctx, "mention_unsee", user, clean(note)); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "mention_trim", user); err != nil || at.IsZero() {
			return err
		}
		_, err := q.exec(ctx, "mention_see", user, clean(note), at.UnixMicro())
		return err
	})
}
