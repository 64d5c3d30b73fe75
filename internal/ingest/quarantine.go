package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// HeldCall is a call that could not be used, as it was sent.
type HeldCall struct {
	// ID follows from the source and the call, so a call sent again is held once.
	ID     string
	Source string
	// Type is the kind of call: identify, track… or what the sender wrote there.
	Type string
	// Raw is the call itself, Envelope the batch around it without its calls: sentAt and context count for each.
	Raw, Envelope json.RawMessage
	Rule, Reason  string
	ReceivedAt    time.Time
	// ReplayedAt is when it could be used after all; zero while it waits.
	ReplayedAt time.Time
}

// Quarantine keeps calls that could not be used until somebody mends and replays them.
type Quarantine interface {
	// Add keeps calls durably; one whose ID is there already is left as it is.
	Add(ctx context.Context, calls []HeldCall) error
	// Get gives one call, or fault.NotFound.
	Get(ctx context.Context, id string) (HeldCall, error)
	// List gives calls that wait (or, if replayed, those that don't any more), newest first, after the call with the
	// id after ("" from the start).
	List(ctx context.Context, replayed bool, after string, limit int) ([]HeldCall, error)
	// Update replaces the call with the same ID.
	Update(ctx context.Context, call HeldCall) error
}

// hold makes the quarantined form of a call.
func hold(source string, c *call, envelope []byte, received time.Time) HeldCall {
	raw := bytes.ToValidUTF8(c.raw, []byte("\uFFFD")) // which a store may insist on
	sum := sha256.Sum256(append([]byte(source+"\x00"+c.kind+"\x00"), raw...))
	return HeldCall{
		ID: hex.EncodeToString(sum[:16]), Source: source, Type: c.kind,
		Raw: bytes.Clone(raw), Envelope: envelope,
		Rule: c.trouble.rule, Reason: c.trouble.reason, ReceivedAt: received,
	}
}

// Replay takes a held call in again, as it is or mended (mended replaces the raw call when it is not empty), through the
// same checks and as of when it was first received. When it still can't be used, it stays held with the new reason.
func (s *Segment) Replay(ctx context.Context, id string, mended json.RawMessage) (Verdict, error) {
	held, err := s.Quarantine.Get(ctx, id)
	if err != nil {
		return Verdict{}, err
	}
	if !held.ReplayedAt.IsZero() {
		return Verdict{}, fault.New(fault.Conflict, "the call was replayed already")
	}
	if len(mended) > 0 {
		if len(mended) > maxCall {
			return Verdict{}, tooLarge("the mended call", maxCall)
		}
		held.Raw = mended
	}
	in := s.intake(held.Source, held.ReceivedAt)
	if len(held.Envelope) > 0 {
		r := fact.NewJSONReader(held.Envelope)
		in.readEnvelope(&r)
	}
	r := fact.NewJSONReader(held.Raw)
	in.readCall(&r, held.Raw, "")
	if c := &in.calls[0]; c.kind == "" { // its address said it
		c.kind = held.Type
	}
	if err := r.End(); err != nil {
		return Verdict{}, fault.New(fault.Invalid, "%s", err).At("the call")
	}
	in.build()
	if _, err := in.deliver(ctx, s.Door); err != nil {
		return Verdict{}, err
	}
	verdict := in.calls[0].verdict()
	if verdict.Outcome == Quarantined {
		held.Rule, held.Reason = verdict.Rule, verdict.Reason
	} else {
		held.ReplayedAt = s.Now()
	}
	return verdict, s.Quarantine.Update(ctx, held)
}
