package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// What a person finds on a page, and how the tests ask the browser for it.

// find waits for the one thing that a screen reader would call so, with one
// of the roles.
func (p *person) find(name string, roles ...string) cdp.BackendNodeID {
	p.t.Helper()
	return p.findIn(0, name, roles...)
}

func (p *person) findIn(root cdp.BackendNodeID, name string, roles ...string) (node cdp.BackendNodeID) {
	p.t.Helper()
	var there []string
	p.await(func() bool {
		var nodes []cdp.BackendNodeID
		nodes, there = p.named(root, name, roles)
		if len(nodes) > 0 {
			node = nodes[0]
		}
		return len(nodes) == 1
	}, func() string {
		return fmt.Sprintf("looked for one %s called «%s»; there are:\n%s", strings.Join(roles, " or "), name, strings.Join(there, "\n"))
	})
	return node
}

// named returns the nodes with one of the roles and the name, and a line on
// every node with one of the roles.
func (p *person) named(root cdp.BackendNodeID, name string, roles []string) (nodes []cdp.BackendNodeID, there []string) {
	p.t.Helper()
	if root == 0 {
		root = p.document()
	}
	for _, role := range roles {
		for _, n := range call(p, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{BackendNodeID: root, Role: role}).Nodes {
			if n.Ignored || n.Name == nil {
				continue
			}
			var called string
			if err := json.Unmarshal(n.Name.Value, &called); err != nil {
				p.t.Fatal(err)
			}
			called = aside.ReplaceAllString(words(called), "")
			there = append(there, "  "+role+" «"+called+"»")
			if called == name {
				nodes = append(nodes, n.BackendDOMNodeID)
			}
		}
	}
	return nodes, there
}

// aside is what a name has that nobody would say: a step's number or state,
// and that a field is optional.
var aside = regexp.MustCompile(`^(\d|Gennemført|Fejl) | \(frivilligt\)$`)

func (p *person) document() cdp.BackendNodeID {
	p.t.Helper()
	return call(p, dom.GetDocument, dom.GetDocumentParams{}).Root.BackendNodeID
}

// sees waits until the page shows every text.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.await(func() bool { return strings.Contains(p.text(), text) }, func() string { return "the page does not show «" + text + "»" })
	}
}

// doesNotSee fails where the page shows a text.
func (p *person) doesNotSee(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.text(), text) {
			p.fatalf("the page shows «%s»", text)
		}
	}
}

// awaitGone waits until the page no longer shows a text.
func (p *person) awaitGone(text string) {
	p.t.Helper()
	p.await(func() bool { return !strings.Contains(p.text(), text) }, func() string { return "the page goes on showing «" + text + "»" })
}

// text returns what the page shows, its white space made one blank each.
func (p *person) text() string {
	p.t.Helper()
	return words(evaluate[string](p, `document.body ? document.body.innerText : ""`))
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// await waits until something is so.
func (p *person) await(so func() bool, otherwise func() string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for !so() {
		if time.Now().After(deadline) {
			p.fatalf("%s", otherwise())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// callOn calls a function with an object as its this.
func callOn[T any](ctx context.Context, t *chromedp.Target, object runtime.RemoteObjectID, function string, args ...any) (out T, err error) {
	yes := true
	params := runtime.CallFunctionOnParams{FunctionDeclaration: function, ObjectID: object, ReturnByValue: &yes, UserGesture: &yes}
	for _, arg := range args {
		raw, err := json.Marshal(arg)
		if err != nil {
			return out, err
		}
		params.Arguments = append(params.Arguments, &runtime.CallArgument{Value: raw})
	}
	result, err := cdp.Call(ctx, t, runtime.CallFunctionOn, params)
	if err != nil {
		return out, err
	}
	if result.ExceptionDetails != nil {
		return out, fmt.Errorf("in the page: %s", result.ExceptionDetails.Exception.Description)
	}
	if len(result.Result.Value) == 0 {
		return out, nil
	}
	return out, json.Unmarshal(result.Result.Value, &out)
}

// on calls a function with the found node as its this.
func on[T any](p *person, node cdp.BackendNodeID, function string, args ...any) (out T) {
	p.t.Helper()
	do(p, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		object, err := cdp.Call(ctx, t, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node})
		if err == nil {
			out, err = callOn[T](ctx, t, object.Object.ObjectID, function, args...)
		}
		return err
	}))
	return out
}

// evaluate evaluates an expression in the page, also where its own scripts are
// off.
func evaluate[T any](p *person, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fatalf("%.100s: %v", expression, err)
	}
	return value
}

// call runs a command of the browser's protocol.
func call[P, R any](p *person, cmd cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		p.fatalf("%s: %v", cmd.Method, err)
	}
	return result
}

func do(p *person, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fatalf("%v", err)
	}
}

// path returns the path of the present page.
func (p *person) path() string {
	p.t.Helper()
	address, err := url.Parse(evaluate[string](p, `location.href`))
	if err != nil {
		p.t.Fatal(err)
	}
	return address.Path
}

// links returns the paths of this site that the page's links lead to.
func (p *person) links() []string {
	p.t.Helper()
	return evaluate[[]string](p, `Array.from(document.links, (a) => a).filter((a) => a.origin === location.origin).map((a) => a.pathname)`)
}

// fatalf ends the test and says what the person had before them.
func (p *person) fatalf(format string, args ...any) {
	p.t.Helper()
	report := fmt.Sprintf(format, args...)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if where, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`)); err == nil {
		report += "\n--- the page is " + where
	}
	if picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)); err == nil {
		if file, err := os.CreateTemp("", "ab325-*.png"); err == nil {
			_, _ = file.Write(picture)
			_ = file.Close()
			report += "\n--- a picture of it is " + file.Name()
		}
	}
	p.t.Fatalf("%s: %s", p.name, report)
}
