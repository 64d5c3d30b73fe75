package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/postgrestest"
)

func TestPostgresThatRestartsUnderLoadLosesNothing(t *testing.T) {
	cluster := postgrestest.Private(t)
	data, database := t.TempDir(), cluster.Database(t)
	ingest := strings.TrimSpace(run(t, "key", "create", "sender", "--scope", "ingest", "--data", data, "--database", database))
	s := serve(t, data, "--database", database)
	c := sending(4, s, ingest)
	for range 3 {
		before := c.count()
		until(t, "events are taken", 30*time.Second, func() bool { return c.count() > before+10*batchOf })
		if err := cluster.Restart(500 * time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	before := c.count()
	until(t, "events are taken after the last restart", 30*time.Second, func() bool { return c.count() > before })
	c.recount(t, s, "--database", database)
	s.stop()
	run(t, "check", "--data", data, "--database", database)
}
