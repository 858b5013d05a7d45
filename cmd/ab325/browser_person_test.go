package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A room is one browser profile: the people in it share its cookies.
type room struct {
	t   *testing.T
	lab *lab
	ctx context.Context
	js  bool // pages may run scripts
}

// newRoom opens a browser profile with nothing in it.
func (l *lab) newRoom(t *testing.T, js bool) *room {
	t.Helper()
	ctx, cancel := chromedp.NewContext(l.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &room{t: t, lab: l, ctx: ctx, js: js}
}

// A person is one window of a room, used as somebody sitting there would.
// What they do not manage ends the test.
type person struct {
	*room
	name   string
	ctx    context.Context
	faults faults
	at     struct{ x, y float64 } // the mouse
	tabs   int                    // how often tabsTo pressed Tab
}

// person opens a window.
func (r *room) person(name string) *person {
	r.t.Helper()
	p := &person{room: r, name: name, faults: faults{asked: make(chan struct{}, 1)}}
	ctx, cancel := chromedp.NewContext(r.ctx, chromedp.WithNewWindow(true), chromedp.WithListener(p.faults.listen))
	p.ctx = ctx
	r.t.Cleanup(func() {
		p.complain()
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		r.t.Fatal(err)
	}
	go p.faults.stay(ctx)
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !r.js})
	p.width(wide)
	return p
}

// The widths of windows.
const (
	wide   = 1280
	phone  = 360
	zoomed = 320 // 1280 at 400 %
)

// width makes the window so wide, in CSS pixels.
func (p *person) width(pixels int64) {
	p.t.Helper()
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: pixels, Height: 900, DeviceScaleFactor: 1})
}

// opens types an address, of this site where only a path is given.
func (p *person) opens(address string) {
	p.t.Helper()
	p.opensExpecting(200, address)
}

func (p *person) opensExpecting(status int64, address string) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.lab.site.base + address
	}
	p.leads("the address", status, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.Navigate, page.NavigateParams{URL: address})
		return err
	}))
}

// presses presses the button or the link that is called so; another page comes.
func (p *person) presses(name string) {
	p.t.Helper()
	p.pressesExpecting(200, name)
}

// pressesExpecting is presses for a page with another status than 200.
func (p *person) pressesExpecting(status int64, name string) {
	p.t.Helper()
	node := p.find(name, "button", "link")
	p.leads("«"+name+"»", status, p.click(name, node))
}

// leads does a step that brings another page and checks its status.
func (p *person) leads(what string, status int64, step chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.complain()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	switch {
	case err != nil:
		p.fatalf("%s leads to no page: %v", what, err)
	case response != nil && response.Status != status:
		p.fatalf("%s answers %d, want %d", what, response.Status, status)
	}
}

// clicks clicks on what is called so; the page stays.
func (p *person) clicks(name string) {
	p.t.Helper()
	node := p.find(name, "button", "link", "DisclosureTriangle", "checkbox", "radio")
	do(p, p.click(name, node))
}

// click clicks on the middle of a node, or does with the mouse there what how
// says, and refuses where something covers it. Of a tick or a radio that is
// drawn by its label, the label is clicked.
func (p *person) click(name string, node cdp.BackendNodeID, how ...func(x, y float64) chromedp.Action[chromedp.Void]) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		object, err := cdp.Call(ctx, t, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node})
		if err != nil {
			return err
		}
		where, err := callOn[struct {
			X, Y  float64
			Cover string
		}](ctx, t, object.Object.ObjectID, placeFunction)
		if err != nil {
			return err
		}
		if where.Cover != "" {
			return fmt.Errorf("«%s» cannot be clicked: %s is in front of it", name, where.Cover)
		}
		p.at.x, p.at.y = where.X, where.Y
		act := chromedp.MouseClickXY(where.X, where.Y)
		if len(how) > 0 {
			act = how[0](where.X, where.Y)
		}
		_, err = act(ctx, t)
		return err
	})
}

// placeFunction tells where to click on an element, and what covers it.
const placeFunction = `function () {
	const target = /^(checkbox|radio)$/.test(this.type) && this.labels.length ? this.labels[0] : this;
	target.scrollIntoView({block: "center", behavior: "instant"});
	const box = target.getClientRects()[0];
	if (!box) return {x: 0, y: 0, cover: "nothing (it is not shown)"};
	const x = box.left + box.width / 2, y = box.top + box.height / 2;
	const hit = document.elementFromPoint(x, y);
	const fine = hit && (target.contains(hit) || hit.contains(target));
	return {x, y, cover: fine ? "" : hit ? hit.outerHTML.slice(0, 200) : "the edge of the window"};
}`

// writes replaces what stands in the field.
func (p *person) writes(label, text string) {
	p.t.Helper()
	p.focuses(label)
	p.types(text)
}

// focuses puts the cursor in the field and marks all that stands there.
func (p *person) focuses(label string) {
	p.t.Helper()
	node := p.find(label, fieldRoles...)
	do(p, p.click(label, node))
	on[any](p, node, `function () { this.select() }`)
}

// types writes where the cursor is.
func (p *person) types(text string) {
	p.t.Helper()
	if text == "" {
		p.key("\b")
		return
	}
	call(p, input.InsertText, input.InsertTextParams{Text: text})
}

// key presses keys on the keyboard.
func (p *person) key(keys string) {
	p.t.Helper()
	do(p, chromedp.KeyEvent(keys))
}

var fieldRoles = []string{"textbox", "searchbox", "spinbutton"}

// reads returns what stands in the field.
func (p *person) reads(label string) string {
	p.t.Helper()
	return on[string](p, p.find(label, append(fieldRoles, "combobox")...), `function () { return this.value }`)
}

// has waits until a text stands in the field.
func (p *person) has(label, text string) {
	p.t.Helper()
	var there string
	p.await(func() bool { there = p.reads(label); return there == text }, func() string {
		return fmt.Sprintf("in «%s» stands %q, want %q", label, there, text)
	})
}

// ticks clicks on the tick.
func (p *person) ticks(label string) {
	p.t.Helper()
	do(p, p.click(label, p.find(label, "checkbox")))
}

// chooses clicks on an answer to a question.
func (p *person) chooses(question, answer string) {
	p.t.Helper()
	group := p.find(question, "group", "radiogroup")
	do(p, p.click(answer, p.findIn(group, answer, "radio")))
}

// picks takes an entry of a list.
func (p *person) picks(label, entry string) {
	p.t.Helper()
	if !on[bool](p, p.find(label, "combobox"), pickFunction, entry) {
		p.fatalf("«%s» has no «%s»", label, entry)
	}
}

const pickFunction = `function (entry) {
	const option = Array.from(this.options).find((o) => o.text.trim() === entry);
	if (!option) return false;
	this.value = option.value;
	this.dispatchEvent(new Event("input", {bubbles: true}));
	this.dispatchEvent(new Event("change", {bubbles: true}));
	return true;
}`

// attaches puts a file into the page's one file field.
func (p *person) attaches(filename string, data []byte) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), filename)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		p.t.Fatal(err)
	}
	field := evaluate[*runtime.RemoteObject](p, `document.querySelector("input[type=file]")`)
	call(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: field.ObjectID})
}
