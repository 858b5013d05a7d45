package pdftest

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

//go:embed Preflight.java
var preflightSource []byte

// jars are what preflight is made of, where Debian puts it.
var jars = []string{"preflight.jar", "pdfbox2.jar", "fontbox2.jar", "xmpbox.jar", "commons-logging.jar", "commons-io.jar", "javax.activation.jar", "jaxb-api.jar"}

// A judge is PDFBox's preflight in a process of its own, which lives as long
// as the tests: to start it takes seconds, to ask it a few hundredths of one.
type judge struct {
	sync.Mutex
	in  io.Writer
	out *bufio.Scanner
}

var theJudge = sync.OnceValues(func() (*judge, error) {
	dir, err := os.MkdirTemp("", "preflight")
	if err != nil {
		return nil, err
	}
	source := filepath.Join(dir, "Preflight.java")
	if err := os.WriteFile(source, preflightSource, 0o600); err != nil {
		return nil, err
	}
	cmd := java(source)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	j := &judge{in: in, out: bufio.NewScanner(out)}
	if !j.out.Scan() || j.out.Text() != "ready" {
		return nil, errors.New("preflight does not start")
	}
	return j, os.RemoveAll(dir)
})

// java returns a program of one file that uses PDFBox.
func java(source string, args ...string) *exec.Cmd {
	var path []string
	for _, jar := range jars {
		path = append(path, filepath.Join("/usr/share/java", jar))
	}
	return exec.Command("java", append([]string{"-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
		"-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog", "-cp", strings.Join(path, ":"), source}, args...)...)
}

// needJars does what Need does for PDFBox.
func needJars(t testing.TB) {
	t.Helper()
	if _, err := os.Stat("/usr/share/java/preflight.jar"); err != nil {
		lacking(t, "preflight", "libpdfbox2-java libcommons-io-java libjaxb-api-java")
	}
}

// ask returns what is wrong with a file, a line each.
func (j *judge) ask(path string) ([]string, error) {
	j.Lock()
	defer j.Unlock()
	if _, err := fmt.Fprintln(j.in, path); err != nil {
		return nil, err
	}
	var all []string
	for j.out.Scan() {
		if j.out.Text() == "." {
			return all, nil
		}
		all = append(all, j.out.Text())
	}
	return nil, errors.New("preflight ended")
}

// preflight asks PDFBox about the file's twin.
func preflight(t testing.TB, file []byte) {
	t.Helper()
	Need(t, "javac", packages["javac"])
	needJars(t)
	j, err := theJudge()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := j.ask(Save(t, twin(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Errorf("preflight: %s", fault)
	}
}

var subsetName = regexp.MustCompile(`/[A-Z]{6}\+`)

// twin returns the file as PDF/A-1b, which is what preflight knows, byte for
// byte in the same places. A font without the mark of a subset needs no list
// of its glyphs, which later parts of the standard do without.
func twin(file []byte) []byte {
	s := strings.NewReplacer("<pdfaid:part>2<", "<pdfaid:part>1<", "<pdfaid:conformance>A<", "<pdfaid:conformance>B<").Replace(string(file))
	return subsetName.ReplaceAllFunc([]byte(s), func(name []byte) []byte {
		name = append([]byte(nil), name...)
		name[len(name)-1] = '-'
		return name
	})
}
