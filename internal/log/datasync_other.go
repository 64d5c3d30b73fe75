//go:build !linux

package log

import "os"

// datasync is a full sync where there is no fdatasync; on macOS Go asks the drive itself to flush (F_FULLFSYNC).
func datasync(f *os.File) error { return f.Sync() }
