// Package arch tests that the program keeps its shape.
//
// It parses the files itself instead of running "go list": files that a test
// opens count for the test cache, what a command reads does not.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "ab325"
	root   = "../.."
)

// layers lists the packages from the bottom up. A package may import only
// packages in lower layers.
var layers = []string{
	"internal/durable",
	"forms fonts internal/ident internal/problem internal/audit internal/jobs internal/journal internal/kv internal/sandbox internal/pdf/read/readtest internal/pdf/seal",
	"internal/form internal/pdf/pdftest internal/kv/boltkv internal/kv/kvtest internal/backup internal/files internal/vault internal/pdf/seal/sealtest",
	"internal/flexjob internal/pdf/layout internal/pdf/read",
	"internal/auth internal/pdf/acro internal/pdf/stock",
	"internal/store internal/pdf/write",
	"internal/pdf internal/caselist internal/accounts internal/store/storetest",
	"internal/casework",
	"internal/web",
	"internal/demo",
	"cmd/ab325",
}

// owners says which packages alone may import a module.
var owners = map[string]string{
	"github.com/gin-gonic/gin":           "internal/web",
	"go.etcd.io/bbolt":                   "internal/kv/boltkv",
	"github.com/google/btree":            "internal/kv internal/kv/boltkv",
	"github.com/go-json-experiment/json": "internal/store",
	"codeberg.org/go-pdf/fpdf":           "internal/pdf/stock",
	"github.com/go-fonts/liberation":     "fonts",
	"github.com/pdfcpu/pdfcpu":           "internal/pdf/read",
	"github.com/pelletier/go-toml/v2":    "internal/form",
	"golang.org/x/crypto/argon2":         "internal/auth",
	"github.com/ccojocar/zxcvbn-go":      "internal/auth",
	"golang.org/x/mod":                   "internal/audit",
	"golang.org/x/term":                  "cmd/ab325",
	"golang.org/x/sys":                   "internal/backup",
	"filippo.io/age":                     "internal/backup cmd/ab325",
	"os":                                 "internal/durable internal/journal internal/kv/boltkv internal/backup internal/files internal/vault internal/sandbox internal/pdf/pdftest cmd/ab325",

	"software.sslmate.com/src/go-pkcs12": "internal/pdf/seal",
	"rsc.io/qr":                          "internal/pdf",
}

// pure lists packages and all that they may import from outside the module.
var pure = map[string]string{
	"internal/flexjob":    "cmp errors fmt iter maps slices strconv strings time",
	"internal/audit":      "bytes crypto/ed25519 crypto/sha256 encoding/base64 encoding/binary encoding/hex encoding/json errors fmt iter slices strconv strings time golang.org/x/mod/sumdb/note golang.org/x/mod/sumdb/tlog",
	"internal/pdf/acro":   "slices strings",
	"internal/pdf/layout": "cmp errors fmt iter maps math math/bits slices strconv strings unicode unicode/utf8",
}

// banned lists names and the packages that may use them all the same. Time and
// configuration come in as arguments; only templates make HTML.
var banned = map[string]string{
	"time.Now":      "cmd/ab325",
	"os.Getenv":     "cmd/ab325",
	"os.LookupEnv":  "cmd/ab325 internal/pdf/pdftest",
	"template.HTML": "",
}

func TestShape(t *testing.T) {
	level := levels()
	for path, file := range sources(t) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if _, ok := level[pkg]; !ok {
			t.Errorf("%s is in no layer; add it to layers", pkg)
		}
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range importFaults(level, pkg, imp) {
				t.Error(fault)
			}
		}
		for _, name := range bannedNames(file) {
			if !in(banned[name], pkg) {
				t.Errorf("%s: %s: only %q may", path, name, banned[name])
			}
		}
	}
}

// TestTop holds the top level of the repository to the list that the README
// explains.
func TestTop(t *testing.T) {
	const want = "cmd internal forms fonts testdata go.mod go.sum Dockerfile README.md Makefile"
	names, err := filepath.Glob(filepath.Join(root, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if base := filepath.Base(name); !strings.HasPrefix(base, ".") && base != "bin" && !in(want, base) {
			t.Errorf("%s at the top level; the list is %s", base, want)
		}
	}
}

func levels() map[string]int {
	level := map[string]int{}
	for i, layer := range layers {
		for _, pkg := range strings.Fields(layer) {
			level[pkg] = i
		}
	}
	return level
}

func importFaults(level map[string]int, pkg, imp string) (faults []string) {
	if ours, ok := strings.CutPrefix(imp, module+"/"); ok {
		if level[ours] >= level[pkg] {
			faults = append(faults, pkg+" must not import "+ours+", which is not in a lower layer")
		}
	} else if allowed, ok := pure[pkg]; ok && !in(allowed, imp) {
		faults = append(faults, pkg+" must not import "+imp+": it is pure")
	}
	for mod, owner := range owners {
		if (imp == mod || strings.HasPrefix(imp, mod+"/")) && !in(owner, pkg) {
			faults = append(faults, pkg+" must not import "+imp+": only "+owner+" may")
		}
	}
	return faults
}

// bannedNames returns the qualified names of the banned list that file uses.
func bannedNames(file *ast.File) (names []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok {
			if _, ok := banned[x.Name+"."+sel.Sel.Name]; ok {
				names = append(names, x.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return names
}

// sources parses every file of the module that is not a test, by its path
// from the top.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files, fset := map[string]*ast.File{}, token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && slices.Contains([]string{"node_modules", ".git", "bin", "testdata"}, d.Name()) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files[rel], err = parser.ParseFile(fset, path, nil, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func in(list, s string) bool { return slices.Contains(strings.Fields(list), s) }
