package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/contacts"
)

var (
	_ accounts.Customers = customers{}
	_ contacts.People    = customers{}
	_ api.Accounts       = customers{}
	_ api.Work           = customers{}
)

// customers is what pages and API ask about accounts and people: facts of the lake, what the team wrote of the store.
type customers struct {
	*App
	*store.Store
}

// Book is the accounts that who asks may see, as they stand. Whatever else is asked about accounts goes by it.
func (c customers) Book(ctx context.Context) (*account.Book, error) {
	book, err := c.books.Book(ctx)
	if p := team.PrincipalOf(ctx); err == nil && p.Book != nil {
		book = book.Narrow(func(s *account.Standing) bool { return p.Mine(s.CSM) })
	}
	return book, err
}

// within says no to what is about an account that who asks may not see, in the words for one that is not there.
func (c customers) within(ctx context.Context, id string) error {
	if team.PrincipalOf(ctx).Book == nil {
		return nil
	}
	book, err := c.Book(ctx)
	if err == nil && book.Get(id) == nil {
		err = fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
	}
	return err
}

// held are the accounts that questions about people are held to; nil: all.
func (c customers) held(ctx context.Context) ([]string, error) {
	if team.PrincipalOf(ctx).Book == nil {
		return nil, nil
	}
	book, err := c.Book(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, s := range book.All {
		ids = append(ids, s.ID)
	}
	return ids, nil
}

// openBooks makes the book of accounts.
func (a *App) openBooks(metrics *metric.Service) *books {
	b := newBooks()
	b.now, b.loaded = a.now, func() log.Position { return a.loader.Health().Loaded }
	b.report = func(err error) { a.logger.Warn("the accounts can't be read", "error", err) }
	b.read = func(ctx context.Context, only []string) ([]*account.Standing, string, error) {
		all, currency, err := a.lake.Standings(ctx, a.now(), a.settings.Currency, only)
		a.pulse.stamp(all)
		return all, currency, err
	}
	b.among = func(ctx context.Context, segment string) ([]string, error) {
		return metrics.SegmentAccounts(ctx, segment, "")
	}
	return b
}

// Chooser is the test for a segment's text; nil for everyone.
func (c customers) Chooser(ctx context.Context, segment string) (func(*account.Standing) bool, error) {
	if strings.TrimSpace(segment) == "" {
		return nil, nil
	}
	in, err := c.books.members(ctx, segment)
	if err != nil {
		return nil, err
	}
	return func(s *account.Standing) bool { return in[s.ID] }, nil
}

// Profile is what an account's page tells.
func (c customers) Profile(ctx context.Context, id string) (*account.Profile, error) {
	if err := c.within(ctx, id); err != nil {
		return nil, err
	}
	book, err := c.books.Book(ctx)
	if err != nil {
		return nil, err
	}
	p, err := c.lake.Profile(ctx, id, c.now(), c.settings.Currency, book.Get(id))
	if err != nil {
		return nil, err
	}
	habits, err := c.habits(ctx)
	if err != nil {
		return nil, err
	}
	p.Beside(habits)
	p.Parents, p.Children = book.Related(id)
	if team.PrincipalOf(ctx).Book != nil {
		p.Parents, p.Children = c.seen(ctx, p.Parents), c.seen(ctx, p.Children)
	}
	return p, nil
}

// seen are those of some accounts that who asks may see.
func (c customers) seen(ctx context.Context, all []account.Related) []account.Related {
	return slices.DeleteFunc(all, func(r account.Related) bool { return c.within(ctx, r.ID) != nil })
}

// Contacts are people.
func (c customers) Contacts(ctx context.Context, ask account.ContactAsk) ([]account.Contact, error) {
	if ask.Account != "" {
		if err := c.within(ctx, ask.Account); err != nil {
			return nil, err
		}
	}
	var err error
	if ask.Within, err = c.held(ctx); err != nil {
		return nil, err
	}
	return c.lake.Contacts(ctx, ask, c.now())
}

// Contact is what a person's page tells.
func (c customers) Contact(ctx context.Context, user string) (*account.ContactProfile, error) {
	within, err := c.held(ctx)
	if err != nil {
		return nil, err
	}
	return c.lake.Contact(ctx, user, c.now(), within)
}

// Timeline is what happened, with the team's notes.
func (c customers) Timeline(ctx context.Context, ask account.TimelineAsk) (account.Timeline, error) {
	ask.Now = c.now()
	if err := account.CheckKinds(ask.Kinds); err != nil {
		return account.Timeline{}, err
	}
	if ask.Account != "" {
		if err := c.within(ctx, ask.Account); err != nil {
			return account.Timeline{}, err
		}
	}
	var err error
	if ask.Within, err = c.held(ctx); err != nil {
		return account.Timeline{}, err
	}
	t, err := c.lake.Timeline(ctx, ask)
	if err != nil || ask.Account == "" || ask.User != "" || !ask.Wants(account.NoteEntry) {
		return t, err
	}
	notes, err := c.Notes(ctx, ask.Account)
	if err != nil {
		return t, err
	}
	for i := range notes {
		n := &notes[i]
		e := account.Entry{Place: account.Place{At: n.Created}, Kind: account.NoteEntry, Note: n, Account: ask.Account}
		if e.Before(ask.Before) && (t.Next.At.IsZero() || t.Next.Before(e.Place)) && strings.Contains(account.Folded(n.Text), account.Folded(ask.Text)) {
			t.Entries = append(t.Entries, e)
		}
	}
	slices.SortStableFunc(t.Entries, func(a, b account.Entry) int { return b.At.Compare(a.At) })
	if len(t.Entries) > ask.Limit {
		t.Entries = t.Entries[:ask.Limit]
		t.Next = t.Entries[ask.Limit-1].Place
	}
	return t, nil
}

// ourSource is the source of facts that the team states itself.
const ourSource = "keepwell"

// state writes a trait of accounts down as facts, and returns once they show.
func (c customers) state(ctx context.Context, trait string, values map[string]string) error {
	b := fact.NewBuilder(fact.Accounts, ourSource, c.settings.Zone)
	var facts []*fact.Fact
	var ids []string
	now := c.now().UTC().Truncate(time.Microsecond)
	for id, value := range values {
		cell := fact.Cell{Kind: fact.TextCell, Text: value}
		if value == "" {
			cell.Kind = fact.NullCell
		}
		b.At(now)
		b.Set("id", fact.Cell{Kind: fact.TextCell, Text: rand.Text()})
		b.Set("account_id", fact.Cell{Kind: fact.TextCell, Text: id})
		b.Set(trait, cell)
		f, refused := b.Finish()
		if f == nil {
			bad := fault.New(fault.Invalid, "nothing was changed")
			for _, r := range refused {
				bad.Field(r.Field, "%s", r.Reason)
			}
			return bad
		}
		facts, ids = append(facts, f), append(ids, id)
	}
	if len(facts) == 0 {
		return nil
	}
	receipt, err := c.door.Accept(ctx, facts)
	if err != nil {
		return err
	}
	if err := c.loader.WaitLoaded(ctx, receipt.End); err != nil {
		return err
	}
	c.meetings.drop()
	c.memory.Forget()
	return c.books.look(ctx, ids)
}

// Apply changes accounts; who names who does it. It tells how many were changed, and what undoes it.
func (c customers) Apply(ctx context.Context, e account.Edit, who string) (undo string, changed int, err error) {
	if err := e.Check(); err != nil {
		return "", 0, err
	}
	book, err := c.Book(ctx)
	if err != nil {
		return "", 0, err
	}
	known := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(e.Accounts))), func(id string) bool { return book.Get(id) == nil })
	var done account.Done
	switch {
	case e.Trait != "":
		was, set := map[string]string{}, map[string]string{}
		for _, id := range known {
			if old := book.Get(id).Trait(e.Trait).Text; old != e.Value {
				was[id], set[id] = old, e.Value
			}
		}
		done, changed = account.Done{Trait: e.Trait, Was: was}, len(set)
		err = c.state(ctx, e.Trait, set)
	case e.Tag != "":
		done.Tag = e.Tag
		done.Tags, err = c.TagAdd(ctx, known, e.Tag, who, c.now())
		changed = len(done.Tags)
	default:
		note := account.Note{Text: e.Note, Author: author(ctx, who), Created: c.now().UTC()}
		if done.Notes, err = c.NotesAdd(ctx, known, note); err == nil {
			c.tellMentioned(ctx, note, "", known)
		}
		changed = len(done.Notes)
	}
	if err != nil || changed == 0 {
		return "", 0, err
	}
	undo, err = c.UndoAdd(ctx, who, done, c.now())
	return undo, changed, err
}

// author is what somebody's notes are signed with.
func author(ctx context.Context, who string) string {
	return cmp.Or(team.PrincipalOf(ctx).Name, strings.TrimSuffix(who, ":"))
}

// Untag takes a tag off accounts.
func (c customers) Untag(ctx context.Context, ids []string, tag, who string) (undo string, err error) {
	for _, id := range ids {
		if err := c.within(ctx, id); err != nil {
			return "", err
		}
	}
	off, err := c.TagRemove(ctx, ids, tag)
	if err != nil || len(off) == 0 {
		return "", err
	}
	return c.UndoAdd(ctx, who, account.Done{Tag: tag, Tags: off, Off: true}, c.now())
}

// RemoveNote removes a note.
func (c customers) RemoveNote(ctx context.Context, id, who string) (undo string, err error) {
	n, err := c.NoteGet(ctx, id)
	if err == nil {
		err = c.within(ctx, n.Account)
	}
	if err == nil {
		n, err = c.NoteRemove(ctx, id)
	}
	if err != nil {
		return "", err
	}
	return c.UndoAdd(ctx, who, account.Done{Note: &n}, c.now())
}

// ChangeNote gives a note another text.
func (c customers) ChangeNote(ctx context.Context, id, text, who string) (undo string, err error) {
	if text, err = account.CheckNote(text); err != nil {
		return "", err
	}
	n, err := c.NoteGet(ctx, id)
	if err == nil {
		err = c.within(ctx, n.Account)
	}
	if err != nil || n.Text == text {
		return "", err
	}
	was, err := c.NoteChange(ctx, id, text, c.now().UTC())
	if err != nil {
		return "", err
	}
	told := n
	told.Text = text
	c.tellMentioned(ctx, told, n.Text, []string{n.Account})
	return c.UndoAdd(ctx, who, account.Done{Note: &was, Edited: true}, c.now())
}

// SaveView keeps a view of the list of accounts.
func (c customers) SaveView(ctx context.Context, v account.SavedView) (string, error) {
	if err := v.Check(); err != nil {
		return "", err
	}
	return c.AccountViewAdd(ctx, v, c.now())
}

// RemoveView removes a view.
func (c customers) RemoveView(ctx context.Context, id, who string) (undo string, err error) {
	v, err := c.AccountViewRemove(ctx, id, who)
	if err != nil {
		return "", err
	}
	return c.UndoAdd(ctx, who, account.Done{View: &v}, c.now())
}

// Undo takes back what somebody did, once.
func (c customers) Undo(ctx context.Context, id, who string) error {
	done, err := c.UndoTake(ctx, id, who)
	if err != nil {
		return err
	}
	return c.takeBack(ctx, done, who)
}

func (c customers) takeBack(ctx context.Context, done account.Done, who string) error {
	switch {
	case done.Trait != "":
		return c.state(ctx, done.Trait, done.Was)
	case done.View != nil:
		_, err := c.AccountViewAdd(ctx, *done.View, c.now())
		return err
	case done.Note != nil && done.Edited:
		_, err := c.NoteChange(ctx, done.Note.ID, done.Note.Text, done.Note.Edited)
		return err
	case done.File != nil && done.Off:
		return c.FileRestore(ctx, done.File.ID)
	case done.File != nil:
		_, err := c.FileRemove(ctx, done.File.ID, c.now())
		return err
	case done.Note != nil:
		_, err := c.NotesAdd(ctx, []string{done.Note.Account}, *done.Note)
		return err
	case done.Tag != "" && done.Off:
		_, err := c.TagAdd(ctx, done.Tags, done.Tag, who, c.now())
		return err
	case done.Tag != "":
		_, err := c.TagRemove(ctx, done.Tags, done.Tag)
		return err
	}
	for _, note := range done.Notes {
		if _, err := c.NoteRemove(ctx, note); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return nil
}
