package main

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"portcullis.test/internal/origin"
	"portcullis.test/internal/visitor"
)

const (
	// What clients send on an open WebSocket, before and after the answer.
	inTime  = "in time"
	tooLate = "too late"
	// closing is how long a cut may take to be noticed by the client of a busy machine.
	closing = 10 * time.Second
)

// serveOrigin serves the application behind the gate. It shares the storm's clock.
func (s *storm) serveOrigin() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.counts.arrived.Add(1)
		if r.Header.Get(mark) != "" {
			s.counts.violate("the origin saw a request that began after its token was revoked")
		}
	})
	mux.HandleFunc("/ws", s.serveSocket)
	s.origin = &http.Server{Handler: mux}
	go s.origin.Serve(listener)
	return listener.Addr().String(), nil
}

// serveSocket sends the time again and again, and reads what the client sends.
func (s *storm) serveSocket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		defer cancel()
		for {
			_, message, err := conn.Read(ctx)
			if err != nil {
				return
			}
			s.counts.messages.Add(1)
			if string(message) == tooLate {
				s.counts.violate("the origin saw a message that was sent after the token was revoked")
			}
		}
	}()
	origin.Tick(ctx, func(time.Time) error {
		stamp := binary.BigEndian.AppendUint64(nil, uint64(s.now()))
		return conn.Write(ctx, websocket.MessageBinary, stamp)
	})
}

// sockets keeps one WebSocket open after the other, until ctx ends.
func (s *storm) socketsOf(ctx context.Context, chance *rand.Rand) {
	for ctx.Err() == nil {
		app := s.apps[chance.IntN(len(s.apps))]
		token := app.slots[chance.IntN(len(app.slots))].token.Load()
		if token == nil || token.state() != live {
			s.pause(ctx)
			continue
		}
		s.keepOpen(ctx, token)
	}
}

// keepOpen opens a WebSocket with a token, and uses it until somebody closes it.
func (s *storm) keepOpen(ctx context.Context, token *token) {
	life := s.lives.Load()
	door := visitor.Door{URL: s.server.GateURL, Host: token.app.host}
	conn, err := door.WebSocket(ctx, visitor.WithToken(token.jwt))
	if err != nil {
		s.pause(ctx)
		return
	}
	defer conn.CloseNow()
	s.counts.opened.Add(1)
	pumping, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.sendUntilClosed(pumping, conn, token)
	s.readUntilClosed(pumping, conn, token)
	switch {
	case ctx.Err() != nil || life != s.lives.Load():
	case token.state() == live:
		s.counts.violate("%s: the connection of a token that was not revoked was closed", token.app.host)
	default:
		s.counts.cut.Add(1)
	}
}

func (s *storm) sendUntilClosed(ctx context.Context, conn *websocket.Conn, token *token) {
	origin.Tick(ctx, func(time.Time) error {
		message := inTime
		if token.state() == dead {
			message = tooLate
			if s.now() > token.diedAt()+closing {
				s.counts.violate("%s: the connection of a revoked token is still open", token.app.host)
				return conn.CloseNow()
			}
		}
		return conn.Write(ctx, websocket.MessageText, []byte(message))
	})
}

func (s *storm) readUntilClosed(ctx context.Context, conn *websocket.Conn, token *token) {
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			return
		}
		if len(message) != 8 {
			continue
		}
		sent := time.Duration(binary.BigEndian.Uint64(message))
		if token.state() == dead && sent > token.diedAt() {
			s.counts.violate("%s: a client received what the origin sent %v after the token was revoked",
				token.app.host, sent-token.diedAt())
			return
		}
	}
}
