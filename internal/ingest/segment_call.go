package ingest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fact"
)

// Limits of the Segment HTTP API.
const (
	maxCall      = 32 << 10
	maxBatch     = 500 << 10
	maxCalls     = 2500
	maxMessageID = 100 // characters
	maxSkew      = 24 * time.Hour
)

// The rules by which calls are quarantined.
const (
	ruleType     = "unknown_type"
	ruleIdentity = "missing_identity"
	ruleMissing  = "missing_field"
	ruleSize     = "too_large"
	ruleTime     = "bad_time"
	ruleValue    = "bad_value"
)

// trouble is why a call can't be used.
type trouble struct{ rule, reason string }

// call is one call of the Segment API as it was read, and what came of it. Raw parts belong to the request's body.
type call struct {
	raw       []byte
	kind      string
	messageID string
	user      string
	anonymous string
	group     string
	previous  string
	name      string // of an event, page or screen
	category  string

	timestamp, original, sent fact.Cell
	properties, traits        []byte
	context                   surroundings

	trouble   *trouble
	facts     int // how many of the request's facts are its own; the first decides whether it is a duplicate
	duplicate bool
}

// surroundings is what Keepwell uses of a context.
type surroundings struct {
	group, session             string
	url, path, title, referrer string
	source, medium, campaign   string
}

func (c *call) bad(rule, reason string, args ...any) {
	if c.trouble == nil {
		c.trouble = &trouble{rule, fmt.Sprintf(reason, args...)}
	}
}

func (c *call) verdict() Verdict {
	switch {
	case c.trouble != nil:
		return Verdict{c.messageID, Quarantined, c.trouble.rule, c.trouble.reason}
	case c.duplicate:
		return Verdict{MessageID: c.messageID, Outcome: Duplicate}
	}
	return Verdict{MessageID: c.messageID, Outcome: Accepted}
}

// read reads one call from r. Of what comes twice the last counts. envelope takes the members that stand beside a single
// call but count for a request (writeKey).
func (c *call) read(r *fact.JSONReader, envelope func(name []byte) bool) {
	if !r.Object() {
		r.Raw()
		r.Flaw()
		c.bad(ruleValue, "a call is a JSON object")
		return
	}
	for name, ok := r.Member(); ok; name, ok = r.Member() {
		field := ""
		switch string(name) {
		case "type":
			field, c.kind = "type", c.text(r, "type")
		case "messageId":
			field, c.messageID = "messageId", c.text(r, "messageId")
		case "userId":
			field, c.user = "userId", c.text(r, "userId")
		case "anonymousId":
			field, c.anonymous = "anonymousId", c.text(r, "anonymousId")
		case "groupId":
			field, c.group = "groupId", c.text(r, "groupId")
		case "previousId":
			field, c.previous = "previousId", c.text(r, "previousId")
		case "event":
			field, c.name = "event", c.text(r, "event")
		case "name":
			field, c.name = "name", c.text(r, "name")
		case "category":
			field, c.category = "category", c.text(r, "category")
		case "timestamp":
			field, c.timestamp = "timestamp", r.Cell()
		case "originalTimestamp":
			field, c.original = "originalTimestamp", r.Cell()
		case "sentAt":
			field, c.sent = "sentAt", r.Cell()
		case "properties":
			field, c.properties = "properties", c.object(r, "properties")
		case "traits":
			field, c.traits = "traits", c.object(r, "traits")
		case "context":
			c.context.read(r)
		default:
			if !envelope(name) {
				r.Skip()
			}
		}
		if flaw := r.Flaw(); flaw != "" && field != "" {
			c.bad(ruleValue, "%s: %s", field, flaw)
		}
	}
}

// text reads a string, or a number as its digits, as many senders number their users.
func (c *call) text(r *fact.JSONReader, field string) string {
	cell := r.Cell()
	if cell.Kind == fact.BoolCell || cell.Kind == fact.JSONCell {
		c.bad(ruleValue, "%s: must be a string", field)
		return ""
	}
	return cell.Text
}

func (c *call) object(r *fact.JSONReader, field string) []byte {
	raw := r.Raw()
	switch {
	case len(raw) > 0 && raw[0] == '{':
		return raw
	case len(raw) > 0 && string(raw) != "null":
		c.bad(ruleValue, "%s: must be a JSON object", field)
	}
	return nil
}

// read reads a context; what is odd in it is left out, as nothing but a hint is lost.
func (s *surroundings) read(r *fact.JSONReader) {
	eachMember(r, func(name string) {
		switch name {
		case "groupId":
			hint(r, &s.group)
		case "sessionId":
			hint(r, &s.session)
		case "page":
			eachMember(r, func(name string) {
				switch name {
				case "url":
					hint(r, &s.url)
				case "path":
					hint(r, &s.path)
				case "title":
					hint(r, &s.title)
				case "referrer":
					hint(r, &s.referrer)
				default:
					r.Skip()
				}
			})
		case "campaign":
			eachMember(r, func(name string) {
				switch name {
				case "source":
					hint(r, &s.source)
				case "medium":
					hint(r, &s.medium)
				case "name":
					hint(r, &s.campaign)
				default:
					r.Skip()
				}
			})
		default:
			r.Skip()
		}
	})
}

// eachMember calls fn, which must take the value, for each member of the object that comes next; another value is dropped.
func eachMember(r *fact.JSONReader, fn func(name string)) {
	if !r.Object() {
		r.Skip()
		return
	}
	for name, ok := r.Member(); ok; name, ok = r.Member() {
		fn(string(name))
	}
}

func hint(r *fact.JSONReader, to *string) {
	c := r.Cell()
	if flaw := r.Flaw(); flaw == "" && (c.Kind == fact.TextCell || c.Kind == fact.NumberCell) {
		*to = c.Text
	}
}

// over fills what is missing from the batch's context.
func (s *surroundings) over(batch *surroundings) {
	for _, f := range [...][2]*string{
		{&s.group, &batch.group}, {&s.session, &batch.session}, {&s.url, &batch.url}, {&s.path, &batch.path}, {&s.title, &batch.title},
		{&s.referrer, &batch.referrer}, {&s.source, &batch.source}, {&s.medium, &batch.medium}, {&s.campaign, &batch.campaign},
	} {
		if *f[0] == "" {
			*f[0] = *f[1]
		}
	}
}

// check finds what is wrong with the call before any fact is made of it.
func (c *call) check() {
	switch {
	case len(c.raw) > maxCall:
		c.bad(ruleSize, "the call is %d bytes long; at most %d are taken", len(c.raw), maxCall)
	case utf8.RuneCountInString(c.messageID) > maxMessageID:
		c.bad(ruleValue, "messageId: is longer than %d characters", maxMessageID)
	case strings.IndexByte(c.messageID, 0) >= 0:
		c.bad(ruleValue, "messageId: has a NUL byte")
	}
	switch c.kind {
	case "identify", "track", "page", "screen":
		if c.user == "" && c.anonymous == "" {
			c.bad(ruleIdentity, "userId or anonymousId is missing: whose call is it?")
		}
		if c.kind == "track" && c.name == "" {
			c.bad(ruleMissing, "event: is missing: what happened?")
		}
	case "group":
		if c.group == "" {
			c.bad(ruleMissing, "groupId: is missing: which account is it?")
		}
	case "alias":
		if c.user == "" {
			c.bad(ruleIdentity, "userId is missing: who is it?")
		}
		if c.previous == "" {
			c.bad(ruleMissing, "previousId: is missing: which id does userId continue?")
		}
	default:
		c.bad(ruleType, "type %q is none of identify, group, track, page, screen, alias", clip(c.kind))
	}
}

// instant is when the call happened by the server's clock: received - (sent - original). A sender's clock that is off by
// more than a day is corrected by a day, which is flagged.
func (c *call) instant(received time.Time, batchSent fact.Cell, zone *time.Location) (at time.Time, bounded bool) {
	original, field := c.original, "originalTimestamp"
	if original.Kind == fact.NullCell {
		original, field = c.timestamp, "timestamp"
	}
	if original.Kind == fact.NullCell {
		return received, false
	}
	at, err := fact.ParseTime(original, zone)
	if err != nil {
		c.bad(ruleTime, "%s: %s", field, err)
		return received, false
	}
	sentCell := c.sent
	if sentCell.Kind == fact.NullCell {
		sentCell = batchSent
	}
	if sentCell.Kind == fact.NullCell {
		return at, false
	}
	sent, err := fact.ParseTime(sentCell, zone)
	if err != nil {
		c.bad(ruleTime, "sentAt: %s", err)
		return received, false
	}
	skew := received.Sub(sent)
	if skew > maxSkew {
		skew, bounded = maxSkew, true
	} else if skew < -maxSkew {
		skew, bounded = -maxSkew, true
	}
	return at.Add(skew), bounded
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
