package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// A visitor is a browser without scripts at a running service: it keeps
// cookies, follows redirects, and posts forms as they stand on the page. Its
// methods return what went wrong instead of failing a test, since a test may
// be about a service that ends in the middle.
type visitor struct {
	base   string // "http://127.0.0.1:…"
	client *http.Client
	seen   *sheet // the last page
}

// A sheet is a page as a visitor has it.
type sheet struct {
	status int
	url    *url.URL
	body   []byte
	root   *html.Node // of a page; nil of another file
}

func newVisitor(base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // unreachable: there are no options
	}
	return &visitor{base: base, client: &http.Client{Transport: &http.Transport{}, Jar: jar}}
}

// opens shows the page at path, which must be answered with 200.
func (v *visitor) opens(path string) error {
	req, err := http.NewRequest(http.MethodGet, v.base+path, nil)
	if err != nil {
		return err
	}
	if err := v.send(req); err != nil {
		return err
	}
	if v.seen.status != http.StatusOK {
		return fmt.Errorf("GET %s: %d", path, v.seen.status)
	}
	return nil
}

// send sends a request, follows redirects and shows what comes last.
func (v *visitor) send(req *http.Request) error {
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := v.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	s := &sheet{status: resp.StatusCode, url: resp.Request.URL}
	if s.body, err = io.ReadAll(resp.Body); err != nil {
		return err
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		if s.root, err = html.Parse(bytes.NewReader(s.body)); err != nil {
			return err
		}
	}
	v.seen = s
	return nil
}

// presses posts the form of the page that has a button with the given words,
// with some of its inputs filled in, and a PDF as the attachment where one is
// given. The answer must be a page with 200.
func (v *visitor) presses(button string, fill map[string]string, attachment ...[]byte) error {
	if err := v.posts(button, fill, attachment...); err != nil {
		return err
	}
	if v.seen.status != http.StatusOK {
		return fmt.Errorf("%q leads to %s: %d\n%s", button, v.seen.url.Path, v.seen.status, v.seen.words())
	}
	return nil
}

// submits posts a form of the page with the given values, whatever the answer.
func (v *visitor) submits(form *html.Node, values url.Values, attachment ...[]byte) error {
	req, err := v.postOf(form, values, attachment)
	if err != nil {
		return err
	}
	return v.send(req)
}

// posts is presses for whatever the answer is.
func (v *visitor) posts(button string, fill map[string]string, attachment ...[]byte) error {
	if v.seen == nil {
		return errors.New("no page was seen")
	}
	form, pressed := formOf(v.seen.root, button)
	if form == nil {
		return fmt.Errorf("%s has no button %q:\n%s", v.seen.url.Path, button, v.seen.words())
	}
	values := inputs(form)
	for name, value := range fill {
		values.Set(name, value)
	}
	if name := attribute(pressed, "name"); name != "" {
		values.Set(name, attribute(pressed, "value"))
	}
	return v.submits(form, values, attachment...)
}

func (v *visitor) postOf(form *html.Node, values url.Values, attachment [][]byte) (*http.Request, error) {
	action, err := v.seen.url.Parse(attribute(form, "action"))
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	kind := "application/x-www-form-urlencoded"
	if attribute(form, "enctype") == "multipart/form-data" {
		if kind, err = multipartOf(&body, values, attachment); err != nil {
			return nil, err
		}
	} else {
		body.WriteString(values.Encode())
	}
	req, err := http.NewRequest(http.MethodPost, action.String(), &body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	return req, nil
}

// multipartOf writes values and files as a browser posts them and returns the
// content type.
func multipartOf(body io.Writer, values url.Values, attachments [][]byte) (string, error) {
	w := multipart.NewWriter(body)
	var failed error
	for name, list := range values {
		for _, value := range list {
			failed = errors.Join(failed, w.WriteField(name, value))
		}
	}
	for _, data := range attachments {
		part, err := w.CreateFormFile("attachment", personMarks["file.name"])
		if err == nil {
			_, err = part.Write(data)
		}
		failed = errors.Join(failed, err)
	}
	return w.FormDataContentType(), errors.Join(failed, w.Close())
}

// words are the words of the page, on one line.
func (s *sheet) words() string {
	if s.root == nil {
		return ""
	}
	return wordsOf(s.root)
}

// value is what the element with the given id holds.
func (s *sheet) value(id string) string {
	for n := range s.root.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == id {
			if n.Data == "input" {
				return attribute(n, "value")
			}
			return wordsOf(n)
		}
	}
	return ""
}

func wordsOf(root *html.Node) string {
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// formOf returns the first form that has a button with the given words, and
// that button.
func formOf(root *html.Node, button string) (form, pressed *html.Node) {
	if root == nil {
		return nil, nil
	}
	for f := range root.Descendants() {
		if f.Type != html.ElementNode || f.Data != "form" {
			continue
		}
		for n := range f.Descendants() {
			if n.Type == html.ElementNode && n.Data == "button" && wordsOf(n) == button {
				return f, n
			}
		}
	}
	return nil, nil
}

// inputs are what a browser would post of a form, without its files and
// buttons.
func inputs(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch n.Data {
		case "input":
			if kind := attribute(n, "type"); kind != "file" && (kind != "checkbox" && kind != "radio" || has(n, "checked")) {
				values.Add(name, attribute(n, "value"))
			}
		case "textarea":
			if n.FirstChild != nil {
				values.Add(name, strings.TrimPrefix(n.FirstChild.Data, "\n"))
			} else {
				values.Add(name, "")
			}
		case "select":
			values.Add(name, chosen(n))
		}
	}
	return values
}

// chosen is the value of the option that is selected, or of the first.
func chosen(selection *html.Node) string {
	value, first := "", true
	for o := range selection.Descendants() {
		if o.Type == html.ElementNode && o.Data == "option" && (first || has(o, "selected")) {
			value, first = attribute(o, "value"), false
		}
	}
	return value
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
