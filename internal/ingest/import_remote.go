package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// ServerSink sends a file's rows to a server's facts API, as ?source=import.
type ServerSink struct {
	// URL is the server's, Key one that may send facts.
	URL, Key string
	Client   *http.Client
	DryRun   bool
	// At is when rows happened that don't say so, as FactsRequest has it.
	At string
}

type serverChunk struct {
	sink  *ServerSink
	kind  *fact.Kind
	media string
	body  []byte
	sent  []int // rows of the chunk that were sent, from 1
	// broken are those that could not be read and stay here.
	broken []RefusedRow
}

// Prepare writes the rows as the facts API takes them.
func (s *ServerSink) Prepare(kind *fact.Kind, header []string, rows []Row) (Prepared, error) {
	c := &serverChunk{sink: s, kind: kind, media: "application/x-ndjson"}
	var body bytes.Buffer
	table := csv.NewWriter(&body)
	if header != nil {
		c.media = "text/csv"
		table.Write(header) // a buffer takes everything
	}
	for i := range rows {
		row := &rows[i]
		if row.Broken == "" && row.JSON == nil && len(row.Cells) != len(header) {
			row.Broken = fmt.Sprintf("has %d cells, but the header names %d columns", len(row.Cells), len(header))
		}
		switch {
		case row.Broken != "":
			c.broken = append(c.broken, RefusedRow{Row: i + 1, Reason: row.Broken})
			continue
		case row.JSON != nil:
			body.Write(row.JSON)
			body.WriteByte('\n')
		default:
			table.Write(row.Cells)
		}
		c.sent = append(c.sent, i+1)
	}
	table.Flush()
	c.body = body.Bytes()
	return c, table.Error()
}

// Send posts the chunk until the server has taken it or says that it never will.
func (c *serverChunk) Send(ctx context.Context) (FactsAnswer, error) {
	answer := FactsAnswer{}
	if len(c.sent) > 0 {
		var err error
		if answer, err = retry(ctx, func() (FactsAnswer, error) { return c.post(ctx) }); err != nil {
			return FactsAnswer{}, err
		}
	}
	refused := c.broken
	for _, r := range answer.Refused {
		if r.Row < 1 || r.Row > len(c.sent) {
			return FactsAnswer{}, fmt.Errorf("the server refuses row %d of %d: is it another version?", r.Row, len(c.sent))
		}
		r.Row = c.sent[r.Row-1]
		refused = append(refused, r)
	}
	answer.Refused = refused
	return answer, nil
}

func (c *serverChunk) post(ctx context.Context) (FactsAnswer, error) {
	query := url.Values{"source": {SourceImport}}
	if c.sink.DryRun {
		query.Set("dry_run", "true")
	}
	if c.sink.At != "" {
		query.Set("at", c.sink.At)
	}
	address := strings.TrimRight(c.sink.URL, "/") + "/api/v1/facts/" + c.kind.Name + "?" + query.Encode()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(c.body))
	if err != nil {
		return FactsAnswer{}, err
	}
	q.Header.Set("Authorization", "Bearer "+c.sink.Key)
	q.Header.Set("Content-Type", c.media)
	r, err := c.sink.Client.Do(q)
	if err != nil {
		return FactsAnswer{}, fault.Wrap(fault.Unavailable, err, "the server can't be reached").Mend("is it running, and is its address right?")
	}
	defer r.Body.Close()
	text, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		return FactsAnswer{}, fault.Wrap(fault.Unavailable, err, "the server's answer was cut off")
	}
	if r.StatusCode != http.StatusOK {
		return FactsAnswer{}, problemOf(r, text)
	}
	var answer FactsAnswer
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("the server's answer is not understood: %w", err)
	}
	return answer, nil
}

// problemOf is a server's error as one of ours.
func problemOf(r *http.Response, text []byte) error {
	var p fault.Details
	if json.Unmarshal(text, &p) != nil || p.Title == "" {
		p.Title = "the server answered " + r.Status
	}
	what := p.Title
	if p.Detail != "" {
		what = p.Detail
	}
	kind := fault.Invalid
	for _, k := range []fault.Kind{fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.TooLarge, fault.TooMany} {
		if fault.HTTPStatus(k) == r.StatusCode {
			kind = k
		}
	}
	if r.StatusCode >= 500 {
		kind = fault.Unavailable
	}
	seconds, _ := strconv.Atoi(r.Header.Get("Retry-After"))
	return &fault.Error{Kind: kind, What: what, Fix: p.Fix, RetryAfter: time.Duration(seconds) * time.Second}
}

// retryFor is how long one chunk is tried.
const retryFor = 2 * time.Minute

// retry tries again what was overloaded or away, as that is safe: facts are known by their ids.
func retry(ctx context.Context, send func() (FactsAnswer, error)) (FactsAnswer, error) {
	until := time.Now().Add(retryFor)
	for {
		answer, err := send()
		wait := fault.RetryAfter(err)
		if err == nil || wait == 0 || errors.Is(err, context.Canceled) || time.Now().Add(wait).After(until) {
			return answer, err
		}
		sleep(ctx, wait)
		if ctx.Err() != nil {
			return FactsAnswer{}, context.Cause(ctx)
		}
	}
}
