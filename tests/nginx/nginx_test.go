// Package nginx tests the recipe that operators copy: the nginx that is installed, in front of a real
// origin, asking a real server.
package nginx

import (
	_ "embed"
	"net/http"
	"strings"
	"testing"

	"portcullis.test/internal/api"
	"portcullis.test/internal/nginx"
	"portcullis.test/internal/origin"
	"portcullis.test/internal/server"
	"portcullis.test/internal/visitor"
)

//go:embed portcullis.conf
var recipe string

const (
	wikiHost  = "wiki.localhost"
	notesHost = "notes.localhost"
)

// world is a server, an origin that only nginx knows, and nginx.
type world struct {
	server  *server.Server
	origin  *origin.Origin
	api     *api.Client
	wiki    visitor.Door
	notes   visitor.Door
	wikiApp api.Application
	machine api.Credentials
}

func begin(t *testing.T) *world {
	t.Helper()
	web, err := origin.Start()
	fatal(t, err)
	t.Cleanup(func() { web.Close() })
	server, err := server.Start(t.TempDir(), nil)
	fatal(t, err)
	t.Cleanup(func() { server.Kill() })
	front, err := nginx.Start(t.TempDir(), recipe, nginx.Settings{
		Hosts:     []string{wikiHost, notesHost},
		Origin:    web.Address(),
		Decisions: strings.TrimPrefix(server.AuthURL, "http://"),
	})
	fatal(t, err)
	t.Cleanup(func() { front.Stop() })

	w := &world{server: server, origin: web, api: api.New(server.Bootstrap)}
	w.wiki, w.notes = visitor.Door{URL: front.URL, Host: wikiHost}, visitor.Door{URL: front.URL, Host: notesHost}
	w.wikiApp, err = w.api.CreateApplication(t.Context(), "Wiki", wikiHost)
	fatal(t, err)
	_, err = w.api.CreateApplication(t.Context(), "Notes", notesHost)
	fatal(t, err)
	w.machine, err = w.api.CreateServiceToken(t.Context(), "machine")
	fatal(t, err)
	return w
}

func TestWithoutCredentialsEverybodyIsSentToTheLoginPage(t *testing.T) {
	w := begin(t)
	got := w.refused(t, w.wiki, http.Header{})
	location := got.Header.Get("Location")
	if got.Status != http.StatusFound || !strings.HasPrefix(location, w.server.TeamURL+"/cdn-cgi/access/login/"+wikiHost) {
		t.Fatalf("no redirect to the login page: %s", got)
	}
	if !strings.Contains(location, "redirect_url=%2Fpage%3Fq%3D1") {
		t.Fatalf("the login page does not lead back: %s", location)
	}
	if cookies := strings.Join(got.Header.Values("Set-Cookie"), "\n"); !strings.Contains(cookies, "CF_AppSession=") {
		t.Fatalf("the login is not tied to the browser: %s", got)
	}
	if got := w.refused(t, w.wiki, http.Header{"X-Requested-With": {"XMLHttpRequest"}}); got.Status != http.StatusUnauthorized {
		t.Fatalf("a script is not told 401: %s", got)
	}
	if got := w.refused(t, visitor.Door{URL: w.wiki.URL, Host: "unknown.localhost"}, http.Header{}); got.Status != http.StatusForbidden {
		t.Fatalf("a host without an application is not forbidden: %s", got)
	}
}

func TestCredentialsGetACookieAndTheCookieGetsIn(t *testing.T) {
	w := begin(t)
	got := w.admitted(t, w.wiki, visitor.WithCredentials(w.machine))
	token, found := got.Token()
	if !found {
		t.Fatalf("no token is set: %s", got)
	}
	if cookies := strings.Join(got.Header.Values("Set-Cookie"), "\n"); !strings.Contains(cookies, "origin=visited") {
		t.Fatalf("the origin's own cookie is lost: %s", got)
	}
	if seen := w.origin.Last().Header; seen.Get(origin.Assertion) != token {
		t.Fatalf("the origin is not told who it is: %v", seen)
	} else if seen.Get("Cf-Access-Client-Id")+seen.Get("Cf-Access-Client-Secret") != "" {
		t.Fatal("the origin sees the credentials")
	}
	for _, carrier := range visitor.Carriers {
		header := http.Header{}
		carrier.Put(header, token)
		w.admitted(t, w.wiki, header)
		if seen := w.origin.Last().Header; seen.Get(origin.Assertion) != token {
			t.Fatalf("%s: the origin is not told who it is: %v", carrier.Name, seen)
		}
	}
	w.refused(t, w.notes, visitor.WithToken(token))
}

func TestWhatClientsSayAboutThemselvesIsNotBelieved(t *testing.T) {
	w := begin(t)
	token := w.logIn(t, w.wiki)
	forged := http.Header{
		"Cf-Access-Authenticated-User-Email": {"owner@localhost"},
		"X-Forwarded-Host":                   {notesHost},
		"X-Forwarded-Uri":                    {"/elsewhere"},
		"X-Forwarded-Method":                 {"OPTIONS"},
		"X-Forwarded-Proto":                  {"https"},
		"X-Forwarded-For":                    {"192.0.2.1"},
		"X-Real-Ip":                          {"192.0.2.1"},
		"Forwarded":                          {"for=192.0.2.1"},
	}
	visitor.Carriers[0].Put(forged, token)
	w.admitted(t, w.wiki, forged)
	seen := w.origin.Last()
	if seen.Host != wikiHost {
		t.Errorf("the origin is asked for %s", seen.Host)
	}
	expected := map[string]string{
		origin.Assertion:                     token,
		"Cf-Access-Authenticated-User-Email": "",
		"X-Forwarded-Host":                   wikiHost,
		"X-Forwarded-Uri":                    "",
		"X-Forwarded-Method":                 "",
		"X-Forwarded-Proto":                  "http",
		"X-Forwarded-For":                    "127.0.0.1",
		"X-Real-Ip":                          "127.0.0.1",
		"Forwarded":                          "",
	}
	for name, value := range expected {
		if got := strings.Join(seen.Header.Values(name), ", "); got != value {
			t.Errorf("the origin sees %s: %q, not %q", name, got, value)
		}
	}

	// A forged assertion is a token like any other, and no genuine one. A genuine one for one application does
	// not open the other, whatever the headers say.
	w.refused(t, w.wiki, http.Header{origin.Assertion: {"eyJhbGciOiJub25lIn0.e30."}})
	w.refused(t, w.notes, http.Header{
		"X-Forwarded-Host": {wikiHost}, "Cookie": {visitor.Cookie + "=" + token},
	})
	// The location that asks is not for the world.
	if got := w.ask(t, w.wiki, "/_portcullis", visitor.WithToken(token)); got.Status != http.StatusNotFound {
		t.Errorf("/_portcullis answers %s", got)
	}
}

func TestARevokedTokenIsRefusedAndNothingElseIs(t *testing.T) {
	w := begin(t)
	wiki, notes := w.logIn(t, w.wiki), w.logIn(t, w.notes)
	w.admitted(t, w.wiki, visitor.WithToken(wiki))

	fatal(t, w.api.RevokeTokens(t.Context(), w.wikiApp.ID))

	for _, carrier := range visitor.Carriers {
		header := http.Header{}
		carrier.Put(header, wiki)
		if got := w.refused(t, w.wiki, header); !got.Revoked() {
			t.Errorf("%s: not refused as revoked: %s", carrier.Name, got)
		}
	}
	w.admitted(t, w.notes, visitor.WithToken(notes))
	again := w.logIn(t, w.wiki)
	w.admitted(t, w.wiki, visitor.WithToken(again))

	fatal(t, w.server.Kill())
	fatal(t, w.server.Restart())
	if got := w.refused(t, w.wiki, visitor.WithToken(wiki)); !got.Revoked() {
		t.Errorf("not refused as revoked after the restart: %s", got)
	}
	w.admitted(t, w.wiki, visitor.WithToken(again))
}

func TestNobodyGetsInWhileNobodyDecides(t *testing.T) {
	w := begin(t)
	token := w.logIn(t, w.wiki)
	fatal(t, w.server.Kill())
	if got := w.refused(t, w.wiki, visitor.WithToken(token)); got.Status != http.StatusInternalServerError {
		t.Errorf("nginx answers %s", got)
	}
	fatal(t, w.server.Restart())
	w.admitted(t, w.wiki, visitor.WithToken(token))
}

func (w *world) logIn(t *testing.T, door visitor.Door) string {
	t.Helper()
	token, err := door.LogIn(t.Context(), w.machine)
	fatal(t, err)
	return token
}

func (w *world) ask(t *testing.T, door visitor.Door, path string, header http.Header) visitor.Answer {
	t.Helper()
	got, err := door.Get(t.Context(), path, header)
	fatal(t, err)
	return got
}

// admitted fails unless the request reaches the origin.
func (w *world) admitted(t *testing.T, door visitor.Door, header http.Header) visitor.Answer {
	t.Helper()
	before := w.origin.Requests()
	got := w.ask(t, door, "/page?q=1", header)
	if arrived := w.origin.Requests() - before; !got.Admitted() || arrived != 1 {
		t.Fatalf("%d requests arrived: %s", arrived, got)
	}
	return got
}

// refused fails if the request reaches the origin.
func (w *world) refused(t *testing.T, door visitor.Door, header http.Header) visitor.Answer {
	t.Helper()
	before := w.origin.Requests()
	got := w.ask(t, door, "/page?q=1", header)
	if arrived := w.origin.Requests() - before; got.Admitted() || arrived != 0 {
		t.Fatalf("%d requests arrived: %s", arrived, got)
	}
	return got
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
