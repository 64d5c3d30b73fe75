package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/team"
)

// MentionLine is a note that calls a user.
type MentionLine struct {
	Note      string     `json:"note" doc:"Its id"`
	AccountID string     `json:"account_id"`
	Text      string     `json:"text"`
	Author    string     `json:"author"`
	Created   time.Time  `json:"created"`
	Seen      *time.Time `json:"seen" doc:"When the user marked it as seen; null until then"`
}

// MentionList are the notes of the last two weeks that call a user, the newest first.
type MentionList struct {
	Mentions []MentionLine `json:"mentions" nullable:"false"`
}

type mentionsIn struct {
	User string `query:"user" required:"true" doc:"Who is called: id or mail address" example:"ana@example.com"`
}

type mentionPut struct {
	Note string `path:"note" doc:"The note's id"`
	Body struct {
		User string `json:"user" doc:"Who has seen it: id or mail address" example:"ana@example.com"`
		Seen bool   `json:"seen" doc:"False takes the mark off"`
	}
}

// mentions are the resources of notes that call somebody with an @.
func (a *API) mentions() {
	route(a, team.Read, huma.Operation{OperationID: "list-mentions", Method: http.MethodGet, Path: "/api/v1/mentions", Tags: []string{"accounts"},
		Summary: "Notes that mention a user", Description: "Of the last two weeks, the newest first."},
		func(ctx context.Context, in *mentionsIn) (*struct{ Body MentionList }, error) {
			u, err := a.Users.UserFind(ctx, in.User)
			if err != nil {
				return nil, err
			}
			all, err := a.Work.Mentions(ctx, u)
			out := MentionList{[]MentionLine{}}
			for _, m := range all {
				out.Mentions = append(out.Mentions, MentionLine{m.ID, m.Account, m.Text, m.Author, m.Created, known(m.Seen)})
			}
			return &struct{ Body MentionList }{out}, err
		})
	route(a, team.Admin, huma.Operation{OperationID: "see-mention", Method: http.MethodPut, Path: "/api/v1/mentions/{note}", Tags: []string{"accounts"}, DefaultStatus: http.StatusNoContent,
		Summary: "Mark a mention as seen", Description: "Whoever is called marks it on the first page; a key may do so for anybody and needs the scope admin."},
		func(ctx context.Context, in *mentionPut) (*struct{}, error) {
			u, err := a.Users.UserFind(ctx, in.Body.User)
			if err != nil {
				return nil, err
			}
			return nil, a.Work.SeeMention(ctx, u, in.Note, in.Body.Seen)
		})
}
