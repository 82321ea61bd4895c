// Package visitor is a client of applications behind a gate.
package visitor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"portcullis.test/internal/api"
)

// Cookie is where browsers carry the application token.
const Cookie = "CF_Authorization"

// Carriers are all the ways in which a request may carry an application token.
var Carriers = []Carrier{
	{"cookie", func(h http.Header, token string) { h.Add("Cookie", Cookie+"="+token) }},
	{"cf-access-token", func(h http.Header, token string) { h.Set("Cf-Access-Token", token) }},
	{"cf-access-jwt-assertion", func(h http.Header, token string) { h.Set("Cf-Access-Jwt-Assertion", token) }},
}

// Carrier puts an application token into a request.
type Carrier struct {
	Name string
	Put  func(header http.Header, token string)
}

// Door is one way to an application: the address of a gate, and the application's host.
type Door struct {
	URL  string
	Host string
}

// Answer is what came back through the door.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Reason is why a genuine token was refused.
func (a Answer) Reason() string { return a.Header.Get("Portcullis-Reason") }

// Admitted tells whether the request reached the application.
func (a Answer) Admitted() bool { return a.Status == http.StatusOK }

// Revoked tells whether the request was turned away because its token was revoked.
func (a Answer) Revoked() bool {
	turnedAway := a.Status == http.StatusFound || a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden
	return turnedAway && a.Reason() == "revoked"
}

// Token is the application token that the answer sets, if any.
func (a Answer) Token() (string, bool) {
	response := http.Response{Header: a.Header}
	for _, cookie := range response.Cookies() {
		if cookie.Name == Cookie {
			return cookie.Value, true
		}
	}
	return "", false
}

func (a Answer) String() string {
	return fmt.Sprintf("%d %v %.200q", a.Status, a.Header, a.Body)
}

// NewClient is an HTTP client that shows redirects instead of following them.
func NewClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var client = NewClient()

// Get asks for a page with exactly these headers.
func (d Door) Get(ctx context.Context, path string, header http.Header) (Answer, error) {
	response, err := d.Open(ctx, path, header)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}, err
}

// Open asks for something whose body the caller reads and closes.
func (d Door) Open(ctx context.Context, path string, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header = header.Clone()
	request.Host = d.Host
	return client.Do(request)
}

// WithToken is a header that carries token in a cookie.
func WithToken(token string) http.Header {
	header := http.Header{}
	Carriers[0].Put(header, token)
	return header
}

// WithCredentials is a header that carries a service token's credentials.
func WithCredentials(credentials api.Credentials) http.Header {
	return http.Header{
		"Cf-Access-Client-Id":     {credentials.ClientID},
		"Cf-Access-Client-Secret": {credentials.ClientSecret},
	}
}

// LogIn obtains an application token with a service token's credentials.
func (d Door) LogIn(ctx context.Context, credentials api.Credentials) (string, error) {
	answer, err := d.Get(ctx, "/", WithCredentials(credentials))
	if err != nil {
		return "", err
	}
	token, found := answer.Token()
	if !answer.Admitted() || !found {
		return "", fmt.Errorf("the credentials were not let in: %s", answer)
	}
	return token, nil
}

// WebSocket opens a WebSocket at `/ws`.
func (d Door) WebSocket(ctx context.Context, header http.Header) (*websocket.Conn, error) {
	url := "ws" + strings.TrimPrefix(d.URL, "http") + "/ws"
	options := &websocket.DialOptions{Host: d.Host, HTTPHeader: header, HTTPClient: client}
	conn, response, err := websocket.Dial(ctx, url, options)
	if err != nil && response != nil {
		err = errors.Join(err, fmt.Errorf("answered %s", response.Status))
	}
	return conn, err
}

// Echo sends a message and waits until it is back.
func Echo(ctx context.Context, conn *websocket.Conn, message string) error {
	if err := conn.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
		return err
	}
	_, back, err := conn.Read(ctx)
	if err != nil {
		return err
	}
	if string(back) != message {
		return fmt.Errorf("%q came back as %q", message, back)
	}
	return nil
}
