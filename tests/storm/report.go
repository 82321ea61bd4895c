package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"portcullis.test/internal/visitor"
)

// shown is how many violations are printed; all are counted.
const shown = 20

// counts are what happened.
type counts struct {
	arrived     atomic.Int64
	messages    atomic.Int64
	logins      atomic.Int64
	opened      atomic.Int64
	cut         atomic.Int64
	interrupted atomic.Int64
	kills       atomic.Int64
	stillDead   atomic.Int64
	covered     atomic.Int64
	violations  atomic.Int64

	mu      sync.Mutex
	answers []time.Duration
	others  map[string]int
}

// violate takes note of a broken promise.
func (c *counts) violate(format string, values ...any) {
	if c.violations.Add(1) <= shown {
		fmt.Printf("VIOLATION: "+format+"\n", values...)
	}
}

func (c *counts) answer(took time.Duration, tokens int) {
	c.covered.Add(int64(tokens))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers = append(c.answers, took)
}

// noteOther counts answers that are neither an admission nor a refusal of a revoked token. While the server
// is down, or just up, they are what they should be.
func (c *counts) noteOther(front front, got visitor.Answer, sameLife bool) {
	when := "around a kill"
	if sameLife {
		when = "all at ease"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.others == nil {
		c.others = map[string]int{}
	}
	c.others[fmt.Sprintf("%s: %d %s, %s", front.name, got.Status, got.Reason(), when)]++
}

// report prints the counts. It is an error if a promise was broken, or if something was never put to the
// test.
func (s *storm) report() error {
	c := &s.counts
	slices.Sort(c.answers)
	fmt.Printf("revocations answered 200     %6d   (median %v, longest %v), covering %d tokens\n",
		len(c.answers), quantile(c.answers, 0.5), quantile(c.answers, 1), c.covered.Load())
	fmt.Printf("revocations not answered     %6d\n", c.interrupted.Load())
	fmt.Printf("kills                        %6d\n", c.kills.Load())
	fmt.Printf("logins                       %6d\n", c.logins.Load())
	for _, front := range s.fronts {
		counts := front.counts
		fmt.Printf("%-12s requests        %6d admitted, %d refused as revoked, %d otherwise, %d failed; %d began after the answer\n",
			front.name, counts.admitted.Load(), counts.revoked.Load(), counts.otherwise.Load(), counts.failed.Load(),
			counts.afterwards.Load())
	}
	fmt.Printf("WebSockets                   %6d opened, %d cut by a revocation, %d messages reached the origin\n",
		c.opened.Load(), c.cut.Load(), c.messages.Load())
	fmt.Printf("still dead after a kill      %6d tokens asked for again\n", c.stillDead.Load())
	for other, count := range c.others {
		fmt.Printf("  %6d × %s\n", count, other)
	}
	fmt.Printf("violations                   %6d\n", c.violations.Load())
	if c.violations.Load() > 0 {
		return errors.New("a promise was broken")
	}
	return s.wasTested()
}

// wasTested is an error if something that should have been tried was not.
func (s *storm) wasTested() error {
	c := &s.counts
	tried := map[string]int64{
		"revocation": int64(len(c.answers)), "kill": c.kills.Load(), "request at the origin": c.arrived.Load(),
		"WebSocket that was cut": c.cut.Load(), "message": c.messages.Load(), "dead token": c.stillDead.Load(),
	}
	for _, front := range s.fronts {
		tried[front.name+": admission"] = front.counts.admitted.Load()
		tried[front.name+": refusal"] = front.counts.revoked.Load()
		tried[front.name+": request after the answer"] = front.counts.afterwards.Load()
	}
	var errs []error
	for what, times := range tried {
		if times == 0 {
			errs = append(errs, fmt.Errorf("not a single %s: nothing was tested", what))
		}
	}
	return errors.Join(errs...)
}

func quantile(sorted []time.Duration, at float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(at*float64(len(sorted)-1))].Round(10 * time.Microsecond)
}
