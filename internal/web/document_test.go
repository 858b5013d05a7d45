package web

import (
	"testing"

	"github.com/gin-gonic/gin"
)

func TestFiles(t *testing.T) {
	s, _ := newServer(t, nil)
	for _, test := range []struct {
		send                      func(*gin.Context)
		disposition, policy, kind string
	}{
		{func(c *gin.Context) { showPDF(c, "Blad 1.pdf", []byte("%PDF")) }, `inline; filename="Blad 1.pdf"`, framed, "application/pdf"},
		{func(c *gin.Context) { download(c, "løn.pdf", "application/pdf", []byte("%PDF")) }, "attachment; filename*=utf-8''l%C3%B8n.pdf", policy, "application/pdf"},
		{func(c *gin.Context) { download(c, "a\"\r\nX: y.pdf", "application/pdf", nil) }, "attachment; filename*=utf-8''a%22%0D%0AX%3A%20y.pdf", policy, "application/pdf"},
	} {
		h := s.with(route{"GET", "/x", public, "", false, func(_ *Server, c *gin.Context) error { test.send(c); return nil }})
		got := do(h, request("GET", "/x", "")).Header()
		if got.Get("Content-Disposition") != test.disposition || got.Get("Content-Security-Policy") != test.policy ||
			got.Get("Content-Type") != test.kind || got.Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v, want %q with policy %q", got, test.disposition, test.policy)
		}
	}
}
