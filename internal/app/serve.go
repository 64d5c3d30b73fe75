package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
)

// Serve opens an installation and serves it until ctx ends. first is done before anybody is let in, ready once everybody
// is; either may be nil. When somebody chooses what everything is opened with, or removes the sample company, it is opened
// anew; callers wait meanwhile.
func Serve(ctx context.Context, s *config.Settings, o Options, first func(*App) error, ready func(a *App, url string)) error {
	var l net.Listener
	o.serving = true
	defer func() {
		if l != nil {
			l.(kept).TCPListener.Close()
		}
	}()
	for {
		again, err := serveOnce(ctx, s, o, &l, first, ready)
		if err != nil || !again {
			return err
		}
		first, ready = nil, nil
		o.Logger.Info("opening everything anew, as something chosen in the workspace asks for it")
	}
}

func serveOnce(ctx context.Context, s *config.Settings, o Options, l *net.Listener, first func(*App) error, ready func(*App, string)) (again bool, err error) {
	a, err := Open(ctx, s, o)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if first != nil {
		if err := first(a); err != nil {
			if ctx.Err() != nil {
				return false, nil // stopped while loading; the next start goes on
			}
			return false, err
		}
	}
	if a.sample.Sample().State == feed.Stuck {
		a.sample.resume()
	}
	if *l == nil {
		fresh, err := listen(s.Listen, "listen")
		if err != nil {
			return false, err
		}
		*l = kept{fresh.(*net.TCPListener)}
	}
	return a.run(ctx, *l, func(url string) {
		if ready != nil {
			ready(a, url)
		}
	})
}

// kept is a listener that outlives the servers on it: closing it only ends waiting, and who calls meanwhile is kept in line.
type kept struct{ *net.TCPListener }

func (k kept) Close() error { return k.SetDeadline(time.Unix(1, 0)) }

// Run serves until ctx ends, then finishes the requests that are under way; Close is for the caller. ready hears once
// where the server is.
func (a *App) Run(ctx context.Context, ready func(url string)) error {
	l, err := listen(a.settings.Listen, "listen")
	if err != nil {
		return err
	}
	_, err = a.run(ctx, l, ready)
	return err
}

// run serves on a listener until ctx ends, or until everything should be opened anew.
func (a *App) run(ctx context.Context, listener net.Listener, ready func(url string)) (again bool, err error) {
	if k, ok := listener.(kept); ok {
		if err := k.SetDeadline(time.Time{}); err != nil {
			return false, err
		}
	}
	server := a.server(a.handler)
	server.RegisterOnShutdown(a.news.Close) // a stream would be waited for
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	stop := []*http.Server{server}
	defer func() {
		for _, s := range stop {
			s.Close()
		}
	}()
	if a.settings.MetricsListen != "" {
		l, err := listen(a.settings.MetricsListen, "metrics-listen")
		if err != nil {
			return false, err
		}
		figures := a.server(a.figures.handler())
		stop = append(stop, figures)
		go func() { failed <- figures.Serve(l) }()
		a.logger.Info("metrics and profiles are served, without a key", "url", "http://"+l.Addr().String()+"/metrics")
	}
	url := reachable(listener.Addr())
	a.base.Store(&url)
	if err := announce(a.settings.Data, Server{URL: url, PID: os.Getpid(), Token: a.token, Started: a.started.UTC()}); err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "the data folder can't be written").At("%s", a.settings.Data).Mend("check its owner and the space on its disk")
	}
	defer os.Remove(filepath.Join(a.settings.Data, serverFile))
	ready(url)
	select {
	case err := <-failed:
		return false, fault.Wrap(fault.Unavailable, err, "serving broke off").At("%s", a.settings.Listen)
	case <-a.anew:
		again = true
	case <-ctx.Done():
		a.logger.Info("stopping: finishing requests, then loading what was accepted")
	}
	last, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		a.logger.Warn("some requests were cut off", "error", err)
	}
	return again, nil
}

// server has limits for callers that are slow or idle; the Guard has those for bodies and answers.
func (a *App) server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.logger.Handler(), slog.LevelDebug)}
}

func listen(address, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.Wrap(fault.Conflict, nil, "the address %s is in use", address).Mend("stop what uses it, or choose another with --%s (port 0 picks a free one)", setting)
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "can't listen on %s", address).Mend("choose an address of this machine with --%s", setting)
	}
	return l, nil
}

// reachable is an address that this machine can call: one that listens everywhere is called on loopback.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return fmt.Sprintf("http://%s", net.JoinHostPort(host, port))
}
