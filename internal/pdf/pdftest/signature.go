package pdftest

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
)

// formConditions are those of ISO 19005-2 on forms and signatures.
var formConditions = []condition{
	{"PDF/A 6.4.1", "the form needs other appearances, or a field acts", func(f *File, fault func(string, ...any)) {
		form := f.Dict(f.Catalog()["AcroForm"])
		if form["NeedAppearances"] == true {
			fault("NeedAppearances")
		}
		if form["XFA"] != nil || f.Catalog()["NeedsRendering"] == true {
			fault("XFA")
		}
		f.eachAnnotation(func(a annotation) {
			if a.is("Widget") && (a.Dict["A"] != nil || a.entry("AA") != nil) {
				fault("%s has an action", a)
			}
		})
	}},
	{"PDF/A 6.1.12", "permissions, of which we give none", func(f *File, fault func(string, ...any)) {
		if f.Catalog()["Perms"] != nil {
			fault("Perms")
		}
	}},
	{"PDF/A 6.4.3", "a signature that leaves out a part of its revision, or the signer", func(f *File, fault func(string, ...any)) {
		f.eachDict(func(n int, d Dict) {
			if d["ByteRange"] == nil {
				return
			}
			if !f.covers(f.Array(d["ByteRange"]), d["Contents"]) {
				fault("object %d: %v is not the revision but for the signature", n, d["ByteRange"])
			}
			contents, _ := d["Contents"].(String)
			if err := signed([]byte(contents)); err != nil {
				fault("object %d: %v", n, err)
			}
		})
	}},
}

// covers reports whether a range is a whole revision but for the signature
// that stands in it.
func (f *File) covers(r Array, contents any) bool {
	if len(r) != 4 || r[0] != 0.0 {
		return false
	}
	from, to, end := integer(r[1]), integer(r[2]), integer(r[2])+integer(r[3])
	if from < 0 || to < from || to > len(f.Bytes) || !slices.Contains(f.Revisions, end) {
		return false
	}
	v, rest, err := next(f.Bytes[from:to])
	return err == nil && len(rest) == 0 && f.Bytes[from] == '<' && v == contents
}

// signed tells what a CMS signature lacks of what PDF/A wants in it: one
// signer, and certificates.
func signed(der []byte) error {
	var info asn1.RawValue
	rest, err := asn1.Unmarshal(der, &info)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 {
		return errors.New("the signature is no CMS")
	}
	body := values(info.Bytes)
	if len(body) != 2 || len(values(body[1].Bytes)) != 1 {
		return errors.New("the signature is no CMS")
	}
	data := values(values(body[1].Bytes)[0].Bytes)
	if len(data) < 5 || data[3].Class != asn1.ClassContextSpecific || data[3].Tag != 0 || len(data[3].Bytes) == 0 {
		return errors.New("the signature has no certificate")
	}
	if signers := values(data[len(data)-1].Bytes); len(signers) != 1 {
		return fmt.Errorf("the signature has %d signers", len(signers))
	}
	return nil
}

// values returns what stands one after another in DER.
func values(der []byte) (all []asn1.RawValue) {
	for len(der) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return nil
		}
		all, der = append(all, v), rest
	}
	return all
}
