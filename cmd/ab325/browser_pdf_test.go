package main

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"strings"

	"github.com/chromedp/cdproto/network"
)

// holds fetches the PDF that a link leads to, as the browser would, checks that
// each text stands in it, and returns all its text.
func (p *person) holds(link string, texts ...string) string {
	p.t.Helper()
	text := p.pdfText(p.fetches(link))
	for _, want := range texts {
		if !strings.Contains(text, want) {
			p.fatalf("«%s» has no «%s»:\n%s", link, want, text)
		}
	}
	return text
}

// fetches returns what a link leads to, asked for with the browser's cookies.
func (p *person) fetches(link string) []byte {
	p.t.Helper()
	address := on[string](p, p.find(link, "link"), `function () { return this.href }`)
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range call(p, network.GetCookies, network.GetCookiesParams{URLs: []string{address}}).Cookies {
		request.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		p.fatalf("«%s» answers %s: %v", link, response.Status, err)
	}
	return body
}

// pdfText returns the words of a PDF, a blank between each.
func (p *person) pdfText(pdf []byte) string {
	p.t.Helper()
	read := exec.Command("pdftotext", "-", "-")
	read.Stdin = bytes.NewReader(pdf)
	text, err := read.Output()
	if err != nil {
		p.fatalf("no PDF (%v): %.200q", err, pdf)
	}
	return words(string(text))
}
