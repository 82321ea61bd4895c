// Package nginx runs the nginx that is installed, with the recipe that operators copy.
package nginx

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"portcullis.test/internal/server"
)

// The addresses and the name that stand in the recipe, for operators to replace.
const (
	recipeListen    = "listen 80;"
	recipeHost      = "wiki.example.com"
	recipeOrigin    = "127.0.0.1:3000"
	recipeDecisions = "127.0.0.1:8490"
)

// Settings are what an operator fills in.
type Settings struct {
	Hosts     []string
	Origin    string
	Decisions string
}

// Nginx is a running nginx.
type Nginx struct {
	URL     string
	folder  string
	process *exec.Cmd
	exited  chan error
}

// Start starts nginx in folder with the recipe, filled in.
func Start(folder, recipe string, settings Settings) (*Nginx, error) {
	address, err := server.QuietAddress()
	if err != nil {
		return nil, err
	}
	replacements := [][2]string{
		{recipeListen, "listen " + address + ";"},
		{recipeHost, strings.Join(settings.Hosts, " ")},
		{recipeOrigin, settings.Origin},
		{recipeDecisions, settings.Decisions},
	}
	for _, replacement := range replacements {
		if !strings.Contains(recipe, replacement[0]) {
			return nil, fmt.Errorf("the recipe has no `%s` to replace", replacement[0])
		}
		recipe = strings.ReplaceAll(recipe, replacement[0], replacement[1])
	}
	config := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(config, []byte(around(folder, recipe)), 0o600); err != nil {
		return nil, err
	}
	program, err := find()
	if err != nil {
		return nil, err
	}
	nginx := &Nginx{URL: "http://" + address, folder: folder, exited: make(chan error, 1)}
	nginx.process = exec.Command(program, "-p", folder, "-c", config, "-e", filepath.Join(folder, "error.log"))
	if err := nginx.process.Start(); err != nil {
		return nil, err
	}
	go func() { nginx.exited <- nginx.process.Wait(); close(nginx.exited) }()
	return nginx, nginx.waitUntilUp()
}

// Stop ends it.
func (n *Nginx) Stop() error {
	if err := n.process.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return <-n.exited
}

// around is the file that includes the recipe on an operator's machine, for one user in one folder.
func around(folder, recipe string) string {
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;"
	}
	temporary := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += fmt.Sprintf("  %s_temp_path %s/%s;\n", kind, folder, kind)
	}
	return fmt.Sprintf(`daemon off;
%s
pid %s/nginx.pid;
worker_processes 1;
events { worker_connections 4096; }
http {
  access_log off;
  server_names_hash_bucket_size 128;
%s
%s
}
`, user, folder, temporary, recipe)
}

// find is the path of nginx, which is not on the PATH of every user.
func find() (string, error) {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("nginx is not installed: run scripts/install-ci-deps")
}

func (n *Nginx) waitUntilUp() error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		response, err := http.Get(n.URL)
		if err == nil {
			return response.Body.Close()
		}
		select {
		case exit := <-n.exited:
			log, _ := os.ReadFile(filepath.Join(n.folder, "error.log"))
			return fmt.Errorf("nginx ended: %v\n%s", exit, log)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}
