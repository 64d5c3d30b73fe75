package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// AccountViewAdd keeps a view and returns its id.
func (s *Store) AccountViewAdd(ctx context.Context, v account.SavedView, now time.Time) (string, error) {
	id := v.ID
	if id == "" {
		id = newID()
	}
	return id, s.change(ctx, "saving a view", func(q session) error {
		shared := 0
		if v.Shared {
			shared = 1
		}
		_, err := q.exec(ctx, "view_insert", id, v.Owner, v.Name, shared, v.Query, micros(now))
		return err
	})
}

// AccountViews are an owner's views and those that are shared, by name.
func (s *Store) AccountViews(ctx context.Context, owner string) (all []account.SavedView, err error) {
	err = s.look(ctx, "reading views", func(q session) (err error) {
		all, err = list(ctx, q, scanView, "view_list", owner)
		return err
	})
	return all, err
}

func scanView(row scanner) (v account.SavedView, err error) {
	var shared int
	err = row.Scan(&v.ID, &v.Owner, &v.Name, &shared, &v.Query)
	v.Shared = shared == 1
	return v, err
}

// AccountViewRemove removes an owner's view and returns it; fault.NotFound when there is none.
func (s *Store) AccountViewRemove(ctx context.Context, id, owner string) (v account.SavedView, err error) {
	err = s.change(ctx, "removing a view", func(q session) (err error) {
		if v, err = scanView(q.row(ctx, "view_get", id, owner)); err != nil {
			return missing(err, "there is no such view of yours")
		}
		_, err = q.exec(ctx, "view_delete", id)
		return err
	})
	return v, err
}

// NotesAdd writes a note down for accounts and returns the notes' ids.
func (s *Store) NotesAdd(ctx context.Context, accounts []string, n account.Note) (ids []string, err error) {
	for range accounts {
		ids = append(ids, newID())
	}
	if n.ID != "" && len(ids) == 1 {
		ids[0] = n.ID
	}
	return ids, s.change(ctx, "writing a note down", func(q session) error {
		for i, id := range accounts {
			if _, err := q.exec(ctx, "note_insert", ids[i], id, n.Text, n.Author, micros(n.Created), micros(n.Edited)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Notes are those about an account, the newest first.
func (s *Store) Notes(ctx context.Context, id string) (all []account.Note, err error) {
	err = s.look(ctx, "reading notes", func(q session) (err error) {
		all, err = list(ctx, q, scanNote, "note_list", id)
		return err
	})
	return all, err
}

// NotesCalling are the notes since an instant that may call somebody with an @, the newest first, at most so many.
func (s *Store) NotesCalling(ctx context.Context, since time.Time, most int) (all []account.Note, err error) {
	err = s.look(ctx, "reading notes", func(q session) (err error) {
		all, err = list(ctx, q, scanNote, "note_calling", micros(since), most)
		return err
	})
	return all, err
}

func scanNote(row scanner) (n account.Note, err error) {
	var created, edited sql.NullInt64
	err = row.Scan(&n.ID, &n.Account, &n.Text, &n.Author, &created, &edited)
	n.Created, n.Edited = instant(created), instant(edited)
	return n, err
}

// NoteGet is one note; fault.NotFound when there is none.
func (s *Store) NoteGet(ctx context.Context, id string) (n account.Note, err error) {
	err = s.look(ctx, "reading a note", func(q session) (err error) {
		n, err = scanNote(q.row(ctx, "note_get", id))
		return missing(err, "there is no such note")
	})
	return n, err
}

// NoteChange gives a note another text and returns it as it was; fault.NotFound when there is none. edited may be zero, for
// a text that is put back.
func (s *Store) NoteChange(ctx context.Context, id, text string, edited time.Time) (was account.Note, err error) {
	err = s.change(ctx, "changing a note", func(q session) (err error) {
		if was, err = scanNote(q.row(ctx, "note_get", id)); err != nil {
			return missing(err, "there is no such note")
		}
		_, err = q.exec(ctx, "note_update", id, text, micros(edited))
		return err
	})
	return was, err
}

// NoteRemove removes a note and returns it; fault.NotFound when there is none.
func (s *Store) NoteRemove(ctx context.Context, id string) (n account.Note, err error) {
	err = s.change(ctx, "removing a note", func(q session) (err error) {
		if n, err = scanNote(q.row(ctx, "note_get", id)); err != nil {
			return missing(err, "there is no such note")
		}
		_, err = q.exec(ctx, "note_delete", id)
		return err
	})
	return n, err
}

// TagAdd tags accounts and returns those that did not have the tag.
func (s *Store) TagAdd(ctx context.Context, accounts []string, tag, author string, now time.Time) (added []string, err error) {
	err = s.change(ctx, "tagging accounts", func(q session) error {
		added = nil
		for _, id := range accounts {
			n, err := q.exec(ctx, "tag_insert", id, tag, author, micros(now))
			if err != nil {
				return err
			}
			if n > 0 {
				added = append(added, id)
			}
		}
		return nil
	})
	return added, err
}

// TagRemove takes a tag off accounts and returns those that had it.
func (s *Store) TagRemove(ctx context.Context, accounts []string, tag string) (removed []string, err error) {
	err = s.change(ctx, "taking a tag off accounts", func(q session) error {
		removed = nil
		for _, id := range accounts {
			n, err := q.exec(ctx, "tag_delete", id, tag)
			if err != nil {
				return err
			}
			if n > 0 {
				removed = append(removed, id)
			}
		}
		return nil
	})
	return removed, err
}

// Tags are the tags of all accounts that have any, by account, each sorted.
func (s *Store) Tags(ctx context.Context) (all map[string][]string, err error) {
	type tagged struct{ id, tag string }
	err = s.look(ctx, "reading tags", func(q session) error {
		rows, err := list(ctx, q, func(row scanner) (t tagged, err error) { return t, row.Scan(&t.id, &t.tag) }, "tag_list")
		all = map[string][]string{}
		for _, t := range rows {
			all[t.id] = append(all[t.id], t.tag)
		}
		return err
	})
	return all, err
}

// undoLife is how long what was done can be undone.
const undoLife = 24 * time.Hour

// UndoAdd keeps what undoes something, for a day, and returns its id.
func (s *Store) UndoAdd(ctx context.Context, owner string, what account.Done, now time.Time) (string, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "what was done can't be written as JSON")
	}
	id := newID()
	return id, s.change(ctx, "keeping how to undo something", func(q session) error {
		for _, block := range []string{"undo_trim", "file_trim"} {
			if _, err := q.exec(ctx, block, micros(now.Add(-undoLife))); err != nil {
				return err
			}
		}
		_, err := q.exec(ctx, "undo_insert", id, owner, string(text), micros(now))
		return err
	})
}

// UndoTake uses up what undoes something; fault.NotFound when there is nothing, or no longer.
func (s *Store) UndoTake(ctx context.Context, id, owner string) (what account.Done, err error) {
	err = s.change(ctx, "undoing something", func(q session) error {
		var text string
		if err := q.row(ctx, "undo_get", id, owner).Scan(&text); err != nil {
			return missing(err, "this was undone already, or is older than a day")
		}
		what = account.Done{}
		if err := json.Unmarshal([]byte(text), &what); err != nil {
			return fault.Wrap(fault.Internal, err, "what was done is kept in another shape than expected")
		}
		_, err := q.exec(ctx, "undo_delete", id)
		return err
	})
	return what, err
}
