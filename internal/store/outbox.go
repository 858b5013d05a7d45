package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

var messages = table[Message]{kind: messageKind, at: messageKeys, index: func(m *Message, _ int) (pairs []kv.Pair) {
	if m.Sent.IsZero() && m.Dropped.IsZero() {
		pairs = append(pairs, kv.Pair{Key: outboxKeys.number(m.ID)})
	}
	if m.Data != nil {
		pairs = append(pairs, kv.Pair{Key: messageDataKeys.number(m.ID)})
	}
	if m.Case != "" {
		pairs = append(pairs, kv.Pair{Key: messageCaseKeys.text(m.Case).Uint(m.ID)})
	}
	return pairs
}}

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

	Link    string    `json:"link"`    // id of the link whose secret is in Data, or ""
	Dropped time.Time `json:"dropped"` // when it was given up, and its data forgotten, before it was sent; zero unless
}

// enqueue saves a message to be sent and gives it an id.
func (t *Tx) enqueue(m Message) (err error) {
	if m.ID, err = t.next(messageNumber.key()); err != nil {
		return err
	}
	return t.putMessage(&m)
}

func (t *Tx) putMessage(m *Message) error {
	slot, err := t.slotOf(m.Case)
	if err != nil {
		return fmt.Errorf("message %d: %w", m.ID, err)
	}
	return messages.save(t, messageKeys.number(m.ID), slot, m)
}

// Message returns the message with the given id, or a NotFound problem.
func (t *Tx) Message(id uint64) (*Message, error) {
	m, err := messages.get(t, messageKeys.number(id))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.NotFound, "Beskeden findes ikke. Gå tilbage til listen over beskeder.")
	}
	return m, err
}

// Messages yields all messages, sent or not, latest first.
func (t *Tx) Messages() iter.Seq2[*Message, error] {
	return backwards[Message](t, messageKind, messageKeys)
}

// MessagesOf returns all messages of a case, sent or not, oldest first.
func (t *Tx) MessagesOf(caseID string) ([]*Message, error) {
	keys, err := t.messagesOf(caseID)
	if err != nil {
		return nil, err
	}
	list := make([]*Message, len(keys))
	for i, key := range keys {
		if list[i], err = messages.get(t, key); err != nil {
			return nil, fmt.Errorf("message of case %s: %w", caseID, err)
		}
	}
	return list, nil
}

// messagesOf returns where the messages of a case are.
func (t *Tx) messagesOf(caseID string) ([]kv.Key, error) {
	return t.keysUnder(messageCaseKeys.under(caseID), func(parts *kv.Parts) kv.Key {
		return messageKeys.number(parts.Uint())
	})
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

// SweepMessages forgets the data of messages that lead nowhere any more: whose
// link was used or ended, or which are from before the given time; a link that
// old has ended too. Of those, what is not sent yet will not be. It returns how
// many they were.
func (s *Store) SweepMessages(ctx context.Context, before, now time.Time) (n int, err error) {
	var ids []uint64
	err = s.View(ctx, func(t *Tx) (err error) {
		ids, err = t.deadMessages(before)
		return err
	})
	for some := range slices.Chunk(ids, 100) {
		if err == nil {
			err = s.Update(kv.WithReserve(ctx), func(t *Tx) error { return t.dropMessages(some, now) })
		}
		if err != nil {
			break
		}
		n += len(some)
	}
	if err != nil {
		return n, fmt.Errorf("sweep messages: %w", err)
	}
	return n, nil
}

// deadMessages returns the messages with data that lead nowhere.
func (t *Tx) deadMessages(before time.Time) (dead []uint64, err error) {
	for pair, err := range t.r.Scan(kv.Range(messageDataKeys.key())) {
		if err != nil {
			return nil, err
		}
		parts := kv.Split(pair.Key, messageDataKeys.key())
		id := parts.Uint()
		m, err := messages.get(t, messageKeys.number(id))
		if err := errors.Join(err, parts.End()); err != nil {
			return nil, err
		}
		lives := !m.At.Before(before)
		if lives && m.Link != "" {
			link, err := t.Link(m.Link)
			if err != nil && problem.Of(err) != problem.NotFound {
				return nil, err
			}
			lives = err == nil && !link.Ended() && link.Used.IsZero()
		}
		if !lives {
			dead = append(dead, id)
		}
	}
	return dead, nil
}

// dropMessages forgets the data of messages. One that is gone is left out.
func (t *Tx) dropMessages(ids []uint64, now time.Time) error {
	for _, id := range ids {
		m, err := messages.get(t, messageKeys.number(id))
		if errors.Is(err, errNone) {
			continue
		} else if err != nil {
			return err
		}
		m.Data = nil
		if m.Sent.IsZero() {
			m.Dropped = now
		}
		if err := t.putMessage(m); err != nil {
			return err
		}
	}
	return nil
}

// MarkSent records that a message was sent, and forgets its data.
func (t *Tx) MarkSent(id uint64, at time.Time) error {
	m, err := t.Message(id)
	if err != nil {
		return err
	}
	m.Sent, m.Data = at, nil
	return t.putMessage(m)
}
