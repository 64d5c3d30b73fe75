package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
)

// kept is a dashboard with what is needed to take its last change back.
type kept struct {
	board.Dashboard
	removed sql.NullInt64
	before  string
}

// earlier is what a dashboard was before its last change.
type earlier struct {
	Name    string       `json:"name"`
	Tiles   []board.Tile `json:"tiles"`
	Removed int64        `json:"removed,omitempty"` // microseconds; 0: it was there
}

// Dashboards are all dashboards, by name.
func (s *Store) Dashboards(ctx context.Context) (all []board.Dashboard, err error) {
	err = s.look(ctx, "listing dashboards", func(q session) error {
		rows, err := list(ctx, q, scanDashboard, "dashboard_list")
		all = make([]board.Dashboard, len(rows))
		for i, row := range rows {
			all[i] = row.Dashboard
		}
		return err
	})
	return all, err
}

// Dashboard is the one with an id; fault.NotFound when there is none, or no longer.
func (s *Store) Dashboard(ctx context.Context, id string) (d board.Dashboard, err error) {
	err = s.look(ctx, "reading a dashboard", func(q session) error {
		row, err := dashboard(ctx, q, id, false)
		d = row.Dashboard
		return err
	})
	return d, err
}

// DashboardAdd keeps a new dashboard and gives it with its id.
func (s *Store) DashboardAdd(ctx context.Context, d board.Dashboard, now time.Time) (board.Dashboard, error) {
	d.ID, d.Version = newID(), 1
	d.Created = now.UTC().Truncate(time.Microsecond)
	d.Changed = d.Created
	return d, s.change(ctx, "keeping a dashboard", func(q session) error {
		tiles, err := json.Marshal(d.Tiles)
		if err == nil {
			_, err = q.exec(ctx, "dashboard_insert", d.ID, clean(d.Name), string(tiles), clean(d.By), micros(d.Created))
		}
		return err
	})
}

// DashboardChange lets change alter a dashboard and keeps the result. change may run more than once, each time on what is
// there then; its error leaves everything as it was. version 0 changes whatever is there; another one that is no longer
// the dashboard's is a fault.Conflict.
func (s *Store) DashboardChange(ctx context.Context, id string, version int64, now time.Time, change func(*board.Dashboard) error) (board.Dashboard, error) {
	return s.dashboardChange(ctx, id, version, now, false, func(d *kept) error { return change(&d.Dashboard) })
}

// DashboardRemove takes a dashboard away; DashboardUndo brings it back.
func (s *Store) DashboardRemove(ctx context.Context, id string, now time.Time) error {
	_, err := s.dashboardChange(ctx, id, 0, now, false, func(d *kept) error {
		d.removed = sql.NullInt64{Int64: now.UnixMicro(), Valid: true}
		return nil
	})
	return err
}

// DashboardUndo takes the last change of a dashboard back, its removal too. Done twice it is as if it had not been done.
func (s *Store) DashboardUndo(ctx context.Context, id string, now time.Time) (board.Dashboard, error) {
	return s.dashboardChange(ctx, id, 0, now, true, func(d *kept) error {
		if d.before == "" {
			return nil
		}
		var was earlier
		if err := json.Unmarshal([]byte(d.before), &was); err != nil {
			return fault.Wrap(fault.Internal, err, "what the dashboard was before is kept in another shape than expected")
		}
		d.Name, d.Tiles, d.removed = was.Name, was.Tiles, sql.NullInt64{Int64: was.Removed, Valid: was.Removed != 0}
		return nil
	})
}

func (s *Store) dashboardChange(ctx context.Context, id string, version int64, now time.Time, gone bool, change func(*kept) error) (d board.Dashboard, err error) {
	err = s.change(ctx, "changing a dashboard", func(q session) error {
		row, err := dashboard(ctx, q, id, gone)
		if err != nil {
			return err
		}
		if version != 0 && version != row.Version {
			return fault.New(fault.Conflict, "somebody has changed the dashboard meanwhile").Mend("look at it again, then change it")
		}
		was, err := json.Marshal(earlier{row.Name, row.Tiles, row.removed.Int64})
		if err != nil {
			return err
		}
		if err := change(&row); err != nil {
			return err
		}
		tiles, err := json.Marshal(row.Tiles)
		if err != nil {
			return err
		}
		row.Changed = now.UTC().Truncate(time.Microsecond)
		row.Version++
		d = row.Dashboard
		_, err = q.exec(ctx, "dashboard_update", id, clean(row.Name), string(tiles), micros(row.Changed), row.removed, string(was))
		return err
	})
	return d, err
}

// dashboard reads one; gone says that one that was removed is wanted too.
func dashboard(ctx context.Context, q session, id string, gone bool) (kept, error) {
	row, err := scanDashboard(q.row(ctx, "dashboard_get", clean(id)))
	if err == nil && row.removed.Valid && !gone {
		err = sql.ErrNoRows
	}
	return row, missing(err, "there is no such dashboard")
}

func scanDashboard(row scanner) (d kept, err error) {
	var tiles string
	var created, changed sql.NullInt64
	if err = row.Scan(&d.ID, &d.Name, &tiles, &d.Version, &d.By, &created, &changed, &d.removed, &d.before); err != nil {
		return d, err
	}
	d.Created, d.Changed = instant(created), instant(changed)
	if err := json.Unmarshal([]byte(tiles), &d.Tiles); err != nil {
		return d, fault.Wrap(fault.Internal, err, "the tiles of a dashboard are kept in another shape than expected")
	}
	if d.Tiles == nil {
		d.Tiles = []board.Tile{}
	}
	return d, nil
}

// Targets are all targets, by what they are for and the day from which they hold.
func (s *Store) Targets(ctx context.Context) (all board.Targets, err error) {
	err = s.look(ctx, "listing targets", func(q session) (err error) {
		all, err = list(ctx, q, scanTarget, "target_list")
		return err
	})
	return all, err
}

// TargetPut keeps a target, in the place of one for the same thing from the same day, and gives it with its id.
func (s *Store) TargetPut(ctx context.Context, t board.Target, now time.Time) (board.Target, error) {
	t.ID, t.Created = newID(), now.UTC().Truncate(time.Microsecond)
	return t, s.change(ctx, "keeping a target", func(q session) error {
		if _, err := q.exec(ctx, "target_replace", t.Metric, clean(t.Variant), clean(t.Segment), clean(t.Currency), t.From); err != nil {
			return err
		}
		_, err := q.exec(ctx, "target_insert", t.ID, t.Metric, clean(t.Variant), clean(t.Segment), t.Value, clean(t.Currency), t.From, t.Due, clean(t.By), micros(t.Created))
		return err
	})
}

// TargetRemove forgets a target and gives it; fault.NotFound when there is none.
func (s *Store) TargetRemove(ctx context.Context, id string) (t board.Target, err error) {
	err = s.change(ctx, "forgetting a target", func(q session) (err error) {
		if t, err = scanTarget(q.row(ctx, "target_get", clean(id))); err != nil {
			return missing(err, "there is no such target")
		}
		_, err = q.exec(ctx, "target_delete", t.ID)
		return err
	})
	return t, err
}

func scanTarget(row scanner) (t board.Target, err error) {
	var created sql.NullInt64
	err = row.Scan(&t.ID, &t.Metric, &t.Variant, &t.Segment, &t.Value, &t.Currency, &t.From, &t.Due, &t.By, &created)
	t.Created = instant(created)
	return t, err
}
