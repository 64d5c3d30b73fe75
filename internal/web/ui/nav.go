package ui

import (
	"net/url"
	"strings"
)

// NavItem is a place that the navigation and the command palette lead to. Key is pressed after g.
type NavItem struct {
	Href, Icon, Label, Key string
	Current                bool
}

// NavGroup is a part of the navigation. Those of the main group, which has no label, stand at the bottom of a phone.
type NavGroup struct {
	Label string
	Items []NavItem
}

var navigation = []NavGroup{
	{Items: []NavItem{
		{Href: "/", Icon: "home", Label: "nav.home", Key: "h"},
		{Href: "/accounts", Icon: "accounts", Label: "nav.accounts", Key: "a"},
		{Href: "/contacts", Icon: "contacts", Label: "nav.contacts", Key: "c"},
		{Href: "/metrics", Icon: "metrics", Label: "nav.metrics", Key: "m"},
	}},
	{Label: "nav.workspace", Items: []NavItem{
		{Href: "/feeds", Icon: "feeds", Label: "nav.feeds", Key: "f"},
		{Href: "/quarantine", Icon: "quarantine", Label: "nav.quarantine", Key: "q"},
		{Href: "/start", Icon: "send", Label: "nav.start", Key: "s"},
	}},
}

// Navigation is the navigation as seen from a path.
func Navigation(path string) []NavGroup {
	path, _, _ = strings.Cut(path, "?")
	groups := make([]NavGroup, len(navigation))
	for i, g := range navigation {
		groups[i] = NavGroup{Label: g.Label, Items: append([]NavItem(nil), g.Items...)}
		for j, item := range g.Items {
			groups[i].Items[j].Current = path == item.Href || item.Href != "/" && strings.HasPrefix(path, item.Href+"/")
		}
	}
	return groups
}

// AccountPath and ContactPath are the addresses of pages about an account and about a person.
func AccountPath(id string) string   { return "/accounts/" + url.PathEscape(id) }
func ContactPath(user string) string { return "/contacts/" + url.PathEscape(user) }
