package e2e

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// sheet finds the pages of a PDF.
var sheet = regexp.MustCompile(`/Type\s*/Page\b`)

func TestPagesAreSharedAsPicturesAndOnPaper(t *testing.T) {
	s := madeUp(t)
	for _, c := range []struct {
		path, what string
		picture    bool
		sheets     int
	}{
		{dashboardOf(t, s), "dashboard", true, 1}, {"/metrics/nps?by=plan&period=90d", "metric", true, 3}, {"/accounts/acc-0066", "account", false, 6},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := newPerson(t, s, "en", wide, dressed("light"))
			p.s.enter(t, p.page, "en")
			p.goes(c.path)
			if c.picture {
				// The picture holds the accent colour of the line, and as much as the page is wide.
				picture := evaluate[struct {
					Width  int    `json:"width"`
					Accent int    `json:"accent"`
					Name   string `json:"name"`
					PNG    string `json:"png"`
				}](t, p.page, `new Promise((done, failed) => {
					let made;
					URL.createObjectURL = blob => { made = blob; return "#"; };
					HTMLAnchorElement.prototype.click = async function() {
						try {
							const image = await createImageBitmap(made), c = document.createElement("canvas");
							c.width = image.width; c.height = image.height;
							c.getContext("2d").drawImage(image, 0, 0);
							const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
							let accent = 0;
							for (let i = 0; i < d.length; i += 4) if (d[i] === 15 && d[i+1] === 118 && d[i+2] === 110) accent++;
							const bytes = new Uint8Array(await made.arrayBuffer());
							let text = "";
							for (const b of bytes) text += String.fromCharCode(b);
							done({width: image.width, accent, name: this.download, png: btoa(text)});
						} catch (e) { failed(e); }
					};
					document.querySelector("[data-picture]").dispatchEvent(new MouseEvent("click", {bubbles: true}));
				})`)
				if picture.Width < 2000 || picture.Accent < 500 || picture.Name == ".png" {
					t.Errorf("the picture %q is %d pixels wide and has %d pixels of the chart's colour", picture.Name, picture.Width, picture.Accent)
				}
				png, err := base64.StdEncoding.DecodeString(picture.PNG)
				if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
					t.Errorf("it is no PNG: %v", err)
				}
				if pictures != "" {
					keepPicture(t, "shared-"+c.what, png)
				}
			}
			paper, err := chromedp.Run(p.page, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(sheet.FindAll(paper, -1)); n < 1 || n > c.sheets {
				t.Errorf("printed it takes %d sheets of A4, at most %d are expected", n, c.sheets)
			}
			// As it is on paper, nothing sticks out and no button is there.
			do(t, p.page, chromedp.EmulateViewport(690, 1000), command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
			p.content()
			if n := evaluate[int](t, p.page, `[...document.querySelectorAll("button, nav, input")].filter(e => e.checkVisibility() && !e.closest(".visually-hidden")).length`); n > 0 {
				t.Errorf("%d buttons and fields are printed", n)
			}
			if pictures != "" {
				shot, err := chromedp.Run(p.page, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				keepPicture(t, "paper-"+c.what, shot)
			}
		})
	}
}

// dashboardOf is the address of the dashboard that stands in the made-up company.
func dashboardOf(t *testing.T, s *server) string {
	t.Helper()
	found := regexp.MustCompile(`href="(/dashboards/[0-9a-f]+)"`).FindStringSubmatch(s.read(t, "/dashboards"))
	if found == nil {
		t.Fatal("there is no dashboard")
	}
	return found[1]
}
