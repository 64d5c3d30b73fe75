package web

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/team"
)

// secretPassword is everybody's password here; its hash is made once, as it takes long.
const secretPassword = "blue tractor lamp"

var secretHash = func() string {
	h, err := team.HashPassword(secretPassword, rand.Reader)
	if err != nil {
		panic(err)
	}
	return h
}()

// hire adds a user with a password.
func (c *company) hire(t *testing.T, name string, role team.Role, alter ...func(*team.User)) team.User {
	t.Helper()
	c.open(t)
	u, err := team.NewUser(name+"@example.com", name, role, rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	u.Password = secretHash
	for _, do := range alter {
		do(&u)
	}
	if err := c.people.UserAdd(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u
}

func ownBook(u *team.User) { u.OwnBook, u.CSMNames = true, []string{`Ana "A" P`} }

// user signs in as a user without going through the door.
func (b *browser) user(c *company, u team.User) *browser {
	b.t.Helper()
	token, s, err := team.NewUserSession(u, rand.Reader, c.now)
	if err != nil {
		b.t.Fatal(err)
	}
	s.Device, s.Address = "Firefox · Linux", "203.0.113.7"
	return b.hold(c, token, s)
}

// ticket is the token of a ticket for a user.
func (c *company) ticket(t *testing.T, purpose team.Purpose, userID, data string) string {
	t.Helper()
	token, ticket, err := team.NewTicket(purpose, userID, data, time.Hour, rand.Reader, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.people.TicketAdd(t.Context(), ticket, c.now); err != nil {
		t.Fatal(err)
	}
	return token
}
