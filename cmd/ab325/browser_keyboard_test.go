package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// testKeyboard fills a step in without a mouse: past the menu by the skip link,
// from field to field, to the fault that the summary names, and on.
func testKeyboard(t *testing.T, l *lab) {
	for _, js := range []bool{true, false} {
		p := l.newRoom(t, js).person("the typist")
		p.begins("/den-ansatte")
		p.tabsTo("Gå til sidens indhold")
		p.key("\r")
		p.tabsTo("Til sagen")
		if n := p.tabs; n > 1 {
			t.Errorf("from the skip link it is %d steps to the page's first link", n)
		}
		p.tabsTo(nameField)
		p.types("Jens Peter Holmgaard")
		p.tabsTo("Personnummer")
		p.types("7506551507")
		p.tabsTo("Den ansatte er fritaget for Digital Post")
		p.key(" ")
		p.tabsTo("Næste")
		p.leads("Enter on «Næste»", 422, chromedp.KeyEvent("\r"))

		// The summary comes first, and its link leads to the field.
		p.tabsTo("Vælg den kommune, som den ansatte bor i")
		if js && p.tabs > 1 {
			t.Errorf("after the fault it is %d steps to the summary: it does not have the focus", p.tabs)
		}
		p.key("\r")
		if got := p.focus(); got != "Hvilken kommune bor den ansatte i?" {
			p.fatalf("the summary leads to «%s»", got)
		}
		p.key(kb.ArrowDown) // opens the list; where it stands depends on where the mouse rests
		p.key("\r")
		p.await(func() bool { return p.reads("Hvilken kommune bor den ansatte i?") != "" }, func() string {
			return "no municipality is chosen with the keyboard"
		})
		p.tabsTo("Næste")
		p.leads("Enter on «Næste»", 200, chromedp.KeyEvent("\r"))
		p.sees("Virksomheden udfylder sine egne oplysninger")
	}
}

// focus returns what a person would call what has the focus; it must be on the
// screen, and nothing in front of it.
func (p *person) focus() string {
	p.t.Helper()
	var at struct{ Name, Hidden string }
	p.await(func() bool { at = evaluate[struct{ Name, Hidden string }](p, focusFunction); return at.Hidden == "" }, func() string {
		return "what has the focus cannot be seen: " + at.Hidden
	})
	return aside.ReplaceAllString(words(at.Name), "")
}

const focusFunction = `(() => {
	const e = document.activeElement;
	const label = e.labels && e.labels[0];
	const shown = label && /^(checkbox|radio)$/.test(e.type) ? label : e;
	const name = (label || e).innerText || e.getAttribute("aria-label") || e.title || "";
	const box = shown.getBoundingClientRect();
	const spots = [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)));
	const seen = spots.some((hit) => hit && (shown.contains(hit) || (hit.contains(shown) && hit !== document.documentElement)));
	return {name, hidden: e === document.body || seen ? "" : e.outerHTML.slice(0, 200)};
})()`

// tabsTo presses Tab until what is called so has the focus, and counts.
func (p *person) tabsTo(name string) {
	p.t.Helper()
	var passed []string
	for p.tabs = 1; p.tabs <= 60; p.tabs++ {
		p.key("\t")
		at := p.focus()
		if at == name {
			return
		}
		passed = append(passed, at)
	}
	p.fatalf("Tab does not lead to «%s», but to: %s", name, strings.Join(passed, ", "))
}

// testPrint looks at pages as they are printed: without what paper cannot do.
func testPrint(t *testing.T, l *lab) {
	p := l.newRoom(t, true).person("the reader")
	p.begins("/den-ansatte")
	p.writes(nameField, "Åse Kjærgård")
	p.sees("Gemt kl.")
	for path, want := range map[string]string{p.path(): nameField, strings.TrimSuffix(p.path(), "/den-ansatte") + "/opsummering": "Åse Kjærgård", "/hjaelp/klage": "Hvem kan klage?"} {
		p.opens(path)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		p.sees(want, "Hvem kan jeg spørge?")
		p.doesNotSee("Gå til sidens indhold", "Næste", "Gem kladde", "Log af", "Privatliv og cookies", "Redigér", "Trin", "Til sagen", "Kopiér")
		p.width(700) // about what a page of paper has
		p.fits(700)
		p.width(wide)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	}
}
