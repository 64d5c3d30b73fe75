package app

import (
	"context"
	"fmt"
	"io"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fact"
)

var _ api.Care = care{}

// care looks after what is stored.
type care struct{ *App }

// Check recounts what is derived, reads the log and the state to the end, and tells what is wrong.
func (c care) Check(ctx context.Context, rebuild bool, progress func(string)) (found []api.Finding, err error) {
	if rebuild {
		progress("making what is derived from the facts anew")
		if err := c.lake.Rebuild(ctx); err != nil {
			return nil, err
		}
	}
	problems, err := c.lake.Check(ctx, func(done, of int, table string) { progress(fmt.Sprintf("recounting %d of %d: %s", done+1, of, table)) })
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		found = append(found, api.Finding{Where: p.Table, What: fmt.Sprintf("%s (%d rows)", p.What, p.Rows)})
	}
	progress("reading the state")
	damage, err := c.store.Integrity(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range damage {
		found = append(found, api.Finding{Where: "state", What: d})
	}
	progress("reading the log")
	if finding := c.checkLog(ctx); finding != nil {
		found = append(found, *finding)
	}
	return found, ctx.Err()
}

// checkLog reads every record there is; the first that can't be read hides what is behind it.
func (c care) checkLog(ctx context.Context) *api.Finding {
	at, end := c.log.Begin(), c.log.End()
	reader, err := c.log.Read(at)
	if err != nil {
		return &api.Finding{Where: "log", What: err.Error()}
	}
	defer reader.Close()
	for ctx.Err() == nil && reader.Position() < end {
		at = reader.Position()
		raw, _, err := reader.TryNext()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			_, err = fact.ReadRecord(raw)
		}
		if err != nil {
			return &api.Finding{Where: "log", What: fmt.Sprintf("position %d: %v", at, err)}
		}
	}
	return nil
}
