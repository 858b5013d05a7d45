package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// begins begins a case as the employee and goes to a page of it.
func (p *person) begins(step string) {
	p.t.Helper()
	p.opens("/ansat")
	p.presses("Begynd")
	p.presses("Videre til sagen")
	p.opens(p.path() + step)
}

const (
	nameField  = "Den ansattes navn"
	titleField = "Stillingsbetegnelse"
)

// testTyping types without ever pressing a button.
func testTyping(t *testing.T, l *lab) {
	p := l.newRoom(t, true).person("the employee")
	p.begins("/den-ansatte")
	p.writes(nameField, "Åse Bjørnsdóttir")
	p.sees("Gemt kl.")
	p.opens(p.path())
	p.has(nameField, "Åse Bjørnsdóttir")

	// A letter that cannot be printed is named while typing, and kept.
	p.writes(nameField, "Åse 漢 Kjærgård")
	p.sees("Blanketten kan ikke vise tegnet «漢»")
	p.checks()
	p.opens(p.path())
	p.has(nameField, "Åse 漢 Kjærgård")
	p.sees("Blanketten kan ikke vise tegnet «漢»")
	p.writes(nameField, "Åse Kjærgård")
	p.awaitGone("Blanketten kan ikke vise")

	p.ticks("Den ansatte er fritaget for Digital Post")
	p.settles()
	p.testSlowPress()
	p.testLeaving()
	p.testLostAnswer()
}

// testLostAnswer loses the answer to a save: it is sent again just as it was,
// its key included, so that it is carried out once.
func (p *person) testLostAnswer() {
	p.t.Helper()
	p.opens(p.path() + "/den-ansatte")
	evaluate[any](p, `(() => {
		const fetch = window.fetch;
		window.sent = [];
		window.fetch = async (url, options) => {
			window.sent.push(String(options.body));
			const answer = await fetch(url, options);
			if (window.sent.length === 1) throw new TypeError("the connection broke");
			return answer;
		};
	})()`)
	p.writes(nameField, "Åse Kjærgård Holm")
	p.sees("Ikke gemt endnu")
	p.sees("Gemt kl.")
	if sent := evaluate[[]string](p, "window.sent"); len(sent) != 2 || sent[0] != sent[1] || !strings.HasPrefix(sent[0], "once=0") {
		p.fatalf("after a lost answer the page sends %q", sent)
	}
	p.opens(p.path())
	p.has(nameField, "Åse Kjærgård Holm")
}

// testSlowPress holds the button down until the field that was typed in has
// been saved and judged: the fault must not move the button away from under it.
func (p *person) testSlowPress() {
	p.t.Helper()
	p.opens(p.path())
	node, saved := p.find("Næste", "button"), p.faults.saved()
	p.writes("Personnummer", "1234")
	do(p, p.click("Næste", node, func(x, y float64) chromedp.Action[chromedp.Void] {
		return chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonType(input.MouseButtonLeft), chromedp.ClickCount(1))
	}))
	p.awaitSaves(saved + 1)
	// Two frames, for whatever the answer shows.
	evaluate[any](p, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))`)
	p.leads("a slow press on «Næste»", 422, p.release)
	p.sees("Personnummeret skal bestå af 10 cifre")
}

// testLeaving tries to leave while nothing can be saved.
func (p *person) testLeaving() {
	p.t.Helper()
	p.opens(p.path())
	call(p, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/*/*/gem", Block: true}}})
	p.writes(nameField, "Åse Kjærgård Lund")
	p.sees("Ikke gemt endnu")
	here := p.path()
	p.clicks("Opsummering")
	p.await(func() bool { return len(p.faults.all()) > 0 }, func() string { return "the page lets go of a text that is not saved" })
	if got := p.faults.take(); len(got) != 1 || got[0] != asksToStay || p.path() != here {
		p.fatalf("leaving with unsaved text: %v", got)
	}
	p.has(nameField, "Åse Kjærgård Lund")
	call(p, network.SetBlockedURLs, network.SetBlockedURLsParams{})
	p.sees("Gemt kl.")
	p.presses("Sagen")
}

// settles waits until the page holds nothing that is not saved.
func (p *person) settles() {
	p.t.Helper()
	const unsaved = `Array.from(document.querySelectorAll("input[name^='old.']")).filter((old) => {
		const now = document.getElementById(old.name.slice(4));
		return now && (now.type === "checkbox" ? now.checked !== (old.value === "ja") : now.value !== old.value);
	}).length`
	p.await(func() bool { return evaluate[int](p, unsaved) == 0 }, func() string { return "what was typed is not saved" })
}

// awaitSaves waits until so many autosaves were answered in this window.
func (p *person) awaitSaves(n int) {
	p.t.Helper()
	p.await(func() bool { return p.faults.saved() >= n }, func() string { return "what was typed is not saved" })
}

// release lets go of the mouse where it is.
func (p *person) release(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
	return chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, p.at.x, p.at.y, chromedp.ButtonType(input.MouseButtonLeft), chromedp.ClickCount(1))(ctx, t)
}

// testTwoWindows has one person change a field in two windows, first with the
// pages' scripts and then without: both texts are shown, and one is chosen.
func testTwoWindows(t *testing.T, l *lab) {
	for _, js := range []bool{true, false} {
		room := l.newRoom(t, js)
		one, two := room.person("the first window"), room.person("the second window")
		one.begins("/jobindhold")
		two.opens(one.path())
		one.writes(titleField, "Gartner")
		two.writes(titleField, "Pedel")
		if js {
			one.key("\t")
			one.sees("Gemt kl.")
			two.key("\t")
		} else {
			one.presses("Gem kladde")
			two.pressesExpecting(409, "Gem kladde")
		}
		two.sees("I har begge ændret", "Gartner")
		two.has(titleField, "Pedel")
		two.checks()

		// Saving again is the choice of one's own.
		two.presses("Gem kladde")
		two.has(titleField, "Pedel")
		one.opens(one.path())
		one.has(titleField, "Pedel")

		one.writes(titleField, "Kok")
		two.writes(titleField, "Smed")
		if js {
			two.key("\t")
			two.sees("Gemt kl.")
			one.key("\t")
		} else {
			two.presses("Gem kladde")
			one.pressesExpecting(409, "Gem kladde")
		}
		one.sees("I har begge ændret", "Smed")
		one.presses("Brug den andens tekst")
		one.has(titleField, "Smed")
	}
}

// testSignedOut goes on typing in a window after its session was ended from
// another device: what was posted comes back after signing in.
func testSignedOut(t *testing.T, l *lab) {
	for _, js := range []bool{true, false} {
		p, other := l.newRoom(t, js).person("the employee"), l.newRoom(t, js).person("the other device")
		p.opens("/ansat")
		p.presses("Begynd")
		code := p.reads("Kode")
		p.presses("Videre til sagen")
		p.opens(p.path() + "/jobindhold")

		other.opens("/adgang")
		other.writes("Kode", code)
		other.presses("Åbn sagen")
		other.presses("Lav et nyt link og en ny kode")
		code = other.reads("Kode")

		p.writes(titleField, "Havemand")
		if js {
			p.key("\t")
			p.sees("Ikke gemt: du er logget af")
		}
		p.pressesExpecting(401, "Gem kladde")
		p.sees("Det, du skrev, er ikke tabt")
		p.checks()
		p.presses("Log ind")
		p.writes("Kode", code)
		p.presses("Åbn sagen")
		p.sees("Det, du skrev, er her stadig")
		p.has(titleField, "Havemand")
		p.checks()
		p.presses("Gem kladde")
		p.sees("Kladden er gemt")
		p.has(titleField, "Havemand")
	}
}
