package ingest

import (
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// expand adds the facts that follow from others: a contact with an account belongs to it from that instant on. The ids
// follow from the first fact's, so they are duplicates together.
func expand(facts []*fact.Fact) []*fact.Fact {
	all := facts[:len(facts):len(facts)]
	for _, f := range facts {
		if f.Kind == fact.Contacts && f.Account != "" {
			all = append(all, membership(f.Source, "contact "+f.ID.String(), f.Account, f.User, f.At))
		}
	}
	return all
}

// membershipOfCall is the membership that calls of an hour say, which begins at that instant.
func membershipOfCall(source, account, user string, at int64) *fact.Fact {
	key := "call " + time.UnixMicro(at).UTC().Format(time.RFC3339) + "\x00" + account + "\x00" + user
	return membership(source, key, account, user, at)
}

func membership(source, key, account, user string, at int64) *fact.Fact {
	f := &fact.Fact{
		Kind: fact.Memberships, ID: fact.IDFor(fact.Memberships, source+"\x00derived", key),
		At: at, Source: source, Account: account, User: user,
	}
	f.Set("status", fact.TextValue("joined"))
	return f
}
