// The same revocation as clients of the time before version 1 make it: with a hyphen in the path.
package main

import (
	"context"
	"os"

	"github.com/cloudflare/cloudflare-go"
)

func main() {
	api, err := connect()
	if err != nil {
		panic(err.Error())
	}
	owner := cloudflare.AccountIdentifier(os.Getenv("CLOUDFLARE_ACCOUNT_ID"))
	if zone := os.Getenv("CLOUDFLARE_ZONE_ID"); zone != "" {
		owner = cloudflare.ZoneIdentifier(zone)
	}
	err = api.RevokeAccessApplicationTokens(context.TODO(), owner, os.Getenv("APP_ID"))
	if err != nil {
		panic(err.Error())
	}
}

func connect() (*cloudflare.API, error) {
	url := cloudflare.BaseURL(os.Getenv("CLOUDFLARE_BASE_URL"))
	if token := os.Getenv("CLOUDFLARE_API_TOKEN"); token != "" {
		return cloudflare.NewWithAPIToken(token, url)
	}
	return cloudflare.New(os.Getenv("CLOUDFLARE_API_KEY"), os.Getenv("CLOUDFLARE_EMAIL"), url)
}
