package casework

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// exportReadme is what who opens the export reads first.
const exportReadme = `Alt om sagerne, medarbejderne og kommunerne i denne installation af AB 325, %s.

sager/<sagsnummer>/sag.json   alt, hvad der står i sagen, hvilke beskeder der er
                              skrevet til parterne (Messages), og hvilke links
                              de har fået (Links)
sager/<sagsnummer>/log.json   hvem der har set eller gjort hvad i sagen
sager/<sagsnummer>/*.pdf      sagens dokumenter, som de blev underskrevet og
                              udstedt, og bilagene, også dem, der er fjernet igen
personale.json                medarbejderne
kommuner.json                 kommunernes indstillinger

Ikke med er det, der giver adgang: adgangskoder, links og koder, beskedernes
tekst og nøglerne. Heller ikke med er det, som nogen er logget ind med eller har
skrevet uden at få det gemt, og loggen over det, der ikke hører til en sag.

Filen er ikke krypteret. Den indeholder CPR-numre og oplysninger om helbred:
opbevar den derefter, og slet den, når den har gjort gavn.
`

// exportBatch is how many cases are read in one transaction.
const exportBatch = 50

// Export writes what the installation holds of cases, staff and municipalities
// to w, readable, as a zip file, and nothing that lets anybody in: for who may,
// see [auth.Actor.AllowExport]. That it was done is written to the audit log, of
// each case too. A case that is erased meanwhile may be in it or not. Show is told how many cases are written, of about how many.
func (s *Service) Export(ctx context.Context, who auth.Actor, w io.Writer, show func(done, total int64)) error {
	err := who.AllowExport()
	if err == nil {
		err = s.Store.Update(ctx, func(tx *store.Tx) error { return tx.Log(s.entry(who, "export", "", "")) })
	}
	if err != nil {
		return s.logRefusal(ctx, who, "", "export", err)
	}
	x := exporter{Service: s, who: who, zip: zip.NewWriter(w), at: s.Now().UTC()}
	if err := x.all(ctx, show); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// An exporter writes one export.
type exporter struct {
	*Service
	who auth.Actor
	zip *zip.Writer
	at  time.Time
}

func (x *exporter) all(ctx context.Context, show func(done, total int64)) error {
	if err := x.file("laes-mig.txt", fmt.Appendf(nil, exportReadme, x.at.Format("2.1.2006 15:04 UTC"))); err != nil {
		return err
	}
	total, err := x.aside(ctx)
	if err != nil {
		return err
	}
	done, last := int64(0), ""
	for {
		batch, err := x.batch(ctx, last)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return x.zip.Close()
		}
		for _, e := range batch {
			if err := x.one(ctx, e); err != nil {
				return fmt.Errorf("case %s: %w", e.Case.ID, err)
			}
			last = e.Case.ID
			done++
			show(done, max(done, total))
		}
	}
}

// aside writes what is of no case, and returns how many cases there are.
func (x *exporter) aside(ctx context.Context) (cases int64, err error) {
	staff, err := x.Accounts.ListStaff(ctx, auth.System()) // without passwords
	if err != nil {
		return 0, err
	}
	var set []store.Municipality
	err = x.Store.View(ctx, func(tx *store.Tx) error {
		set, cases = nil, 0
		for m, err := range tx.Municipalities() {
			if err != nil {
				return err
			}
			set = append(set, *m)
		}
		for _, err := range tx.CaseIDs("") {
			if err != nil {
				return err
			}
			cases++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if err := x.json("personale.json", staff); err != nil {
		return 0, err
	}
	return cases, x.json("kommuner.json", set)
}

// batch reads the cases after the given one. That they were looked at stands in
// the log before anybody sees them.
func (x *exporter) batch(ctx context.Context, after string) (batch []exported, err error) {
	err = x.Store.Update(ctx, func(tx *store.Tx) error {
		batch = nil
		var ids []string
		for id, err := range tx.CaseIDs(after) {
			if err != nil {
				return err
			}
			if ids = append(ids, id); len(ids) == exportBatch {
				break
			}
		}
		for _, id := range ids {
			e, err := exportedOf(tx, id)
			if err != nil {
				return err
			}
			if err := tx.Log(x.entry(x.who, "export", id, "")); err != nil {
				return err
			}
			batch = append(batch, e)
		}
		return nil
	})
	return batch, err
}

// one writes a case.
func (x *exporter) one(ctx context.Context, e exported) error {
	dir := "sager/" + e.Case.Number + "/"
	if err := x.json(dir+"sag.json", e); err != nil {
		return err
	}
	if err := x.json(dir+"log.json", e.Log); err != nil {
		return err
	}
	for _, d := range everyDocument(e.Case) {
		b, err := x.keptBytes(ctx, e.Case, d.ID)
		if problem.Of(err) == problem.NotFound {
			if gone, goneErr := x.gone(ctx, e.Case.ID); goneErr == nil && gone {
				continue // erased a moment ago
			}
		}
		if err != nil {
			return err
		}
		if err := x.file(dir+d.ID+".pdf", b); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporter) gone(ctx context.Context, id string) (bool, error) {
	err := x.Store.View(ctx, func(tx *store.Tx) error {
		_, err := tx.Case(id)
		return err
	})
	if problem.Of(err) == problem.NotFound {
		return true, nil
	}
	return false, err
}

// everyDocument lists all documents of a case, whoever they are for, and those
// that were taken away again.
func everyDocument(c *flexjob.Case) (docs []Document) {
	for _, k := range c.Kept() {
		docs = append(docs, Document{ID: k.ID})
	}
	for _, a := range c.Attachments {
		docs = append(docs, Document{ID: "bilag-" + a.ID})
	}
	return docs
}

func (x *exporter) json(name string, v any) error {
	b, err := readable(v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return x.file(name, b)
}

func (x *exporter) file(name string, data []byte) error {
	w, err := x.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: x.at})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// readable returns v in JSON for people: indented, and without HTML's escapes.
func readable(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		return nil, err
	}
	return json.MarshalIndent(hexadecimal(tree), "", "  ")
}

// hexadecimal returns a tree of JSON with every hash, which is a list of 32
// numbers, written as a hash is elsewhere.
func hexadecimal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = hexadecimal(x)
		}
	case []any:
		if h, ok := hashOf(v); ok {
			return h.String()
		}
		for i, x := range v {
			v[i] = hexadecimal(x)
		}
	}
	return v
}

func hashOf(list []any) (h audit.Hash, ok bool) {
	if len(list) != len(h) {
		return h, false
	}
	for i, x := range list {
		n, ok := x.(float64)
		if !ok || n < 0 || n > 255 || n != float64(int(n)) {
			return h, false
		}
		h[i] = byte(n)
	}
	return h, true
}
