// Package notify tells people things outside of the pages: for now by e-mail, as plain text.
//
// What is said, in which language and to whom is left to callers; sending twice, or later after a restart, to durable
// jobs, once there are any: a mail that waits here is lost when the server stops.
package notify

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/keepwell/keepwell/internal/fault"
)

// Message is a mail to one person. Subject and Text are plain; headers are written by the mail library, so nothing in
// them can add another.
type Message struct {
	To, Subject, Text string
}

// Server is a mail server and whom its mail comes from.
type Server struct {
	host, user, password, from string
	port                       int
	secure                     mail.TLSPolicy
	wrapped                    bool // TLS from the start
}

// NewServer reads the address of a mail server: smtp://user:password@host:port (STARTTLS or nothing), smtps:// (TLS from
// the start) or smtp+plain:// (no TLS; config lets that through for this machine only).
func NewServer(address, from string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fault.New(fault.Invalid, "the mail server's address can't be read").Mend("write smtp://user:password@host:587")
	}
	if from == "" {
		return nil, fault.New(fault.Invalid, "there is a mail server, but no address that mail comes from").Mend("set mail-from")
	}
	s := &Server{host: u.Hostname(), from: from, port: 587, secure: mail.TLSMandatory}
	switch u.Scheme {
	case "smtps":
		s.port, s.wrapped = 465, true
	case "smtp+plain":
		s.port, s.secure = 25, mail.NoTLS
	}
	if u.Port() != "" {
		s.port, _ = strconv.Atoi(u.Port()) // url.Parse lets digits through only
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
	}
	return s, nil
}

// patience is how long one mail may take.
const patience = 30 * time.Second

// Send hands a message to the mail server. The error names the server, never the text.
func (s *Server) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	message := mail.NewMsg()
	if err := message.From(s.from); err != nil {
		return fault.Wrap(fault.Invalid, err, "the address that mail comes from can't be used").Mend("mend mail-from")
	}
	if err := message.To(m.To); err != nil {
		return fault.Wrap(fault.Invalid, err, "mail can't be sent to this address")
	}
	message.Subject(m.Subject)
	message.SetMessageID()
	message.SetDate()
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	options := []mail.Option{mail.WithPort(s.port), mail.WithTimeout(patience), mail.WithTLSPolicy(s.secure)}
	if s.wrapped {
		options = append(options, mail.WithSSL())
	}
	if s.user != "" {
		auth := mail.SMTPAuthAutoDiscover
		if s.secure == mail.NoTLS {
			auth = mail.SMTPAuthPlainNoEnc
		}
		options = append(options, mail.WithSMTPAuth(auth), mail.WithUsername(s.user), mail.WithPassword(s.password))
	}
	client, err := mail.NewClient(s.host, options...)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the mail server's address can't be used").At("%s:%d", s.host, s.port)
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the mail server did not take a mail").At("%s:%d", s.host, s.port).
			Mend("see its log, and the settings mail and mail-from")
	}
	return nil
}

// String names the server, without user and password.
func (s *Server) String() string { return fmt.Sprintf("%s:%d", s.host, s.port) }
