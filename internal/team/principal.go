package team

import (
	"context"
	"slices"
	"strings"
)

// Kind is what kind of proof somebody came with.
type Kind string

const (
	ByUser  Kind = "user"  // signed in as a user
	ByKey   Kind = "key"   // an API key, sent or typed in
	BySetup Kind = "setup" // a set-up link, before there are users
	ByLocal Kind = "local" // the command line on the server's own machine
)

// Principal is whoever a request comes from. The zero Principal is nobody and may do nothing.
type Principal struct {
	Kind  Kind
	ID    string // of the user or key
	Name  string
	Role  Role  // users
	Scope Scope // all others
	// Book holds a user to own accounts: those whose trait csm is one of these names. Nil means all accounts.
	Book []string
}

// May is the one place that decides whether somebody may do something; every door asks it.
func (p Principal) May(a Action) bool {
	if !slices.Contains(Actions, a) {
		return false
	}
	switch p.Kind {
	case ByUser:
		return p.Role.Allows(a) && !(p.Book != nil && slices.Contains(everybodys, a))
	case ByKey, BySetup, ByLocal:
		return p.Scope.Allows(a)
	}
	return false
}

// Segment is the accounts that somebody may see, as the text of a segment; "" for all of them. Whatever shows numbers,
// accounts or people must hold its questions to it: see Within.
func (p Principal) Segment() string {
	if p.Book == nil {
		return ""
	}
	quoted := make([]string, len(p.Book))
	for i, name := range p.Book {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return "csm in (" + strings.Join(quoted, ", ") + ")"
}

// Within holds a segment that somebody asked for to the accounts they may see.
func (p Principal) Within(segment string) string {
	own := p.Segment()
	switch {
	case own == "":
		return segment
	case strings.TrimSpace(segment) == "":
		return own
	}
	return own + " and (" + segment + ")"
}

// Mine tells whether an account with this csm is among those somebody may see.
func (p Principal) Mine(csm string) bool { return p.Book == nil || slices.Contains(p.Book, csm) }

type principalKey struct{}

// WithPrincipal notes whom a request comes from.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalOf is whom a request comes from.
func PrincipalOf(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

type addressKey struct{}

// WithAddress notes the network address a request comes from, as far as it can be trusted.
func WithAddress(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// AddressOf is the network address a request comes from; "" when it is unknown.
func AddressOf(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}
