package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// checks has axe-core look at the present state of the page on a wide screen
// and on a phone, and sees that nothing must be scrolled sideways on a phone
// or at 400 % zoom.
func (p *person) checks() {
	p.t.Helper()
	p.complain()
	if !p.js {
		// The page's own scripts were not run when it was loaded, and are not
		// run now; axe needs timers.
		call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		defer call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	if !evaluate[bool](p, `"axe" in window`) {
		evaluate[any](p, p.lab.axe+`;null`)
	}
	for _, width := range []int64{wide, phone} {
		p.width(width)
		for _, fault := range p.axe() {
			p.t.Errorf("%s: %s at %d pixels: %s", p.name, p.path(), width, fault)
		}
		p.fits(width)
	}
	p.width(zoomed)
	p.fits(zoomed)
	p.width(wide)
}

// fits fails where the page must be scrolled sideways.
func (p *person) fits(width int64) {
	p.t.Helper()
	if wider := p.wider(); wider != "" {
		p.t.Errorf("%s: %s must be scrolled sideways at %d pixels; it needs %s", p.name, p.path(), width, wider)
	}
}

// axe runs axe-core and returns what it finds.
func (p *person) axe() (faults []string) {
	p.t.Helper()
	const run = `axe.run(document, {
		runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
		resultTypes: ["violations"],
		iframes: false,
	}).then((found) => JSON.stringify(found.violations))`
	var violations []struct {
		ID, Help string
		Nodes    []struct {
			HTML           string `json:"html"`
			FailureSummary string
		}
	}
	if err := json.Unmarshal([]byte(evaluate[string](p, run)), &violations); err != nil {
		p.t.Fatal(err)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			faults = append(faults, fmt.Sprintf("%s (%s)\n\t%.300s\n\t%s", v.Help, v.ID, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t")))
		}
	}
	return faults
}

// wider says what makes the page wider than the window, or is "".
func (p *person) wider() string {
	p.t.Helper()
	return evaluate[string](p, `(() => {
		const root = document.scrollingElement;
		if (root.scrollWidth <= window.innerWidth) return "";
		let widest = root;
		for (const e of document.body.querySelectorAll("*")) {
			if (e.getBoundingClientRect().right > window.innerWidth + 0.5) widest = e;
		}
		return root.scrollWidth + " pixels: " + widest.outerHTML.slice(0, 200);
	})()`)
}

// testChecks spoils a page in every way that the checks are there for, and has
// them find it.
func testChecks(t *testing.T, l *lab) {
	p := l.newRoom(t, true).person("the spoiler")
	p.opens("/")
	evaluate[any](p, `document.documentElement.removeAttribute("lang");
		document.querySelector("main").insertAdjacentHTML("beforeend", "<input><p id=wide>x</p>");
		document.getElementById("wide").style.minWidth = "2000px";
		console.error("spoiled");
		document.body.setAttribute("onclick", "1"); null`)
	evaluate[any](p, l.axe+`;null`)
	found := strings.Join(p.axe(), "\n")
	for _, rule := range []string{"(html-has-lang)", "(label)"} {
		if !strings.Contains(found, rule) {
			t.Errorf("axe does not find %s in a page without language and label:\n%s", rule, found)
		}
	}
	if p.wider() == "" {
		t.Error("a page of 2000 pixels fits into the window")
	}
	p.await(func() bool { return len(p.faults.all()) >= 2 }, func() string { return "the console is read in vain" })
	noted := strings.Join(p.faults.take(), "\n")
	for _, fault := range []string{"spoiled", "Content Security Policy"} {
		if !strings.Contains(noted, fault) {
			t.Errorf("of %q the console says nothing: %s", fault, noted)
		}
	}
}
