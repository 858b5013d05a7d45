package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// An operationsPage tells administrators how the service is doing: first what
// somebody should do something about, in words, and then the figures.
type operationsPage struct {
	Page
	Warnings []Alert
	Backup   []Row
	Log      []Row
	Disk     []Row
	Seal     []Row
	Service  []Row
	Jobs     Table
}

func (s *Server) showOperations(c *gin.Context) error {
	if s.options.Operations == nil {
		return errNoPage
	}
	o, err := s.options.Operations(c.Request.Context())
	if err != nil {
		return err
	}
	page := &operationsPage{Page: s.staffPage(c, "Drift", partRunning)}
	now := s.options.Now()
	page.Warnings = o.warnings(now, s.options.Demo)
	page.Backup, page.Log, page.Disk, page.Service, page.Jobs = o.Backup.rows(now), o.Checkpoint.rows(now), o.Disk.rows(), o.service(now), o.jobs(now)
	page.Seal = o.Seal.rows(now)
	return s.render(c, http.StatusOK, "operations", page)
}

// When what should be done by itself is late: after two of its times, and a
// while.
const (
	someTime       = 15 * time.Minute
	lateCheckpoint = 5 * time.Minute // they are made every minute
	lateBackup     = 26 * time.Hour  // where none is made by itself
)

// warnings are what somebody should do something about, the gravest first. A
// demonstration needs no backups.
func (o Operations) warnings(now time.Time, demo bool) (all []Alert) {
	add := func(when bool, variant, heading, text string) {
		if when {
			all = append(all, Alert{Variant: variant, Heading: heading, Text: text})
		}
	}
	d, b, k := o.Disk, o.Backup, o.Checkpoint
	full := d.Total > 0 && d.Free <= d.Reserve
	add(full, "error", "Disken er fuld", "Der kan læses, men intet nyt kan gemmes, før der er mere plads. Gør plads, eller flyt data til en større disk.")
	add(!full && d.Total > 0 && d.Free <= max(2*d.Reserve, d.Total/10), "warning", "Disken er snart fuld",
		"Der er "+spaceText(d.Free)+" tilbage. Når der er "+spaceText(d.Reserve)+" tilbage, kan intet nyt gemmes. Gør plads, eller flyt data til en større disk.")
	add(o.Data.Faults > 0, "error", "Data er ikke, som de skal være", "Det viste en kontrol "+agoText(now, o.Data.Checked)+
		", som fandt "+plural(o.Data.Faults, "fejl", "fejl")+". Bed straks dem, der driver tjenesten, om at køre «ab325 check», og om ikke at ændre i data imens.")
	if !demo || b.Target {
		late := lateBackup
		if b.Every > 0 {
			late = 2*b.Every + someTime
		}
		switch {
		case !b.Target:
			add(true, "error", "Der er ikke valgt et sted til sikkerhedskopier", "Går maskinen i stykker, er alt tabt. Bed dem, der driver tjenesten, om at vælge et sted.")
		case b.Last.IsZero():
			add(true, "error", "Der er endnu ingen sikkerhedskopi", "Går maskinen i stykker nu, er alt tabt. Bliver der ingen lavet af sig selv, så bed dem, der driver tjenesten, om at lave en.")
		case now.Sub(b.Last) > late:
			add(true, "error", "Den seneste sikkerhedskopi er gammel", "Den er "+ageText(now.Sub(b.Last))+" gammel. Alt, der er sket siden, er tabt, hvis maskinen går i stykker.")
		}
		told := slices.ContainsFunc(o.Jobs, func(j JobState) bool { return j.Name == BackupJob && j.Failing() })
		add(!told && b.Failed.After(b.Last), "warning", "En sikkerhedskopi mislykkedes", "Det var "+agoText(now, b.Failed)+". Se i tjenestens log hvorfor: er stedet fuldt, eller kan det ikke nås?")
	}
	add(b.KeysLack, "warning", "Sikkerhedskopien har stadig nøglen til en slettet sag", "En ny kopi af nøglerne følger af sig selv. Sker det ikke inden for en time, så se i tjenestens log hvorfor: er stedet fuldt, eller kan det ikke nås?")
	add(!k.Last.IsZero() && now.Sub(k.Last) > lateCheckpoint, "warning", "Loggen bliver ikke forseglet", "Den blev sidst forseglet "+agoText(now, k.Last)+". Det skal ske hvert minut, for at ingen kan ændre i loggen bagefter.")
	add(k.Target && k.Last.Sub(k.Taken) > lateCheckpoint, "warning", "Kontrolpunkterne når ikke frem til jeres eget sted", "Stedet tog sidst imod et "+agoText(now, k.Taken)+". Kontrollér, at det kan nås.")
	all = append(all, o.Seal.warnings(now, demo)...)
	for _, j := range o.Jobs {
		add(j.Failing(), "warning", "«"+j.Name+"» mislykkedes", "Det var "+agoText(now, j.Failure)+". Det bliver prøvet igen af sig selv. Sker det igen, så se i tjenestens log hvorfor.")
		add(!j.Failing() && !j.Running && j.Every > 0 && now.Sub(j.last(o.Started)) > 2*j.Every+someTime, "warning", "«"+j.Name+"» er ikke kørt, som det skal",
			"Det skete sidst "+agoText(now, j.Success)+". Genstart tjenesten, hvis det ikke sker snart.")
	}
	slices.SortStableFunc(all, func(a, b Alert) int { return cmp.Compare(gravity(a), gravity(b)) })
	add(o.Changing, "info", "Nøglerne bliver skiftet", "Tjenesten kan bruges imens. Bliver den stoppet, går skiftet videre, når den starter.")
	return all
}

// gravity is the less the graver it is.
func gravity(a Alert) int { return slices.Index([]string{"error", "warning", "info"}, a.Variant) }

// last is when the job last went well, or when it could begin to.
func (j JobState) last(started time.Time) time.Time {
	if j.Success.IsZero() {
		return started
	}
	return j.Success
}

func (b BackupState) rows(now time.Time) []Row {
	rows := []Row{{Label: "Seneste gode sikkerhedskopi", Value: agoStamp(now, b.Last)}}
	if !b.Last.IsZero() {
		rows = append(rows, Row{Label: "Størrelse", Value: spaceText(b.Size)})
	}
	next := "Laves ikke af sig selv"
	if b.Every > 0 && !b.Next.IsZero() {
		next = stamp(b.Next)
	}
	return append(rows, Row{Label: "Næste", Value: next}, Row{Label: "Gemte sikkerhedskopier", Value: strconv.Itoa(b.Kept)})
}

func (k CheckpointState) rows(now time.Time) []Row {
	rows := []Row{{Label: "Sidst forseglet", Value: agoStamp(now, k.Last)}, {Label: "Poster i loggen, som forseglingen dækker", Value: thousands(int(k.Entries))}}
	taken := "Der er ikke valgt et sted uden for maskinen"
	if k.Target {
		taken = agoStamp(now, k.Taken)
	}
	return append(rows, Row{Label: "Sidst modtaget på jeres eget sted", Value: taken})
}

func (d DiskState) rows() []Row {
	return []Row{
		{Label: "Ledig plads", Value: spaceText(d.Free) + " af " + spaceText(d.Total)},
		{Label: "Holdes fri", Value: spaceText(d.Reserve)},
		{Label: "Sagernes database", Value: spaceText(d.Database)},
		{Label: "Dokumenter", Value: spaceText(d.Documents)},
	}
}

func (o Operations) service(now time.Time) []Row {
	keys := "I brug"
	if o.Changing {
		keys = "Bliver skiftet"
	}
	return []Row{
		{Label: "Version", Value: o.Version},
		{Label: "Startet", Value: agoStamp(now, o.Started)},
		{Label: "Alle data sidst kontrolleret", Value: o.Data.text(now)},
		{Label: "Nøglerne, som data er krypteret med", Value: keys},
	}
}

func (d DataState) text(now time.Time) string {
	switch {
	case d.Checked.IsZero():
		return "Ikke siden tjenesten startede"
	case d.Faults == 0:
		return agoStamp(now, d.Checked) + ": uden fejl"
	}
	return agoStamp(now, d.Checked) + ": " + plural(d.Faults, "fejl", "fejl")
}

func (o Operations) jobs(now time.Time) Table {
	t := Table{Caption: "Det, tjenesten gør af sig selv", Empty: "Tjenesten gør ikke noget af sig selv.",
		Heads: []Head{{Text: "Hvad"}, {Text: "Hvor tit"}, {Text: "Gik sidst godt"}, {Text: "Mislykkedes sidst"}}}
	for _, j := range o.Jobs {
		name := Cell{Text: j.Name}
		switch {
		case j.Running:
			name.Badge = &Badge{"info", "I gang"}
		case j.Failing():
			name.Badge = &Badge{"warning", "Mislykkedes"}
		}
		t.Rows = append(t.Rows, TableRow{[]Cell{name, {Text: everyText(j.Every)}, {Text: agoStamp(now, j.Success)}, {Text: agoStamp(now, j.Failure)}}})
	}
	return t
}

// agoStamp writes a moment and how long ago it was.
func agoStamp(now, t time.Time) string {
	if t.IsZero() {
		return "Aldrig"
	}
	return stamp(t) + " (" + agoText(now, t) + ")"
}

// agoText writes how long ago something was: «for 3 timer siden».
func agoText(now, t time.Time) string {
	switch age := now.Sub(t); {
	case t.IsZero():
		return "aldrig"
	case age < time.Minute:
		return "for et øjeblik siden"
	default:
		return "for " + ageText(age) + " siden"
	}
}

// ageText writes a time in its greatest whole unit.
func ageText(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return plural(int(d/day), "døgn", "døgn")
	case d >= 2*time.Hour:
		return plural(int(d/time.Hour), "time", "timer")
	case d >= time.Minute:
		return plural(int(d/time.Minute), "minut", "minutter")
	}
	return plural(int(d/time.Second), "sekund", "sekunder")
}

// everyText writes how often something is done.
func everyText(d time.Duration) string {
	switch d {
	case 0:
		return "Når nogen beder om det"
	case time.Second:
		return "Hvert sekund"
	case time.Minute:
		return "Hvert minut"
	case time.Hour:
		return "Hver time"
	case 24 * time.Hour:
		return "Hvert døgn"
	}
	if d%time.Hour == 0 {
		return "Hver " + strconv.Itoa(int(d/time.Hour)) + ". time"
	}
	return "Hvert " + strconv.Itoa(int(d/time.Minute)) + ". minut"
}

// spaceText writes a size of disk: «512 MB», «12,5 GB».
func spaceText(bytes int64) string {
	if bytes < 1<<30 {
		return sizeText(int(bytes))
	}
	tenths := (bytes*10 + 1<<29) >> 30
	text := thousands(int(tenths / 10))
	if tenths < 1000 && tenths%10 != 0 {
		text += "," + strconv.Itoa(int(tenths%10))
	}
	return text + " GB"
}
