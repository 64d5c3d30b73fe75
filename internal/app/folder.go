package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/keepwell/keepwell/internal/fault"
)

// What lies in the data folder.
const (
	logFolder  = "log"
	lakeFile   = "lake.duckdb"
	stateFile  = "state.db"
	serverFile = "server.json"
)

// makeFolder makes the data folder for this user alone, and lets everything that is made in it be so too: DuckDB asks for
// no particular mode.
func makeFolder(data string) error {
	unix.Umask(0o077)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder can't be made").At("%s", data).
			Mend("make the folder above it writable for this user, or name another with --data")
	}
	if err := unix.Access(data, unix.W_OK|unix.X_OK); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder can't be written").At("%s", data).
			Mend("make it writable for this user (chown, or mount it read-write), or name another with --data")
	}
	return nil
}

// Server is a running server, as it says so in its data folder.
type Server struct {
	URL     string    `json:"url"`
	PID     int       `json:"pid"`
	Token   string    `json:"token"` // opens everything
	Started time.Time `json:"started"`
}

// Running finds the server that runs on a data folder. What a server that died left behind does not count.
func Running(ctx context.Context, data string) (Server, bool) {
	var s Server
	raw, err := os.ReadFile(filepath.Join(data, serverFile))
	if err != nil || json.Unmarshal(raw, &s) != nil || s.PID <= 0 {
		return Server{}, false
	}
	if errors.Is(unix.Kill(s.PID, 0), unix.ESRCH) {
		return Server{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/healthz", nil)
	if err != nil {
		return Server{}, false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return Server{}, false
	}
	answer.Body.Close()
	return s, true
}

// announce writes where the server is, in one step and for this user alone.
func announce(data string, s Server) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(data, serverFile)
	os.Remove(path + ".new") // of a start that died here
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
