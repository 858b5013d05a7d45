package web

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// faults lists what is wrong with a page that a browser would hide: tags that
// are not closed, ids used twice, inputs without a label, aria attributes
// that point nowhere, and cells that lose their heading on a phone.
func faults(page string) []string {
	out := unbalanced(page)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return append(out, err.Error())
	}
	c := &checker{ids: map[string]int{}, labels: map[string]bool{}}
	for n := range root.Descendants() {
		c.collect(n)
	}
	for n := range root.Descendants() {
		c.check(n)
	}
	for id, n := range c.ids {
		if n > 1 {
			c.fault("id %q occurs %d times", id, n)
		}
	}
	if c.h1 != 1 {
		c.fault("%d h1, want 1", c.h1)
	}
	slices.Sort(c.faults)
	return append(out, c.faults...)
}

type checker struct {
	ids    map[string]int
	labels map[string]bool // ids that a label is for
	h1     int
	faults []string
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) collect(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	if id, ok := attr(n, "id"); ok {
		c.ids[id]++
	}
	switch n.Data {
	case "label":
		if id, ok := attr(n, "for"); ok {
			c.labels[id] = true
		}
	case "h1":
		c.h1++
	}
}

func (c *checker) check(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	for _, name := range []string{"aria-describedby", "aria-labelledby", "for", "data-copy"} {
		value, _ := attr(n, name)
		for _, id := range strings.Fields(value) {
			if c.ids[id] == 0 {
				c.fault("<%s %s=%q>: no such id", n.Data, name, id)
			}
		}
	}
	switch n.Data {
	case "input", "textarea", "select":
		kind, _ := attr(n, "type")
		id, _ := attr(n, "id")
		if kind != "hidden" && !c.labels[id] {
			c.fault("<%s id=%q> has no label", n.Data, id)
		}
	case "a":
		href, _ := attr(n, "href")
		if id, ok := strings.CutPrefix(href, "#"); ok && c.ids[id] == 0 {
			c.fault("link to #%s: no such id", id)
		}
	case "td":
		if _, ok := attr(n, "data-title"); !ok && headed(n) {
			c.fault("<td>%s</td>: on a phone its heading is not there", strings.TrimSpace(text(n)))
		}
	case "script", "style":
		if n.FirstChild != nil {
			c.fault("<%s> inside the page", n.Data)
		}
	case "button", "h1", "h2", "h3", "h4", "legend", "label":
		if strings.TrimSpace(text(n)) == "" {
			c.fault("<%s> without text", n.Data)
		}
	}
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			c.fault("<%s %s>: the policy forbids it", n.Data, a.Key)
		}
	}
}

// headed reports whether the table of a cell has headings above its columns, which a
// phone shows beside each cell.
func headed(cell *html.Node) bool {
	for n := range cell.Ancestors() {
		if n.Data != "table" {
			continue
		}
		class, _ := attr(n, "class")
		for head := range n.Descendants() {
			if head.Data == "thead" {
				return strings.Contains(class, "responsive-headers")
			}
		}
	}
	return false
}

// void are the elements that have no end tag.
const void = " area base br col embed hr img input link meta source track wbr "

// unbalanced reads the tags as they are written.
func unbalanced(page string) (out []string) {
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				out = append(out, z.Err().Error())
			}
			break
		}
		token := z.Token()
		switch {
		case kind == html.StartTagToken && !strings.Contains(void, " "+token.Data+" "):
			open = append(open, token.Data)
		case kind == html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return append(out, fmt.Sprintf("</%s> closes %v", token.Data, open))
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		out = append(out, fmt.Sprintf("not closed: %v", open))
	}
	return out
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text returns the words in a node.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
