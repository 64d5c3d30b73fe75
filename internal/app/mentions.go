package app

import (
	"context"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/notify"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// How far back mentions are told of, and how many of the notes with a name in them are looked through.
const (
	mentionsAge  = 14 * 24 * time.Hour
	mentionsRead = 1000
)

// Mentions are the latest notes that call a user, the newest first, about accounts that who asks may see.
func (c customers) Mentions(ctx context.Context, u team.User) ([]account.Mention, error) {
	notes, err := c.NotesCalling(ctx, c.now().Add(-mentionsAge), mentionsRead)
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	book, err := c.Book(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := c.MentionsSeen(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	var all []account.Mention
	for _, n := range notes {
		if n.Author != u.Name && book.Get(n.Account) != nil && calls(n.Text, u) {
			all = append(all, account.Mention{Note: n, Seen: seen[n.ID]})
		}
	}
	return all, nil
}

// SeeMention marks a note that calls a user as seen, or as not seen; fault.NotFound where none of Mentions has that id,
// fault.Forbidden where somebody marks what calls another. Only an administrator's key may speak for others: a key is nobody.
func (c customers) SeeMention(ctx context.Context, u team.User, note string, seen bool) error {
	if p := team.PrincipalOf(ctx); p.Kind == team.ByUser && p.ID != u.ID || p.Kind != team.ByUser && !p.May(team.Admin) {
		return fault.New(fault.Forbidden, "a mention is marked as seen by whom it calls").Mend("sign in as %s, or use a key with the scope admin", u.Name)
	}
	all, err := c.Mentions(ctx, u)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(m account.Mention) bool { return m.ID == note }) {
		return fault.New(fault.NotFound, "no note with this id mentions %s", u.Name)
	}
	at := c.now()
	if !seen {
		at = time.Time{}
	}
	return c.MentionSee(ctx, u.ID, note, at)
}

func calls(text string, u team.User) bool {
	return slices.ContainsFunc(account.Mentions(text), func(name string) bool { return account.Means(name, u.Name, u.Email) })
}

// tellMentioned mails those whom a note calls and its text before did not, where mail is sent: active users who may see
// the account. That nobody could be told is no reason to refuse the note.
func (c customers) tellMentioned(ctx context.Context, n account.Note, before string, accounts []string) {
	if c.outbox == nil || len(account.Mentions(n.Text)) == 0 {
		return
	}
	users, err := c.Users(ctx)
	if err != nil {
		c.logger.Warn("those whom a note mentions can't be told", "error", err)
		return
	}
	book, err := c.books.Book(ctx)
	if err != nil {
		c.logger.Warn("those whom a note mentions can't be told", "error", err)
		return
	}
	for _, u := range users {
		if !u.Active() || u.Name == n.Author || !calls(n.Text, u) || before != "" && calls(before, u) {
			continue
		}
		for _, id := range accounts { // one mail, however many accounts the note is about
			s := book.Get(id)
			if s == nil || u.OwnBook && !slices.Contains(u.Book(), s.CSM) {
				continue
			}
			lang := i18n.Lang(c.settings.Language)
			if u.Language != "" {
				lang = i18n.Lang(u.Language)
			}
			c.outbox.Post(notify.Message{To: u.Email, Subject: i18n.T(lang, "mail.mention.subject", "author", n.Author, "account", s.Title()),
				Text: i18n.T(lang, "mail.mention.text", "name", u.Name, "author", n.Author, "account", s.Title(), "text", n.Text, "link", c.Base()+ui.AccountPath(id))})
			break
		}
	}
}
