package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/audit"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// An extractPage tells the employee who has seen and changed the case: when,
// what, why, and of which unit they were.
//
// R27: «Du har ret til at vide, hvilke oplysninger kommunen har om dig»
type extractPage struct {
	partyPage
	Number   string
	Table    Table
	Older    string // address of the page before, or ""
	Download string
}

// extractLines is how many entries of the log are on one page, before those
// that say the same are told as one.
const extractLines = 200

func (s *Server) showExtract(c *gin.Context) error {
	var before audit.ID
	if from := c.Query("foer"); from != "" {
		var err error
		if before, err = audit.ParseID(from); err != nil {
			return errNoPage
		}
	}
	ctx, who, id := c.Request.Context(), actor(c), c.Param("id")
	x, err := s.options.Cases.Extract(ctx, who, id, before, extractLines)
	if err != nil {
		return err
	}
	v, err := s.options.Cases.Look(ctx, who, id)
	if err != nil {
		return err
	}
	page := &extractPage{partyPage: s.partyPage(c, "Hvem har set dine oplysninger?", v), Number: x.Number}
	page.mark(0, false)
	page.Wide = true
	page.Back = &Link{page.Place, "Til sagen"}
	page.Download = page.Place + "/indsigt/log.json"
	page.Table = extractTable(x.Lines)
	if !x.Next.IsZero() {
		page.Older = page.Place + "/indsigt?foer=" + x.Next.String()
	}
	return s.render(c, http.StatusOK, "extract", page)
}

// extractTable shows what the log says. What one did over and over on one day,
// such as writing on while the page saves by itself, is told as one.
func extractTable(lines []casework.ExtractLine) Table {
	t := Table{Caption: "Hvem har set og ændret sagen, det seneste først", Empty: "Der er ikke mere.",
		Heads: []Head{{Text: "Hvornår"}, {Text: "Hvem"}, {Text: "Hvad"}, {Text: "Hvorfor"}}}
	for len(lines) > 0 {
		first, n := lines[0], 1
		for n < len(lines) && sameDeed(first, lines[n]) {
			n++
		}
		when := Cell{Text: stamp(lines[n-1].At)}
		what := Cell{Text: logAction(first.Action)}
		if n > 1 {
			if to := clockText(first.At); to != clockText(lines[n-1].At) {
				when.Small = "til kl. " + to
			}
			what.Small = thousands(n) + " gange"
		}
		if first.Result != "ok" {
			what.Badge = logResult(first.Result).Badge
		}
		t.Rows = append(t.Rows, TableRow{[]Cell{when, {Text: sideOfLine(first), Small: first.Unit}, what, {Text: purposeText(first.Purpose)}}})
		lines = lines[n:]
	}
	return t
}

// sameDeed reports whether two lines say the same, on one day.
func sameDeed(a, b casework.ExtractLine) bool {
	same := ident.DateOf(a.At) == ident.DateOf(b.At)
	a.At = b.At
	return same && a == b
}

// sideOfLine says who it was, as far as the employee is told: never by name.
func sideOfLine(l casework.ExtractLine) string {
	switch l.Side {
	case flexjob.Employee:
		return "Dig"
	case flexjob.Jobcenter:
		return "Medarbejder"
	}
	return upperFirst(partyName(l.Side))
}

// purposeText says why, in words.
func purposeText(purpose string) string {
	if purpose == "AB325" {
		return "Vurdering af arbejdsevnen (AB 325)"
	}
	return "Drift af tjenesten"
}

// An extractFile is the extract as a file that programs can read.
type extractFile struct {
	Case    string        `json:"sag"`
	Made    string        `json:"udtrukket"`
	Entries []extractItem `json:"poster"`
}

type extractItem struct {
	At      string `json:"tidspunkt"`
	Who     string `json:"hvem"`
	Unit    string `json:"enhed,omitempty"`
	What    string `json:"hvad"`
	Purpose string `json:"hvorfor"`
	Result  string `json:"resultat"`
}

// downloadExtract answers with the whole extract as JSON.
func (s *Server) downloadExtract(c *gin.Context) error {
	x, err := s.options.Cases.Extract(c.Request.Context(), actor(c), c.Param("id"), audit.ID{}, 0)
	if err != nil {
		return err
	}
	file := extractFile{Case: x.Number, Made: momentText(x.At), Entries: make([]extractItem, 0, len(x.Lines))}
	for _, l := range x.Lines {
		result := "Udført"
		if l.Result != "ok" {
			result = "Afvist"
		}
		who := sideOfLine(l)
		if l.Side == flexjob.Employee {
			who = "Den ansatte"
		}
		file.Entries = append(file.Entries, extractItem{momentText(l.At), who, l.Unit, logAction(l.Action), purposeText(l.Purpose), result})
	}
	c.Header("Content-Disposition", `attachment; filename="AB325-log.json"`)
	c.JSON(http.StatusOK, file)
	return nil
}

// momentText writes a moment for programs, on Danish clocks.
func momentText(t time.Time) string { return t.In(ident.Copenhagen()).Format(time.RFC3339) }
