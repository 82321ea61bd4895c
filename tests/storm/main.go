// Command storm keeps tokens in flight through the gate's proxy, through nginx and through forward-auth,
// while it calls revoke_tokens and kills the server at random moments. After a 200, not one may be admitted.
//
// A request that begins after a 200 that covers its token carries a mark; the origin must never see one.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	settings := settings{}
	flag.DurationVar(&settings.duration, "for", time.Minute, "how long the storm lasts")
	flag.IntVar(&settings.tokens, "tokens", 800, "how many tokens are in flight")
	flag.IntVar(&settings.applications, "applications", 8, "of how many applications")
	flag.IntVar(&settings.workers, "workers", 48, "how many requests are under way at once")
	flag.IntVar(&settings.sockets, "sockets", 32, "how many WebSockets are open at once")
	flag.DurationVar(&settings.pause, "pause", 300*time.Millisecond, "the longest time between two revocations; there are two that revoke")
	flag.Uint64Var(&settings.seed, "seed", uint64(time.Now().UnixNano()), "where chance begins")
	flag.BoolVar(&settings.sabotage, "sabotage", false, "revoke nothing, and take it for done: the storm must notice")
	recipe := flag.String("recipe", "nginx/portcullis.conf", "the configuration of nginx")
	flag.Parse()

	if err := run(settings, *recipe); err != nil {
		fmt.Fprintln(os.Stderr, "storm:", err)
		os.Exit(1)
	}
}

func run(settings settings, recipe string) error {
	text, err := os.ReadFile(recipe)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "portcullis-storm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	fmt.Printf("storm: seed %d, %d tokens of %d applications, %v\n",
		settings.seed, settings.tokens, settings.applications, settings.duration)
	storm, err := prepare(folder, string(text), settings)
	if err != nil {
		return err
	}
	defer storm.close()
	if err := storm.rage(context.Background()); err != nil {
		return err
	}
	return storm.report()
}
