package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/keepwell/keepwell/internal/api"
)

// What makes doctor speak up.
const (
	slowSync    = 20 * time.Millisecond
	littleSpace = 2 << 30
	scarceSpace = 200 << 20
	farBehind   = 10 * time.Second
	waitingMany = 1000
)

// patient is what doctor looks at, line by line.
type patient struct {
	shell *shell
	ill   bool
}

func (p *patient) say(mark, name, format string, args ...any) {
	fmt.Fprintf(p.shell.out, "%-5s %-12s %s\n", mark, name, fmt.Sprintf(format, args...))
}

func (p *patient) fine(name, format string, args ...any) { p.say("ok", name, format, args...) }
func (p *patient) warn(name, format string, args ...any) { p.say("warn", name, format, args...) }
func (p *patient) bad(name, format string, args ...any) {
	p.ill = true
	p.say("BAD", name, format, args...)
}

func (sh *shell) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look at the machine, the settings and how the server does",
		Long:  "Says what is fine, what may be better, and what is wrong and how to mend it. Exit code 1 when something is wrong.",
		Args:  exactly(),
		RunE: sh.does(func(ctx context.Context, _ []string) error {
			p := &patient{shell: sh}
			p.machine()
			p.clock()
			for _, w := range sh.settings.Warnings {
				p.warn("settings", "%s", w)
			}
			if sh.settings.Server == "" {
				p.folder()
			}
			if err := p.installation(ctx); err != nil {
				p.bad("server", "%v", err)
			}
			if p.ill {
				return errSaid
			}
			return nil
		}),
	}
}

func (p *patient) machine() {
	var parts []string
	for name, v := range libraries() {
		parts = append(parts, name+" "+v)
	}
	slices.Sort(parts)
	p.fine("version", "keepwell %s, %s, %s/%s, %d cores; %s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), strings.Join(parts, ", "))
	p.fine("memory", "DuckDB may use %s", humanize.IBytes(uint64(p.shell.settings.MemoryLimit)))
}

func (p *patient) clock() {
	now := time.Now()
	if y := now.Year(); y < 2025 || y > 2100 {
		p.bad("clock", "it says %s; facts would be refused or misplaced: set it, best by NTP", now.Format(time.RFC3339))
		return
	}
	p.fine("clock", "%s, zone of the workspace %s", now.UTC().Format(time.RFC3339), p.shell.settings.Zone)
}

// folder looks at the disk below the data folder.
func (p *patient) folder() {
	data := p.shell.settings.Data
	info, err := os.Stat(data)
	if err != nil {
		p.warn("data", "%s does not exist yet; keepwell serve makes it", data)
		return
	}
	if info.Mode().Perm()&0o077 != 0 {
		p.warn("data", "%s can be read by other users of this machine (%s); mend it with: chmod 700 %s", data, info.Mode().Perm(), data)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(data, &fs); err == nil {
		switch free := fs.Bavail * uint64(fs.Bsize); {
		case free < scarceSpace:
			p.bad("disk", "only %s free below %s; facts will be turned away soon: free some space", humanize.IBytes(free), data)
		case free < littleSpace:
			p.warn("disk", "%s free below %s", humanize.IBytes(free), data)
		default:
			p.fine("disk", "%s free below %s", humanize.IBytes(free), data)
		}
	}
	took, err := syncTime(data)
	switch {
	case err != nil:
		p.bad("sync", "%s can't be written: %v; make it writable for this user", data, err)
	case took > slowSync:
		p.warn("sync", "one sync takes %s, and every acknowledgement waits for one: a faster or local disk helps", took.Round(10*time.Microsecond))
	default:
		p.fine("sync", "one sync takes %s", took.Round(10*time.Microsecond))
	}
}

// syncTime is how long writing 4 KB for good takes: the median of 20.
func syncTime(dir string) (time.Duration, error) {
	path := filepath.Join(dir, fmt.Sprintf("doctor-%d.tmp", os.Getpid()))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer os.Remove(path)
	defer f.Close()
	page := make([]byte, 4096)
	times := make([]time.Duration, 20)
	for i := range times {
		began := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// installation looks at the server, or at the folder when none runs.
func (p *patient) installation(ctx context.Context) error {
	if _, err := os.Stat(p.shell.settings.Data); err != nil && p.shell.settings.Server == "" {
		return nil // said already
	}
	return p.shell.asking(ctx, false, func(at *reached) error {
		var s api.Status
		if err := at.read(ctx, http.MethodGet, "/api/v1/status", nil, nil, &s); err != nil {
			return err
		}
		if at.app == nil {
			p.fine("server", "keepwell %s at %s since %s, facts in %s", s.Version, at.url, s.Started.Format(time.RFC3339), s.Engine)
			if s.Version != version() {
				p.warn("server", "it is %s and this command is %s", s.Version, version())
			}
		} else {
			p.warn("server", "none runs on this data folder; start it with keepwell serve")
		}
		p.status(&s)
		var feeds api.Feeds
		if err := at.read(ctx, http.MethodGet, "/api/v1/feeds", nil, nil, &feeds); err != nil {
			return err
		}
		for _, f := range feeds.Feeds {
			if f.Stopped {
				p.warn("feed", "%s from %s stopped arriving: the last was on %s", f.Kind, f.Source, f.Last.Format(time.RFC3339))
			}
		}
		return nil
	})
}

func (p *patient) status(s *api.Status) {
	total := int64(0)
	for _, t := range s.Facts {
		total += t.Count
	}
	p.fine("facts", "%s", humanize.Comma(total))
	p.fine("log", "%s on the disk", humanize.IBytes(uint64(s.Log.Bytes)))
	if s.Log.Cut > 0 {
		p.warn("log", "the last start cut off %s of what was being written when the run before died; it was never acknowledged", humanize.IBytes(uint64(s.Log.Cut)))
	}
	behind := time.Duration(s.Log.BehindSeconds * float64(time.Second))
	switch {
	case behind > farBehind:
		p.warn("loading", "answers are %s behind what was accepted", behind.Round(time.Second))
	default:
		p.fine("loading", "answers show what was accepted")
	}
	if open := s.Quarantine["open"]; open > waitingMany {
		p.warn("quarantine", "%s calls wait to be mended; something is sent wrongly", humanize.Comma(open))
	} else {
		p.fine("quarantine", "%d calls wait to be mended", open)
	}
	for _, t := range s.Trouble {
		p.bad("trouble", "%s", t)
	}
}
