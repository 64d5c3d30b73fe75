package app

import (
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// figures are what a monitoring system asks for, on a listener of its own.
type figures struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newFigures(a *App) *figures {
	f := &figures{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "keepwell_request_seconds", Help: "How long requests took.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"route", "status"})}
	f.registry.MustRegister(f.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	counter := func(name, help string, value func() float64) {
		f.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
	}
	gauge := func(name, help string, value func() float64) {
		f.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	counter("keepwell_facts_accepted_total", "Facts taken in since the start.", func() float64 { return float64(a.door.Health().Accepted) })
	counter("keepwell_facts_duplicate_total", "Facts known already, since the start.", func() float64 { return float64(a.door.Health().Duplicates) })
	counter("keepwell_facts_loaded_total", "Facts loaded into the lake since the start.", func() float64 { return float64(a.loader.Health().Facts) })
	gauge("keepwell_facts_known", "Facts known to the duplicate check.", func() float64 { return float64(a.door.Health().Known) })
	gauge("keepwell_load_behind_seconds", "How long the oldest fact that is not loaded waits.", func() float64 { return a.loader.Health().Behind.Seconds() })
	gauge("keepwell_load_behind_bytes", "Bytes of the log that are not loaded.", func() float64 {
		h := a.loader.Health()
		return float64(h.End - min(h.Loaded, h.End))
	})
	gauge("keepwell_log_bytes", "Size of the log on the disk.", func() float64 { return float64(a.log.Size()) })
	gauge("keepwell_troubles", "Things that keep the server from its work.", func() float64 { return float64(len(a.Trouble())) })
	return f
}

// request notes a request that was answered.
func (f *figures) request(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	f.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (f *figures) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(f.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
