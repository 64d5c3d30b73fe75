// Package account says who is who: which person a visitor or a user id belongs to, which account a person belonged to
// at an instant, and how accounts hang together. All of it are pure rules over the set of facts of the kinds links,
// memberships and accounts: the order in which the facts arrive changes nothing, and hearing one twice neither.
//
// It leaves reading the facts and keeping the answers to the lake, and making links and memberships out of calls and
// rows to the doors.
package account

import (
	"slices"

	"github.com/keepwell/keepwell/internal/fact"
)

// Actor is the number of a user id or of an anonymous id; 0 is nobody.
type Actor = int32

// Account is the number of an account id; 0 is unknown.
type Account = int32

// Action is what a link says.
type Action uint8

// Identify: the visitor is the user. Alias: the previous id and the user are one person; a previous id that is an
// anonymous id nobody identified acts as Identify. Undo: links of the same anonymous or previous id (and user, if
// given) from no later than itself were wrong.
const (
	Identify Action = iota
	Alias
	Undo
)

var actionNames = [...]string{Identify: "identify", Alias: "alias", Undo: "undo"}

// String is the action's name in the column links.action.
func (a Action) String() string { return actionNames[a] }

// ActionNamed is the action that the column links.action calls name; false for a name it doesn't have.
func ActionNamed(name string) (Action, bool) {
	i := slices.Index(actionNames[:], name)
	return Action(max(i, 0)), i >= 0
}

// Link is one fact of the kind links. A previous id may be a user's or a visitor's, so it has a number as each.
type Link struct {
	Action  Action
	At      int64 // UTC microseconds since 1970
	ID      fact.ID
	User    Actor // 0: not given
	Visitor Actor // of anonymous_id; 0: not given

	PreviousUser, PreviousVisitor Actor // of previous_id; 0: not given
	UserKey, PreviousKey          string
}

// Membership is one fact of the kind memberships. Of two with the same instant the one with the larger Seq wins.
type Membership struct {
	User    Actor
	Account Account
	At, Seq int64
	Joined  bool
}

// Always is before every instant a fact may have, Never after.
const (
	Always = -1 << 63
	Never  = 1<<63 - 1
)

// Span says that facts of a person with From <= instant < Until that name no account belong to Account.
type Span struct {
	From, Until int64 // UTC microseconds since 1970; Until is Never when it is still so
	Account     Account
}
