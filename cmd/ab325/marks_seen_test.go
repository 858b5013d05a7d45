package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"ab325/internal/pdf/read/readtest"
)

// A witness is between browsers and the service, and writes into a file what
// stands where others than the reader see it: addresses, in the history and in
// the logs of proxies; titles, in the window's frame and on the task bar; names
// of files, and what files show of themselves in a folder.
type witness struct {
	mu   sync.Mutex
	file *os.File
}

// witnessOf makes the browsers of p pass by one who writes to a file.
func witnessOf(t *testing.T, p *people, name string) *witness {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	w := &witness{file: f}
	for _, v := range []*visitor{p.admin, p.worker, p.leader, p.employee, p.company} {
		v.client.Transport = w
	}
	return w
}

func (w *witness) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	seen := fmt.Appendf(nil, "%s %s\n", req.Method, req.URL)
	for name, values := range resp.Header {
		if name != "Set-Cookie" {
			seen = fmt.Appendf(seen, "%s: %s\n", name, strings.Join(values, "\n"))
		}
	}
	more, err := outside(resp.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", req.URL.Path, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err = w.file.Write(append(seen, more...))
	return resp, err
}

// outside returns what of an answer's body is seen outside of it: a page's
// title and the addresses that it leads to, but for who is written to and for
// the secrets of links, which browsers send to nobody; and what a document of
// ours shows of itself.
func outside(kind string, body []byte) (b []byte, err error) {
	if kind == "application/pdf" && !bytes.Equal(body, readtest.Page(personMarks["attachment"])) {
		return labels(body)
	}
	if !strings.HasPrefix(kind, "text/html") {
		return nil, nil
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "title" {
			b = fmt.Appendf(b, "%s\n", wordsOf(n))
		}
		for _, name := range []string{"href", "src", "action", "data", "download"} {
			if address, _, _ := strings.Cut(attribute(n, name), "#"); !strings.HasPrefix(address, "mailto:") {
				b = fmt.Appendf(b, "%s\n", address)
			}
		}
	}
	return b, nil
}

// TestOutside shows that TestMarks would find a mark in a title, in an address
// and in what a document shows of itself.
func TestOutside(t *testing.T) {
	const mark = "Qwerskov"
	for _, test := range []struct {
		name, kind, body string
		want             bool
	}{
		{"title", "text/html; charset=utf-8", "<title>" + mark + "</title>", true},
		{"link", "text/html; charset=utf-8", `<a href="/x?navn=` + mark + `">x</a>`, true},
		{"form", "text/html; charset=utf-8", `<form action="/` + mark + `"></form>`, true},
		{"name to save as", "text/html; charset=utf-8", `<a href="/" download="` + mark + `.pdf">x</a>`, true},
		{"the page itself", "text/html; charset=utf-8", "<h1>" + mark + `</h1><a href="/a#` + mark + `">x</a>`, false},
		{"a document's title", "application/pdf", titledPDF("Info", "<</Title ("+mark+")>>"), true},
		{"a document's metadata", "application/pdf", titledPDF("Metadata", "<</Length 8>> stream\n"+mark+"\nendstream"), true},
		{"a document's outline", "application/pdf", titledPDF("Outlines", "<</First <</Title ("+mark+")>>>>"), true},
	} {
		seen, err := outside(test.kind, []byte(test.body))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "seen"), seen, 0o600); err != nil {
			t.Fatal(err)
		}
		if found := search(t, dir, []string{mark}); (len(found) == 1) != test.want {
			t.Errorf("%s: %q is found: %v, want %v", test.name, mark, found, test.want)
		}
	}
}

// titledPDF is a small file, and an object of it that its trailer or its catalog
// names by what.
func titledPDF(what, object string) string {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	table := "xref\n0 5\n0000000000 65535 f \n"
	for i, o := range []string{"<</Type /Catalog /Pages 2 0 R /" + what + " 4 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
		"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>", object} {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj %s endobj\n", i+1, o)
	}
	return fmt.Sprintf("%s%strailer <</Root 1 0 R /%s 4 0 R /Size 5>>\nstartxref\n%d\n%%%%EOF\n", b.String(), table, what, b.Len())
}
