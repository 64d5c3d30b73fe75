package account

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Note is what somebody of the team wrote about an account.
type Note struct {
	ID, Account, Text, Author string
	Created                   time.Time
	Edited                    time.Time // zero: it is as it was written
}

// Mention is a note that calls a user.
type Mention struct {
	Note
	Seen time.Time // when they marked it so; zero: not yet
}

// CheckNote is the text of a note as it is kept, or what is wrong with it.
func CheckNote(text string) (string, error) {
	text = strings.TrimSpace(text)
	bad := fault.New(fault.Invalid, "the note was not kept")
	switch {
	case text == "":
		return "", bad.Field("text", "is empty")
	case len(text) > MaxNote:
		return "", bad.Field("text", "is longer than %d bytes", MaxNote)
	case strings.ContainsRune(text, 0) || !utf8.ValidString(text):
		return "", bad.Field("text", "is not plain text")
	}
	return text, nil
}

var mention = regexp.MustCompile(`(?:^|[^\pL\pN_@.])@([\pL\pN_][\pL\pN_.-]{0,63})`)

// Mentions are the names that a text calls with an @, each once.
func Mentions(text string) []string {
	var names []string
	seen := map[string]bool{}
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		name := strings.TrimRight(m[1], ".-")
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// Means tells whether an @name calls somebody: by the first name, by the whole name without its spaces or with dots for
// them, or by what stands before the @ of the e-mail. Case and accents do not matter.
func Means(mention, name, email string) bool {
	called, parts := Folded(mention), strings.Fields(Folded(name))
	local, _, _ := strings.Cut(Folded(email), "@")
	return called == local || len(parts) > 0 && (called == parts[0] || called == strings.Join(parts, "") || called == strings.Join(parts, "."))
}

// Limits of what a team writes about accounts.
const (
	MaxNote  = 20_000 // bytes
	MaxTag   = 60
	MaxNamed = 10_000 // accounts changed at once
)

// Edit is what a team changes about accounts at once: exactly one of a trait, a tag and a note.
type Edit struct {
	Accounts []string
	Trait    string // csm or stage
	Value    string // of the trait; "" erases it
	Tag      string
	Note     string
}

// Check names what can't be used.
func (c *Edit) Check() error {
	c.Value, c.Tag, c.Note = strings.TrimSpace(c.Value), strings.Join(strings.Fields(c.Tag), " "), strings.TrimSpace(c.Note)
	bad := fault.New(fault.Invalid, "nothing was changed")
	switch {
	case len(c.Accounts) == 0:
		bad.Field("accounts", "is empty: which accounts?")
	case len(c.Accounts) > MaxNamed:
		bad.Field("accounts", "are more than %d at once", MaxNamed)
	}
	what := 0
	for _, given := range []bool{c.Trait != "", c.Tag != "", c.Note != ""} {
		if given {
			what++
		}
	}
	if what != 1 {
		bad.Field("change", "must be a trait, a tag or a note")
	}
	if c.Trait != "" && c.Trait != "csm" && c.Trait != "stage" {
		bad.Field("trait", "%q can't be set here; csm and stage can", clip(c.Trait))
	}
	for name, over := range map[string]bool{"value": len(c.Value) > fact.MaxKeyBytes, "tag": len(c.Tag) > MaxTag, "note": len(c.Note) > MaxNote} {
		if over {
			bad.Field(name, "is too long")
		}
	}
	for name, text := range map[string]string{"value": c.Value, "tag": c.Tag, "note": c.Note} {
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
			bad.Field(name, "is not plain text")
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// Done is what undoes an Edit, as it is kept.
type Done struct {
	Trait string            `json:"trait,omitempty"`
	Was   map[string]string `json:"was,omitempty"` // by account; "" was not known
	Tag   string            `json:"tag,omitempty"`
	Tags  []string          `json:"tags,omitempty"`  // accounts that got the tag
	Notes []string          `json:"notes,omitempty"` // ids of notes
	View  *SavedView        `json:"view,omitempty"`  // that was removed
	Note  *Note             `json:"note,omitempty"`  // that was removed, or, Edited, as it was before
	Off   bool              `json:"off,omitempty"`   // the tag was taken off, the file removed
	File  *File             `json:"file,omitempty"`  // that was added or removed
	// Edited says that the note is still there.
	Edited bool `json:"edited,omitempty"`
}

// SavedView is a list of accounts under a name: its filter, columns and order as the list's address has them.
type SavedView struct {
	ID, Owner, Name string
	Shared          bool
	Query           string
}

// Check names what can't be used.
func (v *SavedView) Check() error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if n := len(v.Name); n == 0 || n > 80 || !strings.EqualFold(strings.ToValidUTF8(v.Name, ""), v.Name) || strings.ContainsRune(v.Name, 0) {
		return fault.New(fault.Invalid, "the view was not saved").Field("name", "must be a text of 1 to 80 bytes")
	}
	if len(v.Query) > 8192 {
		return fault.New(fault.Invalid, "the view was not saved").Field("query", "is longer than %d bytes", 8192)
	}
	return nil
}
