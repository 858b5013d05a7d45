package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed templates
var templateFiles embed.FS

const htmlType = "text/html; charset=utf-8"

// pages holds every page's template, with the layout around it, by the name
// of its file.
type pages struct {
	byName map[string]*template.Template
}

// parsePages parses templates/*.html, each with the layout and the parts in
// templates/fds.
func (s *Server) parsePages() (*pages, error) {
	common, err := template.New("layout").Option("missingkey=error").Funcs(s.functions()).
		ParseFS(templateFiles, "templates/layout.html", "templates/fds/*.html", "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse layout: %w", err)
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	p := &pages{byName: map[string]*template.Template{}}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" {
			continue
		}
		clone, err := common.Clone()
		if err != nil {
			return nil, fmt.Errorf("clone layout: %w", err)
		}
		if p.byName[name], err = clone.ParseFS(templateFiles, file); err != nil {
			return nil, fmt.Errorf("parse page: %w", err)
		}
	}
	return p, nil
}

// functions are the few that templates call.
func (s *Server) functions() template.FuncMap {
	return template.FuncMap{
		"static": s.static.path,
		"icon":   func(name string) Icon { return Icon{Href: s.static.icon(name)} },
		"labelledIcon": func(name, label string) Icon {
			return Icon{Href: s.static.icon(name), Label: label}
		},
		"once": s.newOnce,
		"alert": func(variant, heading, text string) Alert {
			return Alert{Variant: variant, Heading: heading, Text: text}
		},
		"add": func(a, b int) int { return a + b },
	}
}

// A pager is a page: a struct that embeds [Page]. The method is unexported, so
// that nothing else is taken for one.
type pager interface{ base() *Page }

// render answers with the page of the given template. It is rendered whole
// before a byte is sent, so that a template that fails sends no half page.
func (s *Server) render(c *gin.Context, status int, name string, page pager) error {
	body, err := s.pages.execute(name, page)
	if err != nil {
		return err
	}
	c.Data(status, htmlType, body)
	return nil
}

func (p *pages) execute(name string, page pager) ([]byte, error) {
	t, ok := p.byName[name]
	if !ok {
		return nil, fmt.Errorf("no template %q", name)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "layout", page); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return buf.Bytes(), nil
}
