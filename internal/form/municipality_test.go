package form_test

import (
	"regexp"
	"testing"
	"testing/fstest"

	"ab325/forms"
	"ab325/internal/form"
)

func TestMunicipalities(t *testing.T) {
	list, err := form.Municipalities(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 98 {
		t.Errorf("there are %d municipalities, want 98", len(list))
	}
	code := regexp.MustCompile(`^0[1-8][0-9]{2}$`)
	seen := map[string]bool{}
	last := ""
	for _, m := range list {
		if !code.MatchString(m.Code) || m.Code <= last || m.Name == "" || seen[m.Name] {
			t.Errorf("%+v after %q: code, order or name", m, last)
		}
		seen[m.Name], last = true, m.Code
		if !regexp.MustCompile(`^\S.* (Kommune|Regionskommune)$`).MatchString(m.Authority) {
			t.Errorf("%+v: not the name of an authority", m)
		}
	}
}

func TestMunicipalitiesRefuses(t *testing.T) {
	for _, text := range []string{"", "code,name\n", "kode,navn,myndighed\n", "code,name,authority\n0101,København\n"} {
		if list, err := form.Municipalities(fstest.MapFS{"municipalities.csv": {Data: []byte(text)}}); err == nil {
			t.Errorf("Municipalities(%q) = %v, want an error", text, list)
		}
	}
	if _, err := form.Municipalities(fstest.MapFS{}); err == nil {
		t.Error("Municipalities of nothing succeeds")
	}
}
