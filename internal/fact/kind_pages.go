package fact

import (
	"net/url"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Pages are views of web pages.
var Pages = register(Kind{
	Name: "pages", Tag: 6,
	Label: i18n.Text{EN: "Page views", ES: "Vistas de página", RO: "Vizualizări de pagină", RU: "Просмотры страниц"},
	Columns: []Column{
		{Name: "url", Tag: 1, MaxBytes: 4096},
		{Name: "path", Tag: 2, MaxBytes: 4096},
		{Name: "title", Tag: 3},
		{Name: "referrer", Tag: 4, MaxBytes: 4096},
		{Name: "anonymous_id", Tag: 5, Type: Key},
		{Name: "session_id", Tag: 6, Type: Key},
		{Name: "utm_source", Tag: 7},
		{Name: "utm_medium", Tag: 8},
		{Name: "utm_campaign", Tag: 9},
		{Name: "scroll_depth", Tag: 10, Type: Number, Min: 0, Max: 100},
		{Name: "engaged_seconds", Tag: 11, Type: Number, Min: 0, Max: 1e8},
	},
	Check: checkPage,
})

// checkPage fills the path from the address when only that was given.
func checkPage(f *Fact, _ *time.Location) *Refusal {
	if f.Text("path") == "" && f.Text("url") != "" {
		u, err := url.Parse(f.Text("url"))
		if err != nil {
			return refuse("url", "%q is not an address", clip(f.Text("url")))
		}
		if u.Path == "" {
			u.Path = "/"
		}
		f.Set("path", TextValue(u.Path))
	}
	return nil
}
