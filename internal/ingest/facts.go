package ingest

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// Limits of one request of the facts API.
const (
	maxFactsBytes = 64 << 20 // also after unpacking
	maxFactsRows  = 100_000
	acceptFacts   = 10_000 // at once
)

// Facts takes facts as rows: the door behind POST /api/v1/facts/{kind} and behind files.
type Facts struct {
	Door   *Door
	Loader *Loader
	Feed   *Feed
	// Zone is the workspace's; dates without one are read in it.
	Zone *time.Location
	Now  func() time.Time
}

// FactsRequest is one request.
type FactsRequest struct {
	Kind string
	// Source is the key's; SourceImport for rows of a file.
	Source string
	Body   io.Reader
	// Length is the body's as its sender says, -1 when unknown.
	Length                       int64
	ContentType, ContentEncoding string
	// WaitLoaded answers only once the facts show in answers; DryRun checks and takes nothing.
	WaitLoaded, DryRun bool
	// At is when rows happened that don't say so: RFC 3339, or a date in the workspace's zone. Empty: they are refused.
	At string
}

// FactsAnswer says what became of the rows. Rows count from 1, without a CSV's header and without empty lines.
type FactsAnswer struct {
	Accepted   int          `json:"accepted"`
	Duplicates int          `json:"duplicates"`
	Refused    []RefusedRow `json:"refused"`
}

// RefusedRow is one reason why a row can't be used. A row may have several.
type RefusedRow struct {
	Row    int    `json:"row"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Take reads the whole request, then takes in what can be used. When it fails for want of something (fault.Unavailable),
// a part may be taken in: sending again is safe, as ids are known by then. Other errors take in nothing: fault.NotFound
// for an unknown kind, fault.TooLarge, fault.Invalid with the position of broken JSON or CSV.
func (f *Facts) Take(ctx context.Context, q FactsRequest) (FactsAnswer, error) {
	kind, err := kindNamed(q.Kind)
	if err != nil {
		return FactsAnswer{}, err
	}
	rows, err := openRows(q)
	if err != nil {
		return FactsAnswer{}, err
	}
	batch, err := f.read(kind, q, rows)
	if err != nil {
		return FactsAnswer{}, err
	}
	return f.accept(ctx, batch, q.WaitLoaded, q.DryRun)
}

// openRows finds out how the rows are written.
func openRows(q FactsRequest) (RowReader, error) {
	if q.Length > maxFactsBytes {
		return nil, tooLarge("the body", maxFactsBytes)
	}
	from, err := unpack(&limited{q.Body, maxFactsBytes, "the body"}, q.ContentEncoding, new(gzip.Reader))
	if err != nil {
		return nil, err
	}
	text, err := textOfFile(&limited{from, maxFactsBytes, "the unpacked body"})
	if err != nil {
		return nil, unreadableRows(err)
	}
	media, _, _ := mime.ParseMediaType(q.ContentType)
	switch media {
	case "text/csv", "application/csv":
		return NewCSV(text)
	case "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines":
		return newJSON(text)
	case "", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded": // what clients send unasked
		head, _ := text.Peek(512)
		if strings.HasPrefix(strings.TrimSpace(string(head)), "{") || strings.HasPrefix(strings.TrimSpace(string(head)), "[") {
			return newJSON(text)
		}
		return NewCSV(text)
	}
	return nil, fault.New(fault.Invalid, "rows of the type %q are not understood", clip(q.ContentType)).
		Mend("send application/json, application/x-ndjson or text/csv")
}

// limited reads at most so many bytes and then says that it is too much.
type limited struct {
	from io.Reader
	left int
	what string
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.from.Read(p[:min(len(p), l.left+1)])
	if l.left -= n; l.left < 0 {
		return 0, tooLarge(l.what, maxFactsBytes)
	}
	return n, err
}

func unreadableRows(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return unreadable(err)
}

// batch is rows that were checked, on their way to the door.
type batch struct {
	kind    *fact.Kind
	source  string
	facts   []*fact.Fact
	refused []RefusedRow
	rows    int // of which so many were refused
	lost    int
}

func (b *batch) add(rb *rowBuilder, row *Row) {
	b.rows++
	f, refused := rb.build(row)
	if len(refused) == 0 {
		b.facts = append(b.facts, f)
		return
	}
	b.lost++
	for _, r := range refused {
		b.refused = append(b.refused, RefusedRow{b.rows, r.Field, r.Reason})
	}
}

// builder makes facts of rows that happened at an instant where they don't say when.
func (f *Facts) builder(kind *fact.Kind, source, at string) (*fact.Builder, error) {
	b := fact.NewBuilder(kind, source, f.Zone)
	if at == "" {
		return b, nil
	}
	t, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: at}, f.Zone)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the rows can't all have happened then").Field("at", "%s", err.Error())
	}
	b.Otherwise(t)
	return b, nil
}

func (f *Facts) read(kind *fact.Kind, q FactsRequest, rows RowReader) (*batch, error) {
	builder, err := f.builder(kind, q.Source, q.At)
	if err != nil {
		return nil, err
	}
	rb, err := newRowBuilder(kind, builder, rows.Header())
	if err != nil {
		return nil, err
	}
	b := &batch{kind: kind, source: q.Source}
	for {
		row, err := rows.Next()
		switch {
		case err == io.EOF:
			return b, nil
		case err != nil:
			return nil, unreadableRows(err)
		case row.Broken != "":
			return nil, fault.New(fault.Invalid, "%s", row.Broken).Mend("nothing of the request was taken: mend it and send it again")
		case b.rows == maxFactsRows:
			return nil, fault.New(fault.TooLarge, "the request has more than %d rows", maxFactsRows).Mend("send smaller pieces")
		}
		b.add(rb, &row)
	}
}

func (f *Facts) accept(ctx context.Context, b *batch, wait, dry bool) (FactsAnswer, error) {
	answer := FactsAnswer{Refused: b.refused}
	if answer.Refused == nil {
		answer.Refused = []RefusedRow{} // [] and not null in JSON
	}
	if dry {
		answer.Accepted = len(b.facts)
		return answer, nil
	}
	var end log.Position
	for left := b.facts; len(left) > 0; {
		n := min(len(left), acceptFacts)
		receipt, err := f.Door.Accept(ctx, left[:n])
		if err != nil {
			return FactsAnswer{}, err
		}
		for _, duplicate := range receipt.Duplicate {
			if duplicate {
				answer.Duplicates++
			} else {
				answer.Accepted++
			}
		}
		left, end = left[n:], receipt.End
	}
	now := f.Now()
	f.Feed.Saw(b.source, b.kind.Name, answer.Accepted, Accepted, now)
	f.Feed.Saw(b.source, b.kind.Name, answer.Duplicates, Duplicate, now)
	f.Feed.Saw(b.source, b.kind.Name, b.lost, Refused, now)
	if wait {
		return answer, waitLoaded(ctx, f.Loader, end)
	}
	return answer, nil
}
