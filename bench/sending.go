package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// shape is a kind of load: so many connections, each sending so many events at a time.
type shape struct {
	connections, events int
	path                string
}

var (
	batched = shape{connections: 32, events: 100, path: "/v1/batch"}
	single  = shape{connections: 64, events: 1, path: "/v1/track"}
)

// figures are what came of a load.
type figures struct {
	events  int
	took    time.Duration // from the first request until everything acknowledged was loaded
	answers []time.Duration
	lags    []time.Duration // how far behind the loader was, from probes in between
}

func (f figures) rate() float64 { return float64(f.events) / f.took.Seconds() }

// quantile of durations in milliseconds.
func quantile(all []time.Duration, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return float64(all[min(int(q*float64(len(all))), len(all)-1)].Microseconds()) / 1000
}

// request is one HTTP request as bytes, with room for the ids of its messages: sending costs a few copies, not a
// JSON encoder, so that the generator leaves the processor to the server.
type request struct {
	raw []byte
	ids []int // where each message's twelve digits stand
}

func newRequest(s shape, host, key string, chance *rand.Rand) request {
	var body strings.Builder
	mark := strings.Repeat("#", 12)
	for i := range s.events {
		if i > 0 {
			body.WriteByte(',')
		}
		typed := ""
		if s.events > 1 {
			typed = `"type":"track",`
		}
		user := chance.IntN(20_000)
		fmt.Fprintf(&body, `{%s"messageId":"%s","userId":"user-%d","event":"feature %d","context":{"groupId":"account-%d"},"properties":{"path":"/reports/weekly"}}`,
			typed, mark, user, chance.IntN(40), user%300)
	}
	text := body.String()
	if s.events > 1 {
		text = `{"batch":[` + text + `]}`
	}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		s.path, host, base64.StdEncoding.EncodeToString([]byte(key+":")), len(text))
	r := request{raw: []byte(head + text)}
	for at := 0; ; at += len(mark) {
		found := bytes.Index(r.raw[at:], []byte(mark))
		if found < 0 {
			return r
		}
		at += found
		r.ids = append(r.ids, at)
	}
}

// number writes fresh ids: the connection in the first three digits, a counter in the rest.
func (r request) number(connection int, next *int) {
	for _, at := range r.ids {
		n := *next
		*next++
		for i := at + 11; i >= at+3; i-- {
			r.raw[i] = byte('0' + n%10)
			n /= 10
		}
		copy(r.raw[at:], fmt.Appendf(nil, "%03d", connection))
	}
}

// send loads the server for a while and waits until everything is loaded.
func send(s *server, key string, what shape, lasting time.Duration) (figures, error) {
	host := strings.TrimPrefix(s.url, "http://")
	var (
		mu     sync.Mutex
		wait   sync.WaitGroup
		f      figures
		failed error
	)
	began := time.Now()
	until := began.Add(lasting)
	for c := range what.connections {
		wait.Go(func() {
			events, answers, err := sendOn(host, key, what, c, until)
			mu.Lock()
			defer mu.Unlock()
			f.events += events
			f.answers = append(f.answers, answers...)
			if failed == nil {
				failed = err
			}
		})
	}
	// One more connection asks now and then to be answered only once its event is loaded.
	probe := shape{connections: 1, events: 1, path: "/v1/track?wait=loaded"}
	for at := began.Add(lasting / 10); at.Before(until); at = at.Add(lasting / 20) {
		time.Sleep(time.Until(at))
		_, lag, err := sendOn(host, key, probe, 900+len(f.lags), time.Now())
		if err != nil && !errors.Is(err, errWaiting) {
			return f, err
		}
		f.lags = append(f.lags, lag...)
	}
	wait.Wait()
	if failed != nil {
		return f, failed
	}
	for {
		_, lag, err := sendOn(host, key, probe, 899, time.Now())
		f.lags = append(f.lags, lag...)
		if !errors.Is(err, errWaiting) || time.Since(began) > loadedWithin {
			f.took = time.Since(began)
			return f, err
		}
	}
}

// errWaiting is in the chain of an answer that came before what was sent was loaded: a server answers after a while, however
// much it still has to load.
var errWaiting = errors.New("not loaded yet")

// loadedWithin is how long a server may take to load what it took in.
const loadedWithin = 5 * time.Minute

// sendOn sends on one connection until the time is over, at least once. The times are those until the answer.
func sendOn(host, key string, what shape, connection int, until time.Time) (events int, answers []time.Duration, err error) {
	chance := rand.New(rand.NewPCG(uint64(connection), 7))
	var requests []request
	for range 8 {
		requests = append(requests, newRequest(what, host, key, chance))
	}
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	conn.SetDeadline(until.Add(30 * time.Second))
	in := bufio.NewReaderSize(conn, 16<<10)
	next := 0
	for turn := 0; turn == 0 || time.Now().Before(until); turn++ {
		r := requests[turn%len(requests)]
		r.number(connection, &next)
		asked := time.Now()
		if _, err := conn.Write(r.raw); err != nil {
			return events, answers, err
		}
		status, body, err := readAnswer(in)
		if err != nil {
			return events, answers, err
		}
		if status == "503" && strings.HasSuffix(what.path, "wait=loaded") {
			return events, append(answers, time.Since(asked)), fmt.Errorf("%w: %s", errWaiting, body)
		}
		if status != "200" {
			return events, answers, fmt.Errorf("%s was answered with %s: %s", what.path, status, body)
		}
		answers = append(answers, time.Since(asked))
		events += what.events
	}
	return events, answers, nil
}

// readAnswer reads one answer whose length is given or that comes in chunks.
func readAnswer(in *bufio.Reader) (status, body string, err error) {
	first, err := in.ReadString('\n')
	if err != nil || len(first) < 12 {
		return "", "", fmt.Errorf("no answer (%q): %w", first, err)
	}
	length, chunked := 0, false
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return "", "", err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := strings.Cut(string(line), ":")
		switch strings.ToLower(name) {
		case "content-length":
			length, err = strconv.Atoi(strings.TrimSpace(value))
		case "transfer-encoding":
			chunked = true
		}
		if err != nil {
			return "", "", err
		}
	}
	read := func(n int) error {
		part := make([]byte, n)
		for have := 0; have < n; {
			m, err := in.Read(part[have:])
			if err != nil {
				return err
			}
			have += m
		}
		body += string(part)
		return nil
	}
	if !chunked {
		return first[9:12], body, read(length)
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line), 16, 32)
		if err != nil {
			return "", "", err
		}
		if err := read(int(n) + 2); err != nil || n == 0 {
			return first[9:12], body, err
		}
	}
}
