package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// modules lists every module that the code asks for itself, and what for. A
// new one is a decision: the commit that adds it says what it saves and what
// it brings.
var modules = map[string]string{
	"codeberg.org/go-pdf/fpdf":           "draws the constant pages, once",
	"filippo.io/age":                     "encrypts backups to the municipality's key",
	"github.com/ccojocar/zxcvbn-go":      "the lists of passwords that are guessed first",
	"github.com/gin-gonic/gin":           "routes",
	"github.com/go-fonts/liberation":     "the letters of the PDF",
	"github.com/go-json-experiment/json": "encodes and decodes records: the encoding/json of Go 1.27, twice as fast",
	"github.com/google/btree":            "ordered keys in memory: the memory engine's, cloned at no cost, and changes not yet on the disk",
	"github.com/pdfcpu/pdfcpu":           "reads PDFs that people send, in a process apart",
	"github.com/pelletier/go-toml/v2":    "reads editions of the form",
	"go.etcd.io/bbolt":                   "the file that everything is kept in",
	"golang.org/x/crypto":                "argon2id, the DER of seals, OCSP",
	"golang.org/x/image":                 "reads the fonts' widths",
	"golang.org/x/mod":                   "the audit log's tree and its signed checkpoints",
	"golang.org/x/sys":                   "takes a backup's pages out of memory, fdatasync",
	"golang.org/x/term":                  "asks for a password without showing it",
	"golang.org/x/text":                  "normal forms of text, the Danish alphabet",
	"rsc.io/qr":                          "the picture of a document's code",
	"software.sslmate.com/src/go-pkcs12": "reads a seal's certificate and key as authorities hand them out",

	"github.com/chromedp/cdproto":     "tests: the browser",
	"github.com/chromedp/chromedp":    "tests: the browser",
	"github.com/google/go-cmp":        "tests: differences",
	"github.com/jba/templatecheck":    "tests: templates against their types",
	"github.com/rogpeppe/go-internal": "tests: the command line as scripts",
	"go.uber.org/goleak":              "tests: goroutines left behind",
	"golang.org/x/net":                "tests: reads our HTML",
}

var required = regexp.MustCompile(`(?m)^\s+(\S+) v\S+$`) // an indirect one has a comment behind it

func TestModules(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, m := range required.FindAllStringSubmatch(string(file), -1) {
		asked[m[1]] = true
		if modules[m[1]] == "" {
			t.Errorf("go.mod asks for %s, which is not in the list of modules", m[1])
		}
	}
	for name := range modules {
		if !asked[name] {
			t.Errorf("%s is in the list of modules, and go.mod does not ask for it", name)
		}
	}
}
