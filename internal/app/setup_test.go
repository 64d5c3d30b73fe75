package app

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/api"
)

func TestSetUpTakesEffectWhileTheServerRuns(t *testing.T) {
	data := t.TempDir()
	s := settings(t, data)
	ctx, stop := context.WithCancel(t.Context())
	ended, ready := make(chan error, 1), make(chan [2]string, 1)
	go func() {
		ended <- Serve(ctx, s, Options{Version: "test", Logger: slog.New(slog.DiscardHandler)}, nil, func(a *App, at string) {
			link, err := a.SetupLink(ctx)
			if err != nil {
				t.Error(err)
			}
			ready <- [2]string{at, link}
		})
	}()
	end := sync.OnceFunc(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	defer end()
	var at [2]string
	select {
	case at = <-ready:
	case <-time.After(time.Minute):
		t.Fatal("not ready after a minute")
	}
	_, token, _ := strings.Cut(at[1], "token=")
	if token == "" {
		t.Fatalf("no set-up link: %q", at[1])
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: time.Minute}
	answer, err := browser.PostForm(at[0]+"/setup/admin", url.Values{"token": {token}, "name": {"Ana"}, "email": {"ana@example.com"}, "password": {"blue tractor lamp"},
		"workspace": {"Acme"}, "zone": {"Europe/Chisinau"}, "currency": {"MDL"}, "language": {"ro"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 || answer.Request.URL.Path != "/start" {
		t.Fatalf("%s at %s", answer.Status, answer.Request.URL)
	}
	status := func() (now api.Status) {
		t.Helper()
		running, ok := Running(ctx, data)
		if !ok {
			return now
		}
		r, err := http.NewRequest("GET", at[0]+"/api/v1/status", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+running.Token)
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Body.Close()
		if err := json.NewDecoder(w.Body).Decode(&now); err != nil && w.StatusCode == 200 {
			t.Fatal(err)
		}
		return now
	}
	for late := time.Now().Add(time.Minute); status().Zone != "Europe/Chisinau"; {
		if time.Now().After(late) {
			t.Fatalf("the zone is %q", status().Zone)
		}
		time.Sleep(20 * time.Millisecond)
	}
	answer, err = browser.Get(at[0] + "/settings/users")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != 200 || !strings.Contains(string(text), "ana@example.com") {
		t.Errorf("the session did not outlive it: %s %v", answer.Status, err)
	}
	end()
	a := open(t, data)
	defer shut(t, a)
	if link, err := a.SetupLink(t.Context()); err != nil || link != "" {
		t.Errorf("a set-up link although there is an admin: %q %v", link, err)
	}
	if a.settings.Currency != "MDL" || a.settings.Language != "ro" {
		t.Errorf("%+v", a.settings)
	}
}
