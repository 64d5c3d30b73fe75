// Package outbound makes the HTTP clients for everything this server asks of others. An address that somebody wrote into
// a setting, or that another server named, must not reach into the network the server stands in.
//
// Which host is asked, and what the answer means, is left to callers.
package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrInside is the cause when an address is not a public one.
var ErrInside = errors.New("the address is not a public one")

// Options say what a client may do beyond the rule.
type Options struct {
	// Inside are host:port pairs that may have private and loopback addresses, because whoever runs the server named them in
	// its own settings. Link-local addresses, where clouds keep their secrets, stay refused. Nothing that is typed into a page
	// or comes in an answer belongs here.
	Inside []string
	// Timeout is for a whole request, 0 means 10 s; Largest is how much of an answer is read, 0 means 1 MiB.
	Timeout time.Duration
	Largest int64
}

// New is a client that asks public addresses only, follows no redirects, uses no proxy of the environment and reads only
// so much of an answer. The address is checked when it is dialled, after names were resolved, every time.
func New(o Options) *http.Client {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Largest == 0 {
		o.Largest = 1 << 20
	}
	inside := map[string]bool{}
	for _, host := range o.Inside {
		inside[host] = true
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			named := inside[address]
			d := net.Dialer{Timeout: o.Timeout, Control: func(_, resolved string, _ syscall.RawConn) error { return check(resolved, named) }}
			return d.DialContext(ctx, network, address)
		},
		TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout, MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns: 10, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
	}
	return &http.Client{Timeout: o.Timeout, Transport: capped{transport, o.Largest},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// check refuses an address that was resolved, unless it may be called.
func check(resolved string, named bool) error {
	at, err := netip.ParseAddrPort(resolved)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrInside, resolved)
	}
	ip := at.Addr().Unmap().WithZone("")
	if public(ip) || named && (ip.IsPrivate() || ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrInside, ip)
}

// reserved are networks that no public server has, beside those that netip tells.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("2001:db8::/32"),
	// Addresses of IPv4 within those of IPv6: what they lead to is decided elsewhere.
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, net := range reserved {
		if net.Contains(ip) {
			return false
		}
	}
	return true
}

// capped reads only so much of each answer.
type capped struct {
	next    http.RoundTripper
	largest int64
}

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	if err == nil {
		answer.Body = &body{answer.Body, c.largest}
	}
	return answer, err
}

type body struct {
	io.ReadCloser
	left int64
}

func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the answer is larger than what is read of one")
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
