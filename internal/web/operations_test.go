package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
)

// atEase is a service that nobody has to do anything about.
func atEase(now time.Time) Operations {
	return Operations{
		Version: "v1.2.3", Started: now.Add(-30 * time.Hour),
		Backup:     BackupState{Target: true, Every: 24 * time.Hour, Last: now.Add(-3 * time.Hour), Size: 3 << 29, Next: now.Add(21 * time.Hour), Kept: 14},
		Checkpoint: CheckpointState{Last: now.Add(-20 * time.Second), Entries: 1234567, Target: true, Taken: now.Add(-20 * time.Second)},
		Data:       DataState{Checked: now.Add(-5 * time.Hour)},
		Seal:       SealState{By: "Vestby Kommune", Level: "B-T", Ends: now.Add(400 * 24 * time.Hour), WarnBefore: 60 * 24 * time.Hour, Checked: now.Add(-6 * time.Hour)},
		Disk:       DiskState{Free: 200 << 30, Total: 500 << 30, Reserve: 1 << 30, Database: 12 << 30, Documents: 300 << 20},
		Jobs: []JobState{
			{Name: "Sikkerhedskopi", Every: 24 * time.Hour, Success: now.Add(-3 * time.Hour), Failure: now.Add(-28 * time.Hour)},
			{Name: "Forsegling af loggen", Every: time.Minute, Success: now.Add(-20 * time.Second)},
		},
	}
}

func TestWarnings(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		change func(*Operations)
		want   []string // headings
	}{
		{"all is well", func(*Operations) {}, nil},
		{"no place for backups", func(o *Operations) { o.Backup = BackupState{} }, []string{"Der er ikke valgt et sted til sikkerhedskopier"}},
		{"no backup yet", func(o *Operations) { o.Backup.Last = time.Time{} }, []string{"Der er endnu ingen sikkerhedskopi"}},
		{"an old backup", func(o *Operations) { o.Backup.Last = now.Add(-49 * time.Hour) }, []string{"Den seneste sikkerhedskopi er gammel"}},
		{"a backup a day old", func(o *Operations) { o.Backup.Last = now.Add(-25 * time.Hour) }, nil},
		{"by hand, a day old", func(o *Operations) { o.Backup.Every, o.Backup.Last = 0, now.Add(-27*time.Hour) }, []string{"Den seneste sikkerhedskopi er gammel"}},
		{"the last backup failed", func(o *Operations) { o.Backup.Failed = now.Add(-time.Hour) }, []string{"En sikkerhedskopi mislykkedes"}},
		{"the last backup failed, and its job", func(o *Operations) { o.Backup.Failed, o.Jobs[0].Failure = now, now }, []string{"«Sikkerhedskopi» mislykkedes"}},
		{"one before the last failed", func(o *Operations) { o.Backup.Failed = now.Add(-5 * time.Hour) }, nil},
		{"keys that are to go", func(o *Operations) { o.Backup.KeysLack = true }, []string{"Sikkerhedskopien har stadig nøglen til en slettet sag"}},
		{"the disk is full", func(o *Operations) { o.Disk.Free = 1 << 30 }, []string{"Disken er fuld"}},
		{"the disk is nearly full", func(o *Operations) { o.Disk.Free = 40 << 30 }, []string{"Disken er snart fuld"}},
		{"data that are not as they should be", func(o *Operations) { o.Data.Faults = 2 }, []string{"Data er ikke, som de skal være"}},
		{"no seals", func(o *Operations) {
			o.Checkpoint.Last = now.Add(-6 * time.Minute)
			o.Checkpoint.Taken = o.Checkpoint.Last
		}, []string{"Loggen bliver ikke forseglet"}},
		{"seals that do not arrive", func(o *Operations) { o.Checkpoint.Taken = time.Time{} }, []string{"Kontrolpunkterne når ikke frem til jeres eget sted"}},
		{"nowhere for seals to go", func(o *Operations) { o.Checkpoint.Target, o.Checkpoint.Taken = false, time.Time{} }, nil},
		{"a job that failed", func(o *Operations) { o.Jobs[1].Failure = now }, []string{"«Forsegling af loggen» mislykkedes"}},
		{"a job that stands still", func(o *Operations) { o.Jobs[1].Success = now.Add(-time.Hour) }, []string{"«Forsegling af loggen» er ikke kørt, som det skal"}},
		{"a job that takes long", func(o *Operations) { o.Jobs[1].Success, o.Jobs[1].Running = now.Add(-time.Hour), true }, nil},
		{"just begun", func(o *Operations) { o.Started, o.Jobs[0].Success, o.Jobs[0].Failure = now, time.Time{}, time.Time{} }, nil},
		{"a seal that ends in 60 days", func(o *Operations) { o.Seal.Ends = now.Add(60 * 24 * time.Hour) }, nil},
		{"a seal that ends before that", func(o *Operations) { o.Seal.Ends = now.Add(59 * 24 * time.Hour) }, []string{"Certifikatet til kommunens segl udløber snart"}},
		{"a seal that ended", func(o *Operations) { o.Seal.Ends = now }, []string{"Certifikatet til kommunens segl er udløbet"}},
		{"documents that wait", func(o *Operations) { o.Seal.Waiting = casework.Unsealed{Cases: 2, Since: now.Add(-15 * time.Minute)} }, []string{"Dokumenter venter på kommunens segl"}},
		{"documents that wait for a moment", func(o *Operations) { o.Seal.Waiting = casework.Unsealed{Cases: 2, Since: now.Add(-time.Minute)} }, nil},
		{"keys change", func(o *Operations) { o.Changing = true }, []string{"Nøglerne bliver skiftet"}},
	} {
		o := atEase(now)
		test.change(&o)
		var got []string
		for _, w := range o.warnings(now, false) {
			got = append(got, w.Heading)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	o := atEase(now)
	o.Disk.Free, o.Data.Faults, o.Backup.Last, o.Changing = 40<<30, 2, now.Add(-49*time.Hour), true
	o.Seal.Ends = now
	var got []string
	for _, w := range o.warnings(now, false) {
		got = append(got, w.Variant)
	}
	if want := []string{"error", "error", "error", "warning", "info"}; !slices.Equal(got, want) {
		t.Errorf("many at a time: %q, want %q: the gravest first", got, want)
	}
	if got := (Operations{}).warnings(now, true); got != nil {
		t.Errorf("a demonstration without backups: %v, want no warnings", got)
	}
}

func TestOperationsPage(t *testing.T) {
	st := newSite(t)
	admin := st.hire("Aksel Rønne", home, auth.Administrator)
	if got := admin.send(request("GET", "/jobcenter/drift", "")); got.Code != http.StatusNotFound || strings.Contains(admin.get("/jobcenter/brugere").words(), "Drift") {
		t.Errorf("where nothing is known: %d", got.Code)
	}
	o := atEase(st.now)
	st.server.options.Operations = func(context.Context) (Operations, error) { return o, nil }
	page := admin.get("/jobcenter/drift")
	page.says(t, "Alt kører, som det skal", "23.11.2026 kl. 07.00 (for 3 timer siden)", "1,5 GB", "24.11.2026 kl. 07.00", "1.234.567", "200 GB af 500 GB", "v1.2.3", "Hvert døgn", "Hvert minut", "I brug")
	page.says(t, "Alle data sidst kontrolleret", "(for 5 timer siden): uden fejl")
	o.Data.Faults = 2
	admin.get("/jobcenter/drift").says(t, "fandt 2 fejl", "ab325 check", "(for 5 timer siden): 2 fejl")
	o.Data = DataState{}
	admin.get("/jobcenter/drift").says(t, "Ikke siden tjenesten startede")
	admin.get("/jobcenter/drift").says(t, "Kommunens segl", "Vestby Kommune", "(om 400 døgn)", "PAdES B-T", "(for 6 timer siden)", "Venter på segl Ingen")
	o.Seal.Failed, o.Seal.Ends, o.Seal.Waiting = true, st.now.Add(-time.Hour), casework.Unsealed{Cases: 1000, More: true, Since: st.now.Add(-3 * time.Hour)}
	admin.get("/jobcenter/drift").says(t, "virker ikke", "(udløbet)", "Mere end 1.000 sager, den første i 3 timer")
	o.Disk.Free = 0
	admin.get("/jobcenter/drift").says(t, "Disken er fuld", "Gør plads")
	for _, role := range []auth.Role{auth.TeamLeader, auth.Auditor} {
		other := st.hire(string(role)+" X", home, role)
		if got := other.send(request("GET", "/jobcenter/drift", "")); got.Code != http.StatusForbidden {
			t.Errorf("for a %s: %d, want 403", role, got.Code)
		}
	}
}

func TestTimesAndSizesInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 sekund", 59 * time.Second: "59 sekunder", 90 * time.Second: "1 minut", 119 * time.Minute: "119 minutter", 2 * time.Hour: "2 timer", 47 * time.Hour: "47 timer", 72 * time.Hour: "3 døgn",
	} {
		if got := ageText(d); got != want {
			t.Errorf("ageText(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "Når nogen beder om det", time.Second: "Hvert sekund", 5 * time.Minute: "Hvert 5. minut", time.Hour: "Hver time", 6 * time.Hour: "Hver 6. time", 24 * time.Hour: "Hvert døgn",
	} {
		if got := everyText(d); got != want {
			t.Errorf("everyText(%v) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "1 KB", 5 << 20: "5 MB", 3 << 29: "1,5 GB", 2 << 30: "2 GB", 1500 << 30: "1.500 GB"} {
		if got := spaceText(n); got != want {
			t.Errorf("spaceText(%d) = %q, want %q", n, got, want)
		}
	}
}
