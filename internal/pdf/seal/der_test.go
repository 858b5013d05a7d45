package seal_test

import (
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// A node is a piece of DER with what is in it.
type node struct {
	asn1.RawValue
	children []*node // of those that are looked into
	path     string
}

// readNode reads DER, and what is in the pieces whose paths look says.
func readNode(t *testing.T, der []byte, path string, look func(path string) bool) *node {
	t.Helper()
	n := &node{path: path}
	if rest, err := asn1.Unmarshal(der, &n.RawValue); err != nil || len(rest) > 0 {
		t.Fatalf("read %s: %v, %d bytes behind", path, err, len(rest))
	}
	if !look(path) {
		return n
	}
	for rest := n.Bytes; len(rest) > 0; {
		var child asn1.RawValue
		behind, err := asn1.Unmarshal(rest, &child)
		if err != nil {
			t.Fatal(err)
		}
		n.children = append(n.children, readNode(t, child.FullBytes, fmt.Sprintf("%s.%d", path, len(n.children)), look))
		rest = behind
	}
	return n
}

// der writes a node with another list of children for one of them.
func (n *node) der(t *testing.T, of *node, instead []*node) []byte {
	t.Helper()
	if n.children == nil {
		return n.FullBytes
	}
	children := n.children
	if n == of {
		children = instead
	}
	var inner []byte
	for _, c := range children {
		inner = append(inner, c.der(t, of, instead)...)
	}
	b, err := asn1.Marshal(asn1.RawValue{Class: n.Class, Tag: n.Tag, IsCompound: true, Bytes: inner})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (n *node) all() []*node {
	list := []*node{n}
	for _, c := range n.children {
		list = append(list, c.all()...)
	}
	return list
}

// TestStructure leaves each piece of a signature out, and of a timestamp, puts
// one in behind it, and makes one of another kind of it. What is then left is no
// signature, and no timestamp.
func TestStructure(t *testing.T) {
	h := handmadeOf(t, "RSA")
	// The pieces of a CMS, and of its one signer; what is in certificates,
	// algorithms and attributes is signed, or tried by other tests.
	pieces := []string{"cms", "cms.1", "cms.1.0", "cms.1.0.2", "cms.1.0.4", "cms.1.0.4.0"}
	inToken := append(slices.Clone(pieces), "cms.1.0.2.1")
	sealOf := func(cms []byte) seal.Seal { return only(t, sealtest.Replace(t, h.file, cms), h.a.Roots()) }
	whole, err := sealtest.NewCMS(h.id, sealtest.Data, nil, sealtest.FileDigest(t, h.file)).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	try := func(cms []byte, look []string, broken func(changed []byte) (bool, string)) {
		t.Helper()
		root := readNode(t, cms, "cms", func(path string) bool { return slices.Contains(look, path) })
		more := &node{RawValue: asn1.RawValue{FullBytes: []byte{5, 0}}}
		for _, n := range root.all() {
			if n.children == nil {
				continue
			}
			tries := map[string][]*node{"with more behind": append(slices.Clone(n.children), more)}
			for i := range n.children {
				tries[fmt.Sprintf("without %d", i)] = slices.Delete(slices.Clone(n.children), i, i+1)
				other := slices.Clone(n.children)
				other[i] = &node{RawValue: asn1.RawValue{FullBytes: append([]byte{other[i].FullBytes[0] ^ 0x40}, other[i].FullBytes[1:]...)}}
				tries[fmt.Sprintf("%d of another kind", i)] = other
			}
			for title, children := range tries {
				if ok, got := broken(root.der(t, n, children)); !ok {
					t.Errorf("%s %s: %s", n.path, title, got)
				}
			}
		}
	}
	if s := sealOf(whole); s.State != seal.Intact {
		t.Fatalf("%+v", s)
	}
	try(whole, pieces, func(changed []byte) (bool, string) {
		s := sealOf(changed)
		return s.State == seal.Unreadable, fmt.Sprintf("%+v", s)
	})
	var token []byte
	h.with(t, func(c *sealtest.CMS) {
		c.Stamp = func(signature []byte) []byte { token = h.a.Token(signature); return token }
	})
	try(token, inToken, func(changed []byte) (bool, string) {
		s := only(t, h.with(t, func(c *sealtest.CMS) { c.Stamp = func([]byte) []byte { return changed } }), h.a.Roots())
		return s.State == seal.Intact && s.Stamp == nil, fmt.Sprintf("%+v", s)
	})
}

// TestContentOfItsOwn has the signature of a file bring a content along, which
// nobody looks at: also where it is none, it is no signature of the file.
func TestContentOfItsOwn(t *testing.T) {
	h := handmadeOf(t, "RSA")
	c := sealtest.NewCMS(h.id, sealtest.Data, nil, sealtest.FileDigest(t, h.file))
	c.Data = []byte("hello")
	cms, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	root := readNode(t, cms, "cms", func(path string) bool { return strings.HasPrefix("cms.1.0.2.1", path) })
	explicit := root.all()[slices.IndexFunc(root.all(), func(n *node) bool { return n.path == "cms.1.0.2.1" })]
	text := &node{RawValue: asn1.RawValue{FullBytes: []byte{12, 2, 'h', 'i'}}}
	for title, inner := range map[string][]*node{
		"as it is": explicit.children, "nothing": {}, "a text": {text}, "and a text": {explicit.children[0], text},
	} {
		if s := only(t, sealtest.Replace(t, h.file, root.der(t, explicit, inner)), h.a.Roots()); s.State != seal.Unreadable {
			t.Errorf("with a content that is %s: %+v", title, s)
		}
	}
}

// TestUnsignedAttribute spoils an attribute that is not signed, and that nobody
// knows: what is then left is no signature.
func TestUnsignedAttribute(t *testing.T) {
	h := handmadeOf(t, "RSA")
	c := sealtest.NewCMS(h.id, sealtest.Data, nil, sealtest.FileDigest(t, h.file))
	c.Unsigned = []sealtest.Attribute{{Type: asn1.ObjectIdentifier{1, 2, 3}, Values: []any{"x"}}}
	cms, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	const path = "cms.1.0.4.0.6.0"
	root := readNode(t, cms, "cms", func(p string) bool { return strings.HasPrefix(path, p) })
	one := root.all()[slices.IndexFunc(root.all(), func(n *node) bool { return n.path == path })]
	kind, values := one.children[0], one.children[1]
	null := &node{RawValue: asn1.RawValue{FullBytes: []byte{5, 0}}}
	for title, test := range map[string]struct {
		parts []*node
		want  seal.State
	}{
		"as it is":         {one.children, seal.Intact},
		"without its name": {[]*node{values}, seal.Unreadable},
		"without values":   {[]*node{kind}, seal.Unreadable},
		"with no value":    {[]*node{kind, {RawValue: asn1.RawValue{FullBytes: []byte{0x31, 0}}}}, seal.Unreadable},
		"with no set":      {[]*node{kind, null}, seal.Unreadable},
		"with more behind": {[]*node{kind, values, null}, seal.Unreadable},
	} {
		if s := only(t, sealtest.Replace(t, h.file, root.der(t, one, test.parts)), h.a.Roots()); s.State != test.want {
			t.Errorf("%s: %+v, want %s", title, s, test.want)
		}
	}
}
