// Package postgrestest gives tests a real PostgreSQL: private, empty, on a unix socket under a temporary
// folder, and gone when the test process is gone, however it ends.
//
// A test calls Start for a fresh database, or Private for a cluster of its own that it may restart. It is
// for tests only; the cluster trades durability for speed.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a running PostgreSQL of its own.
type Cluster struct {
	dir     string // holds data, log and the socket
	bin     string
	as      *syscall.Credential // nil: ourselves
	watcher *exec.Cmd
	life    io.Closer // when it closes, also because we died, the watcher ends the cluster
}

// PostgreSQL 15 or newer with ICU, as Debian, Homebrew and postgresql.org build it. Texts are sorted as in
// English, not by bytes, because that is what installations have: SQL that needs the order of bytes must
// ask for it.
var initdbArgs = []string{"--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"}

// Without fsync a power cut loses data, a crash of the server (Restart) does not.
const settings = `
listen_addresses = ''
unix_socket_directories = '%s'
unix_socket_permissions = 0777
max_connections = 300
shared_buffers = 64MB
fsync = off
full_page_writes = off
`

// Launch makes and starts a cluster. It takes about a second. The caller stops it with Close; when the
// process dies before that, the cluster and its files go too.
func Launch() (*Cluster, error) {
	bin, err := findBinaries(debian)
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin}
	if c.as, err = unprivileged(); err != nil {
		return nil, err
	}
	if c.dir, err = os.MkdirTemp("", "keepwell-pg-"); err != nil {
		return nil, err
	}
	if err := c.begin(); err != nil {
		c.Close()
		os.RemoveAll(c.dir)
		return nil, err
	}
	return c, nil
}

func (c *Cluster) begin() error {
	if c.as != nil {
		if err := os.Chown(c.dir, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	if err := c.watch(); err != nil {
		return err
	}
	if err := c.run("initdb", append(initdbArgs, "-D", c.data())...); err != nil {
		return err
	}
	conf, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conf, settings, c.dir); err != nil {
		return errors.Join(err, conf.Close())
	}
	if err := conf.Close(); err != nil {
		return err
	}
	return c.up()
}

// watch starts a shell that waits for the end of its standard input and then clears away. The kernel
// closes our end of the pipe whatever we die of. Its own process group keeps Ctrl-C and a kill of our group
// from taking it along.
func (c *Cluster) watch() error {
	w := c.command("sh", "-c", `read x; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2"`, "sh", filepath.Join(c.bin, "pg_ctl"), c.dir)
	w.SysProcAttr.Setpgid = true
	life, err := w.StdinPipe()
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return fmt.Errorf("starting the watcher of PostgreSQL: %w", err)
	}
	c.watcher, c.life = w, life
	return nil
}

// Close ends the cluster and removes its files.
func (c *Cluster) Close() error {
	if c.watcher == nil {
		return nil
	}
	w := c.watcher
	c.watcher = nil
	return errors.Join(c.life.Close(), w.Wait())
}

// URL is the address of a database in the cluster.
func (c *Cluster) URL(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(c.dir)
}

// Restart ends the server as a crash would, cutting every connection, leaves it away for a while, and
// starts it again. What was committed is still there.
func (c *Cluster) Restart(away time.Duration) error {
	if err := c.run("pg_ctl", "-D", c.data(), "-m", "immediate", "-w", "stop"); err != nil {
		return err
	}
	time.Sleep(away)
	return c.up()
}

func (c *Cluster) up() error {
	err := c.run("pg_ctl", "-D", c.data(), "-l", filepath.Join(c.dir, "log"), "-w", "start")
	if err != nil {
		said, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		return fmt.Errorf("%w\n%s", err, said)
	}
	return nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	return cmd
}

func (c *Cluster) run(tool string, args ...string) error {
	out, err := c.command(filepath.Join(c.bin, tool), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", tool, err, out)
	}
	return nil
}

// debian is where Debian's packages put each version.
const debian = "/usr/lib/postgresql/*/bin"

// findBinaries looks in PATH and then in the folders of the pattern, the newest version first.
func findBinaries(pattern string) (string, error) {
	candidates, _ := filepath.Glob(pattern)
	version := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		return n
	}
	slices.SortFunc(candidates, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			candidates = append([]string{filepath.Dir(path)}, candidates...)
		}
	}
	for _, dir := range candidates {
		if _, err := exec.LookPath(filepath.Join(dir, "initdb")); err != nil {
			continue
		}
		if _, err := exec.LookPath(filepath.Join(dir, "pg_ctl")); err == nil {
			return dir, nil
		}
	}
	install := "apt-get install postgresql"
	if runtime.GOOS == "darwin" {
		install = "brew install postgresql"
	}
	return "", errors.New("PostgreSQL's initdb and pg_ctl are neither in PATH nor under /usr/lib/postgresql; install them: " + install)
}

// unprivileged is whom the server runs as: PostgreSQL refuses to be root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root and there is neither a user postgres nor nobody; run the tests as an ordinary user")
}

// execute runs one statement on the database that address names.
func execute(address, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// inDatabase is address with another database.
func inDatabase(address, database string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", fmt.Errorf("%s is not the address of a PostgreSQL: %q", Shared, address)
	}
	u.Path = "/" + database
	return u.String(), nil
}
