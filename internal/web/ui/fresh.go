package ui

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
)

// Fresh is what a list asks when facts have come: whether it would look otherwise by now.
type Fresh struct {
	// Here is the list's address, Poll the one that is asked, which names what the reader has.
	Here, Poll string
	// On is what the list is made of, as package live names it.
	On string
	// New says that there is something that the reader has not.
	New bool
}

// NewFresh is Fresh for a list at an address that shows some things; their text tells whether they are others.
func NewFresh(here, on string, shown ...any) Fresh {
	return Fresh{Here: here, Poll: seenAt(here, MarkOf(shown...)), On: on}
}

// MarkOf is short for what is shown: another mark, something else.
func MarkOf(shown ...any) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%+v", shown)
	return fmt.Sprintf("%x", h.Sum64())
}

// seenAt is an address that says what of it the reader has.
func seenAt(here, mark string) string {
	u, err := url.Parse(here)
	if err != nil {
		return here
	}
	q := u.Query()
	q.Set("seen", mark)
	u.RawQuery = q.Encode()
	return u.String()
}

// ShowFresh answers who asks: with nothing while they have all, else with a line that leads to the list. It tells whether
// it answered; whoever comes for the whole page is left to others.
func (p *Pages) ShowFresh(w http.ResponseWriter, r *http.Request, page string, now Fresh) (bool, error) {
	seen := r.FormValue("seen")
	if !IsPart(r) || seen == "" {
		return false, nil
	}
	if seenAt(now.Here, seen) == now.Poll {
		w.WriteHeader(http.StatusNoContent)
		return true, nil
	}
	now.New = true
	return true, p.Part(w, r, page, "fresh", map[string]any{"Fresh": now})
}
