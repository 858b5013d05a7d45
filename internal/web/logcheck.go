package web

import (
	"sync"

	"ab325/internal/casework"
)

// A logCheck remembers the last check of the audit log since the program
// started. It is safe for concurrent use.
type logCheck struct {
	mu   sync.Mutex
	last casework.LogCheck
}

func (k *logCheck) set(check casework.LogCheck) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = check
}

// alert tells what became of the check.
func (k *logCheck) alert() *Alert {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch last := k.last; {
	case last.At.IsZero():
		return &Alert{Variant: "info", Heading: "Ikke kontrolleret endnu", Text: "Loggen er ikke kontrolleret, siden tjenesten blev startet."}
	case last.Broken != nil:
		what := "loggen som helhed"
		if last.Broken.Number > 0 {
			what = "post " + thousands(int(last.Broken.Number))
		} else if !last.Broken.ID.IsZero() {
			what = "en post fra " + stamp(last.Broken.ID.At())
		}
		return &Alert{Variant: "error", Heading: "Loggen er ikke i orden", Text: "Kontrolleret " + stamp(last.At) + ": " + what +
			" er ændret, flyttet eller fjernet. Kontakt straks den, der driver tjenesten, og kommunens databeskyttelsesrådgiver."}
	default:
		return &Alert{Variant: "success", Heading: "Kontrolleret", Text: "Kontrolleret " + stamp(last.At) + ": alle " + thousands(last.Entries) + " poster er i orden. Ingen er ændret, flyttet eller fjernet."}
	}
}
