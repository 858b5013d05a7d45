package pdftest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// Need skips the test where a program is not installed. In CI it fails
// instead, so that a green run left nothing out.
func Need(t testing.TB, program, debian string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	lacking(t, program, debian)
}

func lacking(t testing.TB, program, debian string) {
	t.Helper()
	if _, ci := os.LookupEnv("CI"); ci {
		t.Fatalf("%s is not installed (Debian: %s)", program, debian)
	}
	t.Skipf("%s is not installed (Debian: %s)", program, debian)
}

// Tools returns the folder of the npm packages that make, fill and show PDF
// files, with a node_modules that make test filled. Where it is missing the
// test is skipped, and fails in CI.
func Tools(t testing.TB) string {
	t.Helper()
	Need(t, "node", "nodejs")
	_, file, _, ok := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(file), "tools")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); !ok || err != nil {
		lacking(t, "npm's part of "+dir, "make test installs it")
	}
	return dir
}

// packages are the Debian packages of the programs in use.
var packages = map[string]string{
	"qpdf": "qpdf", "pdfinfo": "poppler-utils", "pdftotext": "poppler-utils", "pdftoppm": "poppler-utils", "mutool": "mupdf-tools", "javac": "default-jdk-headless", "zbarimg": "zbar-tools",
}

// Run runs a program, which must be one of those that the tests of PDF files
// need, and returns all that it wrote. The test fails if the program does.
func Run(t testing.TB, program string, args ...string) string {
	t.Helper()
	Need(t, program, packages[program])
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %q: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// Save writes a file where programs find it until the test ends.
func Save(t testing.TB, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tools asks other programs.
func (f *File) tools(t testing.TB, o Options) {
	t.Helper()
	path := Save(t, f.Bytes)
	if out := Run(t, "qpdf", "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") || strings.Contains(out, "WARNING") {
		t.Errorf("qpdf: %s", out)
	}
	f.pdfinfo(t, Run(t, "pdfinfo", path))
	f.pdftotext(t, Run(t, "pdftotext", "-raw", "-enc", "UTF-8", path, "-"))
	f.pictures(t, path)
	if !f.Packed {
		preflight(t, f.Bytes)
	}
}

func (f *File) pdfinfo(t testing.TB, out string) {
	t.Helper()
	says := map[string]string{}
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(line, ":")
		says[key] = strings.TrimSpace(value)
	}
	form := "none"
	if f.Catalog()["AcroForm"] != nil {
		form = "AcroForm"
	}
	for key, want := range map[string]string{
		"Tagged": "yes", "Suspects": "no", "Form": form, "JavaScript": "no", "Encrypted": "no", "Pages": fmt.Sprint(len(f.Pages)), "Page size": "595.28 x 841.89 pts (A4)",
	} {
		if says[key] != want {
			t.Errorf("pdfinfo: %s is %q, want %q", key, says[key], want)
		}
	}
}

// pdftotext compares the letters that poppler reads with those in the
// structure and the artifacts: none may be lost.
func (f *File) pdftotext(t testing.TB, out string) {
	t.Helper()
	got := Letters(out)
	var all strings.Builder
	for _, p := range f.Pages {
		all.WriteString(p.Artifacts + p.Fields)
		for _, m := range p.Marks {
			all.WriteString(m.Text)
		}
	}
	for letter, n := range Letters(all.String()) {
		if got[letter] < n {
			t.Errorf("pdftotext: %q (%U) is there %d times, in the file %d times", letter, letter, got[letter], n)
		}
	}
}

// Letters counts a text's letters in one form of each, without white space
// and the soft hyphens that a reader of texts takes away.
func Letters(s string) map[rune]int {
	n := map[rune]int{}
	for _, r := range Bare(s) {
		n[r]++
	}
	return n
}

// Bare returns a text without white space and soft hyphens, in one form for
// each letter.
func Bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == 0xAD {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}

// pictures has poppler and mupdf draw every page, without a word of
// complaint, and compares them.
func (f *File) pictures(t testing.TB, path string) {
	t.Helper()
	poppler := Draw(t, f.Bytes, resolution)
	prefix := filepath.Join(filepath.Dir(path), "mupdf")
	if out := Run(t, "mutool", "draw", "-q", "-r", fmt.Sprint(resolution), "-c", "gray", "-o", prefix+"-%04d.pgm", path); strings.ReplaceAll(out, noICC, "") != "" {
		t.Errorf("mutool: %s", out)
	}
	mupdf := greys(t, prefix+"-*.pgm")
	if len(poppler) != len(f.Pages) || len(mupdf) != len(f.Pages) {
		t.Errorf("%d pages, poppler draws %d, mupdf %d", len(f.Pages), len(poppler), len(mupdf))
		return
	}
	for i := range poppler {
		if at, ok := missing(poppler[i], mupdf[i]); ok {
			t.Errorf("poppler and mupdf draw page %d differently at %v", i+1, at)
		}
	}
}

// noICC is what Debian's mupdf says of every file with a colour profile.
const noICC = "warning: ICC support is not available\n"

// Golden compares got with a golden file. With the test's flag -update, which
// the package that tests declares, the file is written anew.
func Golden(t testing.TB, path, got string) {
	t.Helper()
	if updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s is not what was made (-want +got); if it should be, run with -update:\n%s", path, diff)
	}
}

// updating reports whether golden files are written anew.
func updating() bool {
	update := flag.Lookup("update")
	return update != nil && update.Value.String() == "true"
}
