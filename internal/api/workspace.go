package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// Workplace keeps what holds for the whole workspace.
type Workplace interface {
	Workspace(ctx context.Context) (Workspace, error)
	// ChangeWorkspace keeps it. Another zone or currency takes effect by opening everything anew, which callers wait for.
	ChangeWorkspace(ctx context.Context, to Workspace) error
}

// Workspace is what holds for the whole workspace.
type Workspace struct {
	Name     string `json:"name"`
	Zone     string `json:"zone" doc:"In which its days begin and end" example:"Europe/Bucharest"`
	Currency string `json:"currency" doc:"That amounts are shown in, ISO 4217; empty until it is chosen" example:"EUR"`
	Language string `json:"language" doc:"en, es, ro or ru" example:"en"`
	// Fixed are the fields that settings of the server state, which are stronger.
	Fixed []string `json:"fixed" nullable:"false" doc:"What the server's settings state; it can't be changed here"`
}

// Check names what can't be kept.
func (w *Workspace) Check() error {
	bad := fault.New(fault.Invalid, "the workspace can't be kept as it is")
	if w.Name == "" || len([]rune(w.Name)) > 100 || strings.ContainsRune(w.Name, 0) {
		bad.Field("name", "must be plain text of at most %d characters", 100)
	}
	if _, err := time.LoadLocation(w.Zone); err != nil || w.Zone == "" || w.Zone == "Local" {
		bad.Field("zone", "%q is no time zone; use a name like Europe/Bucharest", w.Zone)
	}
	if _, ok := fact.MinorDigits(w.Currency); !ok && w.Currency != "" {
		bad.Field("currency", "%q is unknown; use an ISO 4217 code like EUR", w.Currency)
	}
	if !slices.Contains(i18n.Langs, i18n.Lang(w.Language)) {
		bad.Field("language", "%q is none of %s", w.Language, "en, es, ro, ru")
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

type workspacePatch struct {
	Body struct {
		Name     *string `json:"name,omitempty"`
		Zone     *string `json:"zone,omitempty"`
		Currency *string `json:"currency,omitempty"`
		Language *string `json:"language,omitempty"`
	}
}

// workspace is the resource of what holds for the whole workspace.
func (a *API) workspace() {
	tags := []string{"admin"}
	type one = struct{ Body Workspace }
	route(a, team.Admin, huma.Operation{OperationID: "get-workspace", Method: http.MethodGet, Path: "/api/v1/workspace", Tags: tags,
		Summary: "The workspace", Description: "Its name, time zone, currency and language."},
		func(ctx context.Context, _ *struct{}) (*one, error) {
			w, err := a.Workplace.Workspace(ctx)
			return &one{w}, err
		})
	route(a, team.Admin, huma.Operation{OperationID: "change-workspace", Method: http.MethodPatch, Path: "/api/v1/workspace", Tags: tags,
		Summary: "Change the workspace", Description: "What is not stated stays. With another zone or currency the server opens anew; requests wait meanwhile."},
		func(ctx context.Context, in *workspacePatch) (*one, error) {
			was, err := a.Workplace.Workspace(ctx)
			if err != nil {
				return nil, err
			}
			to := was
			bad := fault.New(fault.Conflict, "the workspace was not changed")
			for name, field := range map[string]struct{ from, into *string }{"name": {in.Body.Name, &to.Name}, "zone": {in.Body.Zone, &to.Zone}, "currency": {in.Body.Currency, &to.Currency}, "language": {in.Body.Language, &to.Language}} {
				if field.from == nil {
					continue
				}
				value := strings.TrimSpace(*field.from)
				if name == "currency" {
					value = strings.ToUpper(value)
				}
				if value != *field.into && slices.Contains(was.Fixed, name) {
					bad.Field(name, "is stated by the server's settings")
				}
				*field.into = value
			}
			if len(bad.Fields) > 0 {
				return nil, bad.Mend("change it there")
			}
			if err := to.Check(); err != nil {
				return nil, err
			}
			team.Describe(ctx, to.Name, was.told(), to.told())
			return &one{to}, a.Workplace.ChangeWorkspace(ctx, to)
		})
}

// told is the workspace as the audit trail has it.
func (w Workspace) told() map[string]string {
	return map[string]string{"name": w.Name, "zone": w.Zone, "currency": w.Currency, "language": w.Language}
}
