package app

import (
	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/lake"
)

var _ api.Facts = facts{}

// facts go in through the door and come out of the lake.
type facts struct {
	*ingest.Facts
	*lake.Lake
}

// Facts is the door for rows, for importing in this process.
func (a *App) Facts() *ingest.Facts { return a.rows }
