package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/web"
)

// Run serves until the process is told to stop.
func (c *serveCommand) Run(out *console) error {
	redis.LogTo(c.logger(out))
	h, err := c.open(out.ctx, out)
	if err != nil {
		return err
	}
	defer h.close()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen for citizens and counsellors (FRONTDESK_LISTEN): %w", err)
	}
	defer listener.Close()
	if err := c.serveMetrics(out.ctx, h); err != nil {
		return err
	}
	if err := h.serveStudio(out.ctx); err != nil {
		return err
	}
	if err := h.greet(out, "http://"+listener.Addr().String()); err != nil {
		return err
	}
	return h.serve(out.ctx, listener, c.Drain)
}

// serveMetrics opens the metrics' own listener, which never leaves this machine.
func (c *serveCommand) serveMetrics(ctx context.Context, h *house) error {
	if c.MetricsListen == "off" {
		return nil
	}
	listener, err := net.Listen("tcp", c.MetricsListen)
	if err != nil {
		return fmt.Errorf("listen for Prometheus (FRONTDESK_METRICS_LISTEN; \"off\" for nowhere): %w", err)
	}
	server := &http.Server{Handler: h.metrics.handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, func() { server.Close() })
	h.log.Info("metrics", "address", "http://"+listener.Addr().String()+"/metrics")
	return nil
}

// How many connections there may be: twice what a busy day needs, and at most a tenth of one address,
// which may be a school's.
const (
	mostConnections      = 10_000
	householdConnections = 1_000
)

// server cuts off whoever is slow: to say what they want, to send it, to take the answer. What is
// cut held a connection and nothing else.
func (h *house) server(life, streams context.Context) *http.Server {
	return h.serverOf(h.handler(), life, streams)
}

func (h *house) serverOf(pages http.Handler, life, streams context.Context) *http.Server {
	return &http.Server{
		Handler:           readingUntil(streams, pages),
		BaseContext:       func(net.Listener) context.Context { return life },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second, // of a body
		WriteTimeout:      30 * time.Second, // of an answer, from the end of its head; event streams lift both
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          quiet(h.log),
	}
}

// serve answers requests and keeps the clocks until ctx ends; then it stops taking, lets what is
// open end, and returns. What is left is safe in the store.
func (h *house) serve(ctx context.Context, listener net.Listener, drain time.Duration) error {
	life, end := context.WithCancel(context.Background())
	defer end()
	streams, endStreams := context.WithCancel(life)
	defer endStreams()
	server := h.server(life, streams)
	h.start(life)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(web.Bound(listener, &h.seats, h.proxies)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	h.log.Info("stopping: open requests end, what is accepted stays accepted")
	h.draining.Store(true)
	if h.phone != nil {
		h.phone.Refuse()
	}
	endStreams() // event streams never end by themselves; their pages reconnect elsewhere
	last, cancel := context.WithTimeout(life, drain)
	defer cancel()
	if err := server.Shutdown(last); errors.Is(err, context.DeadlineExceeded) {
		server.Close() // whoever has not ended by now is cut, before the store closes
	} else if err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	end()
	h.loops.Wait()
	h.relay.Wait()
	return nil
}

// readingUntil ends what only reads when ctx does. What somebody sent is finished: it may be accepted
// already, and they should hear so.
func readingUntil(ctx context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		reading, end := context.WithCancel(r.Context())
		defer end()
		defer context.AfterFunc(ctx, end)()
		next.ServeHTTP(w, r.WithContext(reading))
	})
}

// health answers whether the process lives and whether it should be sent anybody.
type health struct {
	store    func(context.Context) error // whether it takes writes
	line     func() bool                 // whether calls reach the number
	onLive   func() bool                 // whether the live release is served, not an earlier one
	draining *atomic.Bool
}

func (p health) live(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

func (p health) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := p.check(ctx); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	but := "" // what people are served all the same without
	if !p.line() {
		but += ", but the telephone is not registered"
	}
	if !p.onLive() {
		but += ", but the live release is refused and an earlier one is served"
	}
	fmt.Fprintln(w, "ready"+but)
}

// check says, in words that anybody may read, why nobody should be sent here.
func (p health) check(ctx context.Context) error {
	err := p.store(ctx)
	switch {
	case p.draining.Load():
		return errors.New("stopping")
	case err != nil:
		return errors.New("the store takes nothing")
	}
	return nil
}
