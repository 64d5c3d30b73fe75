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

// InnerPlace is a page within a place of the navigation, found by the command palette.
type InnerPlace struct {
	Href, Icon, Label, Within string
	need                      team.Action
}

var innerPlaces = []InnerPlace{
	{"/targets", "metrics", "targets.title", "nav.metrics", team.Read},
	{"/dashboards", "metrics", "dashboards.title", "nav.metrics", team.Read},
	{"/guide", "metrics", "goals.title", "nav.metrics", team.Read},
	{"/segments/compare", "segments", "segments.compare", "nav.segments", team.Read},
	{"/health/movements", "health", "health.movements", "health.title", team.Read},
	{"/health/cases", "health", "health.cases", "health.title", team.Read},
	{"/health/judge", "health", "health.judging", "health.title", team.Read},
	{"/health/scorecards", "health", "health.scorecards", "health.title", team.Read},
	{"/forecasts", "clock", "forecast.tab.risk", "nav.forecasts", team.Read},
	{"/forecasts/lifetime", "clock", "forecast.tab.lifetime", "nav.forecasts", team.Read},
	{"/forecasts/relevance", "clock", "forecast.tab.relevance", "nav.forecasts", team.Read},
	{"/forecasts/model", "clock", "forecast.tab.model", "nav.forecasts", team.Read},
	{"/explore/funnel", "explore", "explore.funnel.title", "nav.explore", team.Read},
	{"/explore/retention", "explore", "explore.retention.title", "nav.explore", team.Read},
	{"/explore/revenue", "explore", "explore.revenue.title", "nav.explore", team.Read},
	{"/explore/survival", "explore", "explore.survival.title", "nav.explore", team.Read},
	{"/explore/features", "explore", "explore.features.title", "nav.explore", team.Read},
	{"/explore/paths", "explore", "explore.paths.title", "nav.explore", team.Read},
	{"/explore/pages", "explore", "explore.pages.title", "nav.explore", team.Read},
	{"/facts", "feeds", "facts.title", "nav.feeds", team.Watch},
	{"/settings/policies", "settings", "policies.title", "settings.title", team.Read},
	{"/settings/me", "settings", "settings.me", "settings.title", team.Own},
	{"/settings/users", "settings", "settings.users", "settings.title", team.People},
	{"/settings/keys", "settings", "settings.keys", "settings.title", team.Keyring},
	{"/settings/workspace", "settings", "settings.workspace", "settings.title", team.Admin},
	{"/settings/audit", "settings", "settings.audit", "settings.title", team.Trail},
}

// InnerPlaces are those that somebody may open.
func InnerPlaces(who *team.Session) (all []InnerPlace) {
	for _, p := range innerPlaces {
		if who != nil && who.Principal().May(p.need) {
			all = append(all, p)
		}
	}
	return all
}
