package web

import (
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// A searches keeps what staff searched for, so that the address of the answer
// holds an id alone: names and CPR numbers never stand in an address. It is in
// memory, bounded, and safe for concurrent use.
type searches struct {
	mu   sync.Mutex
	byID map[string]searched
	ids  []string // oldest first
}

// searched is one search of one person.
type searched struct {
	subject, text string
	at            time.Time
}

// The bounds: a search is for a while of work, not for ever.
const (
	maxSearches = 2000
	searchTime  = 12 * time.Hour
)

// keep remembers a search and returns its id.
func (k *searches) keep(random io.Reader, s searched) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("name a search: %w", err)
	}
	id := hex.EncodeToString(b[:])
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byID == nil {
		k.byID = map[string]searched{}
	}
	for len(k.ids) >= maxSearches {
		delete(k.byID, k.ids[0])
		k.ids = k.ids[1:]
	}
	k.byID[id], k.ids = s, append(k.ids, id)
	return id, nil
}

// text returns what the subject searched for under the id.
func (k *searches) text(id, subject string, now time.Time) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, ok := k.byID[id]
	if !ok || subtle.ConstantTimeCompare([]byte(s.subject), []byte(subject)) == 0 || now.Sub(s.at) > searchTime {
		return "", false
	}
	return s.text, true
}

// search keeps what was searched for and shows the list with it.
func (s *Server) search(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	text := cleanSearch(values.Get("soeg"))
	if text == "" {
		goTo(c, staffPlace, "")
		return nil
	}
	id, err := s.searches.keep(s.options.Random, searched{actor(c).Subject, text, s.options.Now()})
	if err != nil {
		return err
	}
	c.Redirect(303, listQuery{search: id, group: "alle", by: byName}.path())
	return nil
}
