package form_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"ab325/internal/form"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestSchema(t *testing.T) {
	d := load(t, published)
	for sheet := range 3 {
		got, err := d.Schema(sheet)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("testdata/schema-%d.json", sheet)
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("Schema(%d) is not %s (-want +got; write it with -update):\n%s", sheet, name, diff)
		}
	}
}

// TestSchemaFields compares the schemas' fields with what is printed.
func TestSchemaFields(t *testing.T) {
	d := load(t, published)
	for sheet := 1; sheet <= 2; sheet++ {
		text, err := d.Schema(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Properties struct {
				Values struct {
					Properties map[string]struct {
						Title     string
						MaxLength int
					}
				}
			}
		}
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		got := schema.Properties.Values.Properties
		for _, f := range d.PrintedOn(sheet) {
			p, ok := got[f.ID]
			if !ok || p.Title != f.Label || f.Kind == form.Long && p.MaxLength != 20000 {
				t.Errorf("Schema(%d) has %+v for %s, want %q", sheet, p, f.ID, f.Label)
			}
			delete(got, f.ID)
		}
		if len(got) > 0 {
			t.Errorf("Schema(%d) has fields of another sheet: %v", sheet, got)
		}
	}
}
