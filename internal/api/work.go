package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/team"
)

// Work is what a team does about accounts. who names who does it; what undoes it is an id that only the same one can use,
// for a day, "" when nothing had to be changed. An unknown account, note, file or undo is a fault.NotFound.
type Work interface {
	Apply(ctx context.Context, e account.Edit, who string) (undo string, changed int, err error)
	Untag(ctx context.Context, ids []string, tag, who string) (undo string, err error)
	AccountNotes(ctx context.Context, id string) ([]account.Note, error)
	ChangeNote(ctx context.Context, id, text, who string) (undo string, err error)
	RemoveNote(ctx context.Context, id, who string) (undo string, err error)
	AccountFiles(ctx context.Context, id string) ([]account.File, error)
	KeepFile(ctx context.Context, id, name string, content []byte, who string) (f account.File, undo string, err error)
	OpenFile(ctx context.Context, id, file string) (account.File, []byte, error)
	RemoveFile(ctx context.Context, id, file, who string) (undo string, err error)
	Undo(ctx context.Context, id, who string) error
	Mentions(ctx context.Context, u team.User) ([]account.Mention, error)
	SeeMention(ctx context.Context, u team.User, note string, seen bool) error
}

// Changed says what a change did.
type Changed struct {
	Changed int    `json:"changed" doc:"How many accounts; those that are as asked already don't count"`
	Undo    string `json:"undo,omitempty" doc:"Takes it back within a day: POST /api/v1/undo/{undo}"`
}

// AccountChange is what is changed about accounts at once: one of a trait, a tag and a note.
type AccountChange struct {
	Accounts []string `json:"accounts" doc:"Their ids, at most 10 000" example:"[\"acme\"]"`
	Trait    string   `json:"trait,omitempty" enum:"csm,stage" doc:"What value is for"`
	Value    string   `json:"value,omitempty" doc:"Of the trait; empty erases it"`
	Tag      string   `json:"tag,omitempty" doc:"To put on them"`
	Note     string   `json:"note,omitempty" doc:"To write about each; @name mentions somebody"`
}

// NoteLine is what somebody of the team wrote about an account.
type NoteLine struct {
	ID       string     `json:"id"`
	Text     string     `json:"text"`
	Author   string     `json:"author"`
	Created  time.Time  `json:"created"`
	Edited   *time.Time `json:"edited,omitempty"`
	Mentions []string   `json:"mentions" nullable:"false" doc:"Names it calls with an @"`
}

// NoteList are the notes about an account, the newest first.
type NoteList struct {
	Notes []NoteLine `json:"notes" nullable:"false"`
}

// FileLine is a file kept with an account.
type FileLine struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Type    string    `json:"type" doc:"Media type, by the name's ending"`
	Bytes   int64     `json:"bytes"`
	Author  string    `json:"author"`
	Created time.Time `json:"created"`
	Undo    string    `json:"undo,omitempty" doc:"Of one that was just kept: takes it back within a day"`
}

// FileList are the files of an account, the newest first.
type FileList struct {
	Files []FileLine `json:"files" nullable:"false"`
}

type (
	tagIn struct {
		ID  string `path:"id" doc:"The account" example:"acme"`
		Tag string `path:"tag" doc:"The tag"`
	}
	noteIn struct {
		Note string `path:"note" doc:"The id of the note"`
	}
	notePut struct {
		Note string `path:"note" doc:"The id of the note"`
		Body struct {
			Text string `json:"text"`
		}
	}
	fileIn struct {
		ID   string `path:"id" doc:"The account" example:"acme"`
		File string `path:"file" doc:"The id of the file"`
	}
	filePost struct {
		ID      string `path:"id" doc:"The account" example:"acme"`
		Name    string `query:"name" required:"true" doc:"Of the file; its ending says what it is" example:"offer.pdf"`
		RawBody []byte `contentType:"application/octet-stream"`
	}
	undoIn struct {
		Undo string `path:"undo" doc:"What a change answered with"`
	}
	changed = struct{ Body Changed }
)

// doer names who a call comes from, for what can be undone.
func doer(ctx context.Context) string {
	p := team.PrincipalOf(ctx)
	return string(p.Kind) + ":" + p.ID
}

func (a *API) work() {
	op := func(id, method, path, summary, description string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Tags: []string{"accounts"}, Summary: summary, Description: description}
	}
	one := func(undo string, err error) (*changed, error) {
		out := &changed{Changed{Undo: undo}}
		if undo != "" {
			out.Body.Changed = 1
		}
		return out, err
	}
	route(a, team.Work, op("change-accounts", http.MethodPost, "/accounts/changes", "Change accounts", "CSM, stage, a tag or a note, of many at once."),
		func(ctx context.Context, in *struct{ Body AccountChange }) (*changed, error) {
			b := in.Body
			undo, n, err := a.Work.Apply(ctx, account.Edit{Accounts: b.Accounts, Trait: b.Trait, Value: b.Value, Tag: b.Tag, Note: b.Note}, doer(ctx))
			return &changed{Changed{n, undo}}, err
		})
	route(a, team.Work, op("remove-tag", http.MethodDelete, "/accounts/{id}/tags/{tag}", "Take a tag off an account", ""),
		func(ctx context.Context, in *tagIn) (*changed, error) {
			return one(a.Work.Untag(ctx, []string{in.ID}, in.Tag, doer(ctx)))
		})
	route(a, team.Read, op("list-notes", http.MethodGet, "/accounts/{id}/notes", "Notes about an account", "The newest first."),
		func(ctx context.Context, in *accountIn) (*struct{ Body NoteList }, error) {
			notes, err := a.Work.AccountNotes(ctx, in.ID)
			out := NoteList{Notes: []NoteLine{}}
			for _, n := range notes {
				out.Notes = append(out.Notes, NoteLine{n.ID, n.Text, n.Author, n.Created, known(n.Edited), append([]string{}, account.Mentions(n.Text)...)})
			}
			return &struct{ Body NoteList }{out}, err
		})
	route(a, team.Work, op("change-note", http.MethodPut, "/notes/{note}", "Change a note", ""),
		func(ctx context.Context, in *notePut) (*changed, error) {
			return one(a.Work.ChangeNote(ctx, in.Note, in.Body.Text, doer(ctx)))
		})
	route(a, team.Work, op("remove-note", http.MethodDelete, "/notes/{note}", "Remove a note", ""),
		func(ctx context.Context, in *noteIn) (*changed, error) {
			return one(a.Work.RemoveNote(ctx, in.Note, doer(ctx)))
		})
	a.files(op, one)
	a.mentions()
	undo := op("undo", http.MethodPost, "/undo/{undo}", "Take back a change to accounts", "Once, within a day, by the key that made it.")
	undo.DefaultStatus = http.StatusNoContent
	route(a, team.Work, undo, func(ctx context.Context, in *undoIn) (*struct{}, error) {
		return nil, a.Work.Undo(ctx, in.Undo, doer(ctx))
	})
}

func (a *API) files(op func(id, method, path, summary, description string) huma.Operation, one func(undo string, err error) (*changed, error)) {
	route(a, team.Read, op("list-files", http.MethodGet, "/accounts/{id}/files", "Files kept with an account", "The newest first."),
		func(ctx context.Context, in *accountIn) (*struct{ Body FileList }, error) {
			files, err := a.Work.AccountFiles(ctx, in.ID)
			out := FileList{Files: []FileLine{}}
			for _, f := range files {
				out.Files = append(out.Files, shownFile(f, ""))
			}
			return &struct{ Body FileList }{out}, err
		})
	post := op("add-file", http.MethodPost, "/accounts/{id}/files", "Keep a file with an account", "The body is the file, up to 10 MiB: a document, table, picture or mail, by the ending of its name. An account has at most 50.")
	post.DefaultStatus, post.MaxBodyBytes = http.StatusCreated, account.MaxFile
	route(a, team.Work, post, func(ctx context.Context, in *filePost) (*struct{ Body FileLine }, error) {
		f, undo, err := a.Work.KeepFile(ctx, in.ID, in.Name, in.RawBody, doer(ctx))
		return &struct{ Body FileLine }{shownFile(f, undo)}, err
	})
	get := op("get-file", http.MethodGet, "/accounts/{id}/files/{file}", "One file", "As it was sent.")
	get.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, team.Read, get, func(ctx context.Context, in *fileIn) (*huma.StreamResponse, error) {
		f, content, err := a.Work.OpenFile(ctx, in.ID, in.File)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			c.SetHeader("Content-Type", f.Kind)
			c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
			c.SetHeader("X-Content-Type-Options", "nosniff")
			c.BodyWriter().Write(content) // a caller who is gone has nobody to be told
		}}, nil
	})
	route(a, team.Work, op("remove-file", http.MethodDelete, "/accounts/{id}/files/{file}", "Remove a file", "It can be undone for a day, then it is deleted."),
		func(ctx context.Context, in *fileIn) (*changed, error) {
			return one(a.Work.RemoveFile(ctx, in.ID, in.File, doer(ctx)))
		})
}

func shownFile(f account.File, undo string) FileLine {
	return FileLine{f.ID, f.Name, f.Kind, f.Bytes, f.Author, f.Created, undo}
}
