// Package origin is a small real web application that remembers what reached it. Nobody else's word
// counts for what was admitted.
package origin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Assertion is the header in which a gate hands the application token to the origin.
const Assertion = "Cf-Access-Jwt-Assertion"

// tick is the time between two chunks of the stream.
const tick = 5 * time.Millisecond

// Origin serves pages everywhere, a WebSocket echo at `/ws`, and an endless stream at `/stream`.
type Origin struct {
	server   *http.Server
	listener net.Listener

	mu       sync.Mutex
	requests int
	messages int
	last     *http.Request
}

// Start serves on a free port of loopback.
func Start() (*Origin, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	origin := &Origin{listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("/", origin.page)
	mux.HandleFunc("/ws", origin.echo)
	mux.HandleFunc("/stream", origin.stream)
	origin.server = &http.Server{Handler: origin.counted(mux)}
	go origin.server.Serve(listener)
	return origin, nil
}

// Address is where it listens.
func (o *Origin) Address() string { return o.listener.Addr().String() }

// Close stops it.
func (o *Origin) Close() error { return o.server.Close() }

// Requests is how many requests reached it.
func (o *Origin) Requests() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.requests
}

// Messages is how many WebSocket messages reached it.
func (o *Origin) Messages() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.messages
}

// Last is the request that reached it last.
func (o *Origin) Last() *http.Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last
}

func (o *Origin) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.requests++
		o.last = r
		o.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (o *Origin) page(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "origin", Value: "visited"})
	fmt.Fprintf(w, "This is %s.\n", r.URL.Path)
}

func (o *Origin) echo(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	for {
		kind, message, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		o.mu.Lock()
		o.messages++
		o.mu.Unlock()
		if err := conn.Write(r.Context(), kind, message); err != nil {
			return
		}
	}
}

func (o *Origin) stream(w http.ResponseWriter, r *http.Request) {
	Tick(r.Context(), func(now time.Time) error {
		if _, err := fmt.Fprintln(w, now.UnixNano()); err != nil {
			return err
		}
		return http.NewResponseController(w).Flush()
	})
}

// Tick calls write again and again, until it fails or ctx ends.
func Tick(ctx context.Context, write func(time.Time) error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		if err := write(time.Now()); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
