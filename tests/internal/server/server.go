// Package server runs `portcullis serve` as a user would: as a process of its own, on loopback, with a
// folder to itself.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Binary is the variable that names the program under test.
const Binary = "PORTCULLIS_BIN"

// patience is how long a start or a stop may take.
const patience = 30 * time.Second

// Bootstrap is what the first start writes down.
type Bootstrap struct {
	AccountID string `json:"account_id"`
	UserEmail string `json:"user_email"`
	APIKey    string `json:"api_key"`
	APIToken  string `json:"api_token"`
	APIURL    string `json:"api_url"`
	GateURL   string `json:"gate_url"`
	AuthURL   string `json:"auth_url"`
	TeamURL   string `json:"team_url"`
}

// Server is a server that was started, and perhaps killed.
type Server struct {
	Bootstrap
	folder  string
	binary  string
	listen  [3]string
	process *exec.Cmd
	exited  chan error
}

// Start starts a new server in folder. ingress maps hostnames, or patterns such as `*.localhost`, to the
// address of their origin.
func Start(folder string, ingress map[string]string) (*Server, error) {
	binary := os.Getenv(Binary)
	if binary == "" {
		return nil, fmt.Errorf("%s must name the portcullis program", Binary)
	}
	var config strings.Builder
	for hostname, address := range ingress {
		fmt.Fprintf(&config, "[[ingress]]\nhostname = %q\nservice = \"http://%s\"\n\n", hostname, address)
	}
	if err := os.WriteFile(filepath.Join(folder, "portcullis.toml"), []byte(config.String()), 0o600); err != nil {
		return nil, err
	}
	server := &Server{folder: folder, binary: binary}
	for i := range server.listen {
		address, err := quietAddress()
		if err != nil {
			return nil, err
		}
		server.listen[i] = address
	}
	if err := server.spawn(); err != nil {
		return nil, err
	}
	if err := server.readBootstrap(); err != nil {
		return nil, errors.Join(err, server.Kill())
	}
	return server, nil
}

// Kill ends the process with SIGKILL, in the middle of whatever it does.
func (s *Server) Kill() error {
	if err := s.process.Process.Kill(); err != nil {
		return err
	}
	<-s.exited
	return nil
}

// Restart starts a killed server again: same folder, same addresses.
func (s *Server) Restart() error {
	if err := s.spawn(); err != nil {
		return err
	}
	return s.waitUntilReady()
}

// Stop ends the process with SIGTERM, and is an error if it does not end well.
func (s *Server) Stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		return err
	case <-time.After(patience):
		return errors.Join(errors.New("the server did not stop on SIGTERM"), s.Kill())
	}
}

// PID is the number of the process.
func (s *Server) PID() int { return s.process.Process.Pid }

// Log is all that the server has logged.
func (s *Server) Log() (string, error) {
	text, err := os.ReadFile(s.logFile())
	return string(text), err
}

func (s *Server) logFile() string { return filepath.Join(s.folder, "server.log") }

func (s *Server) spawn() error {
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.process = exec.Command(s.binary, "serve",
		"--config", filepath.Join(s.folder, "portcullis.toml"),
		"--data-dir", filepath.Join(s.folder, "data"),
		"--bootstrap-file", filepath.Join(s.folder, "bootstrap.json"),
		"--api-listen", s.listen[0], "--gate-listen", s.listen[1], "--auth-listen", s.listen[2])
	// Nothing of the caller's environment: its settings are not this server's.
	s.process.Env = []string{}
	s.process.Stderr = log
	if err := s.process.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	process := s.process
	go func() { exited <- process.Wait(); close(exited) }()
	s.exited = exited
	return nil
}

func (s *Server) readBootstrap() error {
	err := poll(func() error {
		text, err := os.ReadFile(filepath.Join(s.folder, "bootstrap.json"))
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &s.Bootstrap)
	}, s.exited)
	if err != nil {
		return s.withLog(err)
	}
	return s.waitUntilReady()
}

func (s *Server) waitUntilReady() error {
	url := strings.TrimSuffix(strings.TrimSuffix(s.APIURL, "/"), "/client/v4") + "/readyz"
	err := poll(func() error {
		response, err := http.Get(url)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", url, response.Status)
		}
		return nil
	}, s.exited)
	return s.withLog(err)
}

func (s *Server) withLog(err error) error {
	if err == nil {
		return nil
	}
	log, _ := s.Log()
	if tail := 4000; len(log) > tail {
		log = log[len(log)-tail:]
	}
	return fmt.Errorf("the server did not start: %w\n%s", err, log)
}

// poll asks until there is no error, the process has ended, or patience has.
func poll(ask func() error, exited <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case exit := <-exited:
			return fmt.Errorf("it ended: %v", exit)
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// quietAddress is a free address on loopback from which the kernel makes no connections of its own. A
// client that keeps connecting to a killed server's port in the ephemeral range sooner or later connects
// to itself, and keeps the port.
func quietAddress() (string, error) {
	for range 1000 {
		address := fmt.Sprintf("127.0.0.1:%d", 18000+time.Now().UnixNano()/1000%12000)
		listener, err := net.Listen("tcp", address)
		if err == nil {
			return address, listener.Close()
		}
	}
	return "", errors.New("no port is free")
}

// QuietAddress is a free address on loopback, outside the range of ephemeral ports.
func QuietAddress() (string, error) { return quietAddress() }
