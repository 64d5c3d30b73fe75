package app

import (
	"net/http"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/memory"
)

// harmless are changes that no number rests on; taking facts in is one while nobody waits for them.
var harmless = []string{"/v1/", "/api/v1/facts/", "/signin", "/accounts/", "/api/v1/accounts/", "/dashboards", "/api/v1/dashboards", "/settings/keys", "/settings/me", "/settings/users", "/mentions/", "/api/v1/mentions/"}

// forgetting drops what is remembered after a request that changes what numbers rest on.
func forgetting(m *memory.Memory, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if r.URL.Query().Has("wait") || !slices.ContainsFunc(harmless, func(path string) bool { return strings.HasPrefix(r.URL.Path, path) }) {
				defer m.Forget()
			}
		}
		next.ServeHTTP(w, r)
	})
}
