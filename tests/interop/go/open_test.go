package interop

import (
	"bufio"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/coder/websocket"

	"portcullis.test/internal/visitor"
)

// patience is how long a connection that should move, or end, may do nothing.
const patience = 10 * time.Second

// open are connections that were admitted with one token and not closed.
type open struct {
	app    application
	socket *websocket.Conn
	stream *bufio.Reader
	body   io.Closer
}

func (a application) open(t *testing.T, token string) *open {
	t.Helper()
	header := visitor.WithToken(token)
	socket, err := a.WebSocket(t.Context(), header)
	fatal(t, err)
	t.Cleanup(func() { socket.CloseNow() })
	response, err := a.Open(t.Context(), "/stream", header)
	fatal(t, err)
	t.Cleanup(func() { response.Body.Close() })
	return &open{a, socket, bufio.NewReader(response.Body), response.Body}
}

// isAlive fails unless bytes pass, both ways.
func (o *open) isAlive(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	fatal(t, visitor.Echo(ctx, o.socket, "are you there?"))
	if _, err := o.stream.ReadString('\n'); err != nil {
		t.Fatalf("the stream broke off: %v", err)
	}
}

// isCut fails unless both have been closed, and nothing passes any more.
func (o *open) isCut(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	before := o.app.world.origin.Messages()
	if err := visitor.Echo(ctx, o.socket, "still there?"); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the WebSocket was not closed: %v", err)
	}
	if after := o.app.world.origin.Messages(); after != before {
		t.Fatal("a message that was sent after the answer reached the origin")
	}
	if err := o.drain(); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the stream was not broken off: %v", err)
	}
}

// drain reads what had passed before the answer, up to the end, which must not be a regular one.
func (o *open) drain() error {
	timer := time.AfterFunc(patience, func() { o.body.Close() })
	_, err := io.Copy(io.Discard, o.stream)
	if !timer.Stop() {
		return context.DeadlineExceeded
	}
	return err
}
