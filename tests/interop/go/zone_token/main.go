package main

import (
	"context"
	"fmt"
	"os"

	"github.com/cloudflare/cloudflare-go/v6"
	"github.com/cloudflare/cloudflare-go/v6/option"
	"github.com/cloudflare/cloudflare-go/v6/zero_trust"
)

func main() {
	client := cloudflare.NewClient(
		option.WithAPIToken(os.Getenv("CLOUDFLARE_API_TOKEN")),
	)
	response, err := client.ZeroTrust.Access.Applications.RevokeTokens(
		context.TODO(),
		os.Getenv("APP_ID"),
		zero_trust.AccessApplicationRevokeTokensParams{
			ZoneID: cloudflare.F(os.Getenv("CLOUDFLARE_ZONE_ID")),
		},
	)
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response)
}
