package web

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// referenceKey is where the context keeps the request's reference.
const referenceKey = "reference"

// observe gives the request a reference and logs one line when it is answered:
// the route's pattern and never the path, so that nothing typed gets there.
func (s *Server) observe(c *gin.Context) {
	start := s.options.Now()
	var id [6]byte
	if _, err := io.ReadFull(s.options.Random, id[:]); err != nil {
		s.options.Log.Error("reference", "err", err) // the request goes on with zeros
	}
	c.Set(referenceKey, hex.EncodeToString(id[:]))
	c.Header("X-Request-Id", reference(c))
	c.Next()
	pattern := c.FullPath()
	if pattern == "" {
		pattern = "none"
	}
	level := slog.LevelInfo
	if c.Writer.Status() >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	s.options.Log.Log(c.Request.Context(), level, "request",
		"method", method(c), "route", pattern, "status", c.Writer.Status(),
		"took", s.options.Now().Sub(start), "case", caseID(c), "reference", reference(c))
}

// method returns the request's method, for the log.
func method(c *gin.Context) string {
	switch m := c.Request.Method; m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// caseID returns the id of the case in the address, for the log. What has not
// the form of one is what somebody typed, and may be a name or a number.
func caseID(c *gin.Context) string {
	const size = 32
	if id := c.Param("id"); len(id) == size && strings.Trim(id, "0123456789abcdef") == "" {
		return id
	}
	return ""
}

// reference returns what the person can quote and the log can be searched for.
func reference(c *gin.Context) string { return c.GetString(referenceKey) }

// recover answers a panic with the page for faults. It is the only recover of
// this package: a fault in one request must not end the others.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(fault)
		}
		s.fail(c, fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
	}()
	c.Next()
}

// client names who asks, for slowing down those who guess: by the address, or
// of IPv6 by the network, since one customer has 2^64 addresses.
func client(c *gin.Context) string {
	address, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return c.ClientIP()
	}
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return network.String()
		}
	}
	return address.String()
}

// policy allows what the pages are made of and nothing else: no script or
// style in the page itself, nothing from elsewhere, no page inside another.
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secure sets the headers that every answer has.
func (s *Server) secure(c *gin.Context) {
	s.headers(c.Writer.Header())
	c.Next()
}

func (s *Server) headers(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	// Not "no-referrer": with it, browsers that know no Sec-Fetch-Site send
	// «Origin: null» with our own forms, and refuseCrossSite would refuse them.
	// Nothing is told to other sites.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if s.https() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// refusePlain refuses plain http from other machines, unless a proxy is in
// front; a proxy that says that the person came by http sends them to https.
func (s *Server) refusePlain(c *gin.Context) {
	r := c.Request
	if r.TLS != nil {
		return
	}
	if !s.options.BehindProxy {
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil && !loopback(host) {
			s.fail(c, problem.New(problem.Forbidden, "Siden kan kun bruges over en sikker forbindelse. Brug en adresse, der begynder med https."))
			c.Abort()
		}
		return
	}
	if s.https() && strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "http") {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			c.Redirect(http.StatusPermanentRedirect, s.link(r.URL.RequestURI()))
		} else {
			s.fail(c, problem.New(problem.Forbidden, "Siden kan kun bruges over en sikker forbindelse. Åbn den igen med https, og prøv en gang til."))
		}
		c.Abort()
	}
}

// refuseCrossSite refuses what another site made the browser send.
func (s *Server) refuseCrossSite(c *gin.Context) {
	if err := s.origin.Check(c.Request); err != nil {
		s.fail(c, &problem.Error{Kind: problem.Forbidden, Err: err,
			Detail: "Det, du sendte, kom ikke fra vores egen side, og derfor er intet gemt. Åbn siden igen, og prøv en gang til."})
		c.Abort()
	}
}
