package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// A console is what a task shows to the person who asked for it: what it
// prints, and, where it takes long, how far it is.
type console struct {
	io.Writer
	step func(progress) // nil where nobody watches
}

// A progress says how far a task is.
type progress struct {
	Step  string `json:"step"`            // what is done now, in a few words
	Done  int64  `json:"done"`            // of it
	Total int64  `json:"total,omitempty"` // 0 where nobody knows
	Unit  string `json:"unit,omitempty"`  // what is counted; "B" are bytes
}

// progress tells how far the task is. It may be called very often.
func (c *console) progress(p progress) {
	if c.step != nil {
		c.step(p)
	}
}

// How often progress is shown: where it replaces itself, and where each time
// is one more line.
const (
	redrawEvery = 100 * time.Millisecond
	lineEvery   = 15 * time.Second
)

// openConsole returns the console of whoever typed the command: what is
// printed goes to out, progress to standard error, as one line that changes on
// a terminal and as a few lines elsewhere. The function returned is to be
// called when the task has ended.
func openConsole(env *environ, out io.Writer) (*console, func()) {
	file, ok := env.stderr.(*os.File)
	m := &meter{w: env.stderr, now: env.now, redraws: ok && term.IsTerminal(int(file.Fd()))}
	return &console{Writer: m.over(out), step: m.show}, m.end
}

// A meter shows progress.
type meter struct {
	w       io.Writer
	now     func() time.Time
	redraws bool

	last  progress // that was told
	told  progress // that was shown
	shown time.Time
	drawn bool // a line that the next one replaces
}

func (m *meter) show(p progress) {
	every := lineEvery
	if m.redraws {
		every = redrawEvery
	}
	now := m.now()
	if p.Step == m.last.Step && now.Sub(m.shown) < every {
		m.last = p
		return
	}
	if p.Step != m.last.Step {
		m.settle()
		if !m.redraws { // how far it is says nothing yet
			p = progress{Step: p.Step}
		}
	}
	m.last = p
	m.draw(now)
}

func (m *meter) draw(now time.Time) {
	m.told, m.shown = m.last, now
	if !m.redraws {
		fmt.Fprintln(m.w, m.last)
		return
	}
	fmt.Fprintf(m.w, "\r\x1b[K%s", m.last)
	m.drawn = true
}

// settle shows how far a step came that has ended, where lines stay.
func (m *meter) settle() {
	if !m.redraws && m.last != m.told {
		m.draw(m.shown)
	}
}

// end shows the end of the last step, and removes a line that was to be replaced.
func (m *meter) end() {
	m.settle()
	m.clear()
}

// clear removes a line that was to be replaced.
func (m *meter) clear() {
	if m.drawn {
		fmt.Fprint(m.w, "\r\x1b[K")
		m.drawn = false
	}
}

// over returns out with the line of progress out of its way.
func (m *meter) over(out io.Writer) io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		m.end()
		return out.Write(p)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// String returns p as it is shown, without a full stop or a line's end.
func (p progress) String() string {
	switch {
	case p.Done == 0 && p.Total == 0:
		return p.Step
	case p.Total == 0:
		return p.Step + ": " + p.amount(p.Done)
	}
	return fmt.Sprintf("%s: %s of %s, %d %%", p.Step, p.amount(p.Done), p.amount(p.Total), 100*min(p.Done, p.Total)/p.Total)
}

func (p progress) amount(n int64) string {
	if p.Unit != "B" {
		return fmt.Sprintf("%d%s", n, p.Unit)
	}
	return byteCount(n)
}

// byteCount returns n bytes in the unit that suits it.
func byteCount(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d B", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1_000_000)
}
