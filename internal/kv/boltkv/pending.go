package boltkv

import "slices"

// pending is the raw transaction of a member: what is durable, as the group that
// is being written changes it, as those change it that have run since.
type pending struct {
	*snapshot
	group   *group
	need    int64    // of the group, before this
	awaited int      // by the group, before this
	before  []before // what each write has replaced
}

// before is what a layer held at a key before a write.
type before struct {
	key []byte
	was change
	ok  bool // it held something
}

func (p *pending) Put(key, value []byte) error { return p.write(change{clone(key), clone(value)}) }

func (p *pending) Delete(key []byte) error { return p.write(change{key: clone(key)}) }

func (p *pending) write(c change) error {
	if err := p.group.took.take(c.key, len(c.value)); err != nil {
		return err
	}
	was, ok := p.group.changes.ReplaceOrInsert(c)
	p.before = append(p.before, before{c.key, was, ok})
	return nil
}

func (p *pending) Await(wait func() error) { p.group.awaited = append(p.group.awaited, wait) }

// undo takes back all that was written, the room for it, and what it waits for.
func (p *pending) undo() {
	p.group.took.need = p.need
	p.group.awaited = p.group.awaited[:p.awaited]
	for _, b := range slices.Backward(p.before) {
		if b.ok {
			p.group.changes.ReplaceOrInsert(b.was)
		} else {
			p.group.changes.Delete(change{key: b.key})
		}
	}
}
