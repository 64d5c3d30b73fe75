package web

import (
	"net/http"

	"github.com/keepwell/keepwell/internal/web/ui"
)

// Who may see a page: anyone, who is signed in, or who may change things.
type access int

const (
	anyone access = iota
	reader
	admin
)

// A route is a page, a part of one (for htmx), or a form's target.
type route struct {
	pattern string
	access  access
	handler ui.Handler
}

// table is the map of all pages.
func (s *site) table() []route {
	return []route{
		{"GET /{$}", reader, s.home.Show},
		{"GET /live/status", reader, s.home.Status},
		{"GET /live/recent", reader, s.home.Recent},
		{"GET /start", reader, s.home.Start},

		{"GET /search", reader, s.search.Page},
		{"GET /palette", reader, s.search.Palette},

		{"GET /accounts", reader, s.accounts.List},
		{"GET /accounts.csv", reader, s.accounts.Export},
		{"POST /accounts/bulk", admin, s.accounts.Bulk},
		{"POST /accounts/views", admin, s.accounts.SaveView},
		{"POST /accounts/views/{id}/remove", admin, s.accounts.RemoveView},
		{"GET /accounts/{id}", reader, s.accounts.One},
		{"POST /accounts/{id}/untag", admin, s.accounts.Untag},
		{"POST /accounts/{id}/unnote", admin, s.accounts.RemoveNote},
		{"POST /undo", admin, s.accounts.Undo},

		{"GET /contacts", reader, s.contacts.List},
		{"GET /contacts/{id}", reader, s.contacts.One},

		{"GET /metrics", reader, s.metrics.List},
		{"GET /metrics/family/{family}", reader, s.metrics.Family},
		{"GET /metrics/{id}", reader, s.metrics.One},

		{"GET /feeds", reader, s.feeds.List},

		{"GET /quarantine", reader, s.quarantine.List},
		{"GET /quarantine/{id}", reader, s.quarantine.One},
		{"POST /quarantine/{id}/replay", admin, s.quarantine.Mend},
		{"POST /quarantine/{id}/discard", admin, s.quarantine.Discard},
		{"POST /quarantine/{id}/reopen", admin, s.quarantine.Reopen},

		{"GET /signin", anyone, s.signin.Form},
		{"POST /signin", anyone, s.signin.SignIn},
		{"POST /signout", anyone, s.signin.SignOut},
		{"GET /setup", anyone, s.signin.SetupForm},
		{"POST /setup", anyone, s.signin.Setup},

		{"POST /preferences", anyone, s.pages.Prefer},
		{"GET /assets/{file}", anyone, ui.ServeAsset},
		{"/", anyone, s.signin.Greet(ui.NotFound)},
	}
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table() {
		handler := r.handler
		switch r.access {
		case reader:
			handler = s.signin.Guard(handler)
		case admin:
			handler = s.signin.Admin(handler)
		}
		mux.Handle(r.pattern, s.pages.Handle(handler))
	}
	return mux
}
