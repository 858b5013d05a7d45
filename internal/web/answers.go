package web

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/audit"
	"ab325/internal/auth"
)

// How much of the answers to posts is remembered, and for how long. A browser
// that lost an answer asks again within seconds.
const (
	answersTime = 10 * time.Minute
	maxAnswers  = 4096
	maxAnswer   = 256 << 10 // bytes of one page; a longer one is not remembered
	allAnswers  = 16 << 20
)

// A reply is how a post was answered. It may hold what is shown once, such as
// a link, so it is kept in memory alone and given only to whoever has the key
// of the post, all that was posted, and the session it was posted in or that
// it began.
type reply struct {
	at     time.Time
	status int
	header http.Header
	body   []byte
}

// replay answers as the post was answered.
func (r *reply) replay(c *gin.Context) {
	h := c.Writer.Header()
	for name, values := range r.header {
		if name != "X-Request-Id" {
			h[name] = slices.Clone(values)
		}
	}
	c.Status(r.status)
	_, _ = c.Writer.Write(r.body) // if this one breaks too, it is asked for again
}

// tokens are the sessions that an answer began, as hashes.
func (r *reply) tokens() (all []audit.Hash) {
	for _, cookie := range (&http.Response{Header: r.header}).Cookies() {
		if cookie.Value != "" {
			all = append(all, auth.HashToken(cookie.Value))
		}
	}
	return all
}

// A pending is a post that is being carried out, or was.
type pending struct {
	id     [16]byte
	done   chan struct{} // closed when it was
	reply  *reply        // then, if it is remembered
	tokens []audit.Hash  // the sessions that may have the answer
	stale  bool          // begun before everything was forgotten: what it shows is not remembered
}

// answers remembers the posts under way and the last answers. It is safe for
// concurrent use; its zero value is empty.
type answers struct {
	mu    sync.Mutex
	posts map[[16]byte]*pending
	order []*pending // those remembered, oldest first
	bytes int        // of their bodies
}

// begin begins the post with the given id in the session with the given token.
// Mine says that the caller is to carry it out and call end. Where it was
// carried out, the answer is returned instead; where it is being carried out,
// begin waits until it is. With another session it is neither: the caller
// carries it out, and nothing is remembered.
func (a *answers) begin(ctx context.Context, id [16]byte, token audit.Hash) (before *reply, mine bool, err error) {
	for {
		a.mu.Lock()
		p, ok := a.posts[id]
		if !ok {
			if a.posts == nil {
				a.posts = map[[16]byte]*pending{}
			}
			a.posts[id] = &pending{id: id, done: make(chan struct{}), tokens: []audit.Hash{token}}
		}
		known := ok && slices.Contains(p.tokens, token)
		a.mu.Unlock()
		if !ok || !known {
			return nil, !ok, nil
		}
		select {
		case <-p.done:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
		if p.reply != nil {
			return p.reply, false, nil
		}
	}
}

// end remembers how the post was answered; nil is not remembered.
func (a *answers) end(id [16]byte, got *reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.posts[id]
	if got == nil || p.stale && len(got.body) > 0 {
		delete(a.posts, id)
	} else {
		p.reply = got
		p.tokens = append(p.tokens, got.tokens()...)
		a.order = append(a.order, p)
		a.bytes += len(got.body)
		a.forget(got.at)
	}
	close(p.done)
}

// forget forgets the oldest answers until what is left is little and young.
func (a *answers) forget(now time.Time) {
	n := 0
	for ; n < len(a.order); n++ {
		p := a.order[n]
		if len(a.order)-n <= maxAnswers && a.bytes <= allAnswers && now.Sub(p.reply.at) < answersTime {
			break
		}
		a.bytes -= len(p.reply.body)
		delete(a.posts, p.id)
	}
	clear(a.order[:n])
	a.order = a.order[n:]
}

// forgetAll forgets every answer, since some may show what is not to be there
// any more. Posts that are being carried out go on, and of their answers those
// alone are remembered that show nothing and lead on.
func (a *answers) forgetAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.order {
		delete(a.posts, p.id)
	}
	a.order, a.bytes = nil, 0
	for _, p := range a.posts {
		p.stale = true
	}
}

// A hearing writes an answer, and remembers it.
type hearing struct {
	gin.ResponseWriter
	body []byte
	long bool // too long to remember
}

func (h *hearing) Write(b []byte) (int, error) {
	h.hear(b)
	return h.ResponseWriter.Write(b)
}

func (h *hearing) WriteString(s string) (int, error) {
	h.hear([]byte(s))
	return h.ResponseWriter.WriteString(s)
}

func (h *hearing) hear(b []byte) {
	if h.long = h.long || len(h.body)+len(b) > maxAnswer; !h.long {
		h.body = append(h.body, b...)
	}
}

// reply is what was written, or nil where it is not worth remembering: what was
// refused may be tried again, and is refused again or not.
func (h *hearing) reply(now time.Time) *reply {
	if h.long || h.Status() >= http.StatusBadRequest || !h.Written() && h.Status() == http.StatusOK {
		return nil
	}
	return &reply{now, h.Status(), h.Header().Clone(), h.body}
}
