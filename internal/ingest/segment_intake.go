package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// intake is one request of the Segment API on its way to the door.
type intake struct {
	source   string
	zone     *time.Location
	currency string // of amounts that name none
	received time.Time

	writeKey        string
	sent            fact.Cell
	context         surroundings
	rawSent, rawCtx []byte
	calls           []call
	facts           []*fact.Fact
	joined          *joined
	joining         []uint64 // memberships among facts
	builtFor        []*fact.Kind
	builders        []*fact.Builder
}

// readEnvelope reads a batch: its calls and what counts for all of them.
func (in *intake) readEnvelope(r *fact.JSONReader) error {
	if !r.Object() {
		r.Skip()
		if err := r.Err(); err != nil {
			return err
		}
		return fault.New(fault.Invalid, "a batch is a JSON object").Field("batch", "is missing")
	}
	found := false
	for name, ok := r.Member(); ok; name, ok = r.Member() {
		switch string(name) {
		case "batch":
			found = true
			if err := in.readBatch(r); err != nil {
				return err
			}
		case "sentAt":
			in.rawSent = r.Raw()
			in.sent = fact.JSONToCell(in.rawSent)
		case "context":
			in.rawCtx = r.Raw()
			inner := fact.NewJSONReader(in.rawCtx)
			in.context.read(&inner)
		default:
			if !in.takeKey(name, r) {
				r.Skip()
			}
		}
		r.Flaw()
	}
	if err := r.End(); err != nil {
		return err
	}
	if !found {
		return fault.New(fault.Invalid, "the batch has no calls").Field("batch", "is missing")
	}
	return nil
}

func (in *intake) readBatch(r *fact.JSONReader) error {
	if !r.Array() {
		r.Skip()
		if err := r.Err(); err != nil {
			return err
		}
		return fault.New(fault.Invalid, "the batch has no calls").Field("batch", "must be an array of calls")
	}
	in.calls = in.calls[:0]
	for r.Element() {
		if len(in.calls) == maxCalls {
			return fault.New(fault.TooLarge, "the batch has more than %d calls", maxCalls).Mend("send smaller batches")
		}
		in.readCall(r, nil, "")
	}
	return nil
}

// readCall reads one call; kind is set when the address says it. Without raw the call's text is taken from r.
func (in *intake) readCall(r *fact.JSONReader, raw []byte, kind string) {
	in.calls = append(in.calls, call{})
	c := &in.calls[len(in.calls)-1]
	start := r.Offset()
	c.read(r, func(name []byte) bool { return in.takeKey(name, r) })
	if c.raw = raw; raw == nil {
		c.raw = r.Since(start)
	}
	if kind != "" {
		c.kind = kind
	}
	c.kind = strings.ToLower(c.kind)
}

func (in *intake) takeKey(name []byte, r *fact.JSONReader) bool {
	if string(name) != "writeKey" {
		return false
	}
	if c := r.Cell(); c.Kind == fact.TextCell {
		in.writeKey = c.Text
	}
	return true
}

// envelope is what a held call of this batch needs to be read again.
func (in *intake) envelope() []byte {
	if in.rawSent == nil && in.rawCtx == nil {
		return nil
	}
	out := []byte(`{"batch":[]`)
	if in.rawSent != nil {
		out = append(append(out, `,"sentAt":`...), in.rawSent...)
	}
	if in.rawCtx != nil {
		out = append(append(out, `,"context":`...), in.rawCtx...)
	}
	return append(out, '}')
}

// build makes the facts of every call that can be used.
func (in *intake) build() {
	in.facts = make([]*fact.Fact, 0, len(in.calls)+4)
	for i := range in.calls {
		c := &in.calls[i]
		if c.check(); c.trouble == nil {
			start := len(in.facts)
			in.factsOf(c)
			if c.facts = len(in.facts) - start; c.trouble != nil {
				in.facts, c.facts = in.facts[:start], 0
			}
		}
	}
}

// deliver takes the facts to the door and marks the calls that were known.
func (in *intake) deliver(ctx context.Context, door *Door) (Receipt, error) {
	receipt, err := door.Accept(ctx, in.facts)
	if err != nil {
		return receipt, err
	}
	for _, id := range in.joining {
		in.joined.add(id)
	}
	at := 0
	for i := range in.calls {
		if c := &in.calls[i]; c.facts > 0 {
			c.duplicate = receipt.Duplicate[at]
			at += c.facts
		}
	}
	return receipt, nil
}

// held are the calls for the quarantine.
func (in *intake) held() []HeldCall {
	var held []HeldCall
	for i := range in.calls {
		if c := &in.calls[i]; c.trouble != nil {
			held = append(held, hold(in.source, c, in.envelope(), in.received))
		}
	}
	return held
}

// recent tells of a call.
func (in *intake) recent(c *call) Recent {
	kind := c.kind
	if c.trouble != nil && c.trouble.rule == ruleType {
		kind = "unknown" // a sender's own word would make a count of its own each time
	}
	name := c.name
	if name == "" {
		name = c.group
	}
	return Recent{in.received, in.source, kind, clip(name), 1, c.verdict()}
}

// builder is this request's builder of a kind.
func (in *intake) builder(kind *fact.Kind) *fact.Builder {
	for i, k := range in.builtFor {
		if k == kind {
			return in.builders[i]
		}
	}
	b := fact.NewBuilder(kind, in.source, in.zone)
	in.builtFor, in.builders = append(in.builtFor, kind), append(in.builders, b)
	return b
}

// key is what a call's ids follow from: its messageId, or else all it says. A call without either id or time is one of
// its own each time it arrives, so the time of arrival belongs to what it says.
func (c *call) key(received time.Time) string {
	if c.messageID != "" {
		return c.messageID
	}
	text := append([]byte(c.kind+"\x00"), c.raw...)
	if c.original.Kind == fact.NullCell && c.timestamp.Kind == fact.NullCell {
		text = received.AppendFormat(text, time.RFC3339Nano)
	}
	sum := sha256.Sum256(text)
	return "\x00content " + hex.EncodeToString(sum[:])
}
