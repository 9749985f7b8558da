package main

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// RELIABILITY.md names the tests that prove what it says: they have to be there.
func TestReliabilityNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../RELIABILITY.md")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err = fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(os.DirFS(".."), path)
		for _, m := range declaration.FindAllSubmatch(source, -1) {
			declared[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(page, -1)
	if len(named) < 20 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, m := range named {
		if !declared[string(m[1])] {
			t.Errorf("RELIABILITY.md names %s; there is no such test", m[1])
		}
	}
	for _, m := range mutants {
		if number := regexp.MustCompile(`^M\d+`).FindString(m.name); !regexp.MustCompile(number + `\b`).Match(page) {
			t.Errorf("RELIABILITY.md does not name mutant %s", number)
		}
	}
}
