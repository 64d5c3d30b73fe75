package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar shows how far something is: drawn on a terminal, a line now and then elsewhere.
type bar struct {
	drawn *progressbar.ProgressBar
	out   io.Writer
	title string
	total int64
	said  time.Time
	every time.Duration
}

// progress begins a bar; total is -1 when it is not known.
func (sh *shell) progress(title string, total int64) *bar {
	b := &bar{out: sh.err, title: title, total: total, said: time.Now(), every: 5 * time.Second}
	if f, ok := sh.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.drawn = progressbar.NewOptions64(total, progressbar.OptionSetDescription(title), progressbar.OptionSetWriter(sh.err),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	return b
}

// at says how far it is; note may say more.
func (b *bar) at(n int64, note ...string) {
	text := b.title
	for _, more := range note {
		text += ", " + more
	}
	if b.drawn != nil {
		b.drawn.Describe(text)
		b.drawn.Set64(n) // an error is one of the terminal's
		return
	}
	if time.Since(b.said) < b.every {
		return
	}
	b.said = time.Now()
	if b.total > 0 {
		text += fmt.Sprintf(": %d %%", 100*n/b.total)
	}
	fmt.Fprintln(b.out, text)
}

// end takes the bar away.
func (b *bar) end() {
	if b.drawn != nil {
		b.drawn.Finish()
	}
}

// columns writes aligned columns; rows are tab-separated.
func columns(out io.Writer, rows func(line func(format string, args ...any))) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	rows(func(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) })
	return t.Flush()
}

func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// oneOf refuses a choice that is none of those allowed.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return &misused{fmt.Errorf("--%s %q is none of %v", flag, value, allowed)}
}
