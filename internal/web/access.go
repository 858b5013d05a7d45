package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// A Session is who the browser's token stands for.
type Session struct {
	Actor auth.Actor
	Name  string    // shown in the page's head; "" where none is known
	Ends  time.Time // when it ends unless something is done
	Given bool      // of staff: another password is to be chosen first, see chooseFirst
}

// sessionKey is where the context keeps the session that admit found.
const sessionKey = "session"

// admit decides whether the request may use the route: nil, or a problem that
// says why not. The handler finds who is asking with actor. Whether the actor
// may see or do what the route is about is decided by package casework.
func (s *Server) admit(c *gin.Context, r route) error {
	switch r.access {
	case public:
		return nil
	case demo:
		if s.options.Demo {
			return nil
		}
		return errNoPage
	}
	session, err := s.identify(c.Request.Context(), s.sessionToken(c))
	if problem.Of(err) == problem.Unknown {
		return s.park(c, r)
	} else if err != nil {
		return err
	}
	if err := r.allows(session.Actor, c.Param("id")); err != nil {
		return err
	}
	if session.Given && r.path != passwordPath {
		return s.chooseFirst(c, r)
	}
	c.Set(sessionKey, session)
	return nil
}

func (s *Server) identify(ctx context.Context, token string) (Session, error) {
	if token == "" || s.options.Session == nil {
		return Session{}, errUnknown
	}
	return s.options.Session(ctx, token)
}

// allows checks who may against the table's entry. A party with the session of
// another case, or of the other party, is nobody here: it must sign in, and
// learns nothing of the case.
func (r route) allows(who auth.Actor, id string) error {
	if r.access == staff {
		if !who.Staff() {
			return errUnknown
		}
		if r.roles != "" && !slices.ContainsFunc(strings.Fields(r.roles), func(role string) bool { return who.Has(auth.Role(role)) }) {
			return problem.New(problem.Forbidden, "Din rolle giver ikke adgang til siden. Spørg en kollega med rollen, eller jeres administrator.")
		}
		return nil
	}
	side := map[access]flexjob.Party{employee: flexjob.Employee, company: flexjob.Company}[r.access]
	if side == "" || who.Side() != side || id == "" || who.Case != id {
		return errUnknown
	}
	return nil
}

// session returns the session of the request; its zero value on public pages.
func session(c *gin.Context) Session {
	value, _ := c.Get(sessionKey)
	found, _ := value.(Session)
	return found
}

// actor returns who is asking: the zero Actor, a stranger, on public pages.
func actor(c *gin.Context) auth.Actor { return session(c).Actor }

// who returns the part of the page's head that says who is signed in, or nil.
func (s *Server) who(c *gin.Context) *Who {
	found := session(c)
	w := &Who{Name: found.Name}
	switch found.Actor.Side() {
	case flexjob.Employee:
		w.Role, w.SignOut = "Den ansatte", partyPlace(employeeSide, found.Actor.Case)+"/log-ud"
	case flexjob.Company:
		w.Role, w.SignOut = "Virksomheden", partyPlace(companySide, found.Actor.Case)+"/log-ud"
	case flexjob.Jobcenter:
		var roles []string
		for _, r := range found.Actor.Roles {
			roles = append(roles, r.Danish())
		}
		w.Role, w.SignOut = strings.Join(roles, ", "), staffPlace+"/log-ud"
	default:
		return nil
	}
	if !found.Ends.IsZero() {
		w.Ends = found.Ends.Sub(s.options.Now())
	}
	return w
}
