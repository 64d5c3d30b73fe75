package app

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/store"
)

// Only these names are written: a backup comes from outside and must not reach beyond the data folder.
var restorable = regexp.MustCompile(`^(lake\.duckdb|state\.db|log/[0-9a-zA-Z._-]+)$`)

// Restore fills an empty data folder, and the empty database where the settings name one, from a backup, plain or
// compressed with zstd; it does not matter which of the two the backup was made of. Nothing is filled before all of the
// backup is read and every checksum agrees.
func Restore(ctx context.Context, s *config.Settings, backup io.Reader) (*Manifest, error) {
	if err := makeFolder(s.Data); err != nil {
		return nil, err
	}
	there, err := os.ReadDir(s.Data)
	if err != nil {
		return nil, err
	}
	for _, e := range there {
		if e.Name() != config.FileName {
			return nil, fault.New(fault.Conflict, "the data folder is not empty: it holds %s", e.Name()).At("%s", s.Data).
				Mend("restore into an empty one, named with --data")
		}
	}
	dir, err := os.MkdirTemp(s.Data, "restore-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	m, err := unpack(ctx, backup, dir)
	if err != nil {
		return nil, err
	}
	// The log's folder goes last: a start that comes in between would find no log and begin one.
	names := []string{stateFile, lakeFile, logFolder}
	if s.Database != "" {
		if err := restoreDatabase(ctx, s, dir); err != nil {
			return nil, err
		}
		names = names[2:]
	}
	for _, name := range names {
		err := os.Rename(filepath.Join(dir, name), filepath.Join(s.Data, name))
		if err != nil && !(name == logFolder && errors.Is(err, os.ErrNotExist)) {
			return nil, fault.Wrap(fault.Unavailable, err, "the restored files can't be put into place").At("%s", s.Data)
		}
	}
	return m, nil
}

// restoreDatabase fills an empty PostgreSQL from the files of a backup. The lake, which has the most, goes in first, whole
// or not at all; so does the state.
func restoreDatabase(ctx context.Context, s *config.Settings, dir string) error {
	state, err := store.Open(ctx, s.Database)
	if err != nil {
		return err
	}
	empty, err := state.Empty(ctx)
	if err := errors.Join(err, state.Close()); err != nil {
		return err
	}
	if !empty {
		return fault.New(fault.Conflict, "the database has state already").Mend("restore into an empty one, named with --database")
	}
	if err := lake.Restore(ctx, filepath.Join(dir, lakeFile), lakeAt(s, slog.New(slog.DiscardHandler))); err != nil {
		return err
	}
	if err := store.Restore(ctx, filepath.Join(dir, stateFile), s.Database); err != nil {
		return fault.Wrap(fault.KindOf(err), err, "the facts are restored, the state is not").
			Mend("empty the database (drop schema keepwell, keepwell_state cascade) and restore again")
	}
	return nil
}

// Verify reads a backup to its end and compares every checksum.
func Verify(ctx context.Context, backup io.Reader) (*Manifest, error) { return unpack(ctx, backup, "") }

// unpack reads a backup; into is the folder for its files, "" for only reading them.
func unpack(ctx context.Context, backup io.Reader, into string) (*Manifest, error) {
	plain := bufio.NewReaderSize(whileContext{ctx, backup}, 1<<20)
	var from io.Reader = plain
	if magic, _ := plain.Peek(4); bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		z, err := zstd.NewReader(plain, zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		from = z
	}
	damaged := func(cause error, what string, args ...any) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fault.Wrap(fault.Invalid, cause, "the backup can't be used: "+what, args...).Mend("take another one; nothing was restored")
	}
	found := map[string]Contained{}
	archive := tar.NewReader(from)
	for {
		head, err := archive.Next()
		if err == io.EOF {
			return nil, damaged(nil, "it ends before its manifest")
		}
		if err != nil {
			return nil, damaged(err, "it is damaged or no backup")
		}
		if head.Name == manifestName {
			var m Manifest
			if err := json.NewDecoder(io.LimitReader(archive, 1<<20)).Decode(&m); err != nil {
				return nil, damaged(err, "its manifest can't be read")
			}
			return &m, compare(&m, found, damaged)
		}
		if head.Typeflag != tar.TypeReg || !restorable.MatchString(head.Name) || strings.Contains(head.Name, "..") {
			return nil, damaged(nil, "it holds %q", head.Name)
		}
		got, err := extract(archive, head.Name, into)
		if err != nil {
			return nil, damaged(err, "%s can't be read or written", head.Name)
		}
		found[head.Name] = got
	}
}

func extract(from io.Reader, name, into string) (c Contained, err error) {
	sum, out := sha256.New(), io.Discard
	if into != "" {
		path := filepath.Join(into, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return c, err
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return c, err
		}
		out = f
		defer func() { err = errors.Join(err, f.Sync(), f.Close()) }()
	}
	n, err := io.Copy(io.MultiWriter(out, sum), from)
	return Contained{name, n, hex.EncodeToString(sum.Sum(nil))}, err
}

func compare(m *Manifest, found map[string]Contained, damaged func(error, string, ...any) error) error {
	if m.Version != backupVersion {
		return damaged(nil, "it has the form %d and this Keepwell knows %d", m.Version, backupVersion)
	}
	for _, want := range m.Files {
		if got := found[want.Name]; got != want {
			return damaged(nil, "%s does not have the checksum it was written with", want.Name)
		}
		delete(found, want.Name)
	}
	for name := range found {
		return damaged(nil, "%s is not in its manifest", name)
	}
	return nil
}
