package reading

import (
	"context"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Called is what an account is called, its id where nobody named it.
type Called func(ctx context.Context, id string) string

// Groups names the groups of a breakdown by one dimension.
type Groups struct {
	Lang   i18n.Lang
	By     string
	Called func(account string) string
}

// GroupsOf names groups while one request is answered.
func GroupsOf(ctx context.Context, lang i18n.Lang, by string, called Called) Groups {
	return Groups{lang, by, func(account string) string { return called(ctx, account) }}
}

// ours are the dimensions whose values are words of Keepwell rather than of a sender, and where those are told.
var ours = map[string]string{"measure": "forecast.feature.", "verdict": "forecast.verdict.", "band": "health.band.",
	"kind": "choice.", "priority": "choice.", "status": "choice.", "touch_model": "choice.", "outcome": "forecast.outcome.",
	"interval": "choice.", "channel": "choice.", "author": "choice.", "cancel_kind": "choice."}

// Label is the name of a group; nil is what no value is known of.
func (g Groups) Label(key *string) string {
	switch {
	case key == nil:
		return i18n.T(g.Lang, "metrics.unknown")
	case g.By == "account_id":
		return g.Called(*key)
	case ours[g.By] != "" && i18n.Has(ours[g.By]+*key):
		return i18n.T(g.Lang, ours[g.By]+*key)
	}
	return *key
}
