package account

import (
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

func TestOnlyFilesThatRunNowhereAreKept(t *testing.T) {
	for name, want := range map[string]string{"Offer.PDF": "Offer.PDF", `C:\docs\plan.xlsx`: "plan.xlsx", "../../etc/notes.txt": "notes.txt", "договор.docx": "договор.docx"} {
		if f, err := NewFile("acme", name, 5, "ana", time.Now()); err != nil || f.Name != want || f.Kind == "" {
			t.Errorf("%s: %+v %v", name, f, err)
		}
	}
	for _, name := range []string{"page.html", "page.svg", "run.exe", "run.js", "pdf", "", ".pdf.html", "a\nb.pdf", "fdp\u202e.pdf", "a\xff.pdf", strings.Repeat("a", 300) + ".pdf"} {
		if _, err := NewFile("acme", name, 5, "ana", time.Now()); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := NewFile("acme", "a.pdf", MaxFile+1, "ana", time.Now()); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a large one: %v", err)
	}
	for _, ending := range strings.Split(FileEndings, ",") {
		if fileKinds[ending] == "" {
			t.Errorf("%s is offered and not kept", ending)
		}
	}
}
