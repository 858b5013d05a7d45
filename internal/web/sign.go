package web

import (
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// A signPage shows the employee exactly the document that they sign. Its form
// posts the document's hash, so that nobody signs something else than they
// saw.
//
// R2: «ansatte underskriver nederst på siden»
type signPage struct {
	partyPage
	Document Document
	Hash     string
	Signer   FieldView
	Sends    string // the municipality that gets it
	Unserved string // the same, where it does not use the service
	Changed  bool   // the document changed since it was last shown
}

// signerField is where the employee writes their name to sign.
const signerField = "signature.name"

func (s *Server) showSign(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.signPage(c, v, http.StatusOK, nil)
}

// signPage renders the page with the document as it is now. Where something
// is missing, or it is not the time, another page says what to do.
func (s *Server) signPage(c *gin.Context, v *casework.View, status int, change func(*signPage)) error {
	page := &signPage{partyPage: s.partyPage(c, "Underskrift", v), Unserved: s.unserved(v)}
	if !v.Status.Open() {
		c.Redirect(http.StatusSeeOther, page.Place+"/kvittering")
		return nil
	}
	page.mark(1, false)
	page.Back = &Link{stepPath(page.Place, "summary"), "Til opsummeringen"}
	page.Steps = s.indicator(actor(c), v, "sign")
	page.Sends = s.options.Cases.Authority(v.Case.Receiver())
	if page.Unserved == "" {
		preview, err := s.options.Cases.PreviewBlad1(c.Request.Context(), actor(c), v.Case.ID, casework.Signer(v.Case))
		if problem.Of(err) == problem.Invalid {
			c.Redirect(http.StatusSeeOther, stepPath(page.Place, "summary")+"#mangler")
			return nil
		} else if err != nil {
			return err
		}
		page.Hash = hex.EncodeToString(preview.Hash[:])
		page.Document = Document{Href: stepPath(page.Place, "sign") + "/" + page.Hash, Title: "Blad 1, som du underskriver det"}
	}
	page.Signer = s.signerView(v, casework.Signer(v.Case))
	if change != nil {
		change(page)
	}
	return s.render(c, status, "sign", page)
}

func (s *Server) signerView(v *casework.View, name string) FieldView {
	f, _ := v.Form.Field(signerField)
	if f == nil {
		f = &form.Field{ID: signerField, Label: "Navn", Kind: form.Text}
	}
	return FieldSet{Values: form.Values{signerField: name}, Stored: v.Case.Blad1.Values()}.View(f)
}

// sign signs and sends Blad 1 if the document is still the one that was shown
// and the name is the one that stands in it. Otherwise it is shown anew.
func (s *Server) sign(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	ctx, who, id := c.Request.Context(), actor(c), c.Param("id")
	name := form.Clean(form.Text, values.Get(signerField))
	err = s.options.Cases.Sign(ctx, who, id, name, hashIn(values.Get("hash")))
	if err == nil {
		c.Redirect(http.StatusSeeOther, placeOf(who)+"/kvittering")
		return nil
	}
	return s.unsigned(c, name, err)
}

// unsigned answers when nothing was signed: with what is wrong with the name, if
// it is that.
func (s *Server) unsigned(c *gin.Context, name string, err error) error {
	if repeated(err) {
		return err
	}
	who := actor(c)
	v, lookErr := s.options.Cases.Look(c.Request.Context(), who, c.Param("id"))
	if lookErr != nil {
		return lookErr
	}
	if fault := s.signerFault(v, name); fault != "" {
		return s.signAgain(c, v, name, fault)
	}
	if name != casework.Signer(v.Case) {
		return s.renameSigner(c, v, name)
	}
	switch problem.Of(err) {
	case problem.Conflict:
		return s.showChanged(c)
	case problem.Invalid:
		c.Redirect(http.StatusSeeOther, stepPath(placeOf(who), "summary")+"#mangler")
		return nil
	}
	return err
}

// signerFault is what is wrong with the name somebody signs with, or "".
func (s *Server) signerFault(v *casework.View, name string) string {
	f, ok := v.Form.Field(signerField)
	if !ok {
		return ""
	}
	if name == "" {
		return f.Missing
	}
	if _, err := v.Form.Normal(f, name, v.Today); err != nil {
		if p, ok := problem.As(err); ok {
			return p.Detail
		}
	}
	return LettersWarning(s.options.Cases.Editions[v.Form.ID].Print.Lacks(name))
}

func (s *Server) signAgain(c *gin.Context, v *casework.View, name, fault string) error {
	return s.signPage(c, v, http.StatusUnprocessableEntity, func(page *signPage) {
		page.Signer.Value, page.Signer.Error = name, fault
		page.Errors = []problem.Field{{ID: signerField, Text: fault}}
	})
}

// renameSigner puts another name into the document, which is then shown anew.
func (s *Server) renameSigner(c *gin.Context, v *casework.View, name string) error {
	change := flexjob.Change{Field: signerField, Old: v.Case.Blad1[signerField].Value, New: name}
	if _, err := s.options.Cases.Save(c.Request.Context(), actor(c), v.Case.ID, []flexjob.Change{change}); err != nil {
		return err
	}
	return s.showChanged(c)
}

// showChanged shows the document anew because it is no longer the one shown.
func (s *Server) showChanged(c *gin.Context) error {
	v, err := s.options.Cases.Look(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.signPage(c, v, http.StatusConflict, func(page *signPage) { page.Changed = true })
}

// hashIn reads a hash; what is none is one that no document has.
func hashIn(text string) (hash [32]byte) {
	if b, err := hex.DecodeString(text); err == nil && len(b) == len(hash) {
		copy(hash[:], b)
	}
	return hash
}

// showUnsigned answers with the document that the sign page shows, as long as
// it is still the one with the hash in the address.
func (s *Server) showUnsigned(c *gin.Context) error {
	ctx, who, id := c.Request.Context(), actor(c), c.Param("id")
	v, err := s.options.Cases.Look(ctx, who, id)
	if err != nil {
		return err
	}
	preview, err := s.options.Cases.PreviewBlad1(ctx, who, id, casework.Signer(v.Case))
	if err != nil && problem.Of(err) != problem.Invalid {
		return err
	}
	if err != nil || preview.Hash != hashIn(c.Param("hash")) {
		return problem.New(problem.Conflict, "Blad 1 er ændret, siden siden blev vist. Åbn underskriftssiden igen, og læs det nye.")
	}
	if err := s.options.Cases.Previewed(ctx, who, id, "blad1"); err != nil {
		return err
	}
	showPDF(c, "AB325-blad1.pdf", preview.Whole())
	return nil
}

// A receiptPage is the receipt of a signed Blad 1.
type receiptPage struct {
	partyPage
	Rows     []Row
	Document string // where the signed document is
	Receipt  string // and the receipt as a PDF
	Link     bool   // signed through a link: the identity is still to be confirmed
	Expected string
	Mails    bool // news are sent to the registered address
}

func (s *Server) showReceipt(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	signed := v.Case.Signed()
	if signed == nil {
		return problem.New(problem.NotNow, "Blad 1 er ikke underskrevet og sendt endnu, så der er ingen kvittering. Åbn sagen for at se, hvad der mangler.")
	}
	page := &receiptPage{partyPage: s.partyPage(c, "Kvittering", v), Link: !v.Case.Identified()}
	page.mark(0, false)
	page.Mails = s.options.Cases.Delivers && ownAddress(actor(c), v) != ""
	page.Document = page.Place + "/dokument/" + lastDocument(v, casework.SignedBlad1)
	page.Receipt = page.Place + "/dokument/" + lastDocument(v, casework.Blad1Receipt)
	page.Rows = []Row{
		{Label: "Sagsnummer", Value: v.Case.Number},
		{Label: "Underskrevet og sendt", Value: moment(signed.By.At)},
		{Label: "Sendt til", Value: s.options.Cases.Authority(v.Case.Municipality)},
	}
	if r := v.Case.Received(); r != nil {
		page.Rows = append(page.Rows, Row{Label: "Modtaget af kommunen", Value: r.On.Long()})
		page.Expected = v.Case.Expected().Long()
	}
	return s.render(c, http.StatusOK, "receipt", page)
}

// lastDocument returns the id of the last document of a kind, or "".
func lastDocument(v *casework.View, kind casework.DocumentKind) (id string) {
	for _, d := range v.Documents {
		if d.Kind == kind {
			id = d.ID
		}
	}
	return id
}
