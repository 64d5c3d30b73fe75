package app

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
	pages "github.com/keepwell/keepwell/internal/web/settings"
)

var _ pages.Backups = care{}

// A backup is a tar file: the lake, the state, the part of the log that the lake may not hold yet, and last the
// manifest. A backup without a manifest is not whole.
const (
	manifestName  = "manifest.json"
	backupVersion = 1
	backupFolder  = "backup.tmp" // in the data folder, while a backup is being made
)

// Manifest says what a backup holds.
type Manifest struct {
	Version  int         `json:"version"` // of this form
	Keepwell string      `json:"keepwell"`
	Created  time.Time   `json:"created"`
	Zone     string      `json:"zone"`
	Files    []Contained `json:"files"`
}

// Contained is a file of a backup.
type Contained struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// part is a file on its way into a backup.
type part struct {
	name  string
	file  *os.File
	bytes int64
}

// Backup copies lake and state, from whichever databases they are in, into files of the embedded ones, as of one moment each, and the log from what the lake had loaded before, to its end
// after: restored together, the loader goes on from the lake's cursor and nothing is missing or doubled.
func (c care) Backup(ctx context.Context) (write func(io.Writer) error, err error) {
	dir := filepath.Join(c.settings.Data, backupFolder)
	if err := os.Mkdir(dir, 0o700); errors.Is(err, os.ErrExist) {
		return nil, fault.New(fault.Conflict, "another backup is being made").Mend("wait for it to end")
	} else if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the backup can't be prepared").At("%s", dir).Mend("check the space on the disk")
	}
	var parts []part
	end := func() {
		for _, p := range parts {
			p.file.Close()
		}
		os.RemoveAll(dir)
	}
	if parts, err = c.gather(ctx, dir); err != nil {
		end()
		return nil, err
	}
	return func(w io.Writer) error {
		defer end()
		counted := &measured{Writer: w}
		if err := c.writeTar(ctx, counted, parts); err != nil {
			return err
		}
		if err := c.noteBackup(ctx, counted.n); err != nil {
			c.logger.Warn("that a backup was made can't be noted", "error", err) // it was made all the same
		}
		return nil
	}, nil
}

const (
	backupsSetting = "backups"
	backupsNoted   = 5
)

// noteBackup remembers that a whole backup was handed over.
func (c care) noteBackup(ctx context.Context, bytes int64) error {
	made := pages.Backup{When: c.now().UTC().Truncate(time.Second), Bytes: bytes, By: team.PrincipalOf(ctx).Name}
	return store.SettingChange(ctx, c.store, backupsSetting, func(all *[]pages.Backup) error {
		*all = append([]pages.Backup{made}, *all...)
		*all = (*all)[:min(len(*all), backupsNoted)]
		return nil
	})
}

// Backups are the last ones that were handed over whole, the newest first.
func (c care) Backups(ctx context.Context) (all []pages.Backup, err error) {
	_, err = c.store.Setting(ctx, backupsSetting, &all)
	return all, err
}

// measured counts what is written.
type measured struct {
	io.Writer
	n int64
}

func (c *measured) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}

func (c care) gather(ctx context.Context, dir string) (parts []part, err error) {
	loaded, err := c.lake.Cursor(ctx)
	if err != nil {
		return nil, err
	}
	add := func(name, path string, bytes int64) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		if bytes < 0 {
			info, err := f.Stat()
			if err != nil {
				return errors.Join(err, f.Close())
			}
			bytes = info.Size()
		}
		parts = append(parts, part{name, f, bytes})
		return nil
	}
	copied, state := filepath.Join(dir, lakeFile), filepath.Join(dir, stateFile)
	if err := c.lake.Backup(ctx, copied); err != nil {
		return nil, err
	}
	if err := c.store.Backup(ctx, state); err != nil {
		return nil, err
	}
	if err := errors.Join(add(lakeFile, copied, -1), add(stateFile, state, -1)); err != nil {
		return parts, err
	}
	// Opened while nothing is trimmed; a file that is removed afterwards can still be read.
	err = c.loader.Still(func() error {
		if c.log.Begin() > log.Position(loaded) {
			return fault.New(fault.Unavailable, "the log was shortened while the backup was made").Mend("make it again")
		}
		segments := c.log.Segments()
		for i, s := range segments {
			if i+1 < len(segments) && segments[i+1].Start <= log.Position(loaded) {
				continue // all of it is loaded
			}
			if err := add(path.Join(logFolder, filepath.Base(s.Path)), s.Path, s.Length); err != nil {
				return err
			}
		}
		return nil
	})
	return parts, err
}

func (c care) writeTar(ctx context.Context, w io.Writer, parts []part) error {
	m := Manifest{Version: backupVersion, Keepwell: c.version, Created: c.now().UTC().Truncate(time.Second), Zone: c.settings.Zone.String()}
	t := tar.NewWriter(w)
	head := func(name string, bytes int64) error {
		return t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: bytes, ModTime: m.Created, Format: tar.FormatPAX})
	}
	for _, p := range parts {
		if err := head(p.name, p.bytes); err != nil {
			return err
		}
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(t, sum), io.LimitReader(whileContext{ctx, p.file}, p.bytes))
		if err == nil && n < p.bytes {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		m.Files = append(m.Files, Contained{p.name, n, hex.EncodeToString(sum.Sum(nil))})
	}
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := head(manifestName, int64(len(raw))); err != nil {
		return err
	}
	if _, err := t.Write(raw); err != nil {
		return err
	}
	return t.Close()
}

// whileContext reads until the context ends.
type whileContext struct {
	ctx context.Context
	io.Reader
}

func (r whileContext) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
