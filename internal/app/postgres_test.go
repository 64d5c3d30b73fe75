package app

import (
	"bytes"
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

func TestABackupRestoresFromAndIntoPostgreSQLAlike(t *testing.T) {
	begin := func(data, database string) *App {
		s := settings(t, data)
		s.Database = database
		a, err := Open(context.Background(), s, Options{Version: "test", Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, from := range []string{"", postgrestest.Start(t)} {
		a := begin(t.TempDir(), from)
		a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `{"name":"one","user_id":"u","account_id":"a","ts":"2026-03-01","properties":{"ß":1}}`, "")
		a.call(t, "POST", "/api/v1/facts/invoices?wait=loaded", `{"account_id":"a","invoice_id":"i","due_at":"2026-03-08T10:00:00.123456Z","ts":"2026-03-01","amount":10.05,"currency":"EUR","status":"paid"}`, "")
		a.call(t, "POST", "/api/v1/facts/events", `{"name":"two","user_id":"u","ts":"2026-03-01"}`, "")
		raw := []byte(a.call(t, "POST", "/api/v1/admin/backup", "", ""))
		invoices := a.call(t, "GET", "/api/v1/facts/invoices?from=2026-01-01&to=2027-01-01", "", "")
		if got := a.count(t, "invoices"); got != 1 {
			t.Errorf("%d invoices", got)
		}
		shut(t, a)
		if _, err := os.Stat(filepath.Join(a.settings.Data, backupFolder)); err == nil {
			t.Error("the backup left its folder behind")
		}
		for _, into := range []string{"", postgrestest.Start(t)} {
			s := settings(t, filepath.Join(t.TempDir(), "new"))
			s.Database = into
			if _, err := Restore(context.Background(), s, bytes.NewReader(raw)); err != nil {
				t.Fatalf("from %q into %q: %v", from, into, err)
			}
			b := begin(s.Data, into)
			b.call(t, "POST", "/api/v1/facts/events?wait=loaded", `[{"name":"two","user_id":"u","ts":"2026-03-01"},{"name":"three","user_id":"u","ts":"2026-03-01"}]`, "")
			if got := b.count(t, "events"); got != 3 {
				t.Errorf("from %q into %q: %d events", from, into, got)
			}
			if got := b.call(t, "GET", "/api/v1/facts/invoices?from=2026-01-01&to=2027-01-01", "", ""); got != invoices {
				t.Errorf("from %q into %q: %s", from, into, got)
			}
			if found, err := (care{b}).Check(context.Background(), false, func(string) {}); err != nil || len(found) > 0 {
				t.Errorf("from %q into %q: %v %v", from, into, found, err)
			}
			shut(t, b)
			if into == "" {
				continue
			}
			s.Data = filepath.Join(t.TempDir(), "another")
			if _, err := Restore(context.Background(), s, bytes.NewReader(raw)); fault.KindOf(err) != fault.Conflict {
				t.Errorf("over what is there: %v", err)
			}
		}
	}
}
