package kv_test

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"time"

	"ab325/internal/kv"
)

// Each list is in order; so must the keys be, with anything behind the part.
func TestKeysSortAsTheirParts(t *testing.T) {
	texts := []string{"", "\x00", "\x00\x00", "\x00\x01", "\x00a", "\x00\xff", "\x01", "a", "a\x00", "a\x00\xff", "a\x01", "aa", "b", "å", "ø", "\xff", "\xff\xff"}
	uints := []uint64{0, 1, 255, 256, math.MaxUint32, math.MaxUint64}
	dates := [][3]int{{0, 1, 1}, {1999, 12, 31}, {2026, 1, 31}, {2026, 2, 1}, {2026, 12, 1}, {9999, 12, 31}}
	times := []time.Time{{}, time.Unix(-1, 0), time.Unix(-1, 999999999), time.Unix(0, 0), time.Unix(0, 1), time.Unix(1<<33, 0)}
	base := kv.Key("idx/")
	for name, keys := range map[string][]kv.Key{
		"Text": each(texts, base.Text),
		"Uint": each(uints, base.Uint),
		"Date": each(dates, func(d [3]int) kv.Key { return base.Date(d[0], d[1], d[2]) }),
		"Time": each(times, base.Time),
	} {
		for i, a := range keys {
			for _, b := range keys[i+1:] {
				// The next part must not decide, and no part may begin another.
				if bytes.Compare(a.Text("\xff"), b.Text("")) >= 0 || bytes.HasPrefix(b, a) || bytes.HasPrefix(a, b) {
					t.Errorf("%s: keys %q and %q do not sort as their parts", name, a, b)
				}
			}
		}
	}
}

func each[T any](list []T, f func(T) kv.Key) (keys []kv.Key) {
	for _, v := range list {
		keys = append(keys, f(v))
	}
	return keys
}

func TestSplit(t *testing.T) {
	at := time.Date(2026, 12, 1, 13, 45, 0, 123456789, time.UTC)
	prefix := kv.Key("idx/due/")
	key := prefix.Date(2026, 12, 1).Text("a\x00b").Time(at).Uint(math.MaxUint64).Text("")
	p := kv.Split(key, prefix)
	y, m, d := p.Date()
	text, when, n, empty := p.Text(), p.Time(), p.Uint(), p.Text()
	if err := p.End(); err != nil {
		t.Fatalf("Split(%q): %v", key, err)
	}
	if y != 2026 || m != 12 || d != 1 || text != "a\x00b" || !when.Equal(at) || n != math.MaxUint64 || empty != "" {
		t.Errorf("Split(%q) = %d-%d-%d, %q, %v, %d, %q", key, y, m, d, text, when, n, empty)
	}
}

func TestSplitRefuses(t *testing.T) {
	prefix := kv.Key("idx/")
	for _, test := range []struct {
		name string
		key  kv.Key
		take func(*kv.Parts)
	}{
		{"another prefix", kv.Key("ind/").Text("a"), func(p *kv.Parts) { p.Text() }},
		{"a part too many", prefix.Text("a").Uint(1), func(p *kv.Parts) { p.Text() }},
		{"a part too few", prefix.Text("a"), func(p *kv.Parts) { p.Text(); p.Uint() }},
		{"an unfinished text", kv.Key("idx/abc"), func(p *kv.Parts) { p.Text() }},
		{"an unfinished end", kv.Key("idx/abc\x00"), func(p *kv.Parts) { p.Text() }},
		{"a wrong mark", kv.Key("idx/abc\x00\x02"), func(p *kv.Parts) { p.Text() }},
		{"a short date", kv.Key("idx/123"), func(p *kv.Parts) { p.Date() }},
		{"a short time", kv.Key("idx/12345678901"), func(p *kv.Parts) { p.Time() }},
		{"an error, then parts", kv.Key("idx/abc\x00\x02").Uint(1), func(p *kv.Parts) { p.Text(); p.Uint() }},
	} {
		p := kv.Split(test.key, prefix)
		test.take(p)
		if p.End() == nil {
			t.Errorf("%s: Split(%q) has no error", test.name, test.key)
		}
	}
}

// A key that is kept must not change when others are made from it.
func TestKeysShareNothing(t *testing.T) {
	base := append(make(kv.Key, 0, 100), "a/"...)
	one, two := base.Text("one"), base.Text("two")
	if string(one) != "a/one\x00\x01" || string(two) != "a/two\x00\x01" || string(base) != "a/" {
		t.Errorf("keys from one beginning are %q, %q, and it is %q", one, two, base)
	}
}

func TestPrefixEnd(t *testing.T) {
	for _, test := range []struct{ prefix, want string }{
		{"a", "b"}, {"a/", "a0"}, {"a\xff", "b"}, {"a\xff\xff", "b"}, {"\xfe", "\xff"},
		{"\xff", ""}, {"\xff\xff", ""}, {"", ""},
	} {
		if got := kv.PrefixEnd([]byte(test.prefix)); string(got) != test.want || (got == nil) != (test.want == "") {
			t.Errorf("PrefixEnd(%q) = %q, want %q", test.prefix, got, test.want)
		}
	}
	if start, end := kv.Range([]byte("a/")); string(start) != "a/" || string(end) != "a0" {
		t.Errorf("Range(a/) = %q, %q", start, end)
	}
}

func FuzzText(f *testing.F) {
	f.Add("", "")
	f.Add("a\x00", "a\x00\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		ka, kb := kv.Key("x").Text(a), kv.Key("x").Text(b)
		if got, want := bytes.Compare(ka, kb), bytes.Compare([]byte(a), []byte(b)); got != want {
			t.Errorf("Text(%q) and Text(%q) compare as %d, want %d", a, b, got, want)
		}
		p := kv.Split(slices.Concat(ka, kb[1:]), []byte("x"))
		if gotA, gotB := p.Text(), p.Text(); gotA != a || gotB != b || p.End() != nil {
			t.Errorf("Split(Text(%q), Text(%q)) = %q, %q, %v", a, b, gotA, gotB, p.End())
		}
	})
}
