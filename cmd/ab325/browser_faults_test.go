package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// complain reports what went wrong in the page without anybody seeing it.
func (p *person) complain() {
	p.t.Helper()
	for _, fault := range p.faults.take() {
		p.t.Errorf("%s: %s", p.name, fault)
	}
}

// faults collects errors of a page's scripts, breaches of its content security
// policy, and files that it asked for in vain.
type faults struct {
	mu    sync.Mutex
	found []string
	saves int           // answers to autosaves
	asked chan struct{} // the page asks whether it may be left
}

const asksToStay = "the page asks whether it may be left"

func (f *faults) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		f.add("script: " + e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var said []string
			for _, arg := range e.Args {
				said = append(said, string(arg.Value)+arg.Description)
			}
			f.add("console: " + strings.Join(said, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			f.add("console: " + e.Entry.Text + " " + e.Entry.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 && e.Type != network.ResourceTypeDocument && e.Type != network.ResourceTypeFetch {
			f.add(fmt.Sprintf("%s answers %d", e.Response.URL, e.Response.Status))
		}
		if e.Type == network.ResourceTypeFetch {
			f.mu.Lock()
			f.saves++
			f.mu.Unlock()
		}
	case *page.EventJavascriptDialogOpening:
		f.add(asksToStay)
		select {
		case f.asked <- struct{}{}:
		default:
		}
	}
}

// stay answers each question whether the page may be left with no.
func (f *faults) stay(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.asked:
			// An error is that of a window that closes.
			_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
		}
	}
}

// all returns what was found so far.
func (f *faults) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.found)
}

// saved returns how many autosaves were answered.
func (f *faults) saved() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.saves
}

func (f *faults) add(fault string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.found = append(f.found, fault)
}

func (f *faults) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := f.found
	f.found = nil
	return found
}
