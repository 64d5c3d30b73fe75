package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
)

// boards are kept in memory.
type boards struct {
	dashboards []board.Dashboard
	targets    board.Targets
}

func (b *boards) Dashboards(context.Context) ([]board.Dashboard, error) { return b.dashboards, nil }
func (b *boards) Targets(context.Context) (board.Targets, error)        { return b.targets, nil }

func (b *boards) find(id string) (*board.Dashboard, error) {
	for i := range b.dashboards {
		if b.dashboards[i].ID == id {
			return &b.dashboards[i], nil
		}
	}
	return nil, fault.New(fault.NotFound, "there is no such dashboard")
}

func (b *boards) Dashboard(_ context.Context, id string) (board.Dashboard, error) {
	d, err := b.find(id)
	if err != nil {
		return board.Dashboard{}, err
	}
	return *d, nil
}

func (b *boards) DashboardAdd(_ context.Context, d board.Dashboard, now time.Time) (board.Dashboard, error) {
	d.ID, d.Version, d.Created, d.Changed = "d1", 1, now, now
	b.dashboards = append(b.dashboards, d)
	return d, nil
}

func (b *boards) DashboardChange(_ context.Context, id string, version int64, _ time.Time, change func(*board.Dashboard) error) (board.Dashboard, error) {
	d, err := b.find(id)
	if err != nil {
		return board.Dashboard{}, err
	}
	if version != 0 && version != d.Version {
		return *d, fault.New(fault.Conflict, "somebody has changed the dashboard meanwhile")
	}
	altered := *d
	if err := change(&altered); err != nil {
		return *d, err
	}
	altered.Version++
	*d = altered
	return altered, nil
}

func (b *boards) DashboardRemove(_ context.Context, id string, _ time.Time) error {
	_, err := b.find(id)
	b.dashboards = slices.DeleteFunc(b.dashboards, func(d board.Dashboard) bool { return d.ID == id })
	return err
}

func (b *boards) DashboardUndo(ctx context.Context, id string, _ time.Time) (board.Dashboard, error) {
	return b.Dashboard(ctx, id)
}

func (b *boards) TargetPut(_ context.Context, t board.Target, now time.Time) (board.Target, error) {
	t.ID, t.Created = "t1", now
	b.targets = append(b.targets, t)
	return t, nil
}

func (b *boards) TargetRemove(_ context.Context, id string) (board.Target, error) {
	for i, t := range b.targets {
		if t.ID == id {
			b.targets = slices.Delete(b.targets, i, i+1)
			return t, nil
		}
	}
	return board.Target{}, fault.New(fault.NotFound, "there is no such target")
}

const asJSON = "Content-Type: application/json"

func TestDashboardsAreKeptOverTheAPI(t *testing.T) {
	h := newHouse(t)
	w := h.call("POST", "/api/v1/dashboards", "kw_admin", `{"name":"Monday","tiles":[{"metric":"nps","question":{"period":"90d","segment":"plan = pro"}}]}`, asJSON)
	wantStatus(t, w, http.StatusCreated)
	var d board.Dashboard
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || d.ID != "d1" || d.Tiles[0].Question.Segment != "plan = pro" {
		t.Errorf("%+v %v", d, err)
	}
	w = h.call("PUT", "/api/v1/dashboards/d1", "kw_admin", `{"name":"Tuesday","tiles":[],"version":1}`, asJSON)
	if wantStatus(t, w, http.StatusOK); !strings.Contains(w.Body.String(), `"name":"Tuesday","tiles":[],"version":2`) {
		t.Error(w.Body)
	}
	wantStatus(t, h.call("PUT", "/api/v1/dashboards/d1", "kw_admin", `{"name":"Monday","version":1}`, asJSON), http.StatusConflict)
	for _, body := range []string{`{"name":""}`, `{"name":"x","tiles":[{"metric":"nothing","question":{}}]}`, `{"name":"x","tiles":[{"metric":"nps","question":{"period":"aeon"}}]}`} {
		wantStatus(t, h.call("POST", "/api/v1/dashboards", "kw_admin", body, asJSON), http.StatusBadRequest)
	}
	if w := h.call("GET", "/api/v1/dashboards", "kw_read", ""); !strings.Contains(w.Body.String(), "Tuesday") {
		t.Error(w.Body)
	}
	wantStatus(t, h.call("DELETE", "/api/v1/dashboards/d1", "kw_admin", ""), http.StatusNoContent)
	wantStatus(t, h.call("GET", "/api/v1/dashboards/d1", "kw_read", ""), http.StatusNotFound)
}

func TestTargetsAreKeptOverTheAPI(t *testing.T) {
	h := newHouse(t)
	w := h.call("POST", "/api/v1/targets", "kw_admin", `{"metric":"nps","value":40,"from":"2026-01-01"}`, asJSON)
	if wantStatus(t, w, http.StatusCreated); !strings.Contains(w.Body.String(), `"value":40`) {
		t.Error(w.Body)
	}
	for _, body := range []string{`{"metric":"nothing","value":1,"from":"2026-01-01"}`, `{"metric":"nps","value":1,"from":"soon"}`} {
		wantStatus(t, h.call("POST", "/api/v1/targets", "kw_admin", body, asJSON), http.StatusBadRequest)
	}
	if w := h.call("GET", "/api/v1/targets?metric=nps", "kw_read", ""); !strings.Contains(w.Body.String(), `"id":"t1"`) {
		t.Error(w.Body)
	}
	if w := h.call("GET", "/api/v1/targets?metric=mrr", "kw_read", ""); w.Body.String() != `{"targets":[]}`+"\n" {
		t.Error(w.Body)
	}
	wantStatus(t, h.call("DELETE", "/api/v1/targets/t1", "kw_admin", ""), http.StatusNoContent)
	wantStatus(t, h.call("DELETE", "/api/v1/targets/t1", "kw_admin", ""), http.StatusNotFound)
}
