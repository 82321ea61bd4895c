// Package api speaks the control API in plain HTTP and JSON: what a script with curl would send.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"portcullis.test/internal/server"
)

// Client calls the control API with the owner's API token, on its account.
type Client struct {
	server.Bootstrap
	HTTP *http.Client
}

// New is a client of a server that has just been started.
func New(bootstrap server.Bootstrap) *Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	return &Client{Bootstrap: bootstrap, HTTP: &http.Client{Transport: transport}}
}

// Error is an answer that is no success.
type Error struct {
	Status int
	Body   string
}

func (e *Error) Error() string { return fmt.Sprintf("the API answers %d: %s", e.Status, e.Body) }

// Application is what is needed of one that was created.
type Application struct {
	ID  string `json:"id"`
	AUD string `json:"aud"`
}

// Credentials are a service token's.
type Credentials struct {
	ID           string `json:"id"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

// CreateApplication creates a self-hosted application of the account that admits every service token, and
// whose tokens are good without the credentials.
func (c *Client) CreateApplication(ctx context.Context, name, domain string) (Application, error) {
	body := map[string]any{
		"type": "self_hosted", "name": name, "domain": domain,
		"policies": []any{
			policy(1, "machines", "non_identity", map[string]any{"any_valid_service_token": map[string]any{}}),
			// Where no policy is for people, a token is worth nothing without the credentials.
			policy(2, "people", "allow", map[string]any{"email_domain": map[string]any{"domain": "example.com"}}),
		},
	}
	var created Application
	err := c.call(ctx, http.MethodPost, "/access/apps", body, &created)
	return created, err
}

func policy(precedence int, name, decision string, include map[string]any) map[string]any {
	return map[string]any{
		"precedence": precedence, "name": name, "decision": decision, "include": []any{include},
	}
}

// CreateServiceToken creates a service token of the account.
func (c *Client) CreateServiceToken(ctx context.Context, name string) (Credentials, error) {
	var created Credentials
	err := c.call(ctx, http.MethodPost, "/access/service_tokens", map[string]any{"name": name}, &created)
	return created, err
}

// RevokeTokens revokes every token of an application. No error means that the server answered 200.
func (c *Client) RevokeTokens(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodPost, "/access/apps/"+id+"/revoke_tokens", nil, nil)
}

func (c *Client) call(ctx context.Context, method, path string, body, result any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	url := c.APIURL + "/accounts/" + c.AccountID + path
	request, err := http.NewRequestWithContext(ctx, method, url, sent)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+c.APIToken)
	response, err := c.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var envelope struct {
		Result  json.RawMessage `json:"result"`
		Success bool            `json:"success"`
	}
	done := response.StatusCode == http.StatusOK || response.StatusCode == http.StatusCreated
	if err := json.Unmarshal(text, &envelope); err != nil || !done || !envelope.Success {
		return &Error{Status: response.StatusCode, Body: string(text)}
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(envelope.Result, result)
}
