package store

import (
	"bytes"
	"fmt"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// A section is what stands at the keys with one beginning: records of a kind,
// or index keys, or counters.
type section struct {
	at prefix

	// Of records. Leads returns what leads to one, if anything does.
	kind  kind
	new   func() any
	leads func(v any, rev int) []kv.Pair

	// Of index keys: the key of the record that one leads to. Those that are
	// apart have a check of their own.
	to    func(kv.Pair) (kv.Key, error)
	apart bool
}

// sections lists all that a database holds.
func sections() []section {
	return []section{
		loose[flexjob.Case](caseKind, caseKeys),
		rowTable.section(),
		index(findKeys, func(key *kv.Parts, _ []byte) kv.Key { key.Text(); return rowKeys.text(key.Text()) }),
		index(fileKeys, func(key *kv.Parts, id []byte) kv.Key { key.Text(); return rowKeys.text(string(id)) }),
		index(unsealedKeys, func(key *kv.Parts, _ []byte) kv.Key { key.Text(); key.Uint(); return rowKeys.text(key.Text()) }),
		{at: commonKeys}, {at: yearKeys}, {at: slotCount}, {at: rowsVersion},
		{at: listKeys, to: listIndex(listKeys), apart: true},
		{at: barredKeys, to: listIndex(barredKeys), apart: true},
		{at: countKeys}, {at: dueKeys}, {at: restoredKey}, {at: slotLostKeys}, {at: erasedBytes}, {at: copiedBytes},
		loose[erasing](erasingKind, erasingKeys),

		loose[audit.Record](auditKind, logKeys), // or a stub, see decode
		{at: logCaseKeys, to: logIndex(func(key kv.Key) kv.Key {
			parts := kv.Split(key, logCaseKeys.key())
			return logCaseKeys.text(parts.Text())
		}), apart: true},
		{at: logNewKeys, to: logIndex(func(kv.Key) kv.Key { return logNewKeys.key() }), apart: true},
		{at: logNumberKeys, to: logIndex(func(kv.Key) kv.Key { return logNumberKeys.key() }), apart: true},
		{at: tileKeys}, {at: checkpointKey},

		accounts.section(),
		index(staffNameKeys, func(key *kv.Parts, value []byte) kv.Key {
			key.Text()
			return staffKeys.text(kv.Split(value, nil).Text())
		}),
		sessions.section(),
		index(sessionCaseKeys, func(key *kv.Parts, _ []byte) kv.Key { key.Text(); return sessionKeys.text(key.Text()) }),
		parkedPosts.section(),
		index(parkedCaseKeys, func(key *kv.Parts, _ []byte) kv.Key { key.Text(); return parkedKeys.text(key.Text()).Text(key.Text()) }),

		links.section(),
		index(linkTokenKeys, func(key *kv.Parts, id []byte) kv.Key { key.Text(); return linkKeys.text(string(id)) }),
		index(linkCodeKeys, func(key *kv.Parts, id []byte) kv.Key { key.Text(); return linkKeys.text(string(id)) }),
		index(linkCaseKeys, func(key *kv.Parts, _ []byte) kv.Key { key.Text(); return linkKeys.text(key.Text()) }),

		messages.section(),
		index(messageCaseKeys, func(key *kv.Parts, _ []byte) kv.Key { key.Text(); return messageKeys.number(key.Uint()) }),
		index(messageDataKeys, func(key *kv.Parts, _ []byte) kv.Key { return messageKeys.number(key.Uint()) }),
		index(outboxKeys, func(key *kv.Parts, _ []byte) kv.Key { return messageKeys.number(key.Uint()) }),
		{at: messageNumber},

		municipalities.section(),
		{at: onceKeys},
	}
}

// loose is a section of records that nothing leads to.
func loose[T any](k kind, at prefix) section {
	return section{at: at, kind: k, new: func() any { return new(T) }}
}

func (tb *table[T]) section() section {
	s := loose[T](tb.kind, tb.at)
	s.leads = func(v any, rev int) []kv.Pair { return tb.leads(v.(*T), rev) }
	return s
}

// index is a section of index keys, whose parts and values to turns into the
// key of the record that they lead to.
func index(at prefix, to func(key *kv.Parts, value []byte) kv.Key) section {
	return section{at: at, to: func(p kv.Pair) (kv.Key, error) {
		parts := kv.Split(p.Key, at.key())
		key := to(parts, p.Value)
		if err := parts.End(); err != nil {
			return nil, fmt.Errorf("index key %q: %w", p.Key, err)
		}
		return key, nil
	}}
}

// logIndex tells the entry that a key of the log leads to, given what the key
// begins with.
func logIndex(beginning func(kv.Key) kv.Key) func(kv.Pair) (kv.Key, error) {
	return func(p kv.Pair) (kv.Key, error) {
		id, err := logID(p.Key, beginning(p.Key))
		return logKey(logKeys, id), err
	}
}

// decode reads a record of the section.
func (s *section) decode(keys *keychain, p kv.Pair) (v any, h header, err error) {
	k, v := s.kind, s.new()
	if s.at == logKeys && erasedRecord(p.Value) {
		k, v = auditErasedKind, new(audit.Stub)
	}
	h, err = keys.decode(k, p.Key, p.Value, v)
	return v, h, err
}

// listIndex tells the row that a key of the lists leads to.
func listIndex(at prefix) func(kv.Pair) (kv.Key, error) {
	return func(p kv.Pair) (kv.Key, error) {
		id := caseOf(p.Key, at)
		if id == "" {
			return nil, fmt.Errorf("key of the lists %q is none", p.Key)
		}
		return rowKeys.text(id), nil
	}
}

// A schema finds the section of a key.
type schema map[string]*section

func newSchema() schema {
	s := schema{}
	for _, sec := range sections() {
		s[string(sec.at)] = &sec
	}
	return s
}

// of returns the section of a key.
func (s schema) of(key []byte) (*section, error) {
	begin := key
	if i := bytes.IndexByte(key, '/'); i >= 0 {
		begin = key[:i+1]
	}
	if sec, ok := s[string(begin)]; ok {
		return sec, nil
	}
	return nil, fmt.Errorf("key %q is of no kind that this program knows", key)
}
