package flexjob

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"ab325/internal/ident"
)

// readVectors reads a file of test vectors.
func readVectors(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestHoliday compares every day of eleven years with the list of each.
func TestHoliday(t *testing.T) {
	var years map[string][]struct {
		Date ident.Date
		Name string
	}
	readVectors(t, "holidays.json", &years)
	if len(years) != 11 {
		t.Fatalf("%d years in holidays.json, want 11", len(years))
	}
	for year, days := range years {
		want := map[ident.Date]string{}
		for _, day := range days {
			want[day.Date] = day.Name
		}
		first := days[0].Date
		for d := first; d.Year() == first.Year(); d = d.AddDays(1) {
			if d.Weekday() == time.Sunday {
				want[d] += " Sunday"
			}
			if got := Holiday(d); got != (want[d] != "") {
				t.Errorf("Holiday(%v) = %t, in the list of %s: %q", d, got, year, want[d])
			}
		}
	}
	if Holiday(ident.Date{}) || Workday(ident.Date{}) {
		t.Error("no date is neither a holiday nor a workday")
	}
}

// TestEaster: the earliest and latest there are, and the exceptions that
// simpler methods get wrong.
func TestEaster(t *testing.T) {
	for _, want := range []ident.Date{
		ident.NewDate(1818, 3, 22),
		ident.NewDate(1943, 4, 25),
		ident.NewDate(1954, 4, 18),
		ident.NewDate(1981, 4, 19),
		ident.NewDate(2000, 4, 23),
		ident.NewDate(2038, 4, 25),
		ident.NewDate(2049, 4, 18),
		ident.NewDate(2076, 4, 19),
		ident.NewDate(2285, 3, 22),
	} {
		if got := easter(want.Year()); got != want {
			t.Errorf("easter(%d) = %v, want %v", want.Year(), got, want)
		}
	}
}

func TestAddWorkdays(t *testing.T) {
	for _, test := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-20", 0, "2026-11-20"},
		{"2026-11-20", -1, "2026-11-20"},
		{"2026-11-20", 1, "2026-11-23"}, // Friday to Monday
		{"2026-11-21", 1, "2026-11-23"}, // from a Saturday
		{"2026-12-23", 2, "2026-12-28"}, // 24 December is a workday
		{"2027-03-24", 1, "2027-03-30"}, // over Easter
		{"2023-05-04", 1, "2023-05-08"}, // over store bededag
		{"2026-04-30", 1, "2026-05-01"},
		{"", 3, ""},
	} {
		var from ident.Date
		if err := from.UnmarshalText([]byte(test.from)); err != nil {
			t.Fatal(err)
		}
		if got := AddWorkdays(from, test.n); got.ISO() != test.want {
			t.Errorf("AddWorkdays(%s, %d) = %s, want %s", test.from, test.n, got.ISO(), test.want)
		}
	}
}
