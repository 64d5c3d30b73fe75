package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/web/connect"
)

var _ connect.Files = files{}

// uploadFolder is where files that were sent to the pages wait; what is in it at start is of nobody any more.
const uploadFolder = "uploads"

// files takes files in by the door of this process.
type files struct{ *App }

// TakeFile takes the rows of a file in, or, dry, only checks them.
func (f files) TakeFile(ctx context.Context, kind string, rows ingest.RowReader, read *ingest.Counter, o ingest.ImportOptions, at string, dry bool) (ingest.Progress, error) {
	return ingest.Import(ctx, kind, rows, read, &ingest.LocalSink{Facts: f.rows, DryRun: dry, At: at}, o)
}
