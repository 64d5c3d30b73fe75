package accounts

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// MaxForm is the largest form that a file is sent with; what is over account.MaxFile is read to be refused in words.
const MaxForm = 4 * account.MaxFile

// TakesFile tells whether a path is one that files are sent to.
func TakesFile(path string) bool {
	return strings.HasPrefix(path, "/accounts/") && strings.HasSuffix(path, "/files")
}

// KeepFile keeps a file with an account.
func (a *Area) KeepFile(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	name, content, err := sent(r)
	if err != nil {
		return err
	}
	undo := ""
	if len(content) > account.MaxFile {
		err = fault.New(fault.TooLarge, "the file is too large")
	} else {
		team.Describe(r.Context(), id, nil, name)
		_, undo, err = a.Customers.KeepFile(r.Context(), id, name, content, Owner(ui.Who(r.Context())))
	}
	problem := map[fault.Kind]string{fault.Invalid: "kind", fault.TooLarge: "large", fault.Conflict: "many"}[fault.KindOf(err)]
	switch {
	case err == nil:
		ui.Tell(w, r, ui.AccountPath(id), "file", 1, undo)
		return nil
	case problem == "":
		return err
	case name == "" || len(content) == 0:
		problem = "empty"
	}
	return a.show(w, r, http.StatusUnprocessableEntity, "files.bad."+problem)
}

// sent is the file of a form.
func sent(r *http.Request) (name string, content []byte, err error) {
	bad := func(err error) error {
		return fault.Wrap(fault.Invalid, err, "the file did not arrive whole").Mend("send it again")
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, bad(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, nil
		}
		if err != nil {
			return "", nil, bad(err)
		}
		if part.FormName() != "file" {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(part, account.MaxFile+1))
		if err == nil {
			_, err = io.Copy(io.Discard, part)
		}
		if err != nil {
			return "", nil, bad(err)
		}
		return part.FileName(), content, nil
	}
}

// File hands a file over to be kept by the reader; no browser shows it as a page of ours.
func (a *Area) File(w http.ResponseWriter, r *http.Request) error {
	f, content, err := a.Customers.OpenFile(r.Context(), r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	HandOver(w, f, content)
	return nil
}

// HandOver answers with a file.
func HandOver(w http.ResponseWriter, f account.File, content []byte) {
	h := w.Header()
	h.Set("Content-Type", f.Kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.Write(content) // the reader may have gone: nobody is left to be told
}

// RemoveFile removes a file.
func (a *Area) RemoveFile(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	undo, err := a.Customers.RemoveFile(r.Context(), id, r.PathValue("file"), Owner(ui.Who(r.Context())))
	if err != nil {
		return err
	}
	ui.Tell(w, r, ui.AccountPath(id), "unfile", 1, undo)
	return nil
}

// fileHref is the address of a file.
func fileHref(f account.File) string {
	return ui.AccountPath(f.Account) + "/files/" + url.PathEscape(f.ID)
}
