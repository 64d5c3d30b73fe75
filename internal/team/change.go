package team

import (
	"context"
	"encoding/json"
	"time"
)

// Change is a line of the audit trail: who did what to what, when, from where, through which door, and what was there
// before and after. Secrets are never in it.
type Change struct {
	ID      string
	When    time.Time
	Who     Principal
	From    string // network address
	Door    string // web, api, command line
	Action  string // create-key, POST /settings/users: the door's own name of what was done
	Subject string // what was changed, such as the e-mail of a user or the name of a key
	Before  any    // written as JSON; nil when there was nothing
	After   any

	kept bool
}

// The doors.
const (
	DoorWeb     = "web"
	DoorAPI     = "api"
	DoorCommand = "command line"
)

type changeKey struct{}

// WithChange begins a change: the store writes it down together with the first thing that it changes under this context,
// in the same transaction.
func WithChange(ctx context.Context, c *Change) context.Context {
	return context.WithValue(ctx, changeKey{}, c)
}

// ChangeOf is the change that is under way; nil when there is none.
func ChangeOf(ctx context.Context) *Change {
	c, _ := ctx.Value(changeKey{}).(*Change)
	return c
}

// Describe says what is being changed, for the audit trail; to be called before the store is. It does nothing where no
// change is under way.
func Describe(ctx context.Context, subject string, before, after any) {
	if c := ChangeOf(ctx); c != nil {
		c.Subject, c.Before, c.After = subject, before, after
	}
}

// Kept tells whether the change is written down; Keep that it is now.
func (c *Change) Kept() bool { return c.kept }

// Keep notes that the change is written down.
func (c *Change) Keep() { c.kept = true }

// maxShown is how much of a before or after is kept, in bytes.
const maxShown = 8 << 10

// Shown is a before or after as it is kept: JSON, "" for nothing.
func Shown(value any) string {
	if value == nil {
		return ""
	}
	if text, ok := value.(string); ok && json.Valid([]byte(text)) {
		return text
	}
	raw, err := json.Marshal(value)
	if err != nil || len(raw) > maxShown {
		return `"too long to show"`
	}
	return string(raw)
}

// ChangeFilter chooses lines of the audit trail; empty fields choose all.
type ChangeFilter struct {
	Who, Action, Subject string    // parts of them, whatever their case
	From, To             time.Time // half-open
	Cursor               string
	Limit                int
}
