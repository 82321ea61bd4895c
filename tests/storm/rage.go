package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"portcullis.test/internal/api"
)

// rage is the storm itself; then, in the calm after it, all the dead are asked for once more.
func (s *storm) rage(ctx context.Context) error {
	storming, cancel := context.WithTimeout(ctx, s.duration)
	defer cancel()
	var group sync.WaitGroup
	for number := range s.workers {
		group.Go(func() { s.requests(storming, s.chance(1, number)) })
	}
	for number := range s.sockets {
		group.Go(func() { s.socketsOf(storming, s.chance(2, number)) })
	}
	for number := range 2 {
		group.Go(func() { s.revocations(storming, s.chance(3, number)) })
	}
	err := s.kills(storming, s.chance(4, 0))
	cancel()
	group.Wait()
	if err != nil {
		return err
	}
	s.askForTheDead(ctx, s.chance(5, 0), calm)
	return nil
}

// chance is the source of one worker's decisions.
func (s *storm) chance(kind, number int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, uint64(kind)<<32|uint64(number)))
}

// revocations calls revoke_tokens for one application after the other.
func (s *storm) revocations(ctx context.Context, chance *rand.Rand) {
	for ctx.Err() == nil {
		s.revoke(ctx, s.apps[chance.IntN(len(s.apps))])
		wait(ctx, time.Duration(chance.Int64N(int64(s.settings.pause)+1)))
	}
}

func (s *storm) revoke(ctx context.Context, app *application) {
	covered := app.call()
	defer app.ended()
	select {
	case s.provoked <- struct{}{}:
	default:
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	sent := s.now()
	var err error
	if !s.sabotage {
		err = s.api.RevokeTokens(ctx, app.id)
	}
	now := s.now()
	if err == nil {
		app.answered(covered, now)
		s.counts.answer(now-sent, len(covered))
		return
	}
	s.counts.interrupted.Add(1)
	// A server that is shutting down or starting may say so; any other answer is a fault.
	if answer := (*api.Error)(nil); errors.As(err, &answer) && answer.Status != 503 {
		s.counts.violate("revoke_tokens: %v", err)
	}
	s.pause(ctx)
}

// kills ends and starts the server, at random moments and in the middle of revocations.
func (s *storm) kills(ctx context.Context, chance *rand.Rand) error {
	for {
		wait(ctx, 300*time.Millisecond+time.Duration(chance.Int64N(int64(3*time.Second))))
		if chance.IntN(2) == 0 {
			s.awaitRevocation(ctx)
			wait(ctx, time.Duration(chance.Int64N(int64(8*time.Millisecond))))
		}
		if ctx.Err() != nil {
			return nil
		}
		s.lives.Add(1)
		if err := s.server.Kill(); err != nil {
			return fmt.Errorf("kill: %w", err)
		}
		s.counts.kills.Add(1)
		if err := s.server.Restart(); err != nil {
			return err
		}
		s.lives.Add(1)
		s.askForTheDead(ctx, chance, afterKill)
	}
}

// awaitRevocation returns when a revocation that has not been sent yet is being sent.
func (s *storm) awaitRevocation(ctx context.Context) {
	select {
	case <-s.provoked:
	default:
	}
	select {
	case <-s.provoked:
	case <-ctx.Done():
	}
}

func wait(ctx context.Context, delay time.Duration) {
	select {
	case <-time.After(delay):
	case <-ctx.Done():
	}
}

const (
	// How many of the dead are asked for after each kill, and at the end.
	afterKill = 200
	calm      = 6000
)

// askForTheDead sends revoked tokens, the newest first, through every front in turn. Each must be refused
// for that reason, now that the server is up.
func (s *storm) askForTheDead(ctx context.Context, chance *rand.Rand, most int) {
	for _, app := range s.apps {
		app.mu.Lock()
		buried := append([]*token(nil), app.graveyard...)
		app.mu.Unlock()
		newest := len(buried) - min(len(buried), most/len(s.apps))
		for _, token := range buried[newest:] {
			if ctx.Err() != nil {
				return
			}
			front := s.fronts[chance.IntN(len(s.fronts))]
			if s.use(ctx, front, token) == refused {
				s.counts.stillDead.Add(1)
			} else if ctx.Err() == nil {
				s.counts.violate("%s, %s: a revoked token is not refused as revoked", front.name, token.app.host)
			}
		}
	}
}
