// Command bench measures speed and size on this machine and prints each figure beside its goal, and beside the ceiling
// that the same disk and processor reached in the same run. It drives the real binary from outside; only the ten (or a
// hundred) million events of the questions are written straight into the lake. Run it with `make bench`.
//
// It exits with 1 when a ratio to the ceiling is missed: ratios hold on any machine. Goals in events a second or in
// milliseconds are for two quiet cores; missing them is printed, no more.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"github.com/keepwell/keepwell/internal/postgrestest"
)

// scale is how much is measured.
type scale struct {
	sending time.Duration // of each kind of load
	rows    int           // of the imported file
	events  int           // that questions are asked over
	answer  time.Duration // goal of one question
}

func main() {
	binary := flag.String("binary", "bin/keepwell", "the program to measure")
	quick := flag.Bool("quick", false, "a tenth of the data, to try a change; figures are rough")
	large := flag.Bool("large", false, "only the questions, over 100 million events")
	var only focus
	flag.StringVar(&only.part, "only", "", "one part: ingest, size, catalogue, health, questions or pages")
	flag.StringVar(&only.company, "company", "", "pages over one company only: company or large-company")
	flag.StringVar(&only.page, "page", "", "only pages and parts whose address has this in it")
	keep := flag.String("dir", "", "folder for the data, where what the questions are asked of is kept; default: a temporary one, removed at the end")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	s := scale{sending: 10 * time.Second, rows: 5_000_000, events: 10_000_000, answer: 50 * time.Millisecond}
	switch {
	case *quick:
		s = scale{sending: 3 * time.Second, rows: 300_000, events: 1_000_000, answer: 50 * time.Millisecond}
	case *large:
		s.events, s.answer = 100_000_000, 200*time.Millisecond
		only.part = "questions"
	}
	if only.company+only.page != "" {
		only.part = "pages"
	}
	missed, err := measure(ctx, *binary, *keep, s, only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if missed {
		os.Exit(1)
	}
}

// focus is what alone is measured; with nothing set, everything is.
type focus struct {
	part          string
	company, page string // of the pages
}

func measure(ctx context.Context, binary, dir string, s scale, only focus) (missed bool, err error) {
	if binary, err = filepath.Abs(binary); err != nil {
		return false, err
	}
	kept := dir != ""
	if !kept {
		if dir, err = os.MkdirTemp("", "keepwell-bench-"); err != nil {
			return false, err
		}
		defer os.RemoveAll(dir)
	}
	r := &report{}
	b := &bench{ctx: ctx, binary: binary, dir: dir, scale: s, report: r, only: only, kept: kept}
	r.title("%d cores, %s", runtime.NumCPU(), runtime.Version())
	parts := []struct {
		name  string
		steps []func() error
	}{
		{"ingest", []func() error{b.disk, b.ceiling, b.batches, b.singles, b.postgres, b.importing}},
		{"size", []func() error{b.size}},
		{"catalogue", []func() error{b.catalogue}},
		{"health", []func() error{b.scoring}},
		{"questions", []func() error{b.questions}},
		{"pages", []func() error{b.pages}},
	}
	var steps []func() error
	for _, part := range parts {
		if only.part == "" || only.part == part.name {
			steps = append(steps, part.steps...)
		}
	}
	if steps == nil {
		return false, fmt.Errorf("there is no part called %q", only.part)
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if err := step(); err != nil {
			return false, err
		}
	}
	return r.missed, nil
}

// bench is one run: what is measured, and what later steps compare with.
type bench struct {
	ctx    context.Context
	binary string
	dir    string
	scale  scale
	report *report
	only   focus
	kept   bool // what the questions are asked of stays in dir

	synced time.Duration // median of one synced write
}

// folder is a fresh folder for one step.
func (b *bench) folder(name string) (string, error) {
	path := filepath.Join(b.dir, name)
	return path, os.MkdirAll(path, 0o755)
}

// postgres states what PostgreSQL takes in; the ceiling is that of another engine, so there is no ratio.
func (b *bench) postgres() error {
	database := os.Getenv(postgrestest.Shared)
	b.report.title("PostgreSQL")
	if database == "" {
		b.report.note("not measured; `make bench` starts one")
		return nil
	}
	database, drop, err := postgrestest.Fresh(database) // what it takes in is in nobody's way later
	if err != nil {
		return err
	}
	defer drop()
	f, err := b.load("postgres", batched, b.scale.sending/2, "--database", database)
	if err != nil {
		return err
	}
	b.report.figure("batches of 100, acknowledged and loaded (no fsync of its own)", f.rate(), "events/s", "")
	return nil
}

// size measures the program at rest and on the disk.
func (b *bench) size() error {
	b.report.title("Size")
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	b.report.atMost("size of the binary", float64(info.Size())/1e6, 100, "MB")
	data, err := b.folder("idle")
	if err != nil {
		return err
	}
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(5 * time.Second)
	held, err := s.memory("VmRSS")
	if err != nil {
		return err
	}
	b.report.atMost("memory of an idle server", held/1e6, 200, "MB")
	return s.stop()
}
