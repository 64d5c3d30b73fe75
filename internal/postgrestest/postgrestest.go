package postgrestest

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Shared is the environment variable with the address of a cluster to use instead of starting one for
// every test process; `make test` sets it.
const Shared = "KEEPWELL_TEST_POSTGRES"

// One cluster for the process, never closed by hand: its watcher ends it when the process ends.
var ours = sync.OnceValues(Launch)

var count atomic.Int64

// Start is the address of a fresh, empty database, dropped when the test ends. PostgreSQL that can't be
// had fails the test.
func Start(t testing.TB) string {
	t.Helper()
	if shared := os.Getenv(Shared); shared != "" {
		return create(t, shared)
	}
	c, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	return create(t, c.URL("postgres"))
}

// Private is a cluster for this test alone, closed when it ends: for tests that restart the server.
func Private(t testing.TB) *Cluster {
	t.Helper()
	c, err := Launch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("closing PostgreSQL: %v", err)
		}
	})
	return c
}

// Database is Start in this cluster.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	return create(t, c.URL("postgres"))
}

func create(t testing.TB, server string) string {
	t.Helper()
	address, drop, err := Fresh(server)
	if err != nil {
		t.Fatalf("creating a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Errorf("dropping the database of the test: %v", err)
		}
	})
	return address
}

// Fresh makes an empty database on the server and says its address; drop removes it, whoever is still connected. It is
// Start for what is no test.
func Fresh(server string) (address string, drop func() error, err error) {
	// Several test processes share a server, so the process and the moment are part of the name.
	name := fmt.Sprintf("test_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), count.Add(1))
	address, err = inDatabase(server, name)
	if err == nil {
		err = execute(server, "create database "+name+" template template0")
	}
	return address, func() error { return execute(server, "drop database "+name+" with (force)") }, err
}
