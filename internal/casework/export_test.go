package casework_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// unzipped returns the files of an export.
func unzipped(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(rc); err != nil {
			t.Fatal(err)
		}
		if err := rc.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// Everything is in it, readable: values, documents byte for byte, staff and
// settings; and no password, not even hashed. That each case was looked at
// stands in its log.
func TestExport(t *testing.T) {
	o := open(t)
	_, _, id := o.assessed()
	for range 60 { // more than are read at once
		o.parties()
	}
	admin := auth.Actor{Provider: auth.StaffAccount, Subject: "chief", Roles: []auth.Role{auth.Administrator}}
	var out bytes.Buffer
	var done, total int64
	if err := o.Export(t.Context(), admin, &out, func(d, n int64) { done, total = d, n }); err != nil {
		t.Fatal(err)
	}
	if done != 61 || total != 61 {
		t.Errorf("shown are %d cases of %d, want 61", done, total)
	}
	files := unzipped(t, out.Bytes())
	v, err := o.Look(t.Context(), o.caseworker, id)
	o.must(err)
	dir := "sager/" + v.Case.Number + "/"
	var is struct {
		ID    string
		Blad1 map[string]struct{ Value string }
	}
	if err := json.Unmarshal(files[dir+"sag.json"], &is); err != nil || is.ID != id || is.Blad1["employee.cpr"].Value != employeePart["employee.cpr"] {
		t.Errorf("the case is %+v, %v", is, err)
	}
	if !bytes.Contains(files[dir+"sag.json"], []byte("Åse Kjærgård")) || bytes.Contains(files[dir+"sag.json"], []byte(`\u00`)) {
		t.Errorf("the case cannot be read by people:\n%.500s", files[dir+"sag.json"])
	}
	if hash := audit.Hash(v.Case.Signatures[0].Document.Hash).String(); !bytes.Contains(files[dir+"sag.json"], []byte(hash)) {
		t.Errorf("the hash of the signed document, %s, is not in the case as text", hash)
	}
	for _, d := range v.Documents {
		fetched, err := o.Fetch(t.Context(), o.caseworker, id, d.ID)
		o.must(err)
		if !bytes.Equal(files[dir+d.ID+".pdf"], fetched.Bytes) {
			t.Errorf("document %s is not in it as it was kept", d.ID)
		}
	}
	cases := 0
	for name, data := range files {
		if strings.HasSuffix(name, "sag.json") {
			cases++
		}
		if bytes.Contains(data, []byte("argon2")) {
			t.Errorf("%s has hashes of passwords", name)
		}
	}
	if cases != 61 || !bytes.Contains(files["personale.json"], []byte("Mille Eksempel")) || !bytes.Contains(files["kommuner.json"], []byte("5970 Ærøskøbing")) || len(files["laes-mig.txt"]) == 0 {
		t.Errorf("%d cases, staff %.200s, municipalities %.200s", cases, files["personale.json"], files["kommuner.json"])
	}
	if got := exports(t, o, id); !slices.Equal(got, []string{"chief ok"}) {
		t.Errorf("the case's log says of the export %q", got)
	}
}

// exports returns who took the case out, and how it went; of "" all else.
func exports(t *testing.T, o *office, id string) (found []string) {
	t.Helper()
	o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			if e.Action == "export" && e.Case == id {
				found = append(found, e.Actor+" "+e.Result)
			}
		}
		return nil
	}))
	return found
}

// Nobody but an administrator of the whole installation gets anything, and that
// they asked is written down.
func TestExportRefuses(t *testing.T) {
	o := open(t)
	employee, _, _ := o.sent()
	local := auth.Actor{Provider: auth.StaffAccount, Subject: "local", Roles: []auth.Role{auth.Administrator}, Municipality: home}
	auditor := auth.Actor{Provider: auth.StaffAccount, Subject: "auditor", Roles: []auth.Role{auth.Auditor}}
	for _, who := range []auth.Actor{local, auditor, o.caseworker, o.leader, employee, {}, auth.System()} {
		var out bytes.Buffer
		err := o.Export(t.Context(), who, &out, func(int64, int64) {})
		if problem.Of(err) != problem.Forbidden || out.Len() > 0 {
			t.Errorf("Export by %+v = %v and %d bytes, want Forbidden and none", who, err, out.Len())
		}
		if refused := exports(t, o, ""); who.Subject != "" && !slices.Contains(refused, who.Subject+" refused") {
			t.Errorf("that %s was refused is not in the log: %q", who.Subject, refused)
		}
	}
}
