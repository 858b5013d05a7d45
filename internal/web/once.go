package web

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/sandbox"
	"ab325/internal/store"
)

// onceField is the hidden input of every form that posts, whose value is the
// post's key: eight hexadecimal digits for the hour that it was made in, and
// 32 random ones. The part fds-once of the templates writes it. A browser that
// sends a form again, since the connection broke or somebody pressed twice,
// sends the same key, and the post is carried out once.
//
// A post without a key is carried out each time: the key protects who posts
// from a mishap, and nobody from anybody, so a page that was made before there
// were keys may lose nothing by lacking one.
const onceField = "once"

// What a key is made of.
const (
	onceHour   = 8 // digits
	onceRandom = 32
)

// newOnce returns a new key of a post.
func (s *Server) newOnce() (string, error) {
	var b [(onceHour + onceRandom) / 2]byte
	binary.BigEndian.PutUint32(b[:], uint32(s.options.Now().Unix()/int64(time.Hour/time.Second)))
	if _, err := io.ReadFull(s.options.Random, b[onceHour/2:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

// onceMade returns when a key was made, to the hour. It is false for what is
// none, for one that is too old to be known again, and for one from the future,
// which would never be forgotten.
func (s *Server) onceMade(key string) (made time.Time, ok bool) {
	b, err := hex.DecodeString(key)
	if err != nil || len(key) != onceHour+onceRandom {
		return time.Time{}, false
	}
	made = time.Unix(int64(binary.BigEndian.Uint32(b))*int64(time.Hour/time.Second), 0)
	now := s.options.Now()
	return made, !made.After(now) && now.Sub(made) < accounts.RepeatTime
}

// A post is what a request asks to be carried out once.
type post struct {
	key  string    // as it was sent
	made time.Time // the key
	id   [16]byte  // of what was posted where, with which key: known again by all of it
}

// postOf returns the request's post, if it has a key. What else was sent counts
// too: somebody who goes back to a page in the browser, changes a text and
// sends it again, sends something new.
func (s *Server) postOf(c *gin.Context, values url.Values, file *upload) (post, bool) {
	key := values.Get(onceField)
	made, ok := s.onceMade(key)
	if !ok {
		return post{}, false
	}
	hash := sha256.New()
	io.WriteString(hash, c.Request.URL.Path+"\x00"+values.Encode())
	if file != nil {
		data := sha256.Sum256(file.data)
		io.WriteString(hash, "\x00"+file.name+"\x00")
		hash.Write(data[:])
	}
	return post{key, made, [16]byte(hash.Sum(nil))}, true
}

// claim is the context in which a part of the post is carried out, once for
// who sends it: another's post is never taken for it. The first part is "".
func (p post) claim(ctx context.Context, who auth.Actor, part string) context.Context {
	owner := who.Subject
	if !who.Staff() {
		owner = string(who.Party) + "/" + who.Case // they may have come back with another link
	}
	sum := sha256.Sum256([]byte(owner + "\x00" + part + "\x00" + string(p.id[:])))
	return store.Once(ctx, p.made, [16]byte(sum[:]))
}

// postKey is where the context keeps the request's post.
const postKey = "post"

// part returns the context for a further part of what the request asks for. It
// is carried out once as well, whatever became of the others: where the
// service was stopped between two of them, the rest is done when the request
// comes again.
func part(c *gin.Context, name string) context.Context {
	ctx := c.Request.Context()
	if p, ok := c.Get(postKey); ok {
		return p.(post).claim(ctx, actor(c), name)
	}
	return ctx
}

// repeated reports whether err says that this was carried out before.
func repeated(err error) bool { return errors.Is(err, store.ErrRepeated) }

// post carries out a POST, once: sent again, it gets the answer that it got, or
// would have got. What has arrived is carried out even if nobody waits for the
// answer any more, so that the answer is there for who asks again.
func (s *Server) post(c *gin.Context, r route) error {
	asked := c.Request.Context()
	c.Request = c.Request.WithContext(context.WithoutCancel(asked))
	if !r.upload {
		values, err := formOf(c)
		if err != nil {
			return err
		}
		return s.onlyOnce(c, asked, values, nil, func() error { return s.carryOut(c, r) })
	}
	leave, err := s.letIn(c, r)
	if err != nil { // a stranger's file is not read
		c.Header("Connection", "close") // else net/http reads on before it answers
		return err
	}
	defer leave()
	values, file, err := partsOf(c, s.take)
	if err != nil {
		return err
	}
	defer file.close()
	c.Set(sentKey, sent{values, file})
	return s.onlyOnce(c, asked, values, file, func() error { return s.handle(c, r) })
}

// onlyOnce answers with run, or as run did before. Who asks is not known yet: the
// first may have ended the session that it came in. Asked ends when the browser
// no longer waits.
func (s *Server) onlyOnce(c *gin.Context, asked context.Context, values url.Values, file *upload, run func() error) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), handleTime) // from now: a file may have taken long to arrive
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	p, ok := s.postOf(c, values, file)
	if !ok {
		return run()
	}
	c.Set(postKey, p)
	token := auth.HashToken(s.sessionToken(c))
	before, mine, err := s.answers.begin(asked, p.id, token)
	switch {
	case err != nil:
		return err
	case before != nil:
		before.replay(c)
		return nil
	case !mine:
		return run()
	}
	heard := &hearing{ResponseWriter: c.Writer}
	c.Writer = heard
	defer func() { c.Writer = heard.ResponseWriter; s.answers.end(p.id, heard.reply(s.options.Now())) }()
	return run()
}

// handle calls the route's handler with the post's claim. A file that is sent is
// read for its sender.
func (s *Server) handle(c *gin.Context, r route) error {
	c.Request = c.Request.WithContext(part(c, ""))
	if r.upload {
		c.Request = c.Request.WithContext(sandbox.For(c.Request.Context(), sender(c)))
	}
	return r.handle(s, c)
}

// carryOut is handle for who may.
func (s *Server) carryOut(c *gin.Context, r route) error {
	leave, err := s.letIn(c, r)
	if err != nil {
		return err
	}
	defer leave()
	return s.handle(c, r)
}

// failRepeated answers a post that was carried out before, when nobody
// remembers how it was answered: a script is told that it is saved, and a
// person is shown how things are now.
func (s *Server) failRepeated(c *gin.Context) {
	if wantsJSON(c) {
		s.answerSaved(c, Saved{Fields: map[string]SavedField{}})
		return
	}
	side, _, _ := strings.Cut(strings.TrimPrefix(c.FullPath(), "/"), "/")
	path := "/adgang"
	switch who := actor(c); {
	case side == staffSide && c.Param("id") != "":
		path = casePath(c.Param("id"))
	case side == staffSide:
		path = staffPlace
	case who.Case != "":
		path = placeOf(who)
	}
	goTo(c, path, "gentaget")
}
