package form

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// checkSpelling returns an error for a key that is not spelt as the struct's
// tag is. The decoder takes "Label" for "label"; two editions that differ only
// in that would be the same to it and not to a person who searches them.
func checkSpelling(text []byte) error {
	var doc map[string]any
	if err := toml.Unmarshal(text, &doc); err != nil {
		return err
	}
	return checkKeys("", doc, reflect.TypeFor[Definition]())
}

func checkKeys(at string, v any, t reflect.Type) error {
	switch v := v.(type) {
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return fmt.Errorf("%s: a table where none belongs", at)
		}
		for key, value := range v {
			sub, ok := byTag(t, key)
			if !ok {
				return fmt.Errorf("%s: unknown key %q", at, key)
			}
			if err := checkKeys(at+"."+key, value, sub); err != nil {
				return err
			}
		}
	case []any:
		if t.Kind() != reflect.Slice {
			return fmt.Errorf("%s: a list where none belongs", at)
		}
		for i, value := range v {
			if err := checkKeys(fmt.Sprintf("%s[%d]", at, i), value, t.Elem()); err != nil {
				return err
			}
		}
	}
	return nil
}

func byTag(t reflect.Type, key string) (reflect.Type, bool) {
	fields := reflect.VisibleFields(t)
	i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.Tag.Get("toml") == key && key != "-" })
	if i < 0 {
		return nil, false
	}
	return fields[i].Type, true
}
