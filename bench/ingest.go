package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// disk measures what one durable write costs here; every figure of taking in rests on it.
func (b *bench) disk() error {
	f, err := os.Create(filepath.Join(b.dir, "sync"))
	if err != nil {
		return err
	}
	defer f.Close()
	block := make([]byte, 64<<10)
	var took []time.Duration
	for range 200 {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	half := quantile(took, 0.5)
	b.synced = time.Duration(half * float64(time.Millisecond))
	b.report.title("Disk")
	b.report.figure("writing 64 KB and syncing, median", half, "ms", "")
	b.report.figure("writing 64 KB and syncing, p99", quantile(took, 0.99), "ms", "")
	return nil
}

// load starts a server on a fresh folder and sends to it.
func (b *bench) load(name string, what shape, lasting time.Duration, flags ...string) (figures, error) {
	data, err := b.folder(name)
	if err != nil {
		return figures{}, err
	}
	defer os.RemoveAll(data)
	key, err := b.key(data, "ingest", flags...)
	if err != nil {
		return figures{}, err
	}
	s, err := b.serve(data, flags...)
	if err != nil {
		return figures{}, err
	}
	f, err := send(s, key, what, lasting)
	if err == nil {
		err = b.recount(s, data, f, flags...)
	}
	if stopped := s.stop(); err == nil {
		err = stopped
	}
	return f, err
}

// recount asks the server how many events it has: a rate of events that were refused or taken for repeats is none.
func (b *bench) recount(s *server, data string, f figures, flags ...string) error {
	key, err := b.key(data, "read", flags...)
	if err != nil {
		return err
	}
	_, body, err := s.get("/api/v1/status", key)
	if err != nil {
		return err
	}
	var status struct {
		Facts []struct {
			Kind  string
			Count int
		}
	}
	if err := json.Unmarshal([]byte(body), &status); err != nil {
		return err
	}
	for _, total := range status.Facts {
		// The probes of the lag are events too.
		if want := f.events + len(f.lags); total.Kind == "events" && total.Count != want {
			return fmt.Errorf("%d events were acknowledged, the server has %d", want, total.Count)
		} else if total.Kind == "events" {
			return nil
		}
	}
	return fmt.Errorf("the server counts no events: %s", body)
}

func (b *bench) beside() string {
	return fmt.Sprintf("one sync here: %.2f ms", b.synced.Seconds()*1000)
}

// rounds is how often batches and the ceiling take turns: either moves by a fifth from one to the next on a shared machine.
const rounds = 3

// batches is how most events arrive: SDKs gather them.
func (b *bench) batches() error {
	var all figures
	var rates, ratios []float64
	for range rounds {
		before, err := b.appender(compared)
		if err != nil {
			return err
		}
		f, err := b.load("batches", batched, b.scale.sending)
		if err != nil {
			return err
		}
		after, err := b.appender(compared)
		if err != nil {
			return err
		}
		rates, ratios = append(rates, f.rate()), append(ratios, f.rate()/((before+after)/2))
		all.answers, all.lags = append(all.answers, f.answers...), append(all.lags, f.lags...)
	}
	b.report.title("Taking in over HTTP, batches of %d from %d connections, the median of %d times (%s)", batched.events, batched.connections, rounds, b.beside())
	b.report.atLeast("acknowledged, synced and loaded", median(rates), 80_000, "events/s")
	b.report.ratio("beside the bare appender just before and after each", median(ratios), 0.6)
	b.report.atMost("until the acknowledgement, p99", quantile(all.answers, 0.99), 100, "ms")
	b.report.atMost("the loader's lag, at most", quantile(all.lags, 1), 2000, "ms")
	return nil
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// singles is the worst case: every event a request of its own.
func (b *bench) singles() error {
	f, err := b.load("singles", single, b.scale.sending)
	if err != nil {
		return err
	}
	b.report.title("Taking in over HTTP, single calls from %d connections (%s)", single.connections, b.beside())
	b.report.atLeast("acknowledged, synced and loaded", f.rate(), 12_000, "events/s")
	b.report.atMost("until the acknowledgement, p99", quantile(f.answers, 0.99), 30, "ms")
	return nil
}

// importing reads a large file without a server, as a first import does.
func (b *bench) importing() error {
	data, err := b.folder("import")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	file := filepath.Join(b.dir, "events.csv")
	defer os.Remove(file)
	if err := writeCSV(file, b.scale.rows); err != nil {
		return err
	}
	command := exec.CommandContext(b.ctx, b.binary, "import", "events", file, "--data", data)
	began := time.Now()
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("keepwell import: %w\n%s", err, out)
	}
	took := time.Since(began)
	most := float64(command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) * 1024
	b.report.title("Importing a CSV file of %s events (%s)", number(float64(b.scale.rows)), b.beside())
	b.report.atLeast("rows", float64(b.scale.rows)/took.Seconds(), 100_000, "rows/s")
	b.report.atMost("memory at its most", most/1e6, 1500, "MB")
	return nil
}

func writeCSV(file string, rows int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	out.WriteString("id,ts,account_id,user_id,name,session_id\n")
	begin := time.Now().UTC().AddDate(0, 0, -180).Truncate(time.Second)
	step := 180 * 24 * time.Hour / time.Duration(rows)
	var line []byte
	for i := range rows {
		line = fmt.Appendf(line[:0], "e%d,", i)
		line = begin.Add(time.Duration(i)*step).AppendFormat(line, time.RFC3339)
		user := i * 7919 % 20_000
		line = fmt.Appendf(line, ",account-%d,user-%d,feature %d,s%d\n", user%300, user, i*31%40, i/10)
		out.Write(line)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}
