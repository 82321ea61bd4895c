package interop

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// edits are all that separates the programs from the one in the document: the module's major version, the
// account or zone, and that ids and credentials come from outside.
var edits = map[string][][2]string{
	"": {
		{`"github.com/cloudflare/cloudflare-go"`, `"github.com/cloudflare/cloudflare-go/v6"`},
		{`"github.com/cloudflare/cloudflare-go/option"`, `"github.com/cloudflare/cloudflare-go/v6/option"`},
		{`"github.com/cloudflare/cloudflare-go/zero_trust"`, `"github.com/cloudflare/cloudflare-go/v6/zero_trust"`},
		{`"fmt"`, "\"fmt\"\n\"os\""},
		{`"023e105f4ecef8ad9ca31a8372d0c353",`, `os.Getenv("APP_ID"),`},
	},
	"token": {{credential, `option.WithAPIToken(os.Getenv("CLOUDFLARE_API_TOKEN")),`}},
	"key": {{credential, `option.WithAPIEmail(os.Getenv("CLOUDFLARE_EMAIL")),
option.WithAPIKey(os.Getenv("CLOUDFLARE_API_KEY")),`}},
	"account": {{params, params + "\n" + `AccountID: cloudflare.F(os.Getenv("CLOUDFLARE_ACCOUNT_ID")),`}},
	"zone":    {{params, params + "\n" + `ZoneID: cloudflare.F(os.Getenv("CLOUDFLARE_ZONE_ID")),`}},
}

const (
	credential = `option.WithAPIToken("Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY"),`
	params     = `zero_trust.AccessApplicationRevokeTokensParams{`
)

func TestTheProgramsAreTheDocuments(t *testing.T) {
	for _, name := range programs {
		owner, kind, _ := strings.Cut(name, "_")
		expected := lines(t, "document.txt")
		for _, edit := range slices.Concat(edits[""], edits[kind], edits[owner]) {
			at := slices.Index(expected, edit[0])
			if at < 0 {
				t.Fatalf("the document has no line %s", edit[0])
			}
			expected = slices.Replace(expected, at, at+1, strings.Split(edit[1], "\n")...)
		}
		if actual := lines(t, name+"/main.go"); !slices.Equal(actual, expected) {
			t.Errorf("%s differs in more than its edits:\n%s", name, strings.Join(actual, "\n"))
		}
	}
}

// lines are those of a file that are not blank, without indentation.
func lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
