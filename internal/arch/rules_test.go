package arch

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// quotation finds «words» (R12) in a comment; a quotation may stand before
	// more than its number: «words» (Blad 1, R12).
	quotation = regexp.MustCompile(`«([^«»]*)»[^«»()]{0,40}\((?:[^()]*, )?(R\d+)[^()]*\)`)
	// announced finds R12: «words», the other way to quote.
	announced       = regexp.MustCompile(`(R\d+): «([^«»]*)»`)
	templateComment = regexp.MustCompile(`(?s)\{\{/\*.*?\*/\}\}`)
	ruleTest        = regexp.MustCompile(`^TestRule((?:R\d+)+)`)
	ruleName        = regexp.MustCompile(`R\d+`)
)

// TestRules holds the code to the words that it carries out: every rule in
// testdata/rules.txt has a test named after it and is quoted where it is
// carried, and every quotation is in the words of its rule or of the form.
func TestRules(t *testing.T) {
	words, form := ruleWords(t), formWords(t)
	quoted, tested := map[string]bool{}, map[string]bool{}
	check := func(path, comment string) {
		for _, q := range quotations(comment) {
			quoted[q.rule] = true
			if !strings.Contains(words[q.rule], strings.TrimSuffix(q.words, ".")) && !strings.Contains(form, q.words) {
				t.Errorf("%s: «%s» (%s) is neither in the rule's words nor in the form's", path, q.words, q.rule)
			}
		}
	}
	for path, comment := range templateComments(t) {
		check(path, comment)
	}
	for path, file := range allSources(t) {
		for _, group := range file.Comments {
			check(path, group.Text())
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if m := ruleTest.FindStringSubmatch(f.Name.Name); m != nil {
					for _, rule := range ruleName.FindAllString(m[1], -1) {
						tested[rule] = true
					}
				}
			}
		}
	}
	for rule := range words {
		if !quoted[rule] {
			t.Errorf("%s is quoted nowhere", rule)
		}
		if !tested[rule] {
			t.Errorf("%s has no test named TestRule%s…", rule, rule)
		}
	}
}

// templateComments returns the comments of every page's template, on one line.
func templateComments(t *testing.T) map[string]string {
	t.Helper()
	comments := map[string]string{}
	for _, pattern := range []string{"*.html", "*/*.html"} {
		paths, err := filepath.Glob(filepath.Join(root, "internal", "web", "templates", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			comments[path] = strings.Join(templateComment.FindAllString(string(b), -1), " ")
		}
	}
	return comments
}

type quote struct{ rule, words string }

// quotations returns what a comment quotes, with the rule's number.
func quotations(comment string) (quotes []quote) {
	comment = spaced(comment)
	for _, m := range quotation.FindAllStringSubmatch(comment, -1) {
		quotes = append(quotes, quote{m[2], m[1]})
	}
	for _, m := range announced.FindAllStringSubmatch(comment, -1) {
		quotes = append(quotes, quote{m[1], m[2]})
	}
	return quotes
}

// ruleWords returns the words of each rule.
func ruleWords(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "testdata", "rules.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	words := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rule, quote, ok := strings.Cut(lines.Text(), " "); ok && ruleName.MatchString(rule) {
			words[rule] += quote + "\n"
		}
	}
	return words
}

// formWords returns the words of every published edition, on one line.
func formWords(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Join(root, "forms"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".toml", ".txt"}, filepath.Ext(path)) {
			return err
		}
		b, err := os.ReadFile(path)
		all.WriteString(spaced(string(b)) + " ")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// allSources parses every Go file of the module, tests too, with comments.
func allSources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files, fset := map[string]*ast.File{}, token.NewFileSet()
	for _, top := range []string{"cmd", "internal", "forms"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if d != nil && d.IsDir() && d.Name() == "node_modules" {
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			files[path], err = parser.ParseFile(fset, path, nil, parser.ParseComments)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// spaced returns s with every run of white space as one space.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
