package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"portcullis.test/internal/api"
	"portcullis.test/internal/nginx"
	"portcullis.test/internal/server"
	"portcullis.test/internal/visitor"
)

type settings struct {
	duration     time.Duration
	tokens       int
	applications int
	workers      int
	sockets      int
	seed         uint64
	pause        time.Duration
	sabotage     bool
}

// storm is everything that takes part.
type storm struct {
	settings
	began  time.Time
	server *server.Server
	nginx  *nginx.Nginx
	origin *http.Server
	api    *api.Client
	fronts []front
	apps   []*application
	counts counts

	// lives rises before each kill, and once more when the server is ready again.
	lives atomic.Int64
	// provoked is told of revocations that are about to be sent.
	provoked chan struct{}
}

// now is the time on the one clock of the storm, its origin included.
func (s *storm) now() time.Duration { return time.Since(s.began) }

func prepare(folder, recipe string, settings settings) (*storm, error) {
	s := &storm{settings: settings, began: time.Now(), provoked: make(chan struct{}, 1)}
	address, err := s.serveOrigin()
	if err != nil {
		return nil, err
	}
	folders := [2]string{filepath.Join(folder, "server"), filepath.Join(folder, "nginx")}
	for _, folder := range folders {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return nil, err
		}
	}
	if s.server, err = server.Start(folders[0], map[string]string{"*.localhost": address}); err != nil {
		return nil, err
	}
	var hosts []string
	for number := range settings.applications {
		hosts = append(hosts, fmt.Sprintf("app%d.localhost", number))
	}
	s.nginx, err = nginx.Start(folders[1], recipe, nginx.Settings{
		Hosts: hosts, Origin: address, Decisions: strings.TrimPrefix(s.server.AuthURL, "http://"),
	})
	if err != nil {
		return nil, err
	}
	s.api = api.New(s.server.Bootstrap)
	client := visitor.NewClient()
	s.fronts = []front{
		{name: "proxy", url: s.server.GateURL, client: client, counts: &frontCounts{}},
		{name: "nginx", url: s.nginx.URL, client: client, counts: &frontCounts{}},
		{name: "forward-auth", url: s.server.AuthURL, client: client, counts: &frontCounts{}, asks: true},
	}
	return s, s.populate(hosts)
}

// populate creates the applications, and as many service tokens as give the tokens asked for.
func (s *storm) populate(hosts []string) error {
	machines := make([]api.Credentials, (s.tokens+len(hosts)-1)/len(hosts))
	var group sync.WaitGroup
	var failure atomic.Pointer[error]
	for number := range machines {
		group.Go(func() {
			created, err := s.api.CreateServiceToken(context.Background(), fmt.Sprintf("machine %d", number))
			if err != nil {
				failure.Store(&err)
			}
			machines[number] = created
		})
	}
	group.Wait()
	if err := failure.Load(); err != nil {
		return *err
	}
	for _, host := range hosts {
		created, err := s.api.CreateApplication(context.Background(), host, host)
		if err != nil {
			return err
		}
		app := &application{host: host, id: created.ID, known: map[string]*token{}}
		for _, machine := range machines {
			app.slots = append(app.slots, &slot{machine: machine})
		}
		s.apps = append(s.apps, app)
	}
	return nil
}

func (s *storm) close() {
	s.server.Kill()
	s.nginx.Stop()
	s.origin.Close()
}
