package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

func TestEverythingButTheLogIsKeptInPostgreSQL(t *testing.T) {
	data := t.TempDir()
	s := settings(t, data)
	s.Database = postgrestest.Start(t)
	begin := func() *App {
		a, err := Open(context.Background(), s, Options{Version: "test", Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := begin()
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `{"name":"one","user_id":"u","ts":"2026-03-01"}`, "")
	if _, err := (care{a}).Backup(context.Background()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a backup of PostgreSQL: %v", err)
	}
	shut(t, a)
	a = begin()
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `[{"name":"one","user_id":"u","ts":"2026-03-01"},{"name":"two","user_id":"u","ts":"2026-03-01"}]`, "")
	if got := a.count(t, "events"); got != 2 {
		t.Errorf("%d events", got)
	}
	if totals, err := (overview{a}).Totals(context.Background()); err != nil || len(totals) != 1 || totals[0].Days[len(totals[0].Days)-1] != 2 {
		t.Errorf("%+v %v", totals, err)
	}
	if found, err := (care{a}).Check(context.Background(), true, func(string) {}); err != nil || len(found) > 0 {
		t.Errorf("%v %v", found, err)
	}
	for _, embedded := range []string{lakeFile, stateFile} {
		if _, err := os.Stat(filepath.Join(data, embedded)); err == nil {
			t.Errorf("there is a %s all the same", embedded)
		}
	}
}
