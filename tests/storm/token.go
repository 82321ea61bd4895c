package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"portcullis.test/internal/api"
)

// state is how sure it is that a token was revoked.
type state int32

const (
	// No revocation that covers it has been sent.
	live state = iota
	// One was sent, and has not been answered. It may have happened or not.
	called
	// One was answered with 200.
	dead
)

// token is one application token.
type token struct {
	jwt     string
	app     *application
	current atomic.Int32
	died    atomic.Int64
}

func (t *token) state() state { return state(t.current.Load()) }

// diedAt is the time of the answer, on the storm's clock; only of the dead.
func (t *token) diedAt() time.Duration { return time.Duration(t.died.Load()) }

// application is one application, with every token that it was seen to give.
type application struct {
	host  string
	id    string
	slots []*slot

	mu        sync.Mutex
	calls     calls
	living    []*token
	graveyard []*token
	known     map[string]*token
}

// slot is a place for a token in flight: the token of one service token for the application.
type slot struct {
	machine api.Credentials
	token   atomic.Pointer[token]
	busy    atomic.Bool
}

// calls counts the revocations of one application.
type calls struct {
	sent  int
	ended int
}

// callsSoFar are those up to now.
func (a *application) callsSoFar() calls {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls
}

// born takes note of a token that was obtained by a login that began when there had been these calls. It is
// an error if that token was known to be dead by then.
func (a *application) born(jwt string, before calls, began time.Duration) (*token, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.known[jwt]; known != nil {
		if known.state() == dead && known.diedAt() < began {
			return nil, fmt.Errorf("%s: a login handed out a token that was revoked", a.host)
		}
		return known, nil
	}
	born := &token{jwt: jwt, app: a}
	// A revocation that was under way during the login covers it, or does not: nobody can tell.
	if before.sent != before.ended || a.calls.sent != before.sent {
		born.current.Store(int32(called))
	}
	a.known[jwt] = born
	a.living = append(a.living, born)
	return born, nil
}

// call marks every token that a revocation sent from now on covers, and returns them.
func (a *application) call() []*token {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls.sent++
	covered := append([]*token(nil), a.living...)
	for _, token := range covered {
		token.current.CompareAndSwap(int32(live), int32(called))
	}
	return covered
}

// ended takes note that a call was answered, or never will be.
func (a *application) ended() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls.ended++
}

// answered buries what a revocation that was answered with 200 covers.
func (a *application) answered(covered []*token, now time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, token := range covered {
		if token.died.CompareAndSwap(0, int64(now)) {
			token.current.Store(int32(dead))
			a.graveyard = append(a.graveyard, token)
		}
	}
	still := a.living[:0]
	for _, token := range a.living {
		if token.state() != dead {
			still = append(still, token)
		}
	}
	a.living = still
}

// buried is one of the dead, chosen by a number; nil if nobody has died.
func (a *application) buried(choice int) *token {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.graveyard) == 0 {
		return nil
	}
	return a.graveyard[choice%len(a.graveyard)]
}
