package store

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

// A Message is something to tell somebody outside the pages. It is saved with
// the change that it tells of and leaves the process later.
type Message struct {
	ID    uint64        `json:"id"` // given when it is saved; later messages have higher ones
	At    time.Time     `json:"at"`
	To    string        `json:"to"` // e-mail address, or "" where none is known
	Party flexjob.Party `json:"party"`
	Case  string        `json:"case"` // id
	Kind  string        `json:"kind"` // names the text
	// Data is what the text is made of, such as a link's secret. It is gone
	// once the message is sent.
	Data map[string]string `json:"data"`
	Sent time.Time         `json:"sent"`
}

// Enqueue saves a message to be sent and gives it an id.
func (t *Tx) Enqueue(m Message) (err error) {
	if m.ID, err = t.next(messageNumber.key()); err != nil {
		return err
	}
	if err := t.put(messageKind, messageKeys.number(m.ID), m); err != nil {
		return err
	}
	return t.write(outboxKeys.number(m.ID), nil)
}

// Message returns the message with the given id, or a NotFound problem.
func (t *Tx) Message(id uint64) (*Message, error) {
	m, err := get[Message](t, messageKind, messageKeys.number(id))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.NotFound, "Beskeden findes ikke. Gå tilbage til listen over beskeder.")
	}
	return m, err
}

// Messages yields all messages, sent or not, latest first.
func (t *Tx) Messages() iter.Seq2[*Message, error] {
	return backwards[Message](t, messageKind, messageKeys)
}

// Outbox returns the ids of at most n messages that are not sent, oldest
// first.
func (t *Tx) Outbox(n int) (ids []uint64, err error) {
	for pair, err := range t.r.Scan(kv.Range(outboxKeys.key())) {
		if err != nil {
			return nil, fmt.Errorf("outbox: %w", err)
		}
		if len(ids) == n {
			break
		}
		parts := kv.Split(pair.Key, outboxKeys.key())
		ids = append(ids, parts.Uint())
		if err := parts.End(); err != nil {
			return nil, fmt.Errorf("outbox: %w", err)
		}
	}
	return ids, nil
}

// MarkSent records that a message was sent, and forgets its data.
func (t *Tx) MarkSent(id uint64, at time.Time) error {
	m, err := t.Message(id)
	if err != nil {
		return err
	}
	m.Sent, m.Data = at, nil
	if err := t.put(messageKind, messageKeys.number(id), m); err != nil {
		return err
	}
	return t.remove(outboxKeys.number(id))
}
