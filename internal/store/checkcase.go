package store

import (
	"crypto/sha256"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ab325/internal/files"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/vault"
)

// cases derives the row of every case, and opens its documents.
func (c *checker) cases() error {
	for pair, err := range c.t.r.Scan(kv.Range(caseKeys.key())) {
		if err := c.pause(err); err != nil {
			return err
		}
		id := kv.Split(pair.Key, caseKeys.key()).Text()
		clear(c.t.rows) // which would become all
		clear(c.t.read)
		is, err := c.t.Case(id)
		if err != nil {
			c.fault("%v", err)
			c.revisions.forgetCase(id)
			continue
		}
		c.revision(id, is.Revision)
		c.oneCase(is, c.t.rows[id])
	}
	if cases, rows := c.records[caseKeys], c.records[rowKeys]; cases != rows {
		c.fault("there are %d cases and %d rows", cases, rows)
	}
	return nil
}

func (c *checker) oneCase(is *flexjob.Case, row place) {
	want := c.t.entryOf(is)
	i := slices.IndexFunc(c.t.indexes, func(k vault.IndexKey) bool { return k.ID == row.Index })
	if i < 0 {
		c.fault("case %s cannot be found by number: it was indexed with key %s, which the keyring does not have", is.ID, row.Index)
	} else {
		want.Index, want.Find = row.Index, findable(c.t.indexes[i], is)
	}
	if (c.renewed || row.version == rowKind.version()) && !equalEntries(want, row.entry) {
		c.fault("the row of case %s is not what the case gives", is.ID)
	}
	if ids, err := c.t.Find(ByNumber, is.Number); err != nil {
		c.fault("case %s cannot be found by number: %v", is.ID, err)
	} else if is.Number != "" && !slices.Equal(ids, []string{is.ID}) {
		c.fault("the number of case %s finds %d cases", is.ID, len(ids))
	}
	if year, n, ok := strings.Cut(is.Number, "-"); ok {
		if n, err := strconv.ParseUint(n, 10, 64); err == nil {
			c.numbers[year] = max(c.numbers[year], n)
		}
	}
	c.use(is.ID, row.slot)
	for file, hash := range documentsOf(is) {
		begin, data, err := openFile(c.t.keys, c.t.store.Files, is.ID, file, row.slot)
		if err == nil {
			data, err = c.t.joined(begin, data)
		}
		if errors.Is(err, files.ErrNotFound) {
			c.fault("document %s of case %s is missing", file, is.ID)
		} else if err != nil {
			c.fault("document %s of case %s: %v", file, is.ID, err)
		} else if sha256.Sum256(data) != hash {
			c.fault("document %s of case %s is not the one that was kept", file, is.ID)
		}
	}
}

// equalEntries compares rows as they are stored.
func equalEntries(a, b entry) bool {
	normal := func(e entry) entry {
		e.Row.Created, e.Row.Unsealed = e.Row.Created.UTC(), e.Row.Unsealed.UTC()
		e.Row.Disqualified = append([]string{}, e.Row.Disqualified...)
		e.Find, e.Files = append([][]byte{}, e.Find...), append([]string{}, e.Files...)
		return e
	}
	return reflect.DeepEqual(normal(a), normal(b))
}

// documentsOf returns the documents of a case, and the seals behind them, with
// their hashes.
func documentsOf(c *flexjob.Case) map[string][sha256.Size]byte {
	docs := map[string][sha256.Size]byte{}
	for i := range c.Attachments {
		docs[c.Attachments[i].File] = c.Attachments[i].Hash
	}
	for _, k := range c.Kept() {
		docs[k.File] = k.Hash
		if k.Seal != nil {
			docs[k.Seal.File] = k.Seal.Hash
		}
	}
	delete(docs, "")
	return docs
}
