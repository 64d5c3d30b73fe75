package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/keepwell/keepwell/internal/app"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keepwell": main})
}

func TestTheCommandLineDoesWhatItsScriptsSay(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("KEEPWELL_LISTEN", "127.0.0.1:0")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			// await-server DATA waits until a server has said where it is.
			"await-server": func(ts *testscript.TestScript, _ bool, args []string) {
				path := ts.MkAbs(filepath.Join(args[0], "server.json"))
				for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
					if _, err := os.Stat(path); err == nil {
						return
					}
				}
				ts.Fatalf("no server in %s after 20 s", args[0])
			},
			// terminate DATA sends SIGTERM to the server on a data folder.
			"terminate": func(ts *testscript.TestScript, _ bool, args []string) {
				server, ok := app.Running(context.Background(), ts.MkAbs(args[0]))
				if !ok {
					ts.Fatalf("no server runs on %s", args[0])
				}
				ts.Check(syscall.Kill(server.PID, syscall.SIGTERM))
			},
			// lines FILE N says that a file has so many lines.
			"lines": func(ts *testscript.TestScript, _ bool, args []string) {
				if n := strings.Count(ts.ReadFile(args[0]), "\n"); fmt.Sprint(n) != args[1] {
					ts.Fatalf("%s has %d lines, not %s", args[0], n, args[1])
				}
			},
		},
	})
}

func TestAWrongCallExitsWithTwoAndAHint(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"version", 0, ""},
		{"config", 0, ""},
		{"metrics", 0, ""},
		{"", 0, ""},
		{"frob", 2, `there is no command "frob"`},
		{"serv", 2, "did you mean serve?"},
		{"serve now", 2, `"now" is too much`},
		{"serve --nope", 2, "unknown flag: --nope"},
		{"serve --listen nowhere", 2, "listen: nowhere (flag --listen) is not host:port"},
		{"import events", 2, "FILE is missing"},
		{"import events a.xlsx", 2, "--format csv, ndjson or parquet"},
		{"import events - --format xml", 2, `--format "xml" is none of`},
		{"import events - --format parquet", 2, "can't come from standard input"},
		{"metrics get", 2, "ID is missing"},
		{"metrics get nps -o xml", 2, `--output "xml" is none of`},
		{"metrics frob", 2, `"frob" is too much`},
		{"key create x", 2, "--scope is missing"},
		{"key create x --scope all", 2, `--scope "all" is none of ingest, read, admin`},
		{"check --server http://127.0.0.1:1", 2, "needs a key"},
		{"restore a.tar --server http://127.0.0.1:1 --key k", 2, "leave out --server"},
		{"metrics list", 1, "there is no data folder"},
		{"metrics list --server http://127.0.0.1:1 --key k", 1, "the server can't be reached"},
		{"import events missing.csv", 1, "missing.csv"},
		{"restore missing.tar", 1, "missing.tar"},
	} {
		var out, errs bytes.Buffer
		code := run(context.Background(), strings.Fields(c.args), strings.NewReader(""), &out, &errs)
		if code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Errorf("keepwell %s: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.says, &errs)
		}
		if code == 2 && !strings.Contains(errs.String(), "--help") {
			t.Errorf("keepwell %s: no hint:\n%s", c.args, &errs)
		}
	}
	if _, err := os.Stat("data"); err == nil {
		t.Error("a command that only asks made a data folder")
	}
}
