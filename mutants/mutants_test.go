package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A mutant whose place in the source is gone has to be brought up to date, at once and not when somebody runs it again.
func TestEveryMutantApplies(t *testing.T) {
	known := map[string]bool{}
	for _, m := range mutants {
		if known[m.name] {
			t.Errorf("%s stands twice in the list", m.name)
		}
		known[m.name] = true
		if len(m.edits) == 0 || m.tests.pkg == "" || m.tests.run == "" {
			t.Errorf("%s has no edits or no tests", m.name)
		}
		texts := map[string]string{}
		for _, e := range m.edits {
			if texts[e.file] == "" {
				raw, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(e.file)))
				if err != nil {
					t.Fatal(err)
				}
				texts[e.file] = string(raw)
			}
			if n := strings.Count(texts[e.file], e.old); n != 1 || e.old == e.now {
				t.Errorf("mutant %s no longer applies: %s has %d times %q", m.name, e.file, n, e.old)
			}
			texts[e.file] = strings.Replace(texts[e.file], e.old, e.now, 1)
		}
	}
	for _, name := range required {
		if !known[name] {
			t.Errorf("%s is required and not in the list", name)
		}
	}
}

func TestChoose(t *testing.T) {
	names := func(chosen []mutant) (out []string) {
		for _, m := range chosen {
			out = append(out, m.name)
		}
		return out
	}
	if all, err := choose(nil, false, 0, 0); err != nil || len(all) != len(mutants) {
		t.Errorf("%d of %d, %v", len(all), len(mutants), err)
	}
	if some, err := choose([]string{"M20", "M5"}, false, 0, 0); err != nil || !slices.Equal(names(some), []string{"M5", "M20"}) {
		t.Errorf("%v, %v", names(some), err)
	}
	if only, err := choose(nil, true, 0, 0); err != nil || !slices.Equal(names(only), required) {
		t.Errorf("%v, %v", names(only), err)
	}
	first, err := choose(nil, false, 5, 7)
	again, _ := choose(nil, false, 5, 7)
	if err != nil || len(first) != 5 || !slices.Equal(names(first), names(again)) {
		t.Errorf("%v, then %v, %v", names(first), names(again), err)
	}
	if _, err := choose([]string{"M99"}, false, 0, 0); err == nil {
		t.Error("M99 was chosen")
	}
}
