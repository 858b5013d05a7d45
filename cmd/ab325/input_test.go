package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What is no file is refused at once; a pipe that nobody writes to would be
// waited for for ever.
func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(in("file"), []byte("four"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", in("link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(in("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", in("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for name, want := range map[string]string{
		in("file"): "", in("link"): "", "/dev/stdin": "",
		in("pipe"): "is a pipe, not a file", in("socket"): "is a socket, not a file", dir: "is a folder, not a file", "/dev/null": "is a device, not a file",
		in("none"): "no such file",
	} {
		done := make(chan error, 1)
		go func() {
			f, err := openFile(name)
			if err == nil {
				err = f.Close()
			}
			done <- err
		}()
		select {
		case err := <-done:
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("openFile(%s) = %v, want %q", name, err, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("openFile(%s) waits", name)
		}
	}
	for limit, want := range map[int64]string{4: "four", 3: ""} {
		if got, err := readFile(in("file"), limit); string(got[:min(len(got), len(want))]) != want || (err == nil) != (want != "") {
			t.Errorf("readFile of 4 bytes with limit %d = %q, %v", limit, got, err)
		}
	}
}
