package seal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// ask posts a question of the given media type to a service, or, where there
// is none, gets what is at the address, and returns the answer. Errors name the
// service by its host: an address may hold a password.
func ask(ctx context.Context, client *http.Client, address, media string, question []byte) ([]byte, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if question != nil {
		method, body = http.MethodPost, bytes.NewReader(question)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("the address of %s is none", hostOf(address))
	}
	if question != nil {
		request.Header.Set("Content-Type", media)
	}
	response, err := client.Do(request)
	if err != nil {
		if e, ok := err.(*url.Error); ok {
			err = e.Err
		}
		return nil, fmt.Errorf("ask %s: %w", hostOf(address), err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask %s: it answers %s", hostOf(address), response.Status)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer of %s: %w", hostOf(address), err)
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("the answer of %s is longer than %d bytes", hostOf(address), maxAnswer)
	}
	return answer, nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return "the service"
}
