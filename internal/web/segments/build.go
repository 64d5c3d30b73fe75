package segments

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// builder is the page on which a segment is written.
type builder struct {
	// Saved is what is changed; its ID is empty for a new one.
	Saved           account.SavedSegment
	Name, Why, Text string
	// Wrong says why the text can't be used; nil when it can.
	Wrong *wrong
	// Built is the text as conditions; Plain is false when it is nested deeper than they show.
	Built Built
	Plain bool
	Left  int // conditions that are not filled in
	Found *found
	Offer offer
	Rows  []groupShown
	// Refused is why it was not saved; English.
	Refused string
}

// Action is where the form is sent to.
func (b *builder) Action() string {
	if b.Saved.ID == "" {
		return "/segments"
	}
	return path(b.Saved.ID)
}

// wrong is a mistake in a text: what stands before it, the sign it is at, and what follows.
type wrong struct {
	At                  int // from 1; 0 when it is nowhere in particular
	Before, Sign, After string
	Reason              string // English
}

// found is who is in a segment that is not saved.
type found struct {
	Count   int64
	Members []member
	More    int64
}

// offer is what fields suggest.
type offer struct {
	Traits, Events []string
	Metrics        []metric.Described
	Segments       []string
	Surveys        []string
	Kinds          []string
}

type groupShown struct {
	N       int
	Join    string
	Several bool
	Rows    []rowShown
}

type rowShown struct {
	Row
	N, Shown int
	Ops      []operator
	Abouts   []account.About
	Offer    *offer
	Units    []string
	Counts   []string
}

// Several tells whether there is more than one group.
func (b *builder) Several() bool { return len(b.Rows) > 1 }

// Here is the address of the builder as it stands.
func (b *builder) Here() string {
	q := url.Values{"segment": {b.Text}}
	if b.Name != "" && b.Name != b.Saved.Name {
		q.Set("title", b.Name)
	}
	if b.Saved.ID != "" {
		q.Set("id", b.Saved.ID)
	}
	return address("/segments/new", q)
}

// operator is a way to compare, with what it is called.
type operator struct{ Code, Label string }

var signs = map[string]string{"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}

func operatorOf(lang i18n.Lang, code string) operator {
	if sign := signs[code]; sign != "" {
		return operator{code, sign}
	}
	base, not := strings.CutPrefix(code, "!")
	key := "segments.op." + base
	if not {
		key = "segments.op.not_" + base
	}
	switch sign := signs[base]; {
	case i18n.Has(key):
		return operator{code, i18n.T(lang, key)}
	case sign != "":
		return operator{code, i18n.T(lang, "segments.op.not", "what", sign)}
	}
	return operator{code, i18n.T(lang, "segments.op.not", "what", i18n.T(lang, "segments.op."+base))}
}

// previewed is how many members a preview shows.
const previewed = 10

// position is where a segment goes wrong, in any language: "character 7: ".
var position = regexp.MustCompile(`^\pL+ (\d+): `)

// wrongIn takes apart what is said against a segment.
func wrongIn(lang i18n.Lang, text string, err error) *wrong {
	var f *fault.Error
	if !errors.As(err, &f) || fault.KindOf(err) != fault.Invalid {
		return nil
	}
	about := func(f *fault.Error) string {
		for _, field := range f.Fields {
			if field.Name == "segment" {
				return field.Reason
			}
		}
		return f.Error()
	}
	w, english := &wrong{Before: text}, about(f)
	errors.As(ui.Said(lang, err), &f)
	w.Reason = about(f)
	signs := []rune(text)
	if m := position.FindStringSubmatch(w.Reason); m != nil {
		w.At, _ = strconv.Atoi(m[1])
		w.Reason = strings.TrimPrefix(w.Reason, m[0])
	} else if strings.Contains(english, "the segment ends where") {
		w.At = len(signs) + 1
	}
	if at := w.At - 1; at >= 0 && at < len(signs) {
		w.Before, w.Sign, w.After = string(signs[:at]), string(signs[at]), string(signs[at+1:])
	}
	return w
}

// write fills in everything about the builder's text: whether it can be used, as which conditions, and who is in it.
func (a *Area) write(r *http.Request, b *builder) error {
	ctx := r.Context()
	tree, err := a.Segments.CheckSegment(ctx, b.Text, nil)
	if err == nil && b.Text != "" {
		var page *metric.SegmentPage
		if page, err = a.Segments.SegmentMembers(ctx, metric.SegmentAsk{Text: b.Text, Limit: previewed}); err == nil {
			b.Found = &found{Count: page.Count, Members: membersShown(page.Members), More: page.Count - int64(len(page.Members))}
		}
	}
	if err != nil {
		if b.Wrong = wrongIn(ui.Lang(r), b.Text, err); b.Wrong == nil {
			return err
		}
		if tree, err = account.ParseSegment(b.Text); err != nil {
			return nil // there is nothing to show as conditions
		}
	}
	if b.Built.Groups == nil {
		b.Built, b.Plain = builtOf(tree)
	}
	return nil
}

// offers fills in what fields suggest.
func (a *Area) offers(r *http.Request, b *builder) error {
	events, err := a.Names.Events(r.Context())
	if err != nil {
		return err
	}
	saved, err := a.Segments.Segments(r.Context())
	if err != nil {
		return err
	}
	b.Offer = offer{Traits: append(metric.Traits(), metric.ContactTraits()...), Events: events, Metrics: a.Metrics.Describe(ui.Lang(r)), Kinds: []string{"nps", "csat", "ces", "rating", "choice", "text"}}
	for _, s := range saved {
		if s.ID != b.Saved.ID {
			b.Offer.Segments = append(b.Offer.Segments, s.Name)
		}
	}
	n := 0
	for i, g := range b.Built.Groups {
		shown := groupShown{N: i, Join: g.Join, Several: len(g.Rows) > 1}
		for j, row := range g.Rows {
			var ops []operator
			for _, code := range withThis(operators[account.About(row.About)], row.Op) {
				ops = append(ops, operatorOf(ui.Lang(r), code))
			}
			shown.Rows = append(shown.Rows, rowShown{Row: row, N: n, Shown: j, Ops: ops, Abouts: Abouts, Offer: &b.Offer, Units: []string{"day", "week", "month", "quarter", "year"}, Counts: []string{"times", "days", "people"}})
			n++
		}
		b.Rows = append(b.Rows, shown)
	}
	return nil
}

func withThis(codes []string, own string) []string {
	if slices.Contains(codes, own) {
		return codes
	}
	return append(slices.Clone(codes), own)
}

// New shows the builder with a new segment, or with a saved one to change.
func (a *Area) New(w http.ResponseWriter, r *http.Request) error {
	b, err := a.read(r, r.URL.Query())
	if err != nil {
		return err
	}
	return a.show(w, r, http.StatusOK, b)
}

// Edit shows the builder with a saved segment.
func (a *Area) Edit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	q.Set("id", r.PathValue("id"))
	b, err := a.read(r, q)
	if err != nil {
		return err
	}
	return a.show(w, r, http.StatusOK, b)
}

// read is the builder that a form or an address describes. What was typed comes last: the text, or conditions.
func (a *Area) read(r *http.Request, form url.Values) (*builder, error) {
	b := &builder{Name: form.Get("title"), Why: form.Get("why"), Text: strings.TrimSpace(form.Get("segment"))}
	if id := form.Get("id"); id != "" {
		s, err := a.Segments.Segment(r.Context(), id)
		if err != nil {
			return nil, err
		}
		if b.Saved = s; !form.Has("segment") {
			b.Name, b.Text = s.Name, s.Segment.String()
		}
		if v, err := strconv.Atoi(form.Get("version")); err == nil {
			b.Saved.Version = v // the one that was looked at
		}
	}
	if do := form.Get("do"); form.Get("from") == "rows" || do != "" {
		b.Plain, b.Built = true, readBuilt(form).after(do)
		tree, left := b.Built.Tree()
		b.Text, b.Left = tree.String(), left
	}
	return b, nil
}

func (a *Area) show(w http.ResponseWriter, r *http.Request, status int, b *builder) error {
	if err := a.write(r, b); err != nil {
		return err
	}
	if err := a.offers(r, b); err != nil {
		return err
	}
	return a.Pages.ShowStatus(w, r, status, "segments/build", b)
}

// Build answers with the builder after a change: all of it when conditions changed, what follows from the text when that did.
func (a *Area) Build(w http.ResponseWriter, r *http.Request) error {
	form := r.URL.Query()
	b, err := a.read(r, form)
	if err != nil {
		return err
	}
	if err := a.write(r, b); err != nil {
		return err
	}
	if err := a.offers(r, b); err != nil {
		return err
	}
	block := "built"
	if form.Get("from") == "rows" || form.Get("do") != "" {
		block = "writing"
	}
	return a.Pages.Part(w, r, "segments/build", block, b)
}

// Save keeps a new segment, or the next version of one.
func (a *Area) Save(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "the form can't be read")
	}
	form := r.PostForm
	if id := r.PathValue("id"); id != "" {
		form.Set("id", id)
	}
	form.Del("do")
	form.Del("from") // the text is what is saved
	b, err := a.read(r, form)
	if err != nil {
		return err
	}
	s, err := a.save(r.Context(), r, b)
	if err != nil {
		switch fault.KindOf(err) {
		case fault.Invalid, fault.Conflict:
			if b.Wrong = wrongIn(ui.Lang(r), b.Text, err); b.Wrong == nil || b.Wrong.At == 0 {
				b.Refused = reason(ui.Said(ui.Lang(r), err))
			}
			return a.show(w, r, http.StatusUnprocessableEntity, b)
		}
		return err
	}
	ui.Tell(w, r, path(s.ID), "segment_saved", 1, "")
	return nil
}

func reason(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return f.Fields[0].Name + ": " + f.Fields[0].Reason
	}
	return err.Error()
}

func (a *Area) save(ctx context.Context, r *http.Request, b *builder) (account.SavedSegment, error) {
	tree, err := a.Segments.CheckSegment(ctx, b.Text, nil)
	if err != nil {
		return account.SavedSegment{}, err
	}
	if b.Saved.ID == "" {
		return a.Segments.SegmentAdd(ctx, a.written(r, account.SavedSegment{Name: strings.TrimSpace(b.Name), Segment: tree}, b.Why))
	}
	seen := b.Saved.Version
	return a.Segments.SegmentChange(ctx, b.Saved.ID, func(s *account.SavedSegment) error {
		if s.Version != seen {
			return fault.New(fault.Conflict, "%s has changed it since you opened it: it is of version %d by now", cmp.Or(s.By, "somebody"), s.Version).Mend("look at that version, then change it")
		}
		s.Segment, s.Name = tree, cmp.Or(strings.TrimSpace(b.Name), s.Name)
		*s = a.written(r, *s, b.Why)
		return nil
	})
}
