package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode"
	"unicode/utf16"

	"filippo.io/age"
)

// TestMarks has the people of a case do everything that they do, at the real
// program as a municipality would start it, and then searches everything that
// the program wrote for what they wrote, in every form that text takes: the
// data, the keys, the backups as they are and decrypted, what is restored of
// them, the log, temporary files and core files; and the addresses, titles and
// names of files that pages and documents have.
func TestMarks(t *testing.T) {
	m := newMunicipality(t)
	p := m.begins(t)
	witnessOf(t, p, filepath.Join(m.root, "addresses, titles and names of files"))
	for _, part := range [][]deed{p.office(), p.blad1(), p.blad2(), p.papers()} {
		for _, d := range part {
			if err := d.do(); err != nil {
				t.Fatalf("%s: %v", d.name, err)
			}
		}
	}
	if err := p.employee.opens(p.place(p.employee)); err != nil || !strings.Contains(p.employee.seen.words(), "Du kan klage over vurderingen") {
		t.Errorf("in the end the employee sees (%v)\n%s", err, p.employee.seen.words())
	}
	m.inJournals(t, marksOf(p))
	m.commands(t, p)
	m.readable(t, p)
	m.opensBackups(t)
	for _, d := range p.afterwards() {
		if err := d.do(); err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
	}
	m.commands(t, p)
	m.opensBackups(t)
	m.ends(t)
	marks := marksOf(p)
	if found := search(t, m.root, marks); len(found) > 0 {
		t.Errorf("what people wrote is in %q", found)
	}
}

// TestSearchFinds shows that TestMarks would find a mark, in each form.
func TestSearchFinds(t *testing.T) {
	for _, test := range []struct {
		name string
		file func(mark string) []byte
	}{
		{"as it is", func(mark string) []byte { return []byte(mark) }},
		{"upper case", func(mark string) []byte { return []byte(strings.ToUpper(mark)) }},
		{"in JSON", func(mark string) []byte { return must(json.Marshal("a" + mark)) }},
		{"in an address", func(mark string) []byte { return []byte(url.QueryEscape(mark)) }},
		{"hexadecimal", func(mark string) []byte { return []byte(hex.EncodeToString([]byte(mark))) }},
		{"base64", func(mark string) []byte { return []byte(base64.StdEncoding.EncodeToString([]byte("{" + mark))) }},
		{"base64 for addresses", func(mark string) []byte { return []byte(base64.RawURLEncoding.EncodeToString([]byte("{}" + mark))) }},
		{"UTF-16", func(mark string) []byte { return utf16Of(mark) }},
	} {
		for _, mark := range []string{"Qwerskov-Mærkedal", "610170-0559"} {
			dir := t.TempDir()
			content := slices.Concat(bytes.Repeat([]byte("x"), 4000), test.file(mark), bytes.Repeat([]byte("y"), 50))
			if err := os.WriteFile(filepath.Join(dir, "file"), content, 0o600); err != nil {
				t.Fatal(err)
			}
			if found := search(t, dir, []string{mark}); len(found) != 1 {
				t.Errorf("%s: %q is not found", test.name, mark)
			}
		}
	}
	named := t.TempDir()
	if err := os.WriteFile(filepath.Join(named, "Qwerskov.pdf"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found := search(t, named, []string{"Qwerskov"}); len(found) != 1 {
		t.Error("a mark in a file's name is not found")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// marksOf are the texts to search for: each thing that was written, each
// longer word of it, numbers with and without their separators, and the
// secrets that pages showed.
func marksOf(p *people) (marks []string) {
	for _, text := range personMarks {
		for line := range strings.Lines(text) {
			marks = append(marks, strings.TrimSpace(line))
		}
		words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, word := range words {
			if len(word) >= 6 && !slices.Contains(plainWords, strings.ToLower(word)) {
				marks = append(marks, word)
			}
		}
		if digits := strings.NewReplacer(" ", "", "-", "").Replace(text); strings.Trim(digits, "0123456789") == "" {
			marks = append(marks, digits)
		}
	}
	for _, secret := range p.ways {
		marks = append(marks, secret, strings.ReplaceAll(secret, "-", ""))
	}
	return append(marks, firstPassword, ownPassword)
}

// plainWords are words of the marks that the program may write of its own
// accord, in its log, its records' headers, its pages' titles and addresses.
var plainWords = []string{"jobindhold", "private", "eksempel", "example", "kontor", "address", "comment", "search", "privat", "skrevet"}

// search returns the files below root that have a mark in them or in their
// names.
func search(t *testing.T, root string, marks []string) (found []string) {
	t.Helper()
	forms := formsOf(marks)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content = bytes.ToLower(append(content, "\n"+d.Name()...))
		for mark, all := range forms {
			if slices.ContainsFunc(all, func(form []byte) bool { return bytes.Contains(content, form) }) {
				rel, _ := filepath.Rel(root, path)
				found = append(found, rel+": "+mark)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// inJournals searches what the database keeps only while the service runs.
func (m *municipality) inJournals(t *testing.T, marks []string) {
	t.Helper()
	size := int64(0)
	for _, path := range must(filepath.Glob(filepath.Join(m.root, "data", databaseName+".journal-*"))) {
		size += must(os.Stat(path)).Size()
		if found := search(t, path, marks); len(found) > 0 {
			t.Errorf("what people wrote is in %s: %q", filepath.Base(path), found)
		}
	}
	if size == 0 {
		t.Error("the journals are empty: this shows nothing")
	}
}

// formsOf returns every form that a text can be written in, in lower case. (In
// base64 that lets two texts in a great many share a form; none does here.)
func formsOf(marks []string) map[string][][]byte {
	forms := map[string][][]byte{}
	for _, mark := range marks {
		all := [][]byte{[]byte(mark), must(json.Marshal(mark)), []byte(url.QueryEscape(mark)), []byte(url.PathEscape(mark)), []byte(hex.EncodeToString([]byte(mark))), utf16Of(mark)}
		all[1] = bytes.Trim(all[1], `"`)
		for shift := range 3 {
			for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				text := encoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + mark))
				if whole := text[(shift*8+5)/6 : len(text)-1]; len(whole) >= 8 { // without the letters that its neighbours share
					all = append(all, []byte(whole))
				}
			}
		}
		for i := range all {
			all[i] = bytes.ToLower(all[i])
		}
		forms[mark] = all
	}
	return forms
}

// utf16Of is the text in UTF-16, as PDFs have it.
func utf16Of(text string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return b
}

// A municipality is the program with a folder for each thing that it writes,
// all of them below root.
type municipality struct {
	root, program, address string
	service                *exec.Cmd
}

func newMunicipality(t *testing.T) *municipality {
	t.Helper()
	m := &municipality{root: t.TempDir(), program: buildProgram(t), address: freeAddress(t)}
	for _, dir := range []string{"tmp", "backups", "opened"} {
		if err := os.Mkdir(filepath.Join(m.root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// command returns the program with arguments, what it prints going to the log.
func (m *municipality) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(m.root, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	cmd := exec.Command(m.program, args...)
	cmd.Dir = m.root
	cmd.Env = []string{"TMPDIR=" + filepath.Join(m.root, "tmp"), "AB325_DATA=data", "AB325_KEYS=keys",
		"AB325_BASE_URL=http://" + m.address, "AB325_BACKUP_TO=backups", "AB325_BACKUP_KEY=" + publicKey, "AB325_SEAL=" + sealFile(t)}
	cmd.Stdout, cmd.Stderr = log, log
	return cmd
}

// begins starts the service and returns its people.
func (m *municipality) begins(t *testing.T) *people {
	t.Helper()
	add := m.command(t, "user", "add", "-name", personMarks["staff.name"], "-roles", "administrator", "administrator")
	add.Stdin = strings.NewReader(firstPassword + "\n")
	if err := add.Run(); err != nil {
		t.Fatal(err)
	}
	m.service = m.command(t, "serve", "-addr", m.address)
	if err := m.service.Start(); err != nil {
		t.Fatal(err)
	}
	if !reachable(m.address) {
		t.Fatal("the service does not answer")
	}
	return newPeople("http://" + m.address)
}

// commands has the operator do what an operator does.
func (m *municipality) commands(t *testing.T, p *people) {
	t.Helper()
	for _, args := range [][]string{
		{"health"}, {"audit", "verify"}, {"audit", "prove", p.id}, {"backup"}, {"check"}, {"key", "change"},
	} {
		if err := m.command(t, args...).Run(); err != nil {
			t.Errorf("ab325 %q: %v", args, err)
		}
	}
}

// readable has the operator do what shows what people wrote, to those who ask
// for it: it stands in what was asked for, and nowhere else.
func (m *municipality) readable(t *testing.T, p *people) {
	t.Helper()
	asked := t.TempDir()
	filled, sealed := filepath.Join(asked, "filled.pdf"), filepath.Join(asked, "sealed.pdf")
	if err := os.WriteFile(filled, filledForm(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.worker.opens("/jobcenter/sager/" + p.id + "/dokument/blad1-1"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sealed, p.worker.seen.body, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args  []string
		stdin string
		fails bool
	}{
		{args: []string{"export", "-user", "administrator", "-out", filepath.Join(asked, "all.zip")}, stdin: ownPassword + "\n"},
		{args: []string{"export", "-user", personMarks["employee.name"], "-out", filepath.Join(asked, "none.zip")}, stdin: ownPassword + "\n", fails: true},
		{args: []string{"read", filled}},
		{args: []string{"verify", sealed}},
		{args: []string{"render", "-in", filepath.Join(asked, "none.json"), "-out", filepath.Join(asked, "none.pdf")}, fails: true},
		{args: []string{"erase", "-reason", "mistake", personMarks["employee.cpr"]}, fails: true},
	} {
		cmd := m.command(t, test.args...)
		cmd.Stdin = strings.NewReader(test.stdin)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		if err := cmd.Run(); (err != nil) != test.fails {
			t.Errorf("ab325 %q: %v", test.args, err)
		}
	}
}

// ends stops the service.
func (m *municipality) ends(t *testing.T) {
	t.Helper()
	if err := m.service.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := m.service.Wait(); err != nil {
		t.Fatal(err)
	}
}

// opensBackups leaves what each backup is once decrypted, which is what the
// municipality's secret key shows to who has no keyring, and restores the last.
func (m *municipality) opensBackups(t *testing.T) {
	t.Helper()
	identity := secretKey(t)
	if err := os.WriteFile(filepath.Join(m.root, "secret.txt"), []byte(identity.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	names := must(filepath.Glob(filepath.Join(m.root, "backups", "*.age"))) // in the order of their time
	var records, keys string
	for _, name := range names {
		f := must(os.Open(name))
		plain := must(io.ReadAll(must(age.Decrypt(f, identity))))
		f.Close()
		if strings.HasSuffix(name, ".keys.age") {
			keys = name
		} else if records = name; !bytes.Contains(plain, []byte("records/00000001")) {
			t.Errorf("%s, decrypted, is not a backup", name)
		}
		if err := os.WriteFile(filepath.Join(m.root, "opened", filepath.Base(name)), plain, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.command(t, "restore", "-from", records, "-keys-from", keys, "-identity", "secret.txt", "-data", "restored from "+filepath.Base(records)).Run(); err != nil {
		t.Errorf("ab325 restore -from %s -keys-from %s: %v", records, keys, err)
	}
}

// secretKey returns the secret key that belongs to publicKey.
func secretKey(t *testing.T) *age.X25519Identity {
	t.Helper()
	for line := range strings.Lines(string(must(os.ReadFile("testdata/backup.txtar")))) {
		if identity, err := age.ParseX25519Identity(strings.TrimSpace(line)); err == nil && identity.Recipient().String() == publicKey {
			return identity
		}
	}
	t.Fatal("testdata/backup.txtar has no secret key of publicKey")
	return nil
}
