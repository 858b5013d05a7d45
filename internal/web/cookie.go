package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// partyPlace is where a party's session in a case is valid.
func partyPlace(side, id string) string { return "/" + side + "/" + id }

// staffPlace is where a staff member's session is valid.
const staffPlace = "/" + staffSide

// cookieName has the prefix that makes browsers refuse the cookie over http.
func (s *Server) cookieName() string {
	if s.https() {
		return "__Secure-ab325"
	}
	return "ab325"
}

// setSession gives the browser the session's token, valid below the place
// alone, so that several cases and roles work side by side in one browser.
// A zero end: until the browser closes. The end that counts is the server's.
func (s *Server) setSession(c *gin.Context, place, token string, end time.Time) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: s.cookieName(), Value: token, Path: place, Expires: end,
		Secure: s.https(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// sessionToken returns the token the browser sent, or "".
func (s *Server) sessionToken(c *gin.Context) string {
	cookie, err := c.Request.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie gives the browser a small value to send with requests below a
// path for some time; "" takes it away.
func (s *Server) setCookie(c *gin.Context, name, path, value string, lasts time.Duration) {
	age := int(lasts / time.Second)
	if value == "" {
		age = -1
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: s.cookieName() + "-" + name, Value: value, Path: path, MaxAge: age,
		Secure: s.https(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// cookie returns a value that setCookie gave the browser, or "".
func (s *Server) cookie(c *gin.Context, name string) string {
	cookie, err := c.Request.Cookie(s.cookieName() + "-" + name)
	if err != nil {
		return ""
	}
	return cookie.Value
}
