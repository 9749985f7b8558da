package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The examples of docs/api.md run as they stand, against a real server, and answer what the document says.
func TestAPIDocument(t *testing.T) {
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("REQUIRE_ALL") == "1" {
				t.Fatal(err)
			}
			t.Skipf("SKIPPED: the examples of docs/api.md, because %s is missing", program)
		}
	}
	s := newSite(t, onSQLite(t))
	server := httptest.NewServer(s.door)
	defer server.Close()
	text, err := os.ReadFile("../docs/api.md")
	s.must(err)
	folder, key := t.TempDir(), s.apiKey()
	blocks := regexp.MustCompile("(?s)```(sh|json)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	answered := 0
	for i, b := range blocks {
		if b[1] != "sh" {
			continue
		}
		script := strings.ReplaceAll(b[2], "/tmp/", folder+"/")
		command := exec.Command("bash", "-euo", "pipefail", "-c", script)
		command.Env = append(os.Environ(), "URL="+server.URL, "KEY="+key, "HOME="+folder, "no_proxy=127.0.0.1")
		command.Dir = folder
		got, err := command.Output()
		if err != nil {
			t.Fatalf("%s\n%s%v", script, got, err)
		}
		if i+1 == len(blocks) || blocks[i+1][1] != "json" {
			continue
		}
		answered++
		var want, have any
		if err := json.Unmarshal([]byte(blocks[i+1][2]), &want); err != nil {
			t.Errorf("%v in %s", err, blocks[i+1][2])
		}
		if err := json.Unmarshal(got, &have); err != nil {
			t.Errorf("%v in %s", err, got)
		}
		if difference := unlike("", want, have); difference != "" {
			t.Errorf("%s\nanswers %s\n%s", script, got, difference)
		}
	}
	if answered < 11 {
		t.Errorf("only %d examples were compared", answered)
	}
}

// unlike says where two documents differ; "…" in the first stands for anything.
func unlike(at string, want, have any) string {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok || len(h) != len(w) {
			return fmt.Sprintf("%s: want members %v, have %v", at, w, have)
		}
		for name := range w {
			if d := unlike(at+"."+name, w[name], h[name]); d != "" {
				return d
			}
		}
		return ""
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			return fmt.Sprintf("%s: want %d elements, have %v", at, len(w), have)
		}
		for i := range w {
			if d := unlike(fmt.Sprint(at, ".", i), w[i], h[i]); d != "" {
				return d
			}
		}
		return ""
	case string:
		pattern := "(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(w), "…", ".+") + "$"
		if h, ok := have.(string); ok && regexp.MustCompile(pattern).MatchString(h) {
			return ""
		}
	default:
		if want == have {
			return ""
		}
	}
	return fmt.Sprintf("%s: want %v, have %v", at, want, have)
}
