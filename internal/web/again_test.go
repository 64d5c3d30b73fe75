package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/keepwell/keepwell/internal/team"
)

func TestAPartThatCanNotBeHadIsAskedForAgain(t *testing.T) {
	c := grown(4000, 1, asIs)
	c.now = time.Now()
	site, token := c.site(t).handler(), c.visit(t).as(c, team.Read).cookies["keepwell_session"]
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics/nps" && r.Header.Get("HX-Request") != "" && asked.Add(1) < 3 {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		site.ServeHTTP(w, r)
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(open(t), time.Minute)
	defer cancel()
	must(t)(chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "keepwell_session", Value: token, URL: server.URL}))
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/metrics/nps"), chromedp.WaitVisible(chromedp.CSS("#answer"))); err != nil || asked.Load() != 3 {
		t.Errorf("after %d questions: %v", asked.Load(), err)
	}
}
