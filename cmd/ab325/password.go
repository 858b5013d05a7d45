package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxPassword is more than anybody types, and stops a stream that never ends.
const maxPassword = 1024

// askPassword returns a new password. On a terminal it is asked for twice and
// does not show; from a script it is the first line of standard input. It is
// never an argument, since those can be seen by everybody on the machine.
func askPassword(env *environ) (string, error) {
	file, ok := env.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return readPassword(lines(env.stdin, 1))
	}
	first, err := typed(env.stderr, file, "New password: ")
	if err != nil {
		return "", err
	}
	second, err := typed(env.stderr, file, "The same again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", &failure{text: "the two passwords differ", hint: "nothing was changed; try again"}
	}
	return first, nil
}

// knownPassword returns the password that a person has, as askPassword does, but
// asks once.
func knownPassword(env *environ) (string, error) {
	file, ok := env.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return readPassword(lines(env.stdin, 1))
	}
	return typed(env.stderr, file, "Password: ")
}

// askPasswords returns the password that a person has and the one that they
// choose: on a terminal as knownPassword and askPassword do, from a script the
// first two lines of standard input.
func askPasswords(env *environ) (known, chosen string, err error) {
	if file, ok := env.stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		if known, err = knownPassword(env); err == nil {
			chosen, err = askPassword(env)
		}
		return known, chosen, err
	}
	both := lines(env.stdin, 2)
	if known, err = readPassword(both); err == nil {
		chosen, err = readPassword(both)
	}
	return known, chosen, err
}

// typed asks for a line that does not show while it is typed.
func typed(w io.Writer, terminal *os.File, prompt string) (string, error) {
	fmt.Fprint(w, prompt)
	line, err := term.ReadPassword(int(terminal.Fd()))
	fmt.Fprintln(w) // the person's own end of line did not show either
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return string(line), nil
}

// lines reads a number of passwords, one a line.
func lines(r io.Reader, n int64) *bufio.Reader {
	return bufio.NewReader(io.LimitReader(r, n*maxPassword))
}

// readPassword returns the next line of r.
func readPassword(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", &failure{text: "no password on standard input", hint: "type it on a terminal, or pipe one line in"}
	}
	return line, nil
}
