package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/kv"
	"ab325/internal/problem"
)

// service runs a socket server with the given tasks in a folder of its own.
func service(t *testing.T, handler http.Handler) (dir string) {
	t.Helper()
	dir = t.TempDir()
	listener, err := listenSocket(dir)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	done := make(chan error)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return dir
}

// What a task prints and how it fails is the same for the person who typed the
// command, whether the service or the command did it.
func TestAskService(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"done", nil, ""},
		{"failed", errors.New("no room"), "ab325: no room\n"},
		{"failed with a hint", hinted(errors.New("no room"), "make some"), "ab325: no room\nhint: make some\n"},
		{"a problem", problem.New(problem.Invalid, "Vælg en anden adgangskode"), "ab325: Vælg en anden adgangskode\n"},
		{"a full disk", &problem.Error{Kind: problem.Unavailable, Detail: "Der er ikke plads", Err: fmt.Errorf("write: %w", kv.ErrFull)},
			"ab325: write: kv: disk is nearly full\nhint: make room on the disk of the data, or move them to a larger one; what was saved is safe\n"},
		{"fields", &problem.Error{Kind: problem.Invalid, Fields: []problem.Field{{ID: "a", Text: "Indtast a"}, {ID: "b", Text: "Indtast b"}}},
			"a: Indtast a\nb: Indtast b\n"},
	} {
		dir := service(t, taskHandler(map[string]task{
			"say": func(_ context.Context, input []byte, out *console) error {
				if _, err := out.Write(bytes.ToUpper(input)); err != nil {
					return err
				}
				return test.err
			},
		}))
		var out, direct, asked strings.Builder
		err := askService(t.Context(), dir, "say", []byte("hello"), &console{Writer: &out})
		if out.String() != "HELLO" {
			t.Errorf("%s: the task printed %q, want HELLO", test.name, &out)
		}
		report(&direct, test.err)
		report(&asked, err)
		if diff := cmp.Diff([]string{test.want, test.want}, []string{direct.String(), asked.String()}); diff != "" {
			t.Errorf("%s: what is reported directly and through the service (-want +got):\n%s", test.name, diff)
		}
	}
}

// What a task shows is seen while it goes on: here it waits for that.
func TestAskServiceShowsAtOnce(t *testing.T) {
	seen := make(chan bool)
	dir := service(t, taskHandler(map[string]task{
		"work": func(ctx context.Context, _ []byte, out *console) error {
			for i := range int64(1000) {
				out.progress(progress{Step: "reading", Done: i, Total: 1000})
			}
			if _, err := out.Write([]byte("half ")); err != nil {
				return err
			}
			select {
			case <-seen:
			case <-ctx.Done():
				return ctx.Err()
			}
			_, err := out.Write([]byte{0xff, 0, '\n'})
			return err
		},
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var out bytes.Buffer
	var steps []progress
	err := askService(ctx, dir, "work", nil, &console{
		Writer: writerFunc(func(p []byte) (int, error) {
			if len(p) > 0 && out.Len() == 0 {
				close(seen)
			}
			return out.Write(p)
		}),
		step: func(p progress) { steps = append(steps, p) },
	})
	if err != nil || out.String() != "half \xff\x00\n" {
		t.Errorf("askService = %v and printed %q, want all bytes as they are", err, &out)
	}
	if len(steps) < 10 || len(steps) > 200 || steps[len(steps)-1].Done < 980 {
		t.Errorf("%d of 1000 steps were shown, to %v, want a few, to the end", len(steps), steps[max(0, len(steps)-1):])
	}
}

// An answer that is cut off is no success.
func TestAskServiceCutOff(t *testing.T) {
	for _, answer := range []string{"", `{"output":"aGVsbG8="}` + "\n", `{"output":"aGV`} {
		dir := service(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(answer))
		}))
		err := askService(t.Context(), dir, "say", nil, &console{Writer: new(strings.Builder)})
		if err == nil || !strings.Contains(err.Error(), "ended before it was done") {
			t.Errorf("askService that is answered %q = %v, want that it ended before it was done", answer, err)
		}
	}
}

// A service of another version may not know what it is asked.
func TestAskServiceUnknownTask(t *testing.T) {
	dir := service(t, taskHandler(nil))
	err := askService(t.Context(), dir, "dance", nil, new(console))
	f, ok := errors.AsType[*failure](err)
	if !ok || !strings.Contains(err.Error(), `"dance"`) || !strings.Contains(f.hint, "restart") {
		t.Errorf("askService = %v, want a failure that names the task and says to restart", err)
	}
}

func TestAskServiceNotRunning(t *testing.T) {
	empty := t.TempDir()

	// What a service leaves that was killed.
	killed := t.TempDir()
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(killed, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}

	for name, dir := range map[string]string{
		"never run":    empty,
		"killed":       killed,
		"no folder":    filepath.Join(empty, "none"),
		"a deep place": filepath.Join(empty, strings.Repeat("deep/", 40)),
	} {
		if err := askService(t.Context(), dir, "say", nil, new(console)); !errors.Is(err, errNotRunning) {
			t.Errorf("%s: askService = %v, want errNotRunning", name, err)
		}
	}

	// And the next service takes its place.
	next, err := listenSocket(killed)
	if err != nil {
		t.Fatalf("listenSocket where one was killed: %v", err)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}

// A service that does not answer is not well.
func TestHealthOfAServiceThatHangs(t *testing.T) {
	dir := service(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := health(ctx, &environ{}, dir, false); err == nil || !strings.Contains(err.Error(), "took longer") {
		t.Errorf("health = %v, want that it took too long", err)
	}
}

// Whoever may use the socket may add an administrator.
func TestSocketIsItsOwnersAlone(t *testing.T) {
	dir := service(t, taskHandler(nil))
	info, err := os.Stat(filepath.Join(dir, socketName))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the socket's mode is %o, want 600", got)
	}
}

func TestListenSocketPathTooLong(t *testing.T) {
	_, err := listenSocket(filepath.Join(t.TempDir(), strings.Repeat("long", 30)))
	if f, ok := errors.AsType[*failure](err); !ok || f.hint == "" {
		t.Errorf("listenSocket = %v, want a failure with a hint", err)
	}
}
