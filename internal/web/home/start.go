package home

import (
	"net/http"
	"net/url"
)

// guide is what the lines to copy are written with.
type guide struct {
	Address, Scheme, Host string
}

func (a *Area) guide(r *http.Request) guide {
	address := a.Address
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return guide{Address: address, Scheme: u.Scheme, Host: u.Host + u.Path}
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return guide{Address: scheme + "://" + r.Host, Scheme: scheme, Host: r.Host}
}

// Start shows how to send facts.
func (a *Area) Start(w http.ResponseWriter, r *http.Request) error {
	return a.Pages.Show(w, r, "home/start", a.guide(r))
}
