package main

import (
	"context"
	"math/rand/v2"
	"time"

	"portcullis.test/internal/visitor"
)

const (
	// patience is how long one request may take.
	patience = 20 * time.Second
	// Of so many requests, one is made with a token from the graveyard.
	graveyardShare = 4
)

// requests makes requests, one after the other, until ctx ends.
func (s *storm) requests(ctx context.Context, chance *rand.Rand) {
	for ctx.Err() == nil {
		app := s.apps[chance.IntN(len(s.apps))]
		front := s.fronts[chance.IntN(len(s.fronts))]
		if chance.IntN(graveyardShare) == 0 {
			if token := app.buried(chance.Int()); token != nil {
				s.use(ctx, front, token)
				continue
			}
		}
		slot := app.slots[chance.IntN(len(app.slots))]
		token := slot.token.Load()
		if token == nil || s.use(ctx, front, token) == refused {
			s.logIn(ctx, front, app, slot)
		}
	}
}

type outcome int

const (
	admitted outcome = iota
	refused
	unknown
)

// use makes one request with a token, and judges what came of it.
func (s *storm) use(ctx context.Context, front front, token *token) outcome {
	before, life := token.state(), s.lives.Load()
	header := visitor.WithToken(token.jwt)
	if before == dead {
		header.Set(mark, "yes")
		front.counts.afterwards.Add(1)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := front.send(ctx, token.app, header)
	switch {
	case err != nil:
		front.counts.failed.Add(1)
		s.pause(ctx)
		return unknown
	case got.Admitted():
		front.counts.admitted.Add(1)
		if before == dead {
			s.counts.violate("%s, %s: a revoked token was admitted", front.name, token.app.host)
		}
		return admitted
	case got.Revoked():
		front.counts.revoked.Add(1)
		if token.state() == live {
			s.counts.violate("%s, %s: a token that was not revoked is refused as revoked", front.name, token.app.host)
		}
		return refused
	default:
		front.counts.otherwise.Add(1)
		s.counts.noteOther(front, got, life%2 == 0 && life == s.lives.Load())
		return unknown
	}
}

// logIn puts a new token into the slot, unless somebody else is about to.
func (s *storm) logIn(ctx context.Context, front front, app *application, slot *slot) {
	if !slot.busy.CompareAndSwap(false, true) {
		return
	}
	defer slot.busy.Store(false)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	calls, began := app.callsSoFar(), s.now()
	got, err := front.send(ctx, app, visitor.WithCredentials(slot.machine))
	if err != nil || !got.Admitted() {
		s.pause(ctx)
		return
	}
	jwt, found := got.Token()
	if !found {
		s.counts.violate("%s, %s: a login sets no token", front.name, app.host)
		return
	}
	token, err := app.born(jwt, calls, began)
	if err != nil {
		s.counts.violate("%s: %v", front.name, err)
		return
	}
	slot.token.Store(token)
	s.counts.logins.Add(1)
}

// pause lets a server that is not there come back.
func (s *storm) pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(2 * time.Millisecond):
	}
}
