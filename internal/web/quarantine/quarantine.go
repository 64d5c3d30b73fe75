// Package quarantine shows the calls that could not be used and lets them be mended and sent again, or given up.
package quarantine

import (
	"context"
	"embed"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Calls are the calls that could not be used; kept by the store and replayed by ingest.
type Calls interface {
	QuarantineCount(ctx context.Context) (map[feed.Status]int64, error)
	// QuarantineRules counts the open calls by the rule that refused them, the most frequent first.
	QuarantineRules(ctx context.Context) ([]feed.RuleCount, error)
	// QuarantinePage is a page of calls, the newest first, and the cursor of the next one, empty at the end.
	QuarantinePage(ctx context.Context, f feed.Filter) ([]feed.Quarantined, string, error)
	QuarantineGet(ctx context.Context, id string) (feed.Quarantined, error)
	QuarantineEdit(ctx context.Context, id string, body []byte) error
	QuarantineDecide(ctx context.Context, id string, status feed.Status, now time.Time) error
	// QuarantineReopen opens a discarded call again; fault.Conflict for any other.
	QuarantineReopen(ctx context.Context, id string) error
	// Replay sends an open call through its door again, as it came or as edited, and closes it as replayed;
	// fault.Invalid when it still can't be used, which leaves it open.
	Replay(ctx context.Context, id string) error
}

// Area answers for the quarantine.
type Area struct {
	Pages *ui.Pages
	Calls Calls
}
