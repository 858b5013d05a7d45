package casework

import (
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// exported is what the database holds of a case.
type exported struct {
	*flexjob.Case
	Messages []exportedMessage
	Links    []exportedLink

	Log []store.Logged `json:"-"` // in a file of its own
}

// An exportedMessage is a message without what it carries, which may be a way
// into the case.
type exportedMessage struct {
	At      time.Time
	Party   flexjob.Party
	To      string // e-mail address
	Kind    string
	Sent    time.Time `json:",omitzero"` // neither this nor Dropped: it waits
	Dropped time.Time `json:",omitzero"` // given up before it was sent
}

// An exportedLink is a link without what it or its code is known by.
type exportedLink struct {
	ID      string // as the case and the log name it
	Party   flexjob.Party
	Kind    store.LinkKind
	Address string // e-mail address that it was sent to, or ""
	Created time.Time
	Expires time.Time // Created where it was ended before its time
	Used    time.Time `json:",omitzero"`
}

// exportedOf reads a case.
func exportedOf(tx *store.Tx, id string) (e exported, err error) {
	if e.Case, err = tx.Case(id); err != nil {
		return e, err
	}
	messages, err := tx.MessagesOf(id)
	if err != nil {
		return e, err
	}
	for _, m := range messages {
		e.Messages = append(e.Messages, exportedMessage{m.At, m.Party, m.To, m.Kind, m.Sent, m.Dropped})
	}
	links, err := tx.LinksOf(id)
	if err != nil {
		return e, err
	}
	for _, l := range links {
		e.Links = append(e.Links, exportedLink{l.ID, l.Party, l.Kind, l.Address, l.Created, l.Expires, l.Used})
	}
	for entry, err := range tx.AuditOf(id) {
		if err != nil {
			return e, err
		}
		e.Log = append(e.Log, entry)
	}
	return e, nil
}
