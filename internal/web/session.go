package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/problem"
)

// sessionsOf answers whose session a token is of from the accounts. A session
// that has ended is a reason to sign in again, like one that never was.
func sessionsOf(a *accounts.Service) func(context.Context, string) (Session, error) {
	return func(ctx context.Context, token string) (Session, error) {
		who, err := a.Session(ctx, token)
		if p, ok := problem.As(err); ok && p.Kind == problem.Expired {
			return Session{}, problem.New(problem.Unknown, p.Detail)
		} else if err != nil {
			return Session{}, err
		}
		found := Session{Actor: who}
		if who.Staff() {
			found.Ends = a.Now().Add(accounts.Idle(who))
			account, err := a.Staff(ctx, who.Subject)
			if err != nil {
				return Session{}, err
			}
			found.Name, found.Given = account.Name, account.Given
		}
		return found, nil
	}
}

// beginSession begins a session for who in this browser and returns the address of
// the first page to show: what they posted after an earlier session of theirs
// had ended, or else.
func (s *Server) beginSession(c *gin.Context, who auth.Actor, otherwise string) (string, error) {
	begun, err := s.options.Accounts.StartSession(c.Request.Context(), who)
	if err != nil {
		return "", err
	}
	s.keepSession(c, begun)
	return s.resume(c, begun.Actor, otherwise)
}

// recalled is how much longer than its session a cookie lives, so that a post
// made just after the end still says whose it is.
const recalled = 24 * time.Hour

// keepSession gives the browser a session that began.
func (s *Server) keepSession(c *gin.Context, begun accounts.SignedIn) {
	place := staffPlace
	if !begun.Actor.Staff() {
		place = placeOf(begun.Actor)
	}
	s.setSession(c, place, begun.Token, begun.Ends.Add(recalled))
}

// closeSession ends the session of the request. The browser keeps the token,
// which opens nothing any more, so that what stands typed in another window is
// still known to be that person's when it is posted.
func (s *Server) closeSession(c *gin.Context, place string) error {
	token := s.sessionToken(c)
	if err := s.options.Accounts.EndSession(c.Request.Context(), token); err != nil {
		return err
	}
	s.setSession(c, place, token, s.options.Now().Add(recalled))
	return nil
}

// park keeps what was posted with the token of a session that has ended, and
// says that it is kept. It keeps fields of the form, and the reasons that staff
// write: everything else is quickly done again.
func (s *Server) park(c *gin.Context, r route) error {
	token := s.sessionToken(c)
	if c.Request.Method != http.MethodPost || wantsJSON(c) || token == "" || s.options.Accounts == nil {
		return errUnknown
	}
	who, err := s.options.Accounts.Ended(c.Request.Context(), token) // whoever sends a token, true or not, gets here
	if err != nil {
		return err
	}
	if r.upload {
		give, err := s.takeShare(c, who)
		if err != nil {
			return err
		}
		defer give()
	}
	values, _, err := partsOf(c, drop)
	if err != nil {
		return err
	}
	if !hasFields(values) && !(values.Has("reason") && strings.HasPrefix(c.Request.URL.Path, staffPlace+"/")) {
		return errUnknown
	}
	id, err := s.options.Accounts.ParkPost(c.Request.Context(), token, c.Request.URL.Path, values)
	if err != nil {
		return err // Unknown where the token was never of a session
	}
	s.setCookie(c, parkedCookie, "/", id, recalled)
	back := "åbnet sagen"
	if who.Staff() {
		back = "logget ind"
	}
	return problem.New(problem.Unknown, "Du er logget ud. Det, du skrev, er ikke tabt: du ser det igen, når du har "+back+".")
}

func hasFields(values url.Values) bool {
	for name := range values {
		if strings.HasPrefix(name, "old.") {
			return true
		}
	}
	return false
}

// parkedCookie names the cookie with the id of a parked post, and the name of
// the parameter that shows it.
const (
	parkedCookie = "parked"
	parkedQuery  = "afbrudt"
)

// resume returns the address that shows who's parked post, where this browser
// has one that is theirs, or else.
func (s *Server) resume(c *gin.Context, who auth.Actor, otherwise string) (string, error) {
	id := s.cookie(c, parkedCookie)
	if id == "" {
		return otherwise, nil
	}
	post, err := s.options.Accounts.ParkedPost(c.Request.Context(), who, id)
	if problem.Of(err) == problem.NotFound {
		return otherwise, nil // another person's, or gone
	} else if err != nil {
		return "", err
	}
	s.setCookie(c, parkedCookie, "/", "", 0)
	return post.Path + "?" + url.Values{parkedQuery: {id}}.Encode(), nil
}

// parked returns the fields of the parked post that the request asks to see,
// and its id. Without one, or with one that is not the reader's or of this
// page, there are none.
func (s *Server) parked(c *gin.Context) (url.Values, string, error) {
	id := c.Query(parkedQuery)
	if id == "" {
		return nil, "", nil
	}
	post, err := s.options.Accounts.ParkedPost(c.Request.Context(), actor(c), id)
	if problem.Of(err) == problem.NotFound || err == nil && post.Path != c.Request.URL.Path {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	return url.Values(maps.Clone(post.Form)), id, nil
}

// forgetParked removes the parked post that a form was made from, once it has
// been saved.
func (s *Server) forgetParked(c *gin.Context, id string) error {
	if id == "" {
		return nil
	}
	err := s.options.Accounts.ForgetPost(c.Request.Context(), actor(c), id)
	if problem.Of(err) == problem.NotFound {
		return nil
	}
	return err
}
