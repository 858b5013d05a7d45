package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"ab325/internal/pdf/read"
	"ab325/internal/sandbox"
)

// sandboxed is the word that makes this program run one task on a stranger's file
// and end. It is no command: package sandbox says it, nobody types it.
const sandboxed = "sandboxed-task"

// tasks are what is done in a process apart.
func tasks() map[string]sandbox.Task { return read.Tasks() }

// newReader returns what reads the PDFs that people send: a file is answered
// within nine seconds, in a process that has 400 MB. Two at a time leave room
// for everybody who sends none.
func newReader() (*read.Reader, error) {
	program, err := self()
	if err != nil {
		return nil, err
	}
	return read.New(sandbox.New(sandbox.Options{
		Program: program,
		Args:    []string{"ab325", sandboxed},
		Memory:  400 << 20,
		Time:    6 * time.Second,
		AtOnce:  2,
		Wait:    2 * time.Second,
		Answer:  8 << 20,
	}).Run), nil
}

// self returns the file of this program. Linux has a name for it that stays
// right when a newer version was put in its place meanwhile; where /proc is
// missing, it is the file that was called.
func self() (string, error) {
	const running = "/proc/self/exe"
	if _, err := os.Stat(running); err == nil {
		return running, nil
	}
	if program, err := os.Executable(); err == nil {
		return program, nil
	}
	program, err := exec.LookPath(os.Args[0])
	if err != nil {
		return "", fmt.Errorf("find the file of this program: %w", err)
	}
	return filepath.Abs(program)
}
