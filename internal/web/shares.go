package web

import (
	"sync"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/problem"
)

// A file on a slow line takes minutes, and few are sent and got at a time. So
// that nobody takes the room of everybody, one party of one case, or one member
// of staff, has so many under way, however many sessions they have; and the
// parties at one address, who may be anybody who began cases there, together
// have at most half of the room.
const (
	filesOfOne    = 3
	filesOfClient = maxHeavy / 2
)

// shares counts what each of many holds of something. It is safe for
// concurrent use; in its zero value nobody holds anything.
type shares struct {
	mu   sync.Mutex
	held map[string]int
}

// take gives who one more, unless they hold the most that one may. Then give
// is to be called when it is not needed any more.
func (s *shares) take(who string, most int) (give func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[who] >= most {
		return nil, false
	}
	if s.held == nil {
		s.held = map[string]int{}
	}
	s.held[who]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.held[who]--; s.held[who] == 0 {
			delete(s.held, who)
		}
	}), true
}

// letIn is admit, and takes a share of the room for files where the route needs
// it. Leave is to be called when the request has been answered.
func (s *Server) letIn(c *gin.Context, r route) (leave func(), err error) {
	if err := s.admit(c, r); err != nil {
		return nil, err
	}
	if !r.file() {
		return func() {}, nil
	}
	return s.takeShare(c, actor(c))
}

// sender names who sends files, to read one of theirs at a time: a member of
// staff, or else a client's address. Anybody can begin cases, so a case tells
// nobody from others.
func sender(c *gin.Context) string {
	if who := actor(c); who.Staff() {
		return who.Subject
	}
	return client(c)
}

// takeShare takes one of who's shares of the room for files, and one of those
// of the client's address where they are a party.
func (s *Server) takeShare(c *gin.Context, who auth.Actor) (func(), error) {
	owner := who.Subject
	if !who.Staff() {
		owner = string(who.Party) + "/" + who.Case
	}
	give, ok := s.files.take(owner, filesOfOne)
	if !ok && who.Subject == "" { // all strangers together are one
		return nil, problem.New(problem.Unavailable, "Der bliver sendt mange filer lige nu. Vent et øjeblik, og prøv så igen.")
	} else if !ok {
		return nil, problem.New(problem.Unavailable, "Du sender eller henter flere filer på én gang. Vent, til de er færdige, og prøv så igen.")
	}
	if who.Staff() {
		return give, nil
	}
	giveClient, ok := s.clients.take(client(c), filesOfClient)
	if !ok {
		give()
		return nil, problem.New(problem.Unavailable, "Der bliver sendt og hentet mange filer lige nu. Vent et øjeblik, og prøv så igen.")
	}
	return func() { giveClient(); give() }, nil
}
