package ui

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

const (
	langCookie  = "keepwell_lang"
	themeCookie = "keepwell_theme"
)

// Themes are the ways to colour pages; the first follows the system.
var Themes = []string{"auto", "light", "dark"}

// Lang is the language of the reader: the one chosen, else the one the browser asks for.
func Lang(r *http.Request) i18n.Lang {
	if c, err := r.Cookie(langCookie); err == nil && slices.Contains(i18n.Langs, i18n.Lang(c.Value)) {
		return i18n.Lang(c.Value)
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

func theme(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && slices.Contains(Themes, c.Value) {
		return c.Value
	}
	return Themes[0]
}

// Prefer keeps the language or the theme a reader chose and goes back to where they were.
func (p *Pages) Prefer(w http.ResponseWriter, r *http.Request) error {
	keep := func(name, value string) {
		http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", Expires: p.Now().Add(365 * 24 * time.Hour),
			HttpOnly: true, Secure: p.Secure, SameSite: http.SameSiteLaxMode})
	}
	if lang := r.PostFormValue("lang"); slices.Contains(i18n.Langs, i18n.Lang(lang)) {
		keep(langCookie, lang)
	}
	if theme := r.PostFormValue("theme"); slices.Contains(Themes, theme) {
		keep(themeCookie, theme)
	}
	http.Redirect(w, r, Local(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// Local is a path on this server that may be gone to, "/" for anything else: addresses of other servers, and those
// that browsers read as such (//host, /\host).
func Local(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(target, "/") ||
		strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n\t") {
		return "/"
	}
	return target
}

type newsKey struct{}

// WithNews notes the versions of all that pages wait for, as JSON, before anything is asked for a page.
func WithNews(ctx context.Context, versions string) context.Context {
	return context.WithValue(ctx, newsKey{}, versions)
}

func newsOf(ctx context.Context) string {
	versions, _ := ctx.Value(newsKey{}).(string)
	return versions
}

type whoKey struct{}

// WithWho notes who is signed in.
func WithWho(ctx context.Context, s team.Session) context.Context {
	return context.WithValue(ctx, whoKey{}, &s)
}

// Who is who is signed in; nil when nobody is.
func Who(ctx context.Context) *team.Session {
	s, _ := ctx.Value(whoKey{}).(*team.Session)
	return s
}
