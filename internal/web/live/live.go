package live

import (
	"fmt"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// What is told last is told again every beat, so that both sides notice when the other is gone, and proxies don't take the
// stream for a dead one. Whether the reader is still signed in is asked every checkEvery; a piece that a reader does not
// take within takeTime ends the stream.
const (
	beat       = 15 * time.Second
	checkEvery = 5 * time.Second
	takeTime   = 10 * time.Second
)

// Area answers for the stream.
type Area struct {
	Pages *ui.Pages
	News  *News
	// Still is nil while the session that a request came with lasts.
	Still func(r *http.Request) error
}

// Stream tells what is new until the session ends, the reader goes, or the server stops. A message is the version of every
// thing, so nothing is lost on somebody who takes them slowly or comes back: only the latest is ever sent.
func (a *Area) Stream(w http.ResponseWriter, r *http.Request) error {
	who := team.PrincipalOf(r.Context())
	reader := fmt.Sprint(who.Kind, " ", who.ID)
	if !a.News.join(reader) {
		return fault.New(fault.TooMany, "too many pages listen for what is new").After(time.Minute)
	}
	defer a.News.leave(reader)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx and others would hold messages back
	control := http.NewResponseController(w)
	tell := func(text string) bool {
		control.SetWriteDeadline(time.Now().Add(takeTime)) // writers without deadlines are those of tests
		_, err := fmt.Fprintf(w, "retry: 2000\ndata: %s\n\n", text)
		return err == nil && control.Flush() == nil
	}
	a.News.look()
	still, again := time.NewTicker(checkEvery), time.NewTicker(beat)
	defer still.Stop()
	defer again.Stop()
	for {
		text, moved := a.News.latest()
		if !tell(text) {
			return nil
		}
		again.Reset(beat)
	quiet:
		for {
			select {
			case <-moved:
				break quiet
			case <-again.C:
				break quiet
			case <-still.C:
				if a.Still(r) != nil { // it may be that this can't be told now: whoever is let in comes again
					return nil
				}
			case <-a.News.over:
				return nil
			case <-r.Context().Done():
				return nil
			}
		}
	}
}
