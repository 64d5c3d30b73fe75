package ui

import (
	"net/url"
	"strings"

	"github.com/keepwell/keepwell/internal/team"
)

// NavItem is a place that the navigation and the command palette lead to. Key is pressed after g.
type NavItem struct {
	Href, Icon, Label, Key string
	Need                   team.Action // the right without which it is not shown
	Current                bool
	// Also are further places that belong to it.
	Also []string
}

// NavGroup is a part of the navigation. Those of the main group, which has no label, stand at the bottom of a phone.
type NavGroup struct {
	Label string
	Items []NavItem
}

var navigation = []NavGroup{
	{Items: []NavItem{
		{Href: "/", Icon: "home", Label: "nav.home", Key: "h", Need: team.Read},
		{Href: "/accounts", Icon: "accounts", Label: "nav.accounts", Key: "a", Need: team.Read},
		{Href: "/contacts", Icon: "contacts", Label: "nav.contacts", Key: "c", Need: team.Read},
		{Href: "/metrics", Icon: "metrics", Label: "nav.metrics", Key: "m", Need: team.Read, Also: []string{"/dashboards", "/guide", "/targets"}},
	}},
	{Label: "nav.understand", Items: []NavItem{
		{Href: "/segments", Icon: "segments", Label: "nav.segments", Key: "e", Need: team.Read},
		{Href: "/health", Icon: "health", Label: "health.title", Key: "k", Need: team.Read},
		{Href: "/journeys", Icon: "journey", Label: "journey.title", Key: "j", Need: team.Read},
		{Href: "/feedback", Icon: "talk", Label: "nav.feedback", Key: "b", Need: team.Read},
		{Href: "/forecasts", Icon: "clock", Label: "nav.forecasts", Key: "p", Need: team.Read},
		{Href: "/explore", Icon: "explore", Label: "nav.explore", Key: "x", Need: team.Read},
	}},
	{Label: "nav.workspace", Items: []NavItem{
		{Href: "/feeds", Icon: "feeds", Label: "nav.feeds", Key: "f", Need: team.Watch},
		{Href: "/quarantine", Icon: "quarantine", Label: "nav.quarantine", Key: "q", Need: team.Watch},
		{Href: "/start", Icon: "send", Label: "nav.start", Key: "s", Need: team.Read},
		{Href: "/settings", Icon: "settings", Label: "settings.title", Key: "o", Need: team.Read},
	}},
}

// Navigation is the navigation of somebody, as seen from a path.
func Navigation(path string, who *team.Session) []NavGroup {
	path, _, _ = strings.Cut(path, "?")
	var groups []NavGroup
	for _, g := range navigation {
		own := NavGroup{Label: g.Label}
		for _, item := range g.Items {
			if who == nil || !who.Principal().May(item.Need) {
				continue
			}
			for _, place := range append([]string{item.Href}, item.Also...) {
				item.Current = item.Current || path == place || place != "/" && strings.HasPrefix(path, place+"/")
			}
			own.Items = append(own.Items, item)
		}
		if len(own.Items) > 0 {
			groups = append(groups, own)
		}
	}
	return groups
}

// AccountPath and ContactPath are the addresses of pages about an account and about a person.
func AccountPath(id string) string   { return "/accounts/" + url.PathEscape(id) }
func ContactPath(user string) string { return "/contacts/" + url.PathEscape(user) }
