package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestBrowser runs the real program and uses it in Debian's Chromium as people
// do: by what they see and by the names that a screen reader would say. The
// program is built without the race detector and runs as a process of its own.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	need(t, "chromium")
	need(t, "pdftotext")
	l := &lab{axe: axeScript(t), browser: startChromium(t), site: startSite(t)}
	for _, part := range []struct {
		name string
		test func(*testing.T, *lab)
	}{
		{"whole way", func(t *testing.T, l *lab) { testWholeWay(t, l, true) }},
		{"whole way, plain", func(t *testing.T, l *lab) { testWholeWay(t, l, false) }},
		{"staff pages", testStaffPages},
		{"doors", testDoors},
		{"public pages", testPublicPages},
		{"typing", testTyping},
		{"one device", testOneDevice},
		{"two windows", testTwoWindows},
		{"signed out", testSignedOut},
		{"keyboard", testKeyboard},
		{"elsewhere", testElsewhere},
		{"print", testPrint},
		{"from a file", func(t *testing.T, l *lab) { testFromFile(t, l, true) }},
		{"from a file, plain", func(t *testing.T, l *lab) { testFromFile(t, l, false) }},
		{"checks", testChecks},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, l)
		})
	}
}

// A lab is what the browser tests share.
type lab struct {
	axe     string          // axe-core, a script
	browser context.Context // a running Chromium
	site    *site
}

// patience is how long a test waits for what must come; nothing takes nearly
// as long on a machine that has nothing else to do.
const patience = 20 * time.Second

// startChromium starts one browser for all tests.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"),
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "da-DK"),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelBrowser := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("close the browser: %v", err)
		}
		cancelBrowser()
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// axeScript reads axe-core, which npm fetched with the design system.
func axeScript(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(repository, "internal/web/ui/node_modules/axe-core/axe.min.js"))
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err, "(make assets fetches it)")
	} else if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// A site is the program serving its example data.
type site struct {
	base                          string // "http://127.0.0.1:…"
	employee, company, caseworker string // the addresses that it printed
	password                      string // of its example staff
}

// startSite builds the program and starts it on a free port, with a data folder
// of its own. When the tests are done it must stop when told to, and have met
// no fault on the way.
func startSite(t *testing.T) *site {
	t.Helper()
	program := filepath.Join(t.TempDir(), "ab325")
	build := exec.Command("go", "build", "-trimpath", "-o", program, "./cmd/ab325")
	build.Dir = repository
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	stdout, stderr := newWatched(), newWatched()
	serve := exec.Command(program, "serve", "-demo", "-addr", "127.0.0.1:0", "-data", filepath.Join(t.TempDir(), "data"))
	serve.Env = []string{"PATH=" + os.Getenv("PATH")}
	serve.Stdout, serve.Stderr = stdout, stderr
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := serve.Wait(); err != nil {
			t.Errorf("ab325 serve ended with %v", err)
		}
		for line := range strings.Lines(stderr.String()) {
			if regexp.MustCompile(`level=ERROR|status=5\d\d`).MatchString(line) {
				t.Errorf("the program's log has a fault: %s", line)
			}
		}
	})
	const printed = `employee +(\S+)\n *company +(\S+)\n *caseworker +(\S+)\n(?s:.*)password (\S+)\n`
	found := stdout.await(printed)
	if found == nil {
		t.Fatalf("ab325 serve -demo did not print where to begin:\n%s%s", stdout, stderr)
	}
	base, _, _ := strings.Cut(found[1], "/adgang")
	return &site{base, found[1], found[2], found[3], found[4]}
}

// A watched keeps what a process writes.
type watched struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newWatched() *watched { return &watched{more: make(chan struct{}, 1)} }

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case w.more <- struct{}{}:
	default:
	}
	return w.text.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits for text that matches the pattern and returns the match and its
// groups, or nil.
func (w *watched) await(pattern string) []string {
	expression, deadline := regexp.MustCompile(pattern), time.After(patience)
	for {
		if found := expression.FindStringSubmatch(w.String()); found != nil {
			return found
		}
		select {
		case <-w.more:
		case <-deadline:
			return nil
		}
	}
}
