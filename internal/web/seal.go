package web

import (
	"strconv"
	"time"

	"ab325/internal/casework"
	"ab325/internal/ident"
	"ab325/internal/pdf/seal"
)

// sealText says who sealed a document and when, or that nobody has yet; "" of
// those that are not sealed. That a demonstration's seal is none is all that is
// said of it.
func sealText(d casework.Document) string {
	switch {
	case d.Waits:
		return "Gyldigt nu. Kommunens segl bliver sat på senere"
	case d.Sealed == nil:
		return ""
	case d.Sealed.By == seal.DemoName:
		return "Forseglet til demonstration: " + seal.DemoName
	}
	return "Forseglet af " + d.Sealed.By + " " + ident.DateOf(d.Sealed.At).String()
}

// unsealedAlert tells staff that a document of the case waits for its seal.
func unsealedAlert(v *casework.View) []Alert {
	since := v.Case.Unsealed()
	if since.IsZero() {
		return nil
	}
	heading, wait := "Underskrevet, ikke forseglet", 0
	for _, d := range v.Documents {
		if !d.Waits {
			continue
		}
		if wait++; d.Kind == casework.IssuedBlad2 {
			heading = "Udstedt, ikke forseglet"
		}
	}
	text := "Et dokument har ventet på kommunens segl siden " + stamp(since) + ". Dokumentet er gyldigt, og parterne kan hente det."
	if wait > 1 {
		text = strconv.Itoa(wait) + " dokumenter venter på kommunens segl, det første siden " + stamp(since) + ". Dokumenterne er gyldige, og parterne kan hente dem."
	}
	return []Alert{{Variant: "warning", Heading: heading, Text: text + " Tjenesten prøver igen hvert minut, så du skal ikke gøre noget. Bliver det ved, så sig det til dem, der driver tjenesten."}}
}

// unsealedOf tells staff of the cases with documents that wait for a seal; it is
// nil while seals come by themselves, which takes a moment.
func unsealedOf(u casework.Unsealed, now time.Time) *Alert {
	if u.Cases == 0 || now.Sub(u.Since) < someTime {
		return nil
	}
	return &Alert{Variant: "warning", Heading: casesText(u) + " venter på kommunens segl", Text: "Den første har ventet " + ageText(now.Sub(u.Since)) +
		". Dokumenterne er gyldige, og parterne kan hente dem. Tjenesten prøver igen hvert minut. Bliver det ved, så sig det til dem, der driver tjenesten.",
		Links: []Link{{listQuery{group: unsealedGroup}.path(), "Vis de sager, der mangler segl"}}}
}

func casesText(u casework.Unsealed) string {
	if u.More {
		return "Mere end " + thousands(u.Cases) + " sager"
	}
	return plural(u.Cases, "sag", "sager")
}

// ended and soon say how far the certificate is from its end.
func (s SealState) ended(now time.Time) bool { return !now.Before(s.Ends) }
func (s SealState) soon(now time.Time) bool  { return s.Ends.Sub(now) < s.WarnBefore }

// warnings are what somebody should do something about. A demonstration needs no
// certificate.
func (s SealState) warnings(now time.Time, demo bool) (all []Alert) {
	if s.By == "" {
		return nil
	}
	switch {
	case demo:
	case s.ended(now):
		all = append(all, Alert{Variant: "error", Heading: "Certifikatet til kommunens segl er udløbet", Text: "Det udløb " + agoText(now, s.Ends) +
			". Alt, der underskrives og udstedes, venter på sit segl. Skaf et nyt certifikat, og bed dem, der driver tjenesten, om at tage det i brug."})
	case s.soon(now):
		all = append(all, Alert{Variant: "warning", Heading: "Certifikatet til kommunens segl udløber snart", Text: "Det udløber " + stamp(s.Ends) +
			". Skaf et nyt i god tid, og bed dem, der driver tjenesten, om at tage det i brug."})
	}
	if w := s.Waiting; w.Cases > 0 && now.Sub(w.Since) >= someTime {
		all = append(all, Alert{Variant: "warning", Heading: "Dokumenter venter på kommunens segl", Text: casesText(w) + " venter, den første i " + ageText(now.Sub(w.Since)) +
			". Dokumenterne er gyldige, og det bliver prøvet igen hvert minut. Se i tjenestens log, hvorfor det ikke lykkes."})
	}
	return all
}

// rows say what the seal is.
func (s SealState) rows(now time.Time) []Row {
	if s.By == "" {
		return nil
	}
	ends := stamp(s.Ends)
	if s.ended(now) {
		ends += " (udløbet)"
	} else {
		ends += " (om " + ageText(s.Ends.Sub(now)) + ")"
	}
	waits := "Ingen"
	if s.Waiting.Cases > 0 {
		waits = casesText(s.Waiting) + ", den første i " + ageText(now.Sub(s.Waiting.Since))
	}
	tried := agoStamp(now, s.Checked)
	if s.Failed {
		tried += ": virker ikke"
	}
	return []Row{
		{Label: "Certifikatet lyder på", Value: s.By},
		{Label: "Certifikatet udløber", Value: ends},
		{Label: "Seglets niveau", Value: "PAdES " + s.Level},
		{Label: "Sidst prøvet", Value: tried},
		{Label: "Venter på segl", Value: waits},
	}
}
