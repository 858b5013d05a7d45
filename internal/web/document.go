package web

import (
	"mime"
	"net/http"

	"github.com/gin-gonic/gin"
)

// A Document is a PDF shown on a page, with a link for where it cannot be.
type Document struct {
	Href  string
	Title string // «Blad 1, som du underskriver den»
}

// framed lets our own pages, and nobody else's, show a document inside them.
// What viewers of PDF in browsers are made of is their own affair.
const framed = "frame-ancestors 'self'"

// showPDF answers with a PDF made by this program, to be read in the browser
// and on our own pages.
func showPDF(c *gin.Context, name string, body []byte) {
	c.Header("Content-Security-Policy", framed)
	c.Header("X-Frame-Options", "SAMEORIGIN")
	c.Header("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
	c.Data(http.StatusOK, "application/pdf", body)
}

// download answers with a file to be kept, never opened in the browser as if
// it were ours: attachments come from people.
func download(c *gin.Context, name, kind string, body []byte) {
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Data(http.StatusOK, kind, body)
}
