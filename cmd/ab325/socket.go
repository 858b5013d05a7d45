package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"ab325/internal/problem"
)

// While the service runs it alone has the data folder open, so the other
// commands ask it, over a socket in that folder which only its owner may use.
// While it does not run they open the folder themselves. Both ways end in the
// same task.

// socketName is the name of the socket in the data folder.
const socketName = "ab325.sock"

// maxSocketPath is the longest path that a socket can have on Linux.
const maxSocketPath = 107

// maxInput is more than any command says.
const maxInput = 1 << 20

// errNotRunning means that no service answers at the socket.
var errNotRunning = errors.New("no service runs there")

// A reply is one line of what the service answers a command with. The answer
// comes as the task goes on, and its last line says that it ended: one that is
// cut off is no success.
type reply struct {
	Output   []byte    `json:"output,omitempty"` // a piece of it
	Progress *progress `json:"progress,omitempty"`

	Ended  bool            `json:"ended,omitempty"`
	Error  string          `json:"error,omitempty"`
	Hint   string          `json:"hint,omitempty"`
	Fields []problem.Field `json:"fields,omitempty"`
}

// listenSocket opens the socket in dir. The caller holds the data folder's
// lock, so a socket that is already there was left behind and is replaced.
func listenSocket(dir string) (net.Listener, error) {
	path := filepath.Join(dir, socketName)
	if len(path) > maxSocketPath {
		return nil, hinted(fmt.Errorf("the path %s is too long for a socket", path), "choose a data folder with a shorter path")
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("replace an old socket: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("open the socket for commands: %w", err)
	}
	// The folder is 0700, so nobody else came in before this.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("guard the socket for commands: %w", err), listener.Close())
	}
	return listener, nil
}

// socketServer returns the server that does the operator's tasks for whoever
// may open the socket.
func socketServer(op *operator) *http.Server {
	return &http.Server{Handler: taskHandler(op.tasks()), ReadHeaderTimeout: 5 * time.Second}
}

// taskHandler answers a POST to a task's name with replies.
func taskHandler(tasks map[string]task) http.Handler {
	mux := http.NewServeMux()
	for name, do := range tasks {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/jsonl")
			input, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInput))
			if err == nil {
				err = do(r.Context(), input, replyConsole(w))
			}
			last := reply{Ended: true}
			last.fail(err)
			_ = last.send(w) // where it fails who asked has gone: nobody is left to tell
		})
	}
	return mux
}

// replyConsole returns a console that shows everything to who asked, at once.
func replyConsole(w http.ResponseWriter) *console {
	var shown progress
	return &console{
		Writer: writerFunc(func(p []byte) (int, error) {
			if err := (&reply{Output: p}).send(w); err != nil {
				return 0, err
			}
			return len(p), nil
		}),
		step: func(p progress) {
			all := p.Total > 0 && p.Done >= p.Total && shown.Done < p.Total
			if p.Step == shown.Step && !all && p.Done < shown.Done+max(p.Total, shown.Done)/100+1 {
				return // not worth a line
			}
			shown = p
			_ = (&reply{Progress: &p}).send(w) // see its last line
		},
	}
}

// send writes a as a line, and does not keep it back.
func (a *reply) send(w http.ResponseWriter) error {
	if err := json.NewEncoder(w).Encode(a); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// fail makes err travel: its text, its hint, and the fields it is about.
func (a *reply) fail(err error) {
	if err == nil {
		return
	}
	a.Error = text(err)
	if p, ok := problem.As(err); ok {
		a.Fields = p.Fields
	}
	a.Hint = hintOf(err)
}

// err returns what fail was given, as far as a reader can tell.
func (a *reply) err() error {
	if a.Error == "" {
		return nil
	}
	if len(a.Fields) > 0 {
		return &problem.Error{Kind: problem.Invalid, Detail: a.Error, Fields: a.Fields}
	}
	return &failure{text: a.Error, hint: a.Hint}
}

// askService has the service that runs on dir do a task and shows to out what
// it shows. It returns errNotRunning where none does.
func askService(ctx context.Context, dir, name string, input []byte, out *console) error {
	client := http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, socketName))
		},
		DisableKeepAlives: true,
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://ab325/"+name, bytes.NewReader(input))
	if err != nil {
		return err // unreachable: the address is ours
	}
	resp, err := client.Do(req)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EINVAL) {
		return errNotRunning
	}
	if err != nil {
		return fmt.Errorf("ask the running service: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return hinted(fmt.Errorf("the running service does not know %q", name), "it is of another version; restart it")
	}
	return follow(resp.Body, out)
}

// follow shows replies until the last.
func follow(replies io.Reader, out *console) error {
	for lines := json.NewDecoder(replies); ; {
		var line reply
		switch err := lines.Decode(&line); {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return hinted(errors.New("the running service ended before it was done"), "its log says why")
		case err != nil:
			return fmt.Errorf("read the running service's answer: %w", err)
		case line.Ended:
			return line.err()
		}
		if line.Progress != nil {
			out.progress(*line.Progress)
			continue
		}
		if _, err := out.Write(line.Output); err != nil {
			return err
		}
	}
}
