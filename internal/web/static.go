package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed all:static/dist static/ours
var staticFiles embed.FS

// AssetsBuilt reports whether the design system was built into this program
// ("make build", or npm in internal/web/ui). Without it pages are plain HTML.
func AssetsBuilt() bool {
	_, err := fs.Stat(staticFiles, "static/dist/css/dkfds.min.css")
	return err == nil
}

// static serves the embedded files below an address with a hash over all of
// them, so that browsers may keep them for ever.
type static struct {
	hash  string
	built bool
}

func newStatic() (*static, error) {
	sum := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("hash static files: %w", err)
	}
	return &static{hash: hex.EncodeToString(sum.Sum(nil)[:8]), built: AssetsBuilt()}, nil
}

// path returns the address of a file below static/, such as "ours/app.css".
func (st *static) path(name string) string { return "/static/" + st.hash + "/" + name }

// icon returns the address of a symbol of the sprite, or "" where the design
// system is not built in.
func (st *static) icon(name string) string {
	if !st.built {
		return ""
	}
	return st.path("dist/icons.svg") + "#" + name
}

// serveStatic serves one file. Under an old hash the file may be another
// than the page meant, so only the present hash may be kept.
func (s *Server) serveStatic(c *gin.Context) error {
	name := path.Clean("/" + c.Param("file"))[1:]
	body, err := staticFiles.ReadFile("static/" + name)
	if err != nil || strings.HasPrefix(path.Base(name), ".") {
		return errNoPage
	}
	if c.Param("hash") == s.static.hash {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	c.Data(http.StatusOK, contentTypes[path.Ext(name)], body)
	return nil
}

// contentTypes are those of the files we serve. The machine's own tables are
// not asked: they differ.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".md":    "text/plain; charset=utf-8",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}
