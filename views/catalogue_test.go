package views

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// messages are the texts of a language by id; a plural's forms are joined.
func messages(t *testing.T, tag string) map[string]string {
	t.Helper()
	files, err := fs.Glob(locales, "locales/*."+tag+".toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no locales of %s: %v", tag, err)
	}
	out := map[string]string{}
	for _, file := range files {
		var tree map[string]any
		if _, err := toml.DecodeFS(locales, file, &tree); err != nil {
			t.Fatal(err)
		}
		flatten("", tree, out)
	}
	return out
}

func flatten(prefix string, tree map[string]any, out map[string]string) {
	for key, value := range tree {
		id := strings.TrimPrefix(prefix+"."+key, ".")
		switch v := value.(type) {
		case string:
			out[id] = v
		case map[string]any:
			if _, plural := v["other"]; plural {
				out[id] = strings.Join([]string{asText(v["one"]), asText(v["many"]), asText(v["other"])}, "\n")
				continue
			}
			flatten(id, v, out)
		}
	}
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

var placeholder = regexp.MustCompile(`\{\{\.[A-Za-z0-9]+\}\}`)

// placeholders are the values a message asks for, each once.
func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryMessageInEveryLanguage(t *testing.T) {
	english := messages(t, "en")
	for _, tag := range Languages[1:] {
		other := messages(t, tag)
		for id, text := range english {
			translated, ok := other[id]
			if !ok {
				t.Errorf("%s: no %s", tag, id)
				continue
			}
			if want, got := placeholders(text), placeholders(translated); !slices.Equal(want, got) {
				t.Errorf("%s: %s asks for %v, in English for %v", tag, id, got, want)
			}
		}
		for id := range other {
			if _, ok := english[id]; !ok {
				t.Errorf("en: no %s, which %s has", id, tag)
			}
		}
	}
}

// forbidden are words that blame, beg or play. A message says what to do instead.
var forbidden = regexp.MustCompile(`(?i)\b(invalid\w*|please|oops|sorry|whoops|non valid\w|invalid\w|per favore|ops|spiacent\w|purtroppo)\b`)

func TestNoMessageBlamesOrBegs(t *testing.T) {
	for _, tag := range Languages {
		for id, text := range messages(t, tag) {
			if word := forbidden.FindString(text); word != "" {
				t.Errorf("%s: %s says %q: %s", tag, id, word, text)
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", tag, id)
			}
		}
	}
}

// quoted is a string that may be a message's id, or the beginning of ids that are put together.
var quoted = regexp.MustCompile(`"([a-z]+\.[a-z0-9_]*)"`)

// asked are the ids, and the beginnings of ids, that the sources of views, and of the handlers that word errors, name.
func asked(t *testing.T) (ids, beginnings map[string]bool) {
	t.Helper()
	ids, beginnings = map[string]bool{}, map[string]bool{}
	for _, pattern := range []string{"*.go", "*.templ", "../handlers/*.go", "../commands/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
				if id := m[1]; strings.HasSuffix(id, ".") || strings.HasSuffix(id, "_") {
					beginnings[id] = true
				} else {
					ids[id] = true
				}
			}
		}
	}
	return ids, beginnings
}

func TestNoMessageIsUnused(t *testing.T) {
	ids, beginnings := asked(t)
	for id := range messages(t, "en") {
		if ids[id] {
			continue
		}
		used := false
		for beginning := range beginnings {
			used = used || strings.HasPrefix(id, beginning)
		}
		if !used {
			t.Errorf("nothing uses %s", id)
		}
	}
}

// TestEveryIDExists finds ids without a message. What looks like an id but is of no area is something else.
func TestEveryIDExists(t *testing.T) {
	english := messages(t, "en")
	areas := map[string]bool{}
	for id := range english {
		area, _, _ := strings.Cut(id, ".")
		areas[area] = true
	}
	ids, _ := asked(t)
	for id := range ids {
		area, _, _ := strings.Cut(id, ".")
		if _, ok := english[id]; !ok && areas[area] {
			t.Errorf("no message %s", id)
		}
	}
}

func TestMissingMessagePanicsUnderTest(t *testing.T) {
	for name, ask := range map[string]func(Lang){
		"no such id":   func(l Lang) { l.T("usage.no_such_thing") },
		"value absent": func(l Lang) { l.T("usage.updated") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("want a panic")
				}
			}()
			ask(NewLang("it", nil))
		})
	}
}
