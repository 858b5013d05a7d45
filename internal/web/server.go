package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/casework"
)

// Options is what a [Server] needs from the program around it.
type Options struct {
	Log    *slog.Logger     // required
	Now    func() time.Time // required
	Random io.Reader        // required; cryptographically secure

	// BaseURL is the address that people reach the service at, such as
	// "https://fleksjob.example.dk", without a path. Links are made with it.
	// With https, cookies are Secure and browsers are told to stay on https.
	BaseURL string

	// BehindProxy allows plain http from other machines, for a proxy in front
	// that speaks https with the world.
	BehindProxy bool

	// Proxies are the addresses or networks (CIDR) whose X-Forwarded headers
	// are believed. Without any, those of this machine.
	Proxies []string

	// Demo marks every page as a demonstration with invented people, and opens
	// the routes that exist only there.
	Demo bool

	// Cases and Accounts are all that the pages behind a sign-in do. Without
	// them only the public pages work.
	Cases    *casework.Service
	Accounts *accounts.Service

	// Municipality says whom the public pages name. Nil: none is known, and
	// the pages say «din kommune».
	Municipality func(context.Context) (Municipality, error)

	// Session says whose session a browser's token is of, and counts it as used.
	// An unknown or ended one is an Unknown problem. Nil: Accounts says it.
	Session func(ctx context.Context, token string) (Session, error)

	// Healthy answers whether the service can do its work. Nil: always.
	Healthy func(context.Context) error

	// KeysFollowed waits until the copy of the keys in the backups has followed
	// an erasure, and reports whether it did before patience ended. Nil: there
	// are no backups.
	KeysFollowed func(context.Context) bool

	// Operations tells the page for administrators how the service is doing.
	// Nil: there is no such page.
	Operations func(context.Context) (Operations, error)
}

// A Server serves the pages. It is safe for concurrent use.
type Server struct {
	options Options
	base    *url.URL
	static  *static
	pages   *pages
	origin  *http.CrossOriginProtection
	broken  []byte // the page for faults, rendered at start so that it cannot fail later
	busy    []byte // the page for those who are refused when there is too much to do

	busySent []byte // the same for those who sent something

	uploads   chan struct{} // one for each file that is being taken
	files     shares        // of the room for files, by who sends or gets them
	clients   shares        // of the same, by client
	answers   answers       // to posts that may be sent again
	starts    *auth.Meter   // of cases, by client
	controls  *auth.Meter   // of documents, by client
	searches  searches
	lastCheck logCheck
}

// New returns a Server. It fails when an option is missing or wrong, or when a
// template cannot be parsed.
func New(o Options) (*Server, error) {
	if o.Log == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("web: Log, Now and Random are required")
	}
	base, err := parseBase(o.BaseURL, o.BehindProxy)
	if err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode) // else gin prints every route
	if o.Session == nil && o.Accounts != nil {
		o.Session = sessionsOf(o.Accounts)
	}
	s := &Server{options: o, base: base, origin: http.NewCrossOriginProtection(), uploads: make(chan struct{}, maxUploads),
		starts: auth.NewMeter(o.Now, startsAtOnce, startsEvery), controls: auth.NewMeter(o.Now, controlsAtOnce, controlsEvery)}
	if o.Cases != nil {
		o.Cases.WhenErased(s.answers.forgetAll)
	}
	if err := s.origin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, fmt.Errorf("trust base url: %w", err)
	}
	if s.static, err = newStatic(); err != nil {
		return nil, err
	}
	if s.pages, err = s.parsePages(); err != nil {
		return nil, err
	}
	if s.broken, err = s.renderBroken(); err != nil {
		return nil, fmt.Errorf("render page for faults: %w", err)
	}
	if err = s.renderBusy(); err != nil {
		return nil, fmt.Errorf("render page for too many requests: %w", err)
	}
	return s, nil
}

// Handler returns the whole service. It carries out only as many requests at a
// time as it can answer soon; the others get a 503 that says when to try again.
func (s *Server) Handler() http.Handler { return s.admission(s.engine()) }

func (s *Server) engine() *gin.Engine {
	g := gin.New()
	g.HandleMethodNotAllowed = true
	g.RedirectTrailingSlash = false // it would answer without the headers of secure
	proxies := s.options.Proxies
	if len(proxies) == 0 {
		proxies = []string{"127.0.0.0/8", "::1"}
	}
	if !s.options.BehindProxy {
		proxies = nil
	}
	if err := g.SetTrustedProxies(proxies); err != nil {
		// Only a malformed option can get here; nobody is believed then.
		s.options.Log.Error("trusted proxies", "err", err)
	}
	g.Use(s.observe, s.recover, s.secure, s.refusePlain, s.refuseCrossSite)
	for _, r := range allRoutes() {
		g.Handle(r.method, r.path, s.serve(r))
	}
	g.NoRoute(s.noRoute)
	g.NoMethod(func(c *gin.Context) { s.fail(c, errNoMethod) })
	return g
}

// noRoute leads an address with a slash too many to the page that is meant.
func (s *Server) noRoute(c *gin.Context) {
	path := c.Request.URL.Path
	meant := url.URL{Path: "/" + strings.Trim(path, "/"), RawQuery: c.Request.URL.RawQuery} // never "//", which is another site
	if c.Request.Method == http.MethodGet && meant.Path != path {
		c.Redirect(http.StatusPermanentRedirect, meant.String())
		return
	}
	s.fail(c, errNoPage)
}

// The times a request may take. Reading covers ten megabytes on a slow line.
const (
	readHeaderTime = 10 * time.Second
	readTime       = 2 * time.Minute
	writeTime      = 3 * time.Minute
	idleTime       = 2 * time.Minute
	handleTime     = time.Minute
)

// HTTP returns an http.Server for the pages with the time limits that they
// were made for. The caller listens, serves and shuts down.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: readHeaderTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    64 << 10,
		ConnState:         connections(maxConnections),
		ErrorLog:          slog.NewLogLogger(s.options.Log.Handler(), slog.LevelWarn),
	}
}

// parseBase checks the base URL: http only for this machine, or behind a proxy.
func parseBase(raw string, behindProxy bool) (*url.URL, error) {
	base, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("base url: %w", err)
	}
	if base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") || (base.Path != "" && base.Path != "/") || base.RawQuery != "" {
		return nil, fmt.Errorf("base url %q: want http:// or https:// with a host and no path", raw)
	}
	if base.Scheme == "http" && !behindProxy && !loopback(base.Hostname()) {
		return nil, fmt.Errorf("base url %q: plain http is for this machine only, or behind a proxy", raw)
	}
	return &url.URL{Scheme: base.Scheme, Host: base.Host}, nil
}

// loopback reports whether host, without a port, is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// https reports whether people reach the service over https.
func (s *Server) https() bool { return s.base.Scheme == "https" }

// link returns the address of a page, for a mail, a letter or the clipboard.
func (s *Server) link(path string) string { return s.base.String() + path }
