package backup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ab325/internal/kv"
)

// Whatever goes wrong, what is in the place is what was in it before.
func TestMakeFails(t *testing.T) {
	cause := errors.New("the cause")
	for _, test := range []struct {
		name  string
		want  error
		spoil func(o *Options)
	}{
		{"the mark", cause, func(o *Options) { o.Source.Mark = func(context.Context) ([]byte, error) { return nil, cause } }},
		{"the records", cause, func(o *Options) {
			dump := o.Source.Dump
			o.Source.Dump = func(ctx context.Context, yield func([]kv.Pair) error) error {
				return errors.Join(dump(ctx, yield), cause)
			}
		}},
		{"the keys", cause, func(o *Options) { o.Source.Keys = func(context.Context, io.Writer) error { return cause } }},
		{"the list of documents", cause, func(o *Options) {
			o.Source.Documents = func() iter.Seq2[string, error] {
				return func(yield func(string, error) bool) { yield("", cause) }
			}
		}},
		{"a document", cause, func(o *Options) { o.Source.Document = func(string) ([]byte, bool, error) { return nil, false, cause } }},
		{"the check", cause, func(o *Options) { o.Check = func(context.Context, *Reader) error { return cause } }},
		{"the check of the keys", cause, func(o *Options) { o.CheckKeys = func(context.Context, io.Reader) error { return cause } }},
		{"a check that reads nothing", ErrDamaged, func(o *Options) { o.Check = func(context.Context, *Reader) error { return nil } }},
		{"a target that is full at once", cause, func(o *Options) { o.Place.write = full(0, cause) }},
		{"a target that is full later", cause, func(o *Options) { o.Place.write = full(1, cause) }},
		{"a target that changes a byte", ErrDamaged, func(o *Options) { o.Place.write = changing }},
		{"a target that loses a piece", ErrDamaged, func(o *Options) { o.Place.write = losing() }},
		{"no key to encrypt to", errNoKey, func(o *Options) { o.To = nil }},
	} {
		_, _, o := prepared(t)
		good, err := Make(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		before := names(t, o.Place.dir)
		test.spoil(&o)
		if _, err := Make(t.Context(), o); !errors.Is(err, test.want) {
			t.Errorf("%s: Make = %v, want %v", test.name, err, test.want)
		}
		if after := names(t, o.Place.dir); !slices.Equal(before, after) {
			t.Errorf("%s: the place holds %v, want %v", test.name, after, before)
		}
		if left := names(t, o.Spool); left != nil {
			t.Errorf("%s: the spool's folder holds %v", test.name, left)
		}
		if info, err := os.Stat(good.Path); err != nil || info.Size() != good.Size {
			t.Errorf("%s: the good one is %v, %v", test.name, info, err)
		}
	}
}

// full returns a way to write that fails after some pieces.
func full(pieces int, cause error) func(*os.File, []byte) (int, error) {
	return func(f *os.File, b []byte) (int, error) {
		if pieces--; pieces < 0 {
			n, _ := f.Write(b[:len(b)/2])
			return n, cause
		}
		return f.Write(b)
	}
}

// changing writes something else in one place.
func changing(f *os.File, b []byte) (int, error) {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 1
	return f.Write(b)
}

// losing returns a way to write that loses the second piece without a word.
func losing() func(*os.File, []byte) (int, error) {
	pieces := 0
	return func(f *os.File, b []byte) (int, error) {
		if pieces++; pieces == 2 {
			return len(b), nil
		}
		return f.Write(b)
	}
}

// A backup that is told to stop leaves nothing either.
func TestMakeStops(t *testing.T) {
	_, _, o := prepared(t)
	ctx, stop := context.WithCancel(t.Context())
	o.Show = func(step string, _, _ int64) {
		if step == stepCopy {
			stop()
		}
	}
	if _, err := Make(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("Make that was told to stop = %v, want context.Canceled", err)
	}
	if left := names(t, o.Place.dir); left != nil {
		t.Errorf("the place holds %v", left)
	}
}

// What a process has left that was killed is no backup, and the next one
// removes it; what belongs to another installation stays.
func TestMakeAfterAKill(t *testing.T) {
	_, _, o := prepared(t)
	other := filepath.Join(o.Place.dir, partPrefix("aa")+"1")
	for _, name := range []string{filepath.Join(o.Place.dir, partPrefix(instance)+"1"), other} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if copies, err := o.Place.Copies(instance); len(copies) != 0 || err != nil {
		t.Errorf("Copies of half a backup = %v, %v", copies, err)
	}
	if _, err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if all := names(t, o.Place.dir); len(all) != 3 || !slices.Contains(all, filepath.Base(other)) {
		t.Errorf("the place holds %v, want a backup, its keys and what is another's", all)
	}
}
