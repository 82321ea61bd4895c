// Command fill puts applications and application tokens into a running server, for benchmarks; or revokes
// the tokens of some, at a steady rate.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"portcullis.test/internal/api"
	"portcullis.test/internal/server"
	"portcullis.test/internal/visitor"
)

// parallel is how many requests are under way at once: enough for the server to commit them in groups.
const parallel = 64

func main() {
	bootstrap := flag.String("bootstrap", "", "the file that the first start of the server wrote")
	applications := flag.Int("applications", 10_000, "how many applications to create")
	machines := flag.Int("machines", 10, "how many tokens to obtain for each")
	tokens := flag.String("tokens", "tokens", "where to write them: host and token, one a line")
	spare := flag.Int("spare", 100, "how many applications more to create, without tokens, for -revoke")
	spares := flag.String("spares", "spares", "where the ids of those are")
	rate := flag.Int("revoke", 0, "revoke so many times a second instead of all this")
	duration := flag.Duration("for", 10*time.Second, "how long to revoke")
	flag.Parse()

	client, err := connect(*bootstrap)
	switch {
	case err != nil:
	case *rate > 0:
		err = revoke(client, *spares, *rate, *duration)
	default:
		err = fill(client, *applications, *machines, *tokens, *spare, *spares)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

func connect(file string) (*api.Client, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var bootstrap server.Bootstrap
	if err := json.Unmarshal(text, &bootstrap); err != nil {
		return nil, err
	}
	client := api.New(bootstrap)
	client.HTTP.Transport = &http.Transport{MaxIdleConnsPerHost: parallel * 4}
	return client, nil
}

func fill(client *api.Client, applications, machines int, tokens string, spare int, spares string) error {
	ctx := context.Background()
	credentials := make([]api.Credentials, machines)
	err := each(machines, func(number int) (err error) {
		credentials[number], err = client.CreateServiceToken(ctx, fmt.Sprintf("machine %d", number))
		return err
	})
	if err != nil {
		return err
	}
	began := time.Now()
	ids := make([]string, applications+spare)
	err = each(len(ids), func(number int) error {
		created, err := client.CreateApplication(ctx, host(number), host(number))
		ids[number] = created.ID
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d applications created in %v\n", len(ids), time.Since(began).Round(time.Millisecond))
	if err := write(spares, ids[applications:]); err != nil {
		return err
	}

	began = time.Now()
	lines := make([]string, applications*machines)
	err = each(len(lines), func(number int) error {
		host := host(number % applications)
		token, err := logIn(ctx, client.AuthURL, host, credentials[number/applications])
		lines[number] = host + " " + token
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(lines)
	if distinct := len(slices.Compact(slices.Clone(lines))); distinct != len(lines) {
		return fmt.Errorf("only %d of %d tokens are distinct", distinct, len(lines))
	}
	fmt.Printf("%d tokens obtained in %v\n", len(lines), time.Since(began).Round(time.Millisecond))
	return write(tokens, scattered(lines))
}

func host(number int) string { return fmt.Sprintf("app%d.localhost", number) }

// scattered is a fixed order in which neighbours are far apart.
func scattered(lines []string) []string {
	const step = 61_803
	scattered := make([]string, len(lines))
	for number := range lines {
		scattered[number] = lines[number*step%len(lines)]
	}
	return scattered
}

func logIn(ctx context.Context, url, host string, credentials api.Credentials) (string, error) {
	header := visitor.WithCredentials(credentials)
	header.Set("X-Forwarded-Method", http.MethodGet)
	header.Set("X-Forwarded-Proto", "http")
	header.Set("X-Forwarded-Host", host)
	header.Set("X-Forwarded-Uri", "/")
	header.Set("X-Forwarded-For", "127.0.0.1")
	answer, err := visitor.Door{URL: url}.Get(ctx, "/forward-auth", header)
	if err != nil {
		return "", err
	}
	token, found := answer.Token()
	if !answer.Admitted() || !found {
		return "", fmt.Errorf("%s does not let the credentials in: %s", host, answer)
	}
	return token, nil
}

// revoke revokes the tokens of one application after the other, and prints how often it was answered.
func revoke(client *api.Client, spares string, rate int, duration time.Duration) error {
	ids, err := read(spares)
	if err != nil {
		return err
	}
	total := int(duration.Seconds() * float64(rate))
	began := time.Now()
	var taken atomic.Int64
	err = each(total, func(number int) error {
		time.Sleep(time.Until(began.Add(time.Duration(number) * time.Second / time.Duration(rate))))
		sent := time.Now()
		err := client.RevokeTokens(context.Background(), ids[number%len(ids)])
		taken.Add(int64(time.Since(sent)))
		return err
	})
	if err != nil {
		return err
	}
	seconds := time.Since(began).Seconds()
	mean := time.Duration(taken.Load() / int64(total)).Round(time.Microsecond)
	fmt.Printf("REVOKED %.0f a second, mean %v\n", float64(total)/seconds, mean)
	return nil
}

// each does something for every number below count, some at once, and returns the first failure.
func each(count int, do func(number int) error) error {
	var next atomic.Int64
	var failure error
	var once sync.Once
	var group sync.WaitGroup
	for range parallel {
		group.Go(func() {
			for number := int(next.Add(1)) - 1; number < count; number = int(next.Add(1)) - 1 {
				if err := do(number); err != nil {
					once.Do(func() { failure = err })
					next.Store(int64(count))
				}
			}
		})
	}
	group.Wait()
	return failure
}

func write(path string, lines []string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	for _, line := range lines {
		fmt.Fprintln(buffered, line)
	}
	return buffered.Flush()
}

func read(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var lines []string
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines, nil
}
