package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

func TestStaticCaching(t *testing.T) {
	s, _ := newServer(t, nil)
	for _, test := range []struct {
		path, cache string
		want        int
	}{
		{s.static.path("ours/app.css"), "public, max-age=31536000, immutable", 200},
		{"/static/0000/ours/app.css", "no-store", 200},
		{s.static.path("ours/none.css"), "no-store", 404},
		{s.static.path("dist/.gitignore"), "no-store", 404},
		{s.static.path("../web.go"), "no-store", 404},
		{s.static.path("ours"), "no-store", 404},
	} {
		got := do(s.Handler(), request("GET", test.path, ""))
		if got.Code != test.want || got.Header().Get("Cache-Control") != test.cache {
			t.Errorf("%s: %d %q, want %d %q", test.path, got.Code, got.Header().Get("Cache-Control"), test.want, test.cache)
		}
	}
}

func TestStaticTypes(t *testing.T) {
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".gitignore" {
			return err
		}
		if contentTypes[name[strings.LastIndex(name, "."):]] == "" {
			t.Errorf("%s: no content type", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestStyleSheetFiles: every file that the style sheet asks for is there.
func TestStyleSheetFiles(t *testing.T) {
	if !AssetsBuilt() {
		t.Skip("the design system is not built in: npm run build in internal/web/ui")
	}
	css, err := staticFiles.ReadFile("static/dist/css/dkfds.min.css")
	if err != nil {
		t.Fatal(err)
	}
	urls := regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(string(css), -1)
	if len(urls) < 10 {
		t.Fatalf("%d urls in the style sheet; is it the right file?", len(urls))
	}
	for _, u := range urls {
		name := strings.Replace(u[1], "..", "static/dist", 1)
		if _, err := fs.Stat(staticFiles, name); err != nil {
			t.Errorf("the style sheet asks for %s: %v", u[1], err)
		}
	}
}

// TestIcons: every icon that a template names is listed for the sprite.
func TestIcons(t *testing.T) {
	list := " " + strings.Join(strings.Fields(readFile(t, "ui/icons.txt")), " ") + " "
	used := regexp.MustCompile(`(?:icon|labelledIcon) "([a-z-]+)"`)
	n := 0
	for name, body := range templateTexts(t) {
		for _, m := range used.FindAllStringSubmatch(body, -1) {
			n++
			if !strings.Contains(list, " "+m[1]+" ") {
				t.Errorf("%s uses icon %q, which ui/icons.txt lacks", name, m[1])
			}
		}
	}
	if n < 5 {
		t.Errorf("%d icons found in the templates, want more", n)
	}
}

// TestLockNamesNoRegistry: the lock file works with any npm registry.
func TestLockNamesNoRegistry(t *testing.T) {
	if lock := readFile(t, "ui/package-lock.json"); strings.Contains(lock, "resolved") || strings.Contains(lock, "http") {
		t.Error(`ui/package-lock.json names a registry: npm install --omit-lockfile-registry-resolved`)
	}
}
