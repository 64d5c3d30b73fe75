package log

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// What can go wrong; test with errors.Is. The texts that come with them name the file and say how to mend it.
var (
	ErrFull       = errors.New("the disk is full")
	ErrReadOnly   = errors.New("the folder cannot be written to")
	ErrDisk       = errors.New("the disk reports an error")
	ErrLocked     = errors.New("the log is in use by another process")
	ErrCorrupt    = errors.New("the log is damaged")
	ErrClosed     = errors.New("the log is closed")
	ErrTrimmed    = errors.New("the records there have been removed")
	ErrAhead      = errors.New("the log does not reach that far: it is older than what was read from it, or another one")
	ErrRecordSize = errors.New("a record has from 1 byte to 64 MiB")
)

func damaged(path string, offset int64, what string) error {
	return fmt.Errorf("log: %s, offset %d: %w: %s. Nothing is skipped: restore this file from a backup, or, if the loader has "+
		"passed it, move it and all older segments out of the folder", path, offset, ErrCorrupt, what)
}

// explain gives a failed system call its kind and a way out.
func explain(doing, path string, err error) error {
	kind, mend := ErrDisk, "look at the kernel's messages and the disk's health, and at the mount if it is a network disk"
	switch {
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT), errors.Is(err, unix.EFBIG):
		kind, mend = ErrFull, "free some space or raise the quota or file size limit"
	case errors.Is(err, unix.EROFS), errors.Is(err, fs.ErrPermission):
		kind, mend = ErrReadOnly, "mount it writable and give it to the user Keepwell runs as"
	}
	return fmt.Errorf("log: %s %s: %w: %s; a running server then goes on by itself: %w", doing, path, kind, mend, err)
}

// file is a segment being written. Sync makes data and length durable.
type file interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

type diskFile struct{ *os.File }

func (f diskFile) Sync() error { return datasync(f.File) }

func openFile(path string, flag int) (file, error) {
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

// makeDir makes dir; a new name in a folder is durable when the folder is synced.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return explain("make the folder", dir, err)
	}
	return syncDir(filepath.Dir(filepath.Clean(dir)))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err == nil {
		err = errors.Join(d.Sync(), d.Close())
	}
	if err != nil {
		return explain("sync", dir, err)
	}
	return nil
}

const lockName = "LOCK"

// lockDir takes the lock that ends with the process, however it ends. The file names its holder for the error of the next.
func lockDir(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explain("open", path, err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(f, 20))
		f.Close()
		return nil, fmt.Errorf("log: %s: %w (process %s): stop it, or give this one a data folder of its own",
			dir, ErrLocked, strings.TrimSpace(string(holder)))
	}
	if err != nil {
		f.Close()
		return nil, explain("lock", path, err)
	}
	// A full disk must not keep the log from being opened for reading: the holder's number is only for people.
	if f.Truncate(0) == nil {
		fmt.Fprintln(f, os.Getpid())
	}
	return f, nil
}
