package signin

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/team"
)

// How fast it may be tried: to sign in from one address, to sign in to one account from one address, and from all together
// (a stranger can't lock somebody out for longer than that), with codes of an authenticator app, and to have mails sent.
var (
	byAddress = team.Pace{Free: 10, Longest: 15 * time.Minute}
	byPair    = team.Pace{Free: 5, Longest: 15 * time.Minute}
	byAccount = team.Pace{Free: 20, Longest: time.Minute}
	bySecond  = team.Pace{Free: 5, Longest: 15 * time.Minute}
	byMail    = team.Pace{Free: 3, Longest: time.Hour}
	bySteps   = team.Pace{Free: 60, Longest: 5 * time.Minute}
)

// oneCustomer is the bits of an IPv6 address that one customer is given.
const oneCustomer = 64

// From is the network address a request comes from.
func From(r *http.Request) string {
	if from := team.AddressOf(r.Context()); from != "" {
		return from
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// neighbours is whom failures from an address count against.
func neighbours(r *http.Request) string {
	ip, err := netip.ParseAddr(From(r))
	if err != nil {
		return "address"
	}
	bits := 32
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		bits = oneCustomer
	}
	p, _ := ip.Prefix(bits) // the bits fit
	return "address " + p.String()
}

// hashing lets only as many passwords be hashed at once as there are processors: each takes 19 MiB.
type hashing struct {
	once  sync.Once
	slots chan struct{}
}

func (h *hashing) do(ctx context.Context, fn func()) error {
	h.once.Do(func() { h.slots = make(chan struct{}, runtime.NumCPU()) })
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		fn()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// device names a browser and its system by what it says of itself: "Firefox · Linux".
func device(agent string) string {
	find := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := find("Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "FxiOS", "Firefox", "CriOS", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := find("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(browser+" · "+system, " ·")
}
