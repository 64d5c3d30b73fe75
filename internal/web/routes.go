package web

import (
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/connect"
	"github.com/keepwell/keepwell/internal/web/journey"
	"github.com/keepwell/keepwell/internal/web/scorecards"
	"github.com/keepwell/keepwell/internal/web/segments"
	"github.com/keepwell/keepwell/internal/web/signin"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// access is the right that a page needs; team decides who has it. What anyone may see needs none.
type access = team.Action

const (
	anyone access = ""
	reader        = team.Read
	admin         = team.Admin
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
		{"GET /home/tile/{id}", reader, s.home.Tile},
		{"GET /home/attention", reader, s.home.Attention},
		{"GET /home/movements", reader, s.home.Movements},
		{"GET /home/changes", reader, s.home.Changes},
		{"GET /home/renewals", reader, s.home.Renewals},
		{"POST /mentions/{note}", reader, s.home.See},
		{"GET /home/bands", reader, s.home.Bands},
		{"GET /home/through", reader, s.home.Through},
		{"GET /home/feeds", team.Watch, s.home.Arriving},
		{"GET /live", reader, s.live.Stream},
		{"GET /live/status", team.Watch, s.feeds.Status},
		{"GET /live/recent", team.Watch, s.feeds.Recent},

		{"GET /start", reader, s.connect.Start},
		{"GET /start/live", team.Watch, s.connect.Live},
		{"POST /start/key", team.Keyring, s.connect.Key},
		{"POST " + connect.FilePath, team.Ingest, s.connect.Send},
		{"GET /start/file/{id}", team.Ingest, s.connect.Columns},
		{"POST /start/file/{id}", team.Ingest, s.connect.Take},
		{"GET /start/file/{id}/refused.csv", team.Ingest, s.connect.Refused},

		{"GET /sample", reader, s.connect.SampleState},
		{"POST /sample", admin, s.connect.AddSample},
		{"POST /sample/remove", admin, s.connect.RemoveSample},

		{"GET /search", reader, s.search.Page},
		{"GET /palette", reader, s.search.Palette},

		{"GET /accounts", reader, s.accounts.List},
		{"GET /accounts.csv", reader, s.accounts.Export},
		{"POST /accounts/bulk", team.Work, s.accounts.Bulk},
		{"POST /accounts/views", team.Work, s.accounts.SaveView},
		{"POST /accounts/views/{id}/remove", team.Work, s.accounts.RemoveView},
		{"GET /accounts/{id}", reader, s.accounts.One},
		{"POST /accounts/{id}/untag", team.Work, s.accounts.Untag},
		{"POST /accounts/{id}/unnote", team.Work, s.accounts.RemoveNote},
		{"POST /accounts/{id}/note", team.Work, s.accounts.ChangeNote},
		{"POST /accounts/{id}/files", team.Work, s.accounts.KeepFile},
		{"GET /accounts/{id}/files/{file}", team.Work, s.accounts.File},
		{"POST /accounts/{id}/files/{file}/remove", team.Work, s.accounts.RemoveFile},
		{"POST /undo", team.Work, s.undo},

		{"GET /segments", reader, s.segments.List},
		{"GET /segments/counts", reader, s.segments.Counts},
		{"GET /segments/new", reader, s.segments.New},
		{"GET /segments/build", reader, s.segments.Build},
		{"GET /segments/compare", reader, s.segments.Compare},
		{"GET /segments/compare/values", reader, s.segments.Values},
		{"POST /segments", team.Arrange, s.segments.Save},
		{"GET /segments/{id}", reader, s.segments.One},
		{"GET /segments/{id}/history", reader, s.segments.History},
		{"GET /segments/{id}/edit", reader, s.segments.Edit},
		{"POST /segments/{id}", team.Arrange, s.segments.Save},
		{"POST /segments/{id}/restore", team.Arrange, s.segments.Restore},
		{"POST /segments/{id}/delete", team.Arrange, s.segments.Delete},

		{"GET /explore", reader, s.explore.Index},
		{"GET /explore/{question}", reader, s.explore.One},
		{"GET /explore/{question}/answer", reader, s.explore.Answer},

		{"GET /journeys", reader, s.journey.Index},
		{"GET /journeys/new", reader, s.journey.New},
		{"POST /journeys", team.Arrange, s.journey.Add},
		{"GET /journeys/{id}", reader, s.journey.Show},
		{"GET /journeys/{id}/course", reader, s.journey.Course},
		{"GET /journeys/{id}/numbers/{stage}", reader, s.journey.Numbers},
		{"GET /journeys/{id}/accounts", reader, s.journey.Accounts},
		{"POST /journeys/{id}", team.Arrange, s.journey.Change},
		{"GET /accounts/{id}/journey", reader, s.journey.Place},
		{"GET /accounts/{id}/figures", reader, s.accounts.Figures},

		{"GET /health", reader, s.health.List},
		{"GET /health/scorecards", reader, s.scorecards.List},
		{"GET /health/scorecards/{id}", reader, s.scorecards.Edit},
		{"POST /health/scorecards/{id}/preview", reader, s.scorecards.Try},
		{"POST /health/scorecards/{id}/draft", reader, s.scorecards.Draft},
		{"POST /health/scorecards/{id}/restore", team.Arrange, s.scorecards.Restore},
		{"GET /health/movements", reader, s.movements.List},
		{"GET /health/movements/flow", reader, s.movements.Part},
		{"GET /health/movements.csv", reader, s.movements.CSV},
		{"GET /health/cases", reader, s.cases.List},
		{"POST /health/cases/{case}", team.Work, s.cases.Decide},
		{"GET /health/judge", reader, s.judging.Book},
		{"POST /health/judge", team.Work, s.judging.Next},
		{"POST /health/scorecards/{id}", team.Arrange, s.scorecards.Save},
		{"GET /health/scorecards/{id}/backtest", reader, s.backtests.One},
		{"POST /health/scorecards/{id}/backtest", reader, s.backtests.Start},
		{"GET /health/backtests/{run}", reader, s.backtests.Run},
		{"POST /health/backtests/{run}/cancel", reader, s.backtests.Cancel},
		{"GET /accounts/{id}/health", reader, s.health.Of},
		{"GET /accounts/{id}/health/change", reader, s.health.Change},
		{"GET /accounts/{id}/health/benchmark", reader, s.health.Benchmark},
		{"GET /accounts/{id}/health/history", reader, s.health.Past},
		{"GET /accounts/{id}/health/history/part", reader, s.health.PastPart},
		{"POST /accounts/{id}/health", team.Work, s.judging.One},

		{"GET /forecasts", reader, s.forecast.Risk},
		{"GET /forecasts/lifetime", reader, s.forecast.Lifetime},
		{"GET /forecasts/relevance", reader, s.forecast.Relevance},
		{"GET /forecasts/model", reader, s.forecast.Model},

		{"GET /feedback", reader, s.feedback.List},
		{"GET /feedback.csv", reader, s.feedback.Export},

		{"GET /contacts", reader, s.contacts.List},
		{"GET /contacts/{id}", reader, s.contacts.One},

		{"GET /metrics", reader, s.metrics.List},
		{"GET /families/{family}", reader, s.metrics.Family},
		{"GET /metrics/{id}", reader, s.metrics.One},
		{"GET /metrics/{id}/why", reader, s.metrics.Why},
		{"GET /metrics/{id}/why.csv", reader, s.metrics.WhyCSV},
		{"GET /metrics/{id}/facts", reader, s.metrics.Facts},
		{"GET /metrics/{id}/facts.csv", reader, s.metrics.SendFacts},
		{"GET /metrics/{id}/restated", reader, s.metrics.Restated},
		{"GET /metrics/{id}/export.csv", reader, s.metrics.Export},
		{"GET /metrics/{id}/export.json", reader, s.metrics.Export},
		{"POST /metrics/{id}/target", team.Arrange, s.metrics.SetTarget},
		{"POST /targets/{target}/remove", team.Arrange, s.metrics.RemoveTarget},
		{"GET /guide", reader, s.metrics.Goals},
		{"GET /targets", reader, s.metrics.Targets},

		{"GET /dashboards", reader, s.dashboards.List},
		{"POST /dashboards", team.Arrange, s.dashboards.Add},
		{"POST /dashboards/pin", team.Arrange, s.dashboards.Pin},
		{"GET /dashboards/{id}", reader, s.dashboards.One},
		{"GET /dashboards/{id}/tiles/{tile}", reader, s.dashboards.Tile},
		{"POST /dashboards/{id}", team.Arrange, s.dashboards.Change},

		{"GET /settings/policies", reader, s.policies.List},
		{"GET /settings/policies/names", reader, s.policies.Names},
		{"GET /settings/policies/bridge", reader, s.policies.Bridge},
		{"POST /settings/policies/{policy}", admin, s.policies.Set},
		{"POST /settings/policies/undo", admin, s.policies.Undo},
		{"POST /settings/policies/presets/{preset}", admin, s.policies.Preset},

		{"GET /feeds", team.Watch, s.feeds.List},
		{"GET /facts", team.Watch, s.feeds.Browse},

		{"GET /quarantine", team.Watch, s.quarantine.List},
		{"GET /quarantine/{id}", team.Watch, s.quarantine.One},
		{"POST /quarantine/{id}/replay", team.Mend, s.quarantine.Mend},
		{"POST /quarantine/{id}/discard", team.Mend, s.quarantine.Discard},
		{"POST /quarantine/{id}/reopen", team.Mend, s.quarantine.Reopen},

		{"GET /settings", reader, s.settings.Index},
		{"GET /settings/me", team.Own, s.settings.Me},
		{"POST /settings/me", team.Own, s.settings.Profile},
		{"POST /settings/me/password", team.Own, s.signin.Recently(s.settings.Password)},
		{"GET /settings/me/totp", team.Own, s.signin.Recently(s.settings.TOTPForm)},
		{"POST /settings/me/totp", team.Own, s.signin.Recently(s.settings.TOTP)},
		{"POST /settings/me/totp/remove", team.Own, s.signin.Recently(s.settings.TOTPRemove)},
		{"POST /settings/me/passkeys/begin", team.Own, s.signin.Recently(s.signin.PasskeyAddBegin)},
		{"POST /settings/me/passkeys", team.Own, s.signin.Recently(s.signin.PasskeyAdd)},
		{"POST /settings/me/passkeys/{id}/remove", team.Own, s.signin.Recently(s.settings.PasskeyRemove)},
		{"POST /settings/me/sessions/end", team.Own, s.settings.SessionsEnd},
		{"POST /settings/me/sessions/{id}/end", team.Own, s.settings.SessionEnd},

		{"GET /settings/workspace", admin, s.settings.Space},
		{"POST /settings/workspace", admin, s.settings.SpaceChange},
		{"POST /settings/backup", admin, s.settings.BackupSend},

		{"GET /settings/users", team.People, s.settings.Users},
		{"POST /settings/users", team.People, s.settings.UserAdd},
		{"GET /settings/users/{id}", team.People, s.settings.User},
		{"POST /settings/users/{id}", team.People, s.settings.UserChange},
		{"POST /settings/users/{id}/link", team.People, s.settings.UserLink},
		{"POST /settings/users/{id}/end", team.People, s.settings.UserEnd},
		{"POST /settings/users/{id}/reopen", team.People, s.settings.UserReopen},
		{"POST /settings/users/{id}/forget", team.People, s.settings.UserForget},
		{"POST /settings/users/{id}/signout", team.People, s.settings.UserSignOut},

		{"GET /settings/keys", team.Keyring, s.settings.Keys},
		{"POST /settings/keys", team.Keyring, s.settings.KeyAdd},
		{"POST /settings/keys/{id}/revoke", team.Keyring, s.settings.KeyRevoke},

		{"GET /settings/audit", team.Trail, s.settings.Audit},
		{"GET /settings/audit.csv", team.Trail, s.settings.AuditCSV},

		{"GET /signin", anyone, s.signin.Form},
		{"POST /signin", anyone, s.signin.SignIn},
		{"GET /signin/code", anyone, s.signin.CodeForm},
		{"POST /signin/code", anyone, s.signin.Code},
		{"POST /signin/passkey/begin", anyone, s.signin.PasskeyBegin},
		{"POST /signin/passkey", anyone, s.signin.Passkey},
		{"GET /signin/openid", anyone, s.signin.OpenIDBegin},
		{"GET " + signin.OpenIDBackPath, anyone, s.signin.OpenIDBack},
		{"POST /signout", anyone, s.signin.SignOut},
		{"GET /forgot", anyone, s.signin.ForgotForm},
		{"POST /forgot", anyone, s.signin.Forgot},
		{"GET /reset", anyone, s.signin.ResetForm},
		{"POST /reset", anyone, s.signin.Reset},
		{"GET /setup", anyone, s.signin.Greet(s.signin.SetupForm)},
		{"POST /setup", anyone, s.signin.Setup},
		{"POST /setup/admin", anyone, s.signin.SetupAdmin},

		{"POST /preferences", anyone, s.pages.Prefer},
		{"GET /assets/{file}", anyone, ui.ServeAsset},
		{"/", anyone, s.signin.Greet(ui.NotFound)},
	}
}

// changes names what a form does, as the audit trail shows it and the API calls it too. A form that is not named here is
// written down under its pattern; one with an empty name changes nothing worth a line.
var changes = map[string]string{
	"POST /preferences":                        "",
	"POST /signin":                             "sign-in",
	"POST /signin/code":                        "sign-in",
	"POST /signin/passkey":                     "sign-in",
	"POST /signin/passkey/begin":               "",
	"POST /signout":                            "sign-out",
	"POST /forgot":                             "ask-reset",
	"POST /reset":                              "choose-password",
	"POST /setup":                              "sign-in",
	"POST /setup/admin":                        "set-up",
	"POST /settings/me":                        "change-user",
	"POST /settings/me/password":               "change-password",
	"POST /settings/me/totp":                   "add-authenticator",
	"POST /settings/me/totp/remove":            "remove-authenticator",
	"POST /settings/me/passkeys/begin":         "",
	"POST /settings/me/passkeys":               "add-passkey",
	"POST /settings/me/passkeys/{id}/remove":   "remove-passkey",
	"POST /settings/me/sessions/end":           "end-sessions",
	"POST /settings/me/sessions/{id}/end":      "end-sessions",
	"POST /settings/workspace":                 "change-workspace",
	"POST /settings/backup":                    "backup",
	"POST /settings/users":                     "add-user",
	"POST /settings/users/{id}":                "change-user",
	"POST /settings/users/{id}/link":           "reset-user",
	"POST /settings/users/{id}/end":            "change-user",
	"POST /settings/users/{id}/reopen":         "change-user",
	"POST /settings/users/{id}/forget":         "forget-devices",
	"POST /settings/users/{id}/signout":        "end-sessions",
	"POST /settings/keys":                      "create-key",
	"POST /settings/keys/{id}/revoke":          "revoke-key",
	"POST /metrics/{id}/target":                "add-target",
	"POST /targets/{target}/remove":            "delete-target",
	"POST /dashboards":                         "add-dashboard",
	"POST /dashboards/pin":                     "put-dashboard",
	"POST /dashboards/{id}":                    "put-dashboard",
	"POST /settings/policies/{policy}":         "put-policy",
	"POST /settings/policies/undo":             "put-policy",
	"POST /settings/policies/presets/{preset}": "apply-preset",
	"POST /accounts/bulk":                      "change-accounts",
	"POST /accounts/views":                     "save-view",
	"POST /accounts/views/{id}/remove":         "remove-view",
	"POST /accounts/{id}/untag":                "change-accounts",
	"POST /accounts/{id}/unnote":               "remove-note",
	"POST /accounts/{id}/note":                 "change-note",
	"POST /accounts/{id}/files":                "add-file",
	"POST /accounts/{id}/files/{file}/remove":  "remove-file",
	"POST /undo":                               "undo",
	"POST /mentions/{note}":                    "",
	"POST /segments":                           "save-segment",
	"POST /segments/{id}":                      "change-segment",
	"POST /segments/{id}/restore":              "change-segment",
	"POST /segments/{id}/delete":               "delete-segment",
	"POST /health/scorecards/{id}/preview":     "",
	"POST /health/scorecards/{id}/draft":       "",
	"POST /health/scorecards/{id}/restore":     "restore-scorecard",
	"POST /health/cases/{case}":                "decide-health-case",
	"POST /health/judge":                       "judge-health",
	"POST /health/scorecards/{id}":             "put-scorecard",
	"POST /health/scorecards/{id}/backtest":    "",
	"POST /health/backtests/{run}/cancel":      "",
	"POST /accounts/{id}/health":               "judge-health",
	"POST /journeys":                           "add-journey",
	"POST /journeys/{id}":                      "put-journey",
	"POST /quarantine/{id}/replay":             "replay-quarantined",
	"POST /quarantine/{id}/discard":            "discard-quarantined",
	"POST /quarantine/{id}/reopen":             "reopen-quarantined",
	"POST /sample":                             "add-sample",
	"POST /sample/remove":                      "remove-sample",
	"POST /start/key":                          "create-key",
	"POST /start/file":                         "",
	"POST /start/file/{id}":                    "import-file",
}

// undo takes back what was done, with whoever did it.
func (s *site) undo(w http.ResponseWriter, r *http.Request) error {
	if strings.HasPrefix(r.PostFormValue("id"), segments.UndoPrefix) {
		return s.segments.Undo(w, r)
	}
	if strings.HasPrefix(r.PostFormValue("id"), journey.UndoPrefix) {
		return s.journey.Undo(w, r)
	}
	if strings.HasPrefix(r.PostFormValue("id"), scorecards.UndoPrefix) {
		return s.scorecards.Undo(w, r)
	}
	return s.accounts.Undo(w, r)
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table() {
		handler := r.handler
		if !strings.HasPrefix(r.pattern, "GET ") && r.pattern != "/" {
			handler = s.signin.Audited(r.pattern, changes, handler)
		}
		if r.access != anyone {
			handler = s.signin.Guard(r.access, handler)
		}
		mux.Handle(r.pattern, s.pages.Handle(handler))
	}
	return mux
}
