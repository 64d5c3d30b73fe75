package notify

import (
	"context"
	"log/slog"
	"time"
)

// Outbox sends messages one after the other in the background, so that an answer takes as long when nothing is sent, and
// no page waits for a mail server.
type Outbox struct {
	Send   func(context.Context, Message) error
	Logger *slog.Logger
	// Pauses are how long it waits before it tries again; after the last it gives up.
	Pauses []time.Duration

	waiting chan Message
}

// kept is how many messages may wait.
const kept = 200

// NewOutbox is an outbox; Run empties it.
func NewOutbox(send func(context.Context, Message) error, logger *slog.Logger) *Outbox {
	return &Outbox{Send: send, Logger: logger, Pauses: []time.Duration{2 * time.Second, 10 * time.Second, time.Minute}, waiting: make(chan Message, kept)}
}

// Post puts a message into the outbox; false when it is full.
func (o *Outbox) Post(m Message) bool {
	select {
	case o.waiting <- m:
		return true
	default:
		o.Logger.Error("too much mail waits for the mail server; one was dropped")
		return false
	}
}

// Run sends what is posted until ctx ends.
func (o *Outbox) Run(ctx context.Context) error {
	for {
		select {
		case m := <-o.waiting:
			o.deliver(ctx, m)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (o *Outbox) deliver(ctx context.Context, m Message) {
	for attempt := 0; ; attempt++ {
		err := o.Send(ctx, m)
		if err == nil || ctx.Err() != nil {
			return
		}
		if attempt == len(o.Pauses) {
			o.Logger.Error("a mail could not be sent and is given up", "error", err, "attempts", attempt+1)
			return
		}
		o.Logger.Warn("a mail could not be sent; trying again", "error", err, "in", o.Pauses[attempt])
		select {
		case <-time.After(o.Pauses[attempt]):
		case <-ctx.Done():
			return
		}
	}
}
