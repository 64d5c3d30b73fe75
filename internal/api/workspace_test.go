package api

import (
	"strings"
	"testing"
)

func TestTheWorkspaceIsReadAndChanged(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		method, body string
		status       int
		want         string
	}{
		{"GET", "", 200, `"zone":"UTC"`},
		{"PATCH", `{"name":" Acme ","currency":"usd"}`, 200, `"name":"Acme","zone":"UTC","currency":"USD","language":"en","fixed":["language"]`},
		{"PATCH", `{"zone":"Nowhere","currency":"EURO"}`, 400, `is no time zone`},
		{"PATCH", `{"name":""}`, 400, `plain text`},
		{"PATCH", `{"language":"ro"}`, 409, `server's settings`},
		{"PATCH", `{"language":"en"}`, 200, `"Acme"`},
	} {
		w := h.call(c.method, "/api/v1/workspace", "kw_admin", c.body, asJSON)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s", c.method, c.body, w.Code, w.Body)
		}
	}
}
