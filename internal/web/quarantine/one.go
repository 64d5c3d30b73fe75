package quarantine

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
)

// maxMended is the largest body that may be sent back: what a browser sends for a call of 32 KB, escaped.
const maxMended = 256 << 10

type one struct {
	Call feed.Quarantined
	// Raw and Mended are the bodies as text; Binary says that the raw one is none.
	Raw, Mended string
	Binary      bool
	// Problem is the key of a text, Detail adds where (English).
	Problem, Detail string
}

// One shows a call.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	call, err := a.Calls.QuarantineGet(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "quarantine/one", shown(call))
}

func shown(call feed.Quarantined) one {
	body := call.Body
	if call.Edited != nil {
		body = call.Edited
	}
	return one{Call: call, Raw: text(call.Body), Mended: text(body), Binary: !utf8.Valid(call.Body)}
}

// text is a body for people: JSON indented, with every digit as it came.
func text(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(body), "", "  ") == nil {
		return b.String()
	}
	return string(bytes.ToValidUTF8(body, []byte("\uFFFD")))
}

// Mend keeps what was changed and sends the call through its door again.
func (a *Area) Mend(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxMended)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.TooLarge, err, "the mended call is too large or can't be read")
	}
	ctx, id := r.Context(), r.PathValue("id")
	call, err := a.Calls.QuarantineGet(ctx, id)
	if err != nil {
		return err
	}
	page := shown(call)
	// Browsers send lines of a text with CR LF.
	mended := strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n")
	if r.PostForm.Has("body") && mended != page.Mended {
		page.Mended = mended
		if !json.Valid([]byte(mended)) {
			page.Problem, page.Detail = "quarantine.not_json", position(mended)
			return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "quarantine/one", page)
		}
		if err := a.Calls.QuarantineEdit(ctx, id, []byte(mended)); err != nil {
			return err
		}
	}
	err = a.Calls.Replay(ctx, id)
	if fault.KindOf(err) == fault.Invalid {
		page.Problem, page.Detail = "quarantine.refused_again", fault.Problem(err).Detail
		return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "quarantine/one", page)
	}
	if err != nil {
		return err
	}
	back(w, r, "replayed", id)
	return nil
}

// position says where JSON breaks.
func position(text string) string {
	reader := fact.NewJSONReader([]byte(text))
	reader.Skip()
	if err := reader.End(); err != nil {
		return err.Error()
	}
	return ""
}

// Discard gives a call up; Reopen takes that back.
func (a *Area) Discard(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := a.Calls.QuarantineDecide(r.Context(), id, feed.Discarded, a.Pages.Now()); err != nil {
		return err
	}
	back(w, r, "discarded", id)
	return nil
}

// Reopen opens a discarded call again.
func (a *Area) Reopen(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := a.Calls.QuarantineReopen(r.Context(), id); err != nil {
		return err
	}
	back(w, r, "reopened", id)
	return nil
}

func back(w http.ResponseWriter, r *http.Request, done, id string) {
	http.Redirect(w, r, "/quarantine?"+url.Values{"done": {done}, "id": {id}}.Encode(), http.StatusSeeOther)
}
