package accounts

import (
	"context"
	"slices"
	"time"

	"ab325/internal/auth"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// How long a parked post is kept, and how many of one subject.
const (
	parkedTime = 14 * 24 * time.Hour
	maxParked  = 10
)

// A Post is what a browser sent.
type Post struct {
	Path string
	Form map[string][]string
	At   time.Time
}

// ParkPost keeps what was posted with the token of a session that has ended
// within a day, until its owner is back, and returns an id for it. With the
// token of no such session it is an Unknown problem, and nothing is kept. Of
// one owner the latest ten are kept.
func (s *Service) ParkPost(ctx context.Context, token, path string, form map[string][]string) (string, error) {
	id, err := s.newID()
	if err != nil {
		return "", err
	}
	return id, s.Store.Update(ctx, func(tx *store.Tx) error {
		session, err := s.remembered(tx, token)
		if err != nil {
			return err
		}
		owner := subject(session.Actor)
		if err := s.makeRoom(tx, owner); err != nil {
			return err
		}
		return tx.PutParked(&store.Parked{ID: id, Subject: owner, Case: caseOf(session.Actor), Path: path, Form: form, At: s.now()})
	})
}

// Ended returns whose session the token is of where ParkPost would keep what
// was posted with it, and else the same Unknown problem. It is for asking before
// a post is read; it lets nobody do anything.
func (s *Service) Ended(ctx context.Context, token string) (auth.Actor, error) {
	var who auth.Actor
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		session, err := s.remembered(tx, token)
		if err == nil {
			who = session.Actor
		}
		return err
	})
	return who, err
}

// remembered returns a session that goes on, or ended within a day.
func (s *Service) remembered(tx *store.Tx, token string) (*store.Session, error) {
	session, err := tx.Session(auth.HashToken(token))
	if err != nil {
		return nil, err
	}
	if s.forgotten(session) {
		return nil, problem.New(problem.Unknown, "Du er ikke logget ind. Log ind for at gå videre.")
	}
	return session, nil
}

// makeRoom forgets the oldest parked posts of an owner who has as many as are
// kept.
func (s *Service) makeRoom(tx *store.Tx, owner string) error {
	var all []*store.Parked
	for p, err := range tx.ParkedOf(owner) {
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *store.Parked) int { return a.At.Compare(b.At) })
	for len(all) >= maxParked {
		if err := tx.ForgetParked(owner, all[0].ID); err != nil {
			return err
		}
		all = all[1:]
	}
	return nil
}

// subject names the owner of a parked post: a member of staff, or a party of a
// case, who may come back with another link.
func subject(who auth.Actor) string {
	if who.Staff() {
		return "staff/" + who.Subject
	}
	return string(who.Party) + "/" + who.Case
}

// caseOf returns the one case of a party; of staff none.
func caseOf(who auth.Actor) string {
	if who.Staff() {
		return ""
	}
	return who.Case
}

// ParkedPost returns who's own parked post with the given id, or a NotFound
// problem.
func (s *Service) ParkedPost(ctx context.Context, who auth.Actor, id string) (Post, error) {
	var post Post
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		p, err := tx.Parked(subject(who), id)
		if err == nil {
			post = Post{Path: p.Path, Form: p.Form, At: p.At}
		}
		return err
	})
	return post, err
}

// ForgetPost removes who's own parked post, once it was used or is not wanted.
func (s *Service) ForgetPost(ctx context.Context, who auth.Actor, id string) error {
	return s.Store.Update(ctx, func(tx *store.Tx) error { return tx.ForgetParked(subject(who), id) })
}
