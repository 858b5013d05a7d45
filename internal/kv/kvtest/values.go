package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"ab325/internal/kv"
)

func valueChecks() []check {
	return []check{
		{"GetPutDelete", checkGetPutDelete},
		{"GetMany", checkGetMany},
		{"EmptyValue", checkEmptyValue},
		{"Keys", checkKeys},
		{"BigValues", checkBigValues},
		{"ReadYourWrites", checkReadYourWrites},
		{"ValuesAreCopies", checkValuesAreCopies},
		{"PutKeepsNothing", checkPutKeepsNothing},
	}
}

func checkGetPutDelete(ctx context.Context, db kv.DB) error {
	if v, err := get(ctx, db, "missing"); !errors.Is(err, kv.ErrNotFound) {
		return faultf("Get(missing) = %q, %v, want ErrNotFound", v, err)
	}
	for _, v := range []string{"v1", "v2"} {
		if err := errors.Join(put(ctx, db, "k", v), want(ctx, db, "k", v)); err != nil {
			return err
		}
	}
	for range 2 { // deleting what is not there is no error
		if err := db.Update(ctx, func(tx kv.Tx) error { return tx.Delete([]byte("k")) }); err != nil {
			return err
		}
	}
	if v, err := get(ctx, db, "k"); !errors.Is(err, kv.ErrNotFound) {
		return faultf("Get after Delete = %q, %v, want ErrNotFound", v, err)
	}
	return nil
}

func checkGetMany(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "a", "1", "b", "", "c", "3"); err != nil {
		return err
	}
	keys := [][]byte{[]byte("c"), []byte("x"), []byte("a"), []byte("b"), []byte("c"), nil}
	const all = `["3" <nil> "1" "" "3" <nil>]`
	ask := func(r kv.Reader) error {
		values, err := r.GetMany(keys)
		if got := show(values); got != all || err != nil {
			return faultf("GetMany(%q) = %s, %v, want %s", keys, got, err, all)
		}
		if values, err := r.GetMany(nil); len(values) != 0 || err != nil {
			return faultf("GetMany of no keys = %q, %v", values, err)
		}
		return nil
	}
	return errors.Join(db.View(ctx, ask), db.Update(ctx, func(tx kv.Tx) error { return ask(tx) }))
}

// show prints values so that nil and empty differ.
func show(values [][]byte) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = "<nil>"
		if v != nil {
			list[i] = strconv.Quote(string(v))
		}
	}
	return "[" + strings.Join(list, " ") + "]"
}

// An empty value is a value: it is found, and it is not nil, before and after
// the commit.
func checkEmptyValue(ctx context.Context, db kv.DB) error {
	ask := func(r kv.Reader) error {
		for _, key := range []string{"empty", "nil"} {
			v, err := r.Get([]byte(key))
			many, err2 := r.GetMany([][]byte{[]byte(key)})
			if v == nil || len(v) > 0 || err != nil || err2 != nil || show(many) != `[""]` {
				return faultf("the value of %q is %s, %v by Get and %s, %v by GetMany, want empty and not nil",
					key, show([][]byte{v}), err, show(many), err2)
			}
		}
		keys, err := collect(r.Scan(nil, nil))
		if len(keys) != 2 || err != nil {
			return faultf("Scan found %q, %v, want both keys", keys, err)
		}
		return nil
	}
	err := db.Update(ctx, func(tx kv.Tx) error {
		if err := errors.Join(tx.Put([]byte("empty"), []byte{}), tx.Put([]byte("nil"), nil)); err != nil {
			return err
		}
		return ask(tx)
	})
	return errors.Join(err, db.View(ctx, ask))
}

func checkKeys(ctx context.Context, db kv.DB) error {
	long := strings.Repeat("\xff", kv.MaxKey)
	if err := errors.Join(put(ctx, db, long, "v", "\x00", "w"), want(ctx, db, long, "v"), want(ctx, db, "\x00", "w")); err != nil {
		return err
	}
	for _, key := range []string{"", long + "x"} {
		if err := put(ctx, db, "before", "v", key, "v"); !errors.Is(err, kv.ErrKey) {
			return faultf("Put with a key of %d bytes: %v, want ErrKey", len(key), err)
		}
		err := db.Update(ctx, func(tx kv.Tx) error { return tx.Delete([]byte(key)) })
		if !errors.Is(err, kv.ErrKey) {
			return faultf("Delete with a key of %d bytes: %v, want ErrKey", len(key), err)
		}
		if _, err := get(ctx, db, key); !errors.Is(err, kv.ErrNotFound) {
			return faultf("Get of a key of %d bytes: %v, want ErrNotFound", len(key), err)
		}
	}
	return wantKeys(ctx, db, "", "\x00", long)
}

func checkBigValues(ctx context.Context, db kv.DB) error {
	for i, size := range []int{4095, 4096, 4097, 65535, 65536, 1 << 20, 5<<20 + 1} {
		big := bytes.Repeat([]byte{byte('a' + i)}, size)
		big[size-1] = '!'
		if err := put(ctx, db, "big", string(big), "small", "s"); err != nil {
			return faultf("Put of %d bytes: %w", size, err)
		}
		if got, err := get(ctx, db, "big"); !bytes.Equal(got, big) || err != nil {
			return faultf("Get of a value of %d bytes has %d, %v", size, len(got), err)
		}
	}
	err := db.Update(ctx, func(tx kv.Tx) error { return tx.Put([]byte("small"), make([]byte, kv.MaxValue+1)) })
	if !errors.Is(err, kv.ErrValue) {
		return faultf("Put of %d bytes: %v, want ErrValue", kv.MaxValue+1, err)
	}
	return want(ctx, db, "small", "s")
}

func checkReadYourWrites(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "gone", "v", "old", "v"); err != nil {
		return err
	}
	return db.Update(ctx, func(tx kv.Tx) error {
		if err := errors.Join(tx.Put([]byte("new"), []byte("v")), tx.Put([]byte("old"), []byte("w")), tx.Delete([]byte("gone"))); err != nil {
			return err
		}
		values, err := tx.GetMany([][]byte{[]byte("gone"), []byte("new"), []byte("old")})
		if got := show(values); got != `[<nil> "v" "w"]` || err != nil {
			return faultf("a transaction reads %s, %v of what it wrote", got, err)
		}
		there, err := collect(tx.Scan(nil, nil))
		back, err2 := collect(tx.ScanBack(nil, nil))
		if fmt.Sprint(there, back) != "[new old] [old new]" || err != nil || err2 != nil {
			return faultf("a transaction scans %q, %v and back %q, %v of what it wrote", there, err, back, err2)
		}
		return nil
	})
}

func checkValuesAreCopies(ctx context.Context, db kv.DB) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = faultf("changing a value that was returned: %v", r)
		}
	}()
	for i := range 100 { // a small database may be copied as a whole
		if err := put(ctx, db, "filler"+strconv.Itoa(i), strings.Repeat("x", 1000)); err != nil {
			return err
		}
	}
	if err := put(ctx, db, "k", "value"); err != nil {
		return err
	}
	var kept [][]byte
	err = db.View(ctx, func(r kv.Reader) (err error) {
		kept, err = valuesOf(r)
		return err
	})
	if err != nil {
		return err
	}
	for i := range 200 { // reuse the space
		if err := put(ctx, db, "k", "other"+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	for i, v := range kept {
		if string(v) != "value" && string(v) != "alue" {
			return faultf("value %d kept after its transaction became %q", i, v)
		}
		v[0] = 'X' // must not fault or change the database
	}
	return errors.Join(want(ctx, db, "k", "other199"), wantKeys(ctx, db, "k", "k"))
}

// valuesOf returns the value at "k" as each way of reading gives it, and what a
// caller makes of its key.
func valuesOf(r kv.Reader) ([][]byte, error) {
	one, err := r.Get([]byte("k"))
	many, err2 := r.GetMany([][]byte{[]byte("k")})
	kept := append([][]byte{one}, many...)
	for _, scan := range []func(start, end []byte) func(func(kv.Pair, error) bool){
		func(s, e []byte) func(func(kv.Pair, error) bool) { return r.Scan(s, e) },
		func(s, e []byte) func(func(kv.Pair, error) bool) { return r.ScanBack(s, e) },
	} {
		for p := range scan([]byte("k"), []byte("k\x00")) {
			kept = append(kept, p.Value, append(p.Key, "alue"...)[1:])
		}
	}
	return kept, errors.Join(err, err2)
}

// The caller may use its slices again as soon as Put and Delete return.
func checkPutKeepsNothing(ctx context.Context, db kv.DB) error {
	err := db.Update(ctx, func(tx kv.Tx) error {
		key, value := []byte("?"), []byte("?")
		for _, c := range []byte("abc") {
			key[0], value[0] = c, c
			if err := tx.Put(key, value); err != nil {
				return err
			}
		}
		key[0] = 'b'
		err := tx.Delete(key)
		key[0], value[0] = 'X', 'X'
		return err
	})
	return errors.Join(err, wantKeys(ctx, db, "", "a", "c"), want(ctx, db, "a", "a"), want(ctx, db, "c", "c"))
}
