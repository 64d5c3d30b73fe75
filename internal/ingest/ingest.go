// Package ingest takes facts in. Its doors (the Segment tracking API, the facts API, files) turn what senders write into
// checked facts and tell for every call or row what became of it. Behind them stand the Door, which removes duplicates
// and answers once facts are durable in the log, and the Loader, which moves the log into the lake.
//
// It leaves to others what a fact is (fact), how the log keeps it (log), how the lake stores and resolves it (lake), and
// where keys, quarantined calls and feed sightings are kept (store).
package ingest

import (
	"context"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/log"
)

// SourceImport is the source of files, through whichever process they come, so that a file imported twice adds nothing.
const SourceImport = "import"

// Log is what the door and the loader need of the log.
type Log interface {
	Append(records [][]byte, at time.Time) (log.Position, error)
	Read(from log.Position) (*log.Reader, error)
	End() log.Position
	Trim(before log.Position, olderThan time.Time) (int, error)
}

// Lake is what the door and the loader need of the lake.
type Lake interface {
	// Load adds facts and moves the cursor, both or neither. Only the loader calls it, never twice at once.
	Load(ctx context.Context, facts []*fact.Fact, cursor uint64) error
	// Cursor is the log position up to which facts are loaded.
	Cursor(ctx context.Context) (uint64, error)
	// IDs calls fn with the lower half (fact.ID.Low) of every id loaded.
	IDs(ctx context.Context, fn func(low uint64)) error
	// Merge brings the rollups up to what is loaded; Checkpoint makes the lake's own files current.
	Merge(ctx context.Context) error
	Checkpoint(ctx context.Context) error
}
