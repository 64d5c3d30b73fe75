package signin

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// So many attempts to sign in are let through in a window, from one address and from all together.
const (
	window   = time.Minute
	fromOne  = 10
	fromAll  = 300
	oneLimit = 64 // bits of an IPv6 address that one customer is given
)

// attempts counts attempts to sign in. Keys can't be guessed; this keeps those who try from keeping the store busy.
type attempts struct {
	mu    sync.Mutex
	since time.Time
	all   int
	from  map[netip.Prefix]int
}

// take counts one more attempt; fault.TooMany when there were too many.
func (a *attempts) take(r *http.Request, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Sub(a.since) >= window || a.from == nil {
		a.since, a.all, a.from = now, 0, map[netip.Prefix]int{}
	}
	who := address(r)
	if a.all >= fromAll || a.from[who] >= fromOne {
		return fault.New(fault.TooMany, "there were too many attempts to sign in").After(window - now.Sub(a.since))
	}
	a.all++
	a.from[who]++
	return nil
}

func address(r *http.Request) netip.Prefix {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	ip, bits := at.Addr().Unmap(), 32
	if ip.Is6() {
		bits = oneLimit
	}
	p, _ := ip.WithZone("").Prefix(bits) // the bits fit
	return p
}
