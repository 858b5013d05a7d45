package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever goes wrong, nothing new lies in the folder. Here it is the last
// step, which cannot give the file the name of a folder.
func TestReplaceFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "form.pdf")
	if err := os.Mkdir(name, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(name, []byte("x"), 0o600); err == nil {
		t.Error("replaceFile of a folder = nil, want an error")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "form.pdf" {
		t.Errorf("the folder holds %v, %v; want form.pdf alone", entries, err)
	}
}

// A link stays a link, as with a shell's >.
func TestWriteOutputThroughLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := writeOutput(link, []byte("new"), new(strings.Builder)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is %v, %v; want a link still", info, err)
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "new" {
		t.Errorf("its target holds %q, %v; want new", data, err)
	}
}

// A device is written to, not replaced.
func TestWriteOutputToDevice(t *testing.T) {
	if err := writeOutput(os.DevNull, []byte("new"), new(strings.Builder)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s is %v, %v; want a device still", os.DevNull, info, err)
	}
}
