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

	"github.com/keepwell/keepwell/internal/fault"
)

// Run serves until ctx ends, then finishes the requests that are under way; Close is for the caller. ready hears once
// where the server is.
func (a *App) Run(ctx context.Context, ready func(url string)) error {
	listener, err := listen(a.settings.Listen, "listen")
	if err != nil {
		return err
	}
	server := a.server(a.handler)
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
			return err
		}
		figures := a.server(a.figures.handler())
		stop = append(stop, figures)
		go func() { failed <- figures.Serve(l) }()
		a.logger.Info("metrics and profiles are served, without a key", "url", "http://"+l.Addr().String()+"/metrics")
	}
	url := reachable(listener.Addr())
	if err := announce(a.settings.Data, Server{URL: url, PID: os.Getpid(), Token: a.token, Started: a.started.UTC()}); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the data folder can't be written").At("%s", a.settings.Data).Mend("check its owner and the space on its disk")
	}
	defer os.Remove(filepath.Join(a.settings.Data, serverFile))
	ready(url)
	select {
	case err := <-failed:
		return fault.Wrap(fault.Unavailable, err, "serving broke off").At("%s", a.settings.Listen)
	case <-ctx.Done():
	}
	a.logger.Info("stopping: finishing requests, then loading what was accepted")
	last, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		a.logger.Warn("some requests were cut off", "error", err)
	}
	return nil
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
