package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"ab325/internal/audit"
	"ab325/internal/kv"
	"ab325/internal/vault"
)

// Check reads everything that the store holds, derives again what is derived,
// rows, index keys, lists and counters, compares both ways, and opens every
// document. It calls report with each fault that it finds, in words without
// anything about a person, and returns an error if it could not look.
//
// It looks at one moment of the database, and goes on while that is in use. A
// document that no case refers to is a fault if it was written before loose.
// Rows that an earlier version of the program derived are compared once all were
// derived anew, see RenewRows. What it compares with the audit log is worth what
// the log is, which is checked apart, by VerifyLog.
//
// A case that is erased meanwhile is there in that moment, and does not open. So
// where faults are found, and cases were erased, it looks anew; if that does not
// help it returns ErrErasing, and no fault.
func (s *Store) Check(ctx context.Context, loose time.Time, report func(fault string)) error {
	for range looks {
		before := s.Vault.ErasureBytes()
		found := &suspicions{report: report}
		if err := s.check(ctx, loose, found.add); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if found.sure || len(found.all) == 0 || s.Vault.ErasureBytes() == before {
			found.flush()
			return nil
		}
	}
	return fmt.Errorf("check: %w", ErrErasing)
}

// check looks once.
func (s *Store) check(ctx context.Context, loose time.Time, report func(fault string)) error {
	err := s.View(ctx, func(t *Tx) error {
		c := &checker{ctx: ctx, t: t, report: report, schema: newSchema(),
			derived: map[prefix]int{}, kept: map[prefix]int{}, records: map[prefix]int{}, unreadable: map[prefix]int{},
			numbers: map[string]uint64{}, revisions: newRevisions()}
		for _, part := range []func() error{
			c.renewal, c.pairs, c.strays, c.cases, c.houseRevisions, c.counters, c.slots, c.lists,
		} {
			if err := part(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = s.checkLoose(ctx, loose, report)
	}
	return err
}

// A checker is one run of Check.
type checker struct {
	ctx    context.Context
	t      *Tx
	report func(string)
	schema schema

	derived, kept map[prefix]int // index keys
	records       map[prefix]int
	unreadable    map[prefix]int
	used          []uint64          // slots that cases have, a bit for each
	highest       uint64            // of those
	numbers       map[string]uint64 // highest case number, by year
	lastMessage   uint64
	renewed       bool // all rows are of this version of the program
	revisions     *revisions
}

func (c *checker) fault(format string, args ...any) { c.report(fmt.Sprintf(format, args...)) }

func (c *checker) pause(err error) error { return pause(c.ctx, err) }

// renewal learns whether rows of an earlier version may be there. When all were
// derived anew, one is an older row that was put back.
func (c *checker) renewal() (err error) {
	c.renewed, err = c.t.renewed()
	return err
}

// pairs opens every record and looks for the index keys that lead to it.
func (c *checker) pairs() error {
	for p, err := range c.t.r.Scan(nil, nil) {
		if err := c.pause(err); err != nil {
			return err
		}
		sec, err := c.schema.of(p.Key)
		switch {
		case err != nil:
			c.fault("%v", err)
		case sec.at == commonKeys:
			if _, err := checkCommon(p); err != nil {
				c.fault("at %q: %v", p.Key, err)
			}
		case sec.to != nil:
			c.kept[sec.at]++
		case sec.new != nil:
			c.records[sec.at]++
			if err := c.record(sec, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checker) record(sec *section, p kv.Pair) error {
	v, h, err := sec.decode(c.t.keys, p)
	if errors.Is(err, vault.ErrErased) {
		c.fault("%q is left of a case that was erased", p.Key)
		return nil
	} else if err != nil {
		c.fault("%q cannot be read: %v", p.Key, err)
		if sec.at == staffKeys || sec.at == municipalityKeys {
			delete(c.revisions.house, kv.Split(p.Key, sec.at.key()).Text()) // which come after the log
		}
		c.unreadable[sec.at]++
		return nil
	}
	switch v := v.(type) {
	case *Message:
		c.lastMessage = max(c.lastMessage, v.ID)
	case *audit.Record:
		c.revisions.note(&v.Entry)
	case *Staff:
		c.revisions.kept[v.ID] = h.Revision
	case *Municipality:
		c.revisions.kept[v.Code] = h.Revision
	}
	if sec.leads == nil {
		return nil
	}
	return c.led(p.Key, sec.leads(v, h.Revision))
}

// led looks for the index keys that lead to the record at key.
func (c *checker) led(key []byte, leads []kv.Pair) error {
	keys := make([][]byte, len(leads))
	for i, lead := range leads {
		keys[i] = lead.Key
		at, err := c.schema.of(lead.Key)
		if err != nil {
			return err
		}
		c.derived[at.at]++
	}
	values, err := c.t.r.GetMany(keys)
	if err != nil {
		return err
	}
	for i, value := range values {
		if value == nil {
			c.fault("%q has no key %q that leads to it", key, keys[i])
		} else if !bytes.Equal(value, leads[i].Value) {
			c.fault("%q is another revision than the key %q that leads to it, or another one's", key, keys[i])
		}
	}
	return nil
}

// strays looks for index keys that lead to nothing, where there are other than
// were derived.
func (c *checker) strays() error {
	for _, sec := range sections() {
		if sec.to == nil || sec.apart || c.kept[sec.at] == c.derived[sec.at] {
			continue
		}
		for p, err := range c.t.r.Scan(kv.Range(sec.at.key())) {
			if err := c.pause(err); err != nil {
				return err
			}
			if err := c.stray(&sec, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checker) stray(sec *section, p kv.Pair) error {
	key, err := sec.to(p)
	if err != nil {
		c.fault("%v", err)
		return nil
	}
	of, err := c.schema.of(key)
	if err != nil {
		return err
	}
	record, err := c.t.r.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		c.fault("%q leads to %q, which is not there", p.Key, key)
		return nil
	} else if err != nil {
		return err
	}
	v, h, err := of.decode(c.t.keys, kv.Pair{Key: key, Value: record})
	if err != nil || of.leads == nil {
		return nil // reported, or only that it is there counts
	}
	if at(of.leads(v, h.Revision), p.Key) < 0 {
		c.fault("%q leads to %q, which has no such key", p.Key, key)
	}
	return nil
}

// use notes the slot of a case, which no other may have.
func (c *checker) use(caseID string, slot uint64) {
	for uint64(len(c.used)) <= slot/64 {
		c.used = append(c.used, make([]uint64, 1024)...)
	}
	bit := uint64(1) << (slot % 64)
	if slot == house || c.used[slot/64]&bit != 0 {
		c.fault("case %s has key %d, which is another's", caseID, slot)
	}
	c.used[slot/64] |= bit
	c.highest = max(c.highest, slot)
}

// counters compares the counters with the highest number that was given.
func (c *checker) counters() error {
	for year, highest := range c.numbers {
		y, err := strconv.ParseUint(year, 10, 64)
		if err != nil {
			continue // a number of another kind
		}
		n, err := c.t.counter(yearKeys.number(y))
		if err != nil {
			return err
		}
		if n < highest {
			c.fault("the next case of %s would get number %d, and there is %d already", year, n+1, highest)
		}
	}
	n, err := c.t.counter(messageNumber.key())
	if err == nil && n < c.lastMessage {
		c.fault("the next message would get number %d, and there is %d already", n+1, c.lastMessage)
	}
	return err
}

// slots compares the slots that were given with those that cases have, and the
// log of erasures with what is there.
func (c *checker) slots() error {
	given, err := c.t.counter(slotCount.key())
	if err != nil {
		return err
	}
	keys := c.t.store.Vault
	for _, holds := range []func() error{c.t.vaultHolds, c.t.signedErasures} {
		if err := holds(); errors.Is(err, ErrVaultOlder) || errors.Is(err, ErrForeign) {
			c.fault("%v", err)
		} else if err != nil {
			return err
		}
	}
	if c.highest > given {
		c.fault("the next case would get key %d, and one has %d already", given+1, c.highest)
	}
	unused, err := c.unusedSlots(min(given, keys.Len()))
	if err != nil {
		return err
	}
	erased := map[string]bool{}
	for e, err := range keys.Erasures() {
		if err != nil {
			return err
		}
		delete(unused, e.Slot)
		if _, err := keys.Key(e.Slot); !errors.Is(err, vault.ErrErased) {
			c.fault("key %d was erased with case %s, and is there: %v", e.Slot, e.Case, err)
		}
		if _, err := c.t.r.Get(caseKeys.text(e.Case)); err == nil {
			c.fault("case %s was erased, and is there", e.Case)
		}
		erased[e.Case] = true
	}
	if err := c.erased(erased); err != nil {
		return err
	}
	for slot := range unused {
		c.fault("key %d is of no case", slot)
	}
	return nil
}

// unusedSlots returns the slots that were given and that no case has, but those
// of cases that are being erased or that a restored database does not know.
func (c *checker) unusedSlots(given uint64) (map[uint64]bool, error) {
	unused := map[uint64]bool{}
	for slot := uint64(1); slot <= given; slot++ {
		if slot/64 >= uint64(len(c.used)) || c.used[slot/64]>>(slot%64)&1 == 0 {
			unused[slot] = true
		}
	}
	for e, err := range all[erasing](c.t, erasingKind, erasingKeys) {
		if err != nil {
			break // reported
		}
		delete(unused, e.Slot)
	}
	for pair, err := range c.t.r.Scan(kv.Range(slotLostKeys.key())) {
		if err != nil {
			return nil, err
		}
		first, last := kv.Split(pair.Key, slotLostKeys.key()).Uint(), kv.Split(pair.Value, nil).Uint()
		for slot := range unused {
			if first <= slot && slot <= last {
				delete(unused, slot)
			}
		}
	}
	return unused, nil
}

// lists compares the lists and their counters with the rows.
func (c *checker) lists() error {
	if c.unreadable[rowKeys] > 0 {
		c.fault("the lists cannot be compared with rows that cannot be read")
		return nil
	}
	return c.t.checkLists(c.pause, c.report)
}

// checkLoose reports the documents that no case refers to, and that were
// written before the given time. A crash may leave empty ones of any age.
func (s *Store) checkLoose(ctx context.Context, before time.Time, report func(string)) error {
	return s.looseFiles(ctx, before, func(file string, empty bool) error {
		if !empty {
			report(fmt.Sprintf("document %s is of no case", file))
		}
		return nil
	})
}
