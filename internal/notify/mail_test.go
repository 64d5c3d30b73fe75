package notify

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/keepwell/keepwell/internal/fault"
)

// post is a mail server that keeps what it is given.
type post struct {
	user string
	came []string
	to   []string
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return p, nil }
func (p *post) AuthMechanisms() []string                    { return []string{"PLAIN"} }
func (p *post) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if p.user = user; password != "hunter2" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (p *post) Reset()                                    {}
func (p *post) Logout() error                             { return nil }
func (p *post) Mail(string, *smtp.MailOptions) error      { return nil }
func (p *post) Rcpt(to string, _ *smtp.RcptOptions) error { p.to = append(p.to, to); return nil }
func (p *post) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	p.came = append(p.came, string(raw))
	return err
}

func opened(t *testing.T) (*post, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &post{}
	s := smtp.NewServer(p)
	s.AllowInsecureAuth = true
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() { s.Close(); <-done })
	return p, l.Addr().String()
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	p, at := opened(t)
	s, err := NewServer("smtp+plain://ana:hunter2@"+at, "Keepwell <keepwell@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	link := "https://cs.example.com/reset?token=" + strings.Repeat("a", 60)
	if err := s.Send(t.Context(), Message{To: "dan@example.com", Subject: "Parolă nouă\r\nBcc: evil@example.com", Text: "Bună, Dan!\n\n" + link + "\n"}); err != nil {
		t.Fatal(err)
	}
	if len(p.came) != 1 || p.user != "ana" || strings.Join(p.to, " ") != "<dan@example.com>" && strings.Join(p.to, " ") != "dan@example.com" {
		t.Fatalf("%d mails, by %s, to %v", len(p.came), p.user, p.to)
	}
	m, err := mail.ReadMessage(strings.NewReader(p.came[0]))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" {
		t.Error("a subject added a header")
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || !strings.HasPrefix(subject, "Parolă nouă") {
		t.Errorf("%s %v", subject, err)
	}
	if from := m.Header.Get("From"); !strings.Contains(from, "<keepwell@example.com>") || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%v", m.Header)
	}
}

func TestAServerWithoutTLSIsNotTrustedWithLinks(t *testing.T) {
	p, at := opened(t)
	s, err := NewServer("smtp://"+at, "keepwell@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), Message{To: "dan@example.com", Text: "secret"}); fault.KindOf(err) != fault.Unavailable || len(p.came) > 0 {
		t.Errorf("%v, %d mails", err, len(p.came))
	}
	if err := s.Send(t.Context(), Message{To: "dan@example.com, evil@example.com\r\nRCPT TO:<x@y>"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}

func TestAMailThatFailsIsTriedAgainAndThenGivenUp(t *testing.T) {
	for fails, want := range map[int]int{0: 1, 2: 3, 99: 4} {
		synctest.Test(t, func(t *testing.T) {
			tried := 0
			o := NewOutbox(func(context.Context, Message) error {
				if tried++; tried <= fails {
					return errors.New("away")
				}
				return nil
			}, slog.New(slog.DiscardHandler))
			ctx, cancel := context.WithCancel(t.Context())
			go o.Run(ctx)
			o.Post(Message{To: "dan@example.com"})
			time.Sleep(time.Hour)
			if tried != want {
				t.Errorf("failing %d times: tried %d times, want %d", fails, tried, want)
			}
			cancel()
		})
	}
}
