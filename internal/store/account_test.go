package store

import (
	"slices"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

func TestViewsAreTheirOwnersUnlessShared(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		mine := must(s.AccountViewAdd(ctx, account.SavedView{Owner: "ana", Name: "My book", Query: "segment=csm+%3D+ana"}, noon))(t)
		must(s.AccountViewAdd(ctx, account.SavedView{Owner: "ana", Name: "all large", Shared: true, Query: "sort=-mrr"}, noon))(t)
		names := func(owner string) (names []string) {
			for _, v := range must(s.AccountViews(ctx, owner))(t) {
				names = append(names, v.Name)
			}
			return names
		}
		if got := names("ana"); !slices.Equal(got, []string{"all large", "My book"}) {
			t.Errorf("ana sees %q", got)
		}
		if got := names("bob"); !slices.Equal(got, []string{"all large"}) {
			t.Errorf("bob sees %q", got)
		}
		_, err := s.AccountViewRemove(ctx, mine, "bob")
		wantKind(t, err, fault.NotFound)
		gone := must(s.AccountViewRemove(ctx, mine, "ana"))(t)
		if gone.Query != "segment=csm+%3D+ana" || len(names("ana")) != 1 {
			t.Errorf("removed %+v", gone)
		}
		must(s.AccountViewAdd(ctx, gone, noon))(t)
		if len(names("ana")) != 2 {
			t.Error("a view does not come back")
		}
	})
}

func TestNotesAndTagsSayWhatTheyChanged(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		ids := must(s.NotesAdd(ctx, []string{"acme", "brix"}, account.Note{Text: "Call @bob", Author: "ana", Created: noon}))(t)
		must(s.NotesAdd(ctx, []string{"acme"}, account.Note{Text: "Called", Author: "bob", Created: noon.Add(time.Hour)}))(t)
		notes := must(s.Notes(ctx, "acme"))(t)
		if len(notes) != 2 || notes[0].Text != "Called" || notes[1] != (account.Note{ID: ids[0], Account: "acme", Text: "Call @bob", Author: "ana", Created: noon}) {
			t.Errorf("notes %+v", notes)
		}
		must(s.NoteRemove(ctx, ids[0]))(t)
		_, err := s.NoteRemove(ctx, ids[0])
		wantKind(t, err, fault.NotFound)
		if added := must(s.TagAdd(ctx, []string{"acme", "brix"}, "vip", "ana", noon))(t); len(added) != 2 {
			t.Errorf("added to %v", added)
		}
		if added := must(s.TagAdd(ctx, []string{"acme", "cord"}, "vip", "ana", noon))(t); !slices.Equal(added, []string{"cord"}) {
			t.Errorf("added to %v", added)
		}
		if removed := must(s.TagRemove(ctx, []string{"acme", "dune"}, "vip"))(t); !slices.Equal(removed, []string{"acme"}) {
			t.Errorf("removed from %v", removed)
		}
		if tags := must(s.Tags(ctx))(t); len(tags) != 2 || !slices.Equal(tags["brix"], []string{"vip"}) {
			t.Errorf("tags %v", tags)
		}
	})
}

func TestWhatWasDoneIsUndoneOnceByWhoDidIt(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		old := must(s.UndoAdd(ctx, "ana", account.Done{Tag: "x"}, noon))(t)
		id := must(s.UndoAdd(ctx, "ana", account.Done{Trait: "csm", Was: map[string]string{"acme": ""}}, noon.Add(25*time.Hour)))(t)
		_, err := s.UndoTake(ctx, id, "bob")
		wantKind(t, err, fault.NotFound)
		if done := must(s.UndoTake(ctx, id, "ana"))(t); done.Trait != "csm" || len(done.Was) != 1 {
			t.Errorf("%+v", done)
		}
		for _, gone := range []string{id, old} {
			_, err := s.UndoTake(ctx, gone, "ana")
			wantKind(t, err, fault.NotFound)
		}
	})
}

func TestAFileComesBackForADayAndIsThenGone(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		content := []byte{0, 1, 0xff, 'x'}
		made := must(account.NewFile("acme", "Offer.pdf", int64(len(content)), "ana", noon))(t)
		f := must(s.FileAdd(ctx, made, content))(t)
		if all := must(s.Files(ctx, "acme"))(t); len(all) != 1 || all[0] != f || len(must(s.Files(ctx, "brix"))(t)) != 0 {
			t.Errorf("files %+v", all)
		}
		must(s.FileRemove(ctx, f.ID, noon))(t)
		_, err := s.FileContent(ctx, f.ID)
		wantKind(t, err, fault.NotFound)
		if err := s.FileRestore(ctx, f.ID); err != nil || !slices.Equal(must(s.FileContent(ctx, f.ID))(t), content) {
			t.Errorf("it does not come back whole, %v", err)
		}
		must(s.FileRemove(ctx, f.ID, noon))(t)
		if err := s.FilesTrim(ctx, noon.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, s.FileRestore(ctx, f.ID), fault.NotFound)
		for range account.MaxFiles {
			must(s.FileAdd(ctx, made, content))(t)
		}
		_, err = s.FileAdd(ctx, made, content)
		wantKind(t, err, fault.Conflict)
	})
}

func TestANoteThatWasChangedSaysSoUntilItIsPutBack(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		id := must(s.NotesAdd(ctx, []string{"acme"}, account.Note{Text: "first", Author: "ana", Created: noon}))(t)[0]
		was := must(s.NoteChange(ctx, id, "second", noon.Add(time.Hour)))(t)
		if now := must(s.NoteGet(ctx, id))(t); was.Text != "first" || now.Text != "second" || !now.Edited.Equal(noon.Add(time.Hour)) || now.Author != "ana" {
			t.Errorf("was %+v, is %+v", was, now)
		}
		must(s.NoteChange(ctx, id, was.Text, was.Edited))(t)
		if now := must(s.NoteGet(ctx, id))(t); now != was {
			t.Errorf("put back it is %+v", now)
		}
		_, err := s.NoteChange(ctx, "none", "x", noon)
		wantKind(t, err, fault.NotFound)
	})
}
