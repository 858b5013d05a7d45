package web

import (
	"slices"

	"ab325/internal/casework"
	"ab325/internal/pdf/seal"
)

// tellFile says what a file is: what the service knows of its content counts
// for more than what a seal says, which anybody can make.
func (p *controlPage) tellFile(f *casework.ControlledFile) {
	kept := f.Known != nil && f.Whole
	switch {
	case kept:
		p.tell(f.Known)
		p.Result.Text += " Filen er, som den blev lavet. Intet er ændret."
		if len(f.Seals) > 0 { // which say more of themselves
			p.Rows = slices.DeleteFunc(p.Rows, func(r Row) bool { return r.Label == sealedLabel })
		}
	case f.Known != nil:
		p.tell(f.Known)
		p.Rows = []Row{{Label: "Filen begynder som", Value: p.Result.Heading}} // whether that stands is said of no other file
		p.Result = &Alert{Variant: "warning", Heading: "Der er føjet noget til filen", Text: "Den begynder som et dokument herfra, men noget er føjet til bagefter, og det kan ændre, hvad du ser. Bed den, du har filen fra, om den, de selv fik."}
	default:
		p.Result = foreign(f.Seals)
	}
	for i := range f.Seals {
		p.Rows = append(p.Rows, sealRows(&f.Seals[i], kept)...)
	}
}

// foreign says of a file that is not known here what its seals tell, and no more
// than that: a seal of the municipality's own may have been made with a key that
// was stolen.
func foreign(seals []casework.ControlledSeal) *Alert {
	if len(seals) == 0 {
		return &Alert{Variant: "warning", Heading: "Filen er ikke forseglet", Text: "Vi kender den heller ikke. Den kan være en kladde, en udskrift gemt på ny, eller den er lavet et andet sted, og så kan vi ikke sige, om den er ændret. Er der en kontrolkode på den, så prøv med den."}
	}
	last := &seals[len(seals)-1]
	for i := range seals {
		if seals[i].State == seal.Changed {
			return &Alert{Variant: "error", Heading: "Filen er ændret", Text: "Den er ikke, som den var, da den blev forseglet. Stol ikke på den. Bed om en ny hos den, der har udstedt dokumentet."}
		}
		if seals[i].Own { // on top of which anybody may put theirs
			last = &seals[i]
		}
	}
	switch {
	case last.State == seal.Extended:
		return &Alert{Variant: "warning", Heading: "Der er føjet noget til filen", Text: "Det, der blev forseglet, er i filen, men noget er føjet til bagefter, og det kan ændre, hvad du ser."}
	case last.State != seal.Intact:
		return &Alert{Variant: "warning", Heading: "Seglet kan ikke kontrolleres", Text: "Der er et segl på filen, men det er ødelagt eller lavet på en anden måde end de segl, vi kender. Stol ikke på filen. Bed om en ny hos den, der har udstedt dokumentet."}
	case last.Trust == seal.Revoked:
		return &Alert{Variant: "error", Heading: "Filen er forseglet med et certifikat, der er spærret", Text: "Stol ikke på den. Andre end den, der står i seglet, kan have lavet den. Bed om en ny hos den, der har udstedt dokumentet."}
	case last.Demo:
		return &Alert{Variant: "warning", Heading: "Filen har et segl til demonstration", Text: "Det er " + seal.DemoName + ", og det beviser intet. Vi kender ikke filen."}
	case last.Own:
		return ownForeign(last)
	case last.Trust == seal.Trusted:
		return &Alert{Variant: "warning", Heading: "Filen er ikke ændret, siden den blev forseglet, men det er ikke kommunen, der har forseglet den", Text: "Vi kender ikke filen. Se nedenfor, hvem der har forseglet den, og spørg dem."}
	}
	return &Alert{Variant: "warning", Heading: "Filen er ikke ændret, siden den blev forseglet, men vi kender den ikke", Text: "Alle kan lave et segl i et hvilket som helst navn, og vi kan ikke sige, hvem der har lavet det her."}
}

// ownForeign says of a file with the municipality's seal, which is not known
// here, what that is worth.
func ownForeign(s *casework.ControlledSeal) *Alert {
	const gone = "Vi har den ikke nu, måske fordi sagen er slettet. Derfor kan vi ikke sige, om den gælder."
	if s.Stood {
		return &Alert{Variant: "success", Heading: "Filen er forseglet med kommunens certifikat og ikke ændret siden", Text: gone}
	}
	doubt := " Filen viser heller ikke, om certifikatet var spærret, da den blev forseglet."
	if !s.Proven {
		doubt += " Tidspunktet er kun seglets eget udsagn."
	}
	return &Alert{Variant: "warning", Heading: "Filen er forseglet med kommunens certifikat og ikke ændret siden, men vi kender den ikke", Text: gone + doubt + " Spørg kommunen, hvis noget afhænger af den."}
}

// sealRows says what is known of a seal. Of a document that is kept here the
// service knows itself when it was sealed.
func sealRows(k *casework.ControlledSeal, kept bool) []Row {
	state := map[seal.State]string{seal.Intact: "Ikke ændret siden", seal.Extended: "Noget er føjet til siden", seal.Changed: "Ændret siden", seal.Unreadable: "Kan ikke kontrolleres"}[k.State]
	rows := []Row{{Label: "Segl", Value: state}}
	if k.State == seal.Changed || k.State == seal.Unreadable { // it may say anything
		return rows
	}
	rows = append(rows, Row{Label: "Forseglet af", Value: k.By + doubtOf(k)})
	at := "Det siger seglet ikke"
	if !k.At.IsZero() {
		at = stamp(k.At)
		switch {
		case k.Proven:
			at += " (bevist af et tidsstempel)"
		case !kept:
			at += " (tidspunktet er kun seglets eget udsagn)"
		}
	}
	rows = append(rows, Row{Label: sealedLabel, Value: at})
	if kept || k.Demo {
		return rows
	}
	stood := "Det viser filen ikke"
	switch {
	case k.Trust == seal.Revoked:
		stood = "Ja"
	case k.Stood:
		stood = "Nej, ikke da filen blev forseglet. Det viser filen"
	}
	return append(rows, Row{Label: "Er certifikatet spærret?", Value: stood})
}

// doubtOf says why a name in a seal need not be who made it; "" where it is.
func doubtOf(k *casework.ControlledSeal) string {
	switch {
	case k.By == seal.DemoName: // which says so
		return ""
	case k.Demo:
		return " (demonstration: ikke et gyldigt segl)"
	case k.Trust == seal.Revoked:
		return " (certifikatet er spærret)"
	case k.Trust == seal.Outdated && k.Proven:
		return " (certifikatet gjaldt ikke, da filen blev forseglet)"
	case k.Trust == seal.Outdated:
		return " (certifikatet er udløbet, og intet beviser, at filen blev forseglet før)"
	case k.Trust != seal.Trusted:
		return " (siger kun seglet selv)"
	}
	return ""
}
