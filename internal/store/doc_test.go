package store

import (
	"os"
	"strings"
	"testing"
)

// What every key tells without a key is written down.
func TestDocTellsOfEveryKey(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(strings.ReplaceAll(string(text), ",", " "))
	told := map[string]bool{}
	for _, word := range words {
		told[word] = true
	}
	for _, s := range sections() {
		if !told[string(s.at)] {
			t.Errorf("the package comment does not say what %s tells", s.at)
		}
	}
}
