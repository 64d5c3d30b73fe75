package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

func (h *house) Apply(_ context.Context, e account.Edit, who string) (string, int, error) {
	h.who = []any{who, strings.Join(e.Accounts, " "), e.Trait, e.Value, e.Tag, e.Note}
	return "u1", len(e.Accounts), e.Check()
}

func (h *house) Untag(_ context.Context, ids []string, tag, who string) (string, error) {
	h.who = []any{who, strings.Join(ids, " "), tag}
	return "u2", nil
}

func (h *house) AccountNotes(context.Context, string) ([]account.Note, error) {
	return []account.Note{{ID: "n1", Text: "Call @bob", Author: "ana", Created: now, Edited: now.Add(time.Hour)}}, nil
}

func (h *house) Mentions(_ context.Context, u team.User) ([]account.Mention, error) {
	return []account.Mention{{Note: account.Note{ID: "n1", Account: "acme", Text: "Call them, @" + u.Name, Author: "dan", Created: now}}}, nil
}

func (h *house) SeeMention(_ context.Context, u team.User, note string, seen bool) error {
	h.who = []any{u.ID, note, seen}
	return nil
}

func (h *house) ChangeNote(_ context.Context, id, text, who string) (string, error) {
	h.who = []any{who, id, text}
	return "u3", nil
}

func (h *house) RemoveNote(context.Context, string, string) (string, error) { return "u4", nil }

func (h *house) AccountFiles(context.Context, string) ([]account.File, error) {
	return []account.File{{ID: "f1", Name: "offer.pdf", Kind: "application/pdf", Bytes: 4, Author: "ana", Created: now}}, nil
}

func (h *house) KeepFile(_ context.Context, id, name string, content []byte, who string) (account.File, string, error) {
	f, err := account.NewFile(id, name, int64(len(content)), who, now)
	return f, "u5", err
}

func (h *house) OpenFile(_ context.Context, id, file string) (account.File, []byte, error) {
	return account.File{ID: file, Account: id, Name: "of \"fer.pdf", Kind: "application/pdf"}, []byte("<html>"), nil
}

func (h *house) RemoveFile(context.Context, string, string, string) (string, error) { return "u6", nil }

func (h *house) Undo(_ context.Context, id, who string) error {
	if id == "gone" {
		return fault.New(fault.NotFound, "this was undone already")
	}
	h.who = []any{who, id}
	return nil
}

func TestWhatPagesDoAboutAccountsTheAPIDoes(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "/accounts/changes", `{"accounts":["acme","cord"],"trait":"csm","value":"Bob"}`, `{"changed":2,"undo":"u1"}`},
		{"DELETE", "/accounts/acme/tags/vip%20a", "", `{"changed":1,"undo":"u2"}`},
		{"GET", "/accounts/acme/notes", "", `"mentions":["bob"]`},
		{"PUT", "/notes/n1", `{"text":"Called"}`, `"u3"`},
		{"DELETE", "/notes/n1", "", `"u4"`},
		{"GET", "/accounts/acme/files", "", `"name":"offer.pdf","type":"application/pdf","bytes":4`},
		{"POST", "/accounts/acme/files?name=offer.pdf", "%PDF", `"bytes":4`},
		{"DELETE", "/accounts/acme/files/f1", "", `"u6"`},
		{"POST", "/undo/u1", "", ""},
	} {
		w := h.call(c.method, "/api/v1"+c.path, "kw_admin", c.body, "Content-Type: application/json")
		if w.Code/100 != 2 || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
	if w := h.call("GET", "/api/v1/accounts/acme/files/f1", "kw_read", ""); w.Body.String() != "<html>" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment;") ||
		w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a file is shown: %v %s", w.Header(), w.Body)
	}
	wantStatus(t, h.call("POST", "/api/v1/accounts/acme/files?name=page.html", "kw_admin", "x"), http.StatusBadRequest)
	wantStatus(t, h.call("POST", "/api/v1/accounts/acme/files?name=a.pdf", "kw_admin", strings.Repeat("x", account.MaxFile+1)), http.StatusRequestEntityTooLarge)
	wantStatus(t, h.call("POST", "/api/v1/undo/gone", "kw_admin", ""), http.StatusNotFound)
}
