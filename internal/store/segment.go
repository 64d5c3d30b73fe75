package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// Segments are the saved segments as they are now, by name.
func (s *Store) Segments(ctx context.Context) (all []account.SavedSegment, err error) {
	err = s.look(ctx, "listing segments", func(q session) (err error) {
		all, err = list(ctx, q, scanSegment, "segment_list")
		return err
	})
	return all, err
}

// Segment is the segment with an id or a name as it is now; a deleted one only by its id, marked as such.
// fault.NotFound when there is none.
func (s *Store) Segment(ctx context.Context, idOrName string) (found account.SavedSegment, err error) {
	err = s.look(ctx, "looking up a segment", func(q session) (err error) {
		found, err = findSegment(ctx, q, idOrName)
		return err
	})
	return found, err
}

// SegmentVersions are all versions of a segment, the newest first, also of a deleted one by its id.
func (s *Store) SegmentVersions(ctx context.Context, idOrName string) (all []account.SavedSegment, err error) {
	err = s.look(ctx, "listing the versions of a segment", func(q session) error {
		found, err := findSegment(ctx, q, idOrName)
		if err == nil {
			all, err = list(ctx, q, scanSegment, "segment_versions", found.ID)
		}
		return err
	})
	return all, err
}

// SegmentAdd keeps a new segment as version 1 and gives it an id. What account.CheckSavedSegment refuses is refused.
func (s *Store) SegmentAdd(ctx context.Context, one account.SavedSegment) (account.SavedSegment, error) {
	one.ID, one.Version = newID(), 1
	err := s.change(ctx, "saving a segment", func(q session) error { return putSegment(ctx, q, one) })
	return one, err
}

// SegmentChange reads the segment with an id or a name, lets change alter its name and tree, and keeps that as its next
// version, with nobody in between. change may run more than once; its error leaves everything as it was.
func (s *Store) SegmentChange(ctx context.Context, idOrName string, change func(*account.SavedSegment) error) (one account.SavedSegment, err error) {
	err = s.change(ctx, "saving a segment", func(q session) (err error) {
		if one, err = findSegment(ctx, q, idOrName); err != nil {
			return err
		}
		if !one.Deleted.IsZero() {
			return fault.New(fault.Conflict, "the segment %q is deleted", one.Name).Mend("restore it first")
		}
		was := one
		if err := change(&one); err != nil {
			return err
		}
		one.ID, one.Version = was.ID, was.Version+1
		return putSegment(ctx, q, one)
	})
	return one, err
}

// SegmentDelete takes a segment away until it is restored. fault.Conflict names those that rest on it.
func (s *Store) SegmentDelete(ctx context.Context, idOrName, by string, now time.Time) (one account.SavedSegment, err error) {
	err = s.change(ctx, "deleting a segment", func(q session) (err error) {
		if one, err = findSegment(ctx, q, idOrName); err != nil || !one.Deleted.IsZero() {
			return err
		}
		all, err := list(ctx, q, scanSegment, "segment_list")
		if err != nil {
			return err
		}
		if users := account.UsersOf(one.ID, all); len(users) > 0 {
			names := make([]string, len(users))
			for i, user := range users {
				names[i] = `"` + user.Name + `"`
			}
			return fault.New(fault.Conflict, "the segment %q is used by %s", one.Name, strings.Join(names, ", ")).Mend("change or delete those first")
		}
		one.Deleted = now.UTC().Truncate(time.Microsecond)
		_, err = q.exec(ctx, "segment_delete", one.ID, micros(one.Deleted), clean(by))
		return err
	})
	return one, err
}

// SegmentRestore brings a deleted segment back, unless its name was taken or what it rests on is gone.
func (s *Store) SegmentRestore(ctx context.Context, id string) (one account.SavedSegment, err error) {
	err = s.change(ctx, "restoring a segment", func(q session) (err error) {
		if one, err = findSegment(ctx, q, id); err != nil || one.Deleted.IsZero() {
			return err
		}
		if err := checkSegment(ctx, q, one); err != nil {
			return err
		}
		one.Deleted = time.Time{}
		_, err = q.exec(ctx, "segment_restore", one.ID)
		return err
	})
	return one, err
}

func checkSegment(ctx context.Context, q session, one account.SavedSegment) error {
	all, err := list(ctx, q, scanSegment, "segment_list")
	if err != nil {
		return err
	}
	return account.CheckSavedSegment(one, all)
}

func putSegment(ctx context.Context, q session, one account.SavedSegment) error {
	if err := checkSegment(ctx, q, one); err != nil {
		return err
	}
	tree, err := json.Marshal(one.Segment)
	if err != nil {
		return err
	}
	if _, err := q.exec(ctx, "segment_put", one.ID, one.Name, one.Version); err != nil {
		return err
	}
	_, err = q.exec(ctx, "segment_version_insert", one.ID, one.Version, one.Name, one.Segment.String(), string(tree), micros(one.At), clean(one.By), clean(one.Why))
	return err
}

func findSegment(ctx context.Context, q session, idOrName string) (account.SavedSegment, error) {
	all, err := list(ctx, q, scanSegment, "segment_list")
	if err != nil {
		return account.SavedSegment{}, err
	}
	if found, ok := account.SegmentCalled(all, idOrName); ok {
		return found, nil
	}
	found, err := scanSegment(q.row(ctx, "segment_get", clean(idOrName)))
	return found, missing(err, "there is no segment called %q", clean(idOrName))
}

func scanSegment(row scanner) (one account.SavedSegment, err error) {
	var tree string
	var saved, deleted sql.NullInt64
	if err := row.Scan(&one.ID, &one.Name, &one.Version, &tree, &saved, &one.By, &one.Why, &deleted); err != nil {
		return one, err
	}
	one.At, one.Deleted = instant(saved), instant(deleted)
	if one.Segment, err = account.SegmentFromJSON([]byte(tree)); err != nil {
		return one, fault.Wrap(fault.Internal, err, "the segment %q is kept in another shape than expected", one.Name)
	}
	return one, nil
}
