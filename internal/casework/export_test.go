package casework_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/read/readtest"
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
	for _, d := range keptOf(v) {
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

// Whom the parties of a case heard from, and by what way they came in, is in
// it; nothing is that others could come in with.
func TestExportWays(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	o.must(o.Attach(t.Context(), employee, id, "job.pdf", readtest.Page("job")))
	attached := o.look(employee, id).Case.Attachments[0].ID
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.Detach{ID: attached}))
	start, err := o.Start(t.Context(), flexjob.Employee, "")
	o.must(err)
	_, err = o.Invite(t.Context(), start.Actor, start.Actor.Case, "planter@example.dk")
	o.must(err)
	sent := o.mail()[0]
	o.must(o.store.Update(t.Context(), func(tx *store.Tx) error { return tx.MarkSent(sent.ID, o.now) }))
	way := o.mailed() // that nobody has used
	admin := auth.Actor{Provider: auth.StaffAccount, Subject: "chief", Roles: []auth.Role{auth.Administrator}}
	var out bytes.Buffer
	o.must(o.Export(t.Context(), admin, &out, func(int64, int64) {}))
	files := unzipped(t, out.Bytes())
	for name, data := range files {
		for _, s := range []string{secret(way), way.Code, start.Access.Code, secret(*start.Access)} {
			if s == "" || bytes.Contains(data, []byte(s)) {
				t.Errorf("%s has the way in %q", name, s)
			}
		}
	}
	for _, id := range []string{id, start.Actor.Case} {
		o.checkWays(id, files)
	}
	if name := "sager/" + o.look(employee, id).Case.Number + "/bilag-" + attached + ".pdf"; string(files[name]) != string(readtest.Page("job")) {
		t.Error("the attachment that was removed is not in it")
	}
}

// checkWays compares the messages and links in an export with those of a case.
func (o *office) checkWays(id string, files map[string][]byte) {
	o.t.Helper()
	type message struct {
		At, Sent, Dropped time.Time
		Party             flexjob.Party
		To, Kind          string
	}
	type link struct {
		ID, Address            string
		Party                  flexjob.Party
		Kind                   store.LinkKind
		Created, Expires, Used time.Time
	}
	type ways struct {
		Messages []message
		Links    []link
	}
	var number string
	var want, got ways
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(id)
		o.must(err)
		number = c.Number
		links, err := tx.LinksOf(id)
		for _, l := range links {
			want.Links = append(want.Links, link{l.ID, l.Address, l.Party, l.Kind, l.Created, l.Expires, l.Used})
		}
		return err
	}))
	for _, m := range o.mail() {
		if m.Case == id {
			want.Messages = append(want.Messages, message{m.At, m.Sent, m.Dropped, m.Party, m.To, m.Kind})
		}
	}
	data := files["sager/"+number+"/sag.json"]
	o.must(json.Unmarshal(data, &got))
	if diff := cmp.Diff(want, got); diff != "" || len(want.Links) == 0 || len(want.Messages) == 0 {
		o.t.Errorf("the ways in and messages of case %s (-want +got):\n%s", number, diff)
	}
	o.checkNoSecrets(data)
}

// checkNoSecrets reports what the links and messages of an exported case should
// not have.
func (o *office) checkNoSecrets(data []byte) {
	o.t.Helper()
	var plain struct{ Links, Messages []map[string]any }
	o.must(json.Unmarshal(data, &plain))
	for _, entry := range slices.Concat(plain.Links, plain.Messages) {
		for _, key := range []string{"Hash", "hash", "CodeHash", "CodeKey", "code", "Data", "data"} {
			if _, ok := entry[key]; ok {
				o.t.Errorf("%q is in the export of a case: %v", key, entry)
			}
		}
	}
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
