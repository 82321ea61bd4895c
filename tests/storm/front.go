package main

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"

	"portcullis.test/internal/visitor"
)

// mark is carried by requests that began after their token had been revoked. Nobody but the storm sends it.
const mark = "Storm-Revoked"

// front is one of the ways in.
type front struct {
	name   string
	url    string
	client *http.Client
	counts *frontCounts
	// Whether the storm is itself the proxy that asks, and a 200 the admission.
	asks bool
}

type frontCounts struct {
	admitted   atomic.Int64
	revoked    atomic.Int64
	otherwise  atomic.Int64
	failed     atomic.Int64
	afterwards atomic.Int64
}

// send asks for a page of the application through this front.
func (f front) send(ctx context.Context, app *application, header http.Header) (visitor.Answer, error) {
	path := "/page"
	if f.asks {
		path = "/forward-auth"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+path, nil)
	if err != nil {
		return visitor.Answer{}, err
	}
	request.Header = header
	if f.asks {
		header.Set("X-Forwarded-Method", http.MethodGet)
		header.Set("X-Forwarded-Proto", "http")
		header.Set("X-Forwarded-Host", app.host)
		header.Set("X-Forwarded-Uri", "/page")
		header.Set("X-Forwarded-For", "127.0.0.1")
	} else {
		request.Host = app.host
	}
	response, err := f.client.Do(request)
	if err != nil {
		return visitor.Answer{}, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return visitor.Answer{}, err
	}
	return visitor.Answer{Status: response.StatusCode, Header: response.Header}, nil
}
