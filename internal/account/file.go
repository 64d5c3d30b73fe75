package account

import (
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
)

// File is a file that somebody of the team keeps with an account.
type File struct {
	ID, Account, Name string
	Kind              string // media type, by the name's ending
	Bytes             int64
	Author            string
	Created           time.Time
}

// Limits of files.
const (
	MaxFile     = 10 << 20 // bytes of one
	MaxFiles    = 50       // of an account
	maxFileName = 200      // bytes
)

// fileKinds are the media types that are kept, by the name's ending: documents, tables, pictures, mails. Pages and programs,
// which could run where they are opened, are not.
var fileKinds = map[string]string{
	".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".rtf": "application/rtf",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
	".ppt": "application/vnd.ms-powerpoint", ".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
	".odp": "application/vnd.oasis.opendocument.presentation", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".eml": "message/rfc822", ".ics": "text/calendar", ".zip": "application/zip",
}

// FileEndings are the endings of names that are kept, as a file field accepts them.
const FileEndings = ".pdf,.txt,.md,.csv,.rtf,.docx,.xlsx,.pptx,.doc,.xls,.ppt,.odt,.ods,.odp,.png,.jpg,.jpeg,.gif,.webp,.eml,.ics,.zip"

// NewFile is a file as it is kept: its name without folders, its kind by the name's ending. What can't be kept is a
// fault.Invalid, and what is too large a fault.TooLarge.
func NewFile(account, name string, bytes int64, author string, now time.Time) (File, error) {
	bad := fault.New(fault.Invalid, "the file was not kept")
	name = strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
	kind, known := fileKinds[strings.ToLower(path.Ext(name))]
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
		return File{}, bad.Field("name", "is not plain text")
	case len(name) > maxFileName:
		return File{}, bad.Field("name", "is longer than %d bytes", maxFileName)
	case !known:
		return File{}, bad.Field("name", "must end in one of %s", strings.ReplaceAll(FileEndings, ",", ", "))
	case bytes == 0:
		return File{}, bad.Field("file", "is empty")
	case bytes > MaxFile:
		return File{}, fault.New(fault.TooLarge, "the file is larger than %d MiB", MaxFile>>20).Mend("keep it elsewhere and write its address into a note")
	}
	return File{Account: account, Name: name, Kind: kind, Bytes: bytes, Author: author, Created: now.UTC().Truncate(time.Microsecond)}, nil
}
