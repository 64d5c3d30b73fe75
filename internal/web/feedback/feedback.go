// Package feedback shows what customers said: answers, comments and reviews in one stream, with what was done about them.
//
// Finding them is left to the lake, whether the team turned to somebody to what the closed-loop metrics count.
package feedback

import (
	"cmp"
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Voices knows what customers said, held to the accounts that who asks may see.
type Voices interface {
	// Feedback is a page of it; a segment that can't be used is a fault.Invalid.
	Feedback(ctx context.Context, ask account.FeedbackAsk, segment string) (account.FeedbackPage, error)
	FeedbackChoices(ctx context.Context) (account.FeedbackChoices, error)
}

// Area answers for feedback.
type Area struct {
	Pages  *ui.Pages
	Voices Voices
}

type stream struct {
	State   url.Values
	Lines   []line
	Filters []filter
	Text    string
	Segment string
	// Wrong says why the segment can't be used; English.
	Wrong    string
	Worded   bool
	Narrowed bool
	More     string // addresses of the next page and of the first
	Top      string
	Export   string
	Open     bool // whether people and their words are shown
	Fresh    ui.Fresh
}

type filter struct {
	ID, Value string
	Values    []option
}

type option struct{ Value, Label string }

// line is one answer or review as people read it.
type line struct {
	account.Feedback
	Kind, Score, Most, Mood string
	Words, Choice           string
	Question, Survey, Where string // Where is the touchpoint, or the site of a review
	Locale                  string
	State                   string // turned, waiting or ""
	Took                    time.Duration
}

const (
	perPage   = 40
	mostLines = 10_000 // of an export
)

// keys are the filters an address may name.
var keys = []string{"kind", "band", "survey", "touchpoint", "locale", "text", "segment", "worded"}

func stateOf(q url.Values) url.Values {
	s := url.Values{}
	for _, key := range keys {
		if v := strings.TrimSpace(q.Get(key)); v != "" {
			s.Set(key, v)
		}
	}
	return s
}

func ask(s url.Values, open bool) account.FeedbackAsk {
	a := account.FeedbackAsk{Survey: s.Get("survey"), Touchpoint: s.Get("touchpoint"), Locale: s.Get("locale"), Text: s.Get("text"), Worded: s.Get("worded") == "1", Open: open, Limit: perPage}
	if kind := s.Get("kind"); slices.Contains(account.FeedbackKinds, kind) {
		a.Kind = kind
	}
	if band := s.Get("band"); slices.Contains(account.FeedbackBands, band) {
		a.Band = band
	}
	return a
}

func address(base string, q url.Values) string {
	if len(q) == 0 {
		return base
	}
	return base + "?" + q.Encode()
}

// List shows a page of the stream.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	state, open := stateOf(r.URL.Query()), accounts.SeesPeople(ui.Who(r.Context()))
	s := &stream{State: state, Text: state.Get("text"), Segment: state.Get("segment"), Worded: state.Get("worded") == "1", Narrowed: len(state) > 0, Open: open, Export: address("/feedback.csv", state)}
	q := ask(state, open)
	var err error
	if q.Before, err = account.PlaceAt(r.URL.Query().Get("before")); err != nil {
		return err
	}
	page, err := a.Voices.Feedback(r.Context(), q, s.Segment)
	if fault.KindOf(err) == fault.Invalid && s.Segment != "" {
		s.Wrong = reason(ui.Said(ui.Lang(r), err)) // what was typed stays, with the reason beside it
	} else if err != nil {
		return err
	}
	if q.Before.At.IsZero() {
		var latest account.Place
		if len(page.Feedback) > 0 {
			latest = page.Feedback[0].Place
		}
		s.Fresh = ui.NewFresh(address("/feedback", state), "facts", latest)
		if answered, err := a.Pages.ShowFresh(w, r, "feedback/list", s.Fresh); answered {
			return err
		}
	}
	for _, f := range page.Feedback {
		s.Lines = append(s.Lines, lineOf(ui.Lang(r), f))
	}
	if !q.Before.At.IsZero() {
		s.Top = address("/feedback", state)
	}
	if !page.Next.At.IsZero() {
		next := stateOf(state)
		next.Set("before", page.Next.String())
		s.More = address("/feedback", next)
	}
	if s.Filters, err = a.filters(r, state); err != nil {
		return err
	}
	return a.Pages.Show(w, r, "feedback/list", s)
}

func reason(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return f.Fields[0].Reason
	}
	return err.Error()
}

func (a *Area) filters(r *http.Request, state url.Values) ([]filter, error) {
	lang := ui.Lang(r)
	choices, err := a.Voices.FeedbackChoices(r.Context())
	if err != nil {
		return nil, err
	}
	plain := func(all []string) (out []option) {
		for _, v := range all {
			out = append(out, option{v, v})
		}
		return out
	}
	named := func(group string, all []string) (out []option) {
		for _, v := range all {
			out = append(out, option{v, ui.Named(lang, group, v)})
		}
		return out
	}
	filters := []filter{{ID: "kind", Values: named("feedback.kind", account.FeedbackKinds)}, {ID: "band", Values: named("feedback.band", account.FeedbackBands)},
		{ID: "survey", Values: plain(choices.Surveys)}, {ID: "touchpoint", Values: plain(choices.Touchpoints)}, {ID: "locale", Values: plain(choices.Locales)}}
	for i := range filters {
		f := &filters[i]
		f.Value = state.Get(f.ID)
		if f.Value != "" && !slices.ContainsFunc(f.Values, func(o option) bool { return o.Value == f.Value }) {
			f.Values = append(f.Values, option{f.Value, f.Value})
		}
	}
	return filters, nil
}

func lineOf(lang i18n.Lang, f account.Feedback) line {
	l := line{Feedback: f, Words: f.Fact.Text("text"), Locale: f.Fact.Text("locale")}
	score, most := "score", f.Fact.Get("scale_max").Num
	if f.Fact.Kind == fact.Reviews {
		score, l.Kind, l.Where = "rating", ui.Named(lang, "feedback.kind", account.ReviewFeedback), f.Fact.Text("source")
		l.Mood = reviewMood(f.Fact)
	} else {
		l.Kind, l.Where = ui.Named(lang, "feedback.kind", f.Fact.Text("kind")), f.Fact.Text("touchpoint")
		l.Survey, l.Question, l.Choice, l.Mood = f.Fact.Text("survey"), f.Fact.Text("question"), f.Fact.Text("choice"), ui.AnswerMood(f.Fact)
	}
	if v := f.Fact.Get(score); v.State == fact.Present {
		l.Score, l.Most = i18n.Number(lang, v.Num, decimals(v.Num)), i18n.Number(lang, most, decimals(most))
	}
	if f.Sorry {
		l.State = "waiting"
		if !f.Turned.IsZero() {
			l.State, l.Took = "turned", f.Turned.Sub(f.At)
		}
	}
	return l
}

func decimals(v float64) int {
	if v == float64(int64(v)) {
		return 0
	}
	return 1
}

func reviewMood(f *fact.Fact) string {
	switch share := f.Get("rating").Num / cmp.Or(f.Get("scale_max").Num, 5); {
	case share >= 0.74:
		return "good"
	case share <= 0.4:
		return "poor"
	}
	return ""
}

// Export answers with all that matches as CSV, at most 10 000 lines.
func (a *Area) Export(w http.ResponseWriter, r *http.Request) error {
	state, open := stateOf(r.URL.Query()), accounts.SeesPeople(ui.Who(r.Context()))
	q := ask(state, open)
	q.Limit = mostLines
	page, err := a.Voices.Feedback(r.Context(), q, state.Get("segment"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="feedback.csv"`)
	w.Header().Set("Cache-Control", "private, no-store")
	out := csv.NewWriter(w)
	out.Write([]string{"ts", "kind", "account_id", "account_name", "user_id", "survey", "question", "source", "score", "scale_max", "choice", "text", "locale", "touchpoint", "followed_up"})
	for _, f := range page.Feedback {
		out.Write(cells(f))
	}
	out.Flush()
	return nil // the reader may have gone: nobody is left to be told
}

func cells(f account.Feedback) []string {
	kind, score, source := f.Fact.Kind, "score", ""
	safe := func(column string) string {
		if !kind.Has(column) {
			return ""
		}
		return ingest.SafeCell(f.Fact.Text(column))
	}
	what := safe("kind")
	if kind == fact.Reviews {
		what, score, source = account.ReviewFeedback, "rating", safe("source")
	}
	number := func(column string) string {
		if v := f.Fact.Get(column); v.State == fact.Present {
			return strconv.FormatFloat(v.Num, 'f', -1, 64)
		}
		return ""
	}
	turned := ""
	if !f.Turned.IsZero() {
		turned = f.Turned.UTC().Format(time.RFC3339)
	}
	return []string{f.At.UTC().Format(time.RFC3339), what, ingest.SafeCell(f.Account), ingest.SafeCell(f.Name), ingest.SafeCell(f.Fact.User), safe("survey"), safe("question"), source,
		number(score), number("scale_max"), safe("choice"), safe("text"), safe("locale"), safe("touchpoint"), turned}
}
