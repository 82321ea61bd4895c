// Package interop runs the real cloudflare-go against a real server, and then looks at what is true at the
// gate.
package interop

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/cloudflare-go/v6"
	"github.com/cloudflare/cloudflare-go/v6/option"
	"github.com/cloudflare/cloudflare-go/v6/zero_trust"
	"github.com/cloudflare/cloudflare-go/v6/zones"

	"portcullis.test/internal/api"
	"portcullis.test/internal/origin"
	"portcullis.test/internal/server"
	"portcullis.test/internal/visitor"
)

// programs are the document's, one for each way to name the owner and to say who calls.
var programs = []string{"account_token", "account_key", "zone_token", "zone_key"}

// answer is what the document's program prints: `%+v` of a pointer to an interface is an address.
var answer = regexp.MustCompile(`^0x[0-9a-f]+\n$`)

// nothing is what the older program prints.
var nothing = regexp.MustCompile(`^$`)

func TestTheDocumentsProgramRevokes(t *testing.T) {
	world := begin(t)
	for _, program := range programs {
		t.Run(program, func(t *testing.T) {
			owner, credential, _ := strings.Cut(program, "_")
			world.revokes(t, program, owner, credential, answer)
		})
	}
}

func TestAProgramFromBeforeVersion1Revokes(t *testing.T) {
	world := begin(t)
	for _, owner := range []string{"account", "zone"} {
		for _, credential := range []string{"token", "key"} {
			t.Run(owner+"_"+credential, func(t *testing.T) {
				world.revokes(t, "legacy", owner, credential, nothing)
			})
		}
	}
}

func TestTheDocumentsProgramSaysWhatWentWrong(t *testing.T) {
	world := begin(t)
	app := world.application(t, "account")
	token := app.logIn(t)
	cases := []struct{ name, change, expected string }{
		{"unknown application", "APP_ID=00000000-0000-4000-8000-000000000000", "404 Not Found"},
		{"unknown credential", "CLOUDFLARE_API_TOKEN=Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY", "403 Forbidden"},
		{"unknown account", "CLOUDFLARE_ACCOUNT_ID=023e105f4ecef8ad9ca31a8372d0c353", "403 Forbidden"},
	}
	for _, it := range cases {
		t.Run(it.name, func(t *testing.T) {
			environment := append(world.environment("account", "token", app.id), it.change)
			output, err := world.run(t, "account_token", environment)
			if err == nil || !strings.Contains(output, it.expected) {
				t.Fatalf("the program says %v, without %q:\n%s", err, it.expected, output)
			}
			app.admits(t, token)
		})
	}
}

// revokes runs program between a look at the gate before and one after.
func (w *world) revokes(t *testing.T, program, owner, credential string, printed *regexp.Regexp) {
	app, neighbour := w.application(t, owner), w.application(t, owner)
	token, untouched := app.logIn(t), neighbour.logIn(t)
	open := app.open(t, token)
	neighbours := neighbour.open(t, untouched)
	open.isAlive(t)
	app.admits(t, token)

	output, err := w.run(t, program, w.environment(owner, credential, app.id))
	if err != nil || !printed.MatchString(output) {
		t.Fatalf("the program ended with %v and printed %q, not %s", err, output, printed)
	}

	app.refusesAsRevoked(t, token)
	open.isCut(t)
	neighbour.admits(t, untouched)
	neighbours.isAlive(t)
	again := app.logIn(t)
	if again == token {
		t.Fatal("the credentials obtained the token that was revoked")
	}
	app.admits(t, again)
	w.hasLogged(t, app, "revoked")
}

// world is a server, an origin behind it, and a client of the API.
type world struct {
	server  *server.Server
	origin  *origin.Origin
	client  *cloudflare.Client
	zone    string
	machine api.Credentials
	bin     string
	made    int
}

// zoneName is the domain in which the zones' applications lie.
const zoneName = "example.test"

func begin(t *testing.T) *world {
	t.Helper()
	web, err := origin.Start()
	fatal(t, err)
	t.Cleanup(func() { web.Close() })
	ingress := map[string]string{"*.localhost": web.Address(), "*." + zoneName: web.Address()}
	server, err := server.Start(t.TempDir(), ingress)
	fatal(t, err)
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("the server did not stop well: %v", err)
		}
	})
	w := &world{server: server, origin: web, bin: build(t)}
	w.client = cloudflare.NewClient(
		option.WithBaseURL(server.APIURL),
		option.WithAPIToken(server.APIToken),
		option.WithMaxRetries(0),
	)
	w.createZone(t)
	w.createServiceToken(t)
	return w
}

func (w *world) createZone(t *testing.T) {
	t.Helper()
	zone, err := w.client.Zones.New(t.Context(), zones.ZoneNewParams{
		Account: cloudflare.F(zones.ZoneNewParamsAccount{ID: cloudflare.F(w.server.AccountID)}),
		Name:    cloudflare.F(zoneName),
	})
	fatal(t, err)
	w.zone = zone.ID
}

func (w *world) createServiceToken(t *testing.T) {
	t.Helper()
	created, err := w.client.ZeroTrust.Access.ServiceTokens.New(t.Context(), zero_trust.AccessServiceTokenNewParams{
		AccountID: cloudflare.F(w.server.AccountID),
		Name:      cloudflare.F("interop"),
	})
	fatal(t, err)
	w.machine = api.Credentials{ClientID: created.ClientID, ClientSecret: created.ClientSecret}
}

// application is one application of the server, seen through the gate.
type application struct {
	visitor.Door
	id    string
	world *world
}

// application creates one, of the account or of the zone, that every service token may enter.
func (w *world) application(t *testing.T, owner string) application {
	t.Helper()
	w.made++
	params := zero_trust.AccessApplicationNewParams{AccountID: cloudflare.F(w.server.AccountID)}
	host := fmt.Sprintf("app%d.localhost", w.made)
	if owner == "zone" {
		params = zero_trust.AccessApplicationNewParams{ZoneID: cloudflare.F(w.zone)}
		host = fmt.Sprintf("app%d.%s", w.made, zoneName)
	}
	params.Body = zero_trust.AccessApplicationNewParamsBodySelfHostedApplication{
		Name:   cloudflare.F(host),
		Domain: cloudflare.F(host),
		Type:   cloudflare.F(zero_trust.ApplicationTypeSelfHosted),
	}
	// The SDK's types of inline policies have neither name nor decision nor rules.
	policies := []map[string]any{
		{"name": "machines", "decision": "non_identity", "precedence": 1,
			"include": []any{map[string]any{"any_valid_service_token": map[string]any{}}}},
		{"name": "people", "decision": "allow", "precedence": 2,
			"include": []any{map[string]any{"email_domain": map[string]any{"domain": "example.com"}}}},
	}
	created, err := w.client.ZeroTrust.Access.Applications.New(
		t.Context(), params, option.WithJSONSet("policies", policies))
	fatal(t, err)
	return application{visitor.Door{URL: w.server.GateURL, Host: host}, created.ID, w}
}

func (a application) logIn(t *testing.T) string {
	t.Helper()
	token, err := a.LogIn(t.Context(), a.world.machine)
	fatal(t, err)
	return token
}

// admits fails unless token gets to the origin, whichever way it is carried.
func (a application) admits(t *testing.T, token string) {
	t.Helper()
	for _, carrier := range visitor.Carriers {
		header := http.Header{}
		carrier.Put(header, token)
		before := a.world.origin.Requests()
		got, err := a.Get(t.Context(), "/page", header)
		fatal(t, err)
		if arrived := a.world.origin.Requests() - before; !got.Admitted() || arrived != 1 {
			t.Fatalf("%s: %d requests arrived: %s", carrier.Name, arrived, got)
		}
		if assertion := a.world.origin.Last().Header.Get(origin.Assertion); assertion != token {
			t.Fatalf("%s: the origin was told of another token", carrier.Name)
		}
	}
}

// refusesAsRevoked fails unless token is refused for that reason, whichever way it is carried.
func (a application) refusesAsRevoked(t *testing.T, token string) {
	t.Helper()
	for _, carrier := range visitor.Carriers {
		header := http.Header{}
		carrier.Put(header, token)
		before := a.world.origin.Requests()
		got, err := a.Get(t.Context(), "/page", header)
		fatal(t, err)
		if arrived := a.world.origin.Requests() - before; !got.Revoked() || arrived != 0 {
			t.Fatalf("%s: %d requests arrived: %s", carrier.Name, arrived, got)
		}
	}
}

// run runs a program that was built, with exactly this environment.
func (w *world) run(t *testing.T, program string, environment []string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(w.bin, program))
	command.Env = environment
	output, err := command.CombinedOutput()
	return string(output), err
}

func (w *world) environment(owner, credential, app string) []string {
	environment := []string{"CLOUDFLARE_BASE_URL=" + w.server.APIURL, "APP_ID=" + app}
	if owner == "zone" {
		environment = append(environment, "CLOUDFLARE_ZONE_ID="+w.zone)
	} else {
		environment = append(environment, "CLOUDFLARE_ACCOUNT_ID="+w.server.AccountID)
	}
	if credential == "key" {
		return append(environment, "CLOUDFLARE_EMAIL="+w.server.UserEmail, "CLOUDFLARE_API_KEY="+w.server.APIKey)
	}
	return append(environment, "CLOUDFLARE_API_TOKEN="+w.server.APIToken)
}

// hasLogged fails unless the server's log has a refusal of app for that reason, and none of its secrets.
func (w *world) hasLogged(t *testing.T, app application, reason string) {
	t.Helper()
	log, err := w.server.Log()
	fatal(t, err)
	found := false
	for line := range strings.Lines(log) {
		found = found || strings.Contains(line, "portcullis::refused") &&
			strings.Contains(line, fmt.Sprintf("%q:%q", "reason", reason)) && strings.Contains(line, app.id)
	}
	if !found {
		t.Fatalf("no refusal of %s for the reason %q is in the log:\n%s", app.Host, reason, log)
	}
	for _, secret := range []string{w.machine.ClientSecret, w.server.APIToken, w.server.APIKey, "eyJ"} {
		if strings.Contains(log, secret) {
			t.Fatal("a secret or a token is in the log")
		}
	}
}

// build builds the programs. Go remembers what it has built.
func build(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	packages := []string{"./legacy"}
	for _, program := range programs {
		packages = append(packages, "./"+program)
	}
	command := exec.CommandContext(t.Context(), "go", append([]string{"build", "-o", folder}, packages...)...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	fatal(t, command.Run())
	return folder
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
