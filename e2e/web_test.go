package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "embed"
)

//go:embed testdata/axe.js
var axeScript string

// webTools is the folder whose node_modules has what tools/web/package.json names: WEB_TOOLS, as .ci/run sets it, else tools/web
// itself. Without it the test is skipped, or fails under REQUIRE_ALL=1.
func webTools(t testing.TB) string {
	t.Helper()
	dir, lacks := findWebTools()
	if lacks != "" {
		missing(t, lacks, "Install Node.js and run PUPPETEER_SKIP_DOWNLOAD=1 npm ci in tools/web, or name a folder where that was done in WEB_TOOLS.")
	}
	return dir
}

// findWebTools is the folder, or what is missing.
func findWebTools() (dir, lacks string) {
	if dir = os.Getenv("WEB_TOOLS"); dir == "" {
		dir = filepath.Join("..", "tools", "web")
	}
	if _, err := exec.LookPath("node"); err != nil {
		return "", "Node.js"
	}
	for _, name := range []string{"axe-core", "html-validate", "lighthouse"} {
		if _, err := os.Stat(filepath.Join(dir, "node_modules", name, "package.json")); err != nil {
			return "", name
		}
	}
	return dir, ""
}

// checks hold the pages of one test against axe-core and, all together at the end, against html-validate.
type checks struct {
	t     testing.TB
	tools string
	axe   string
	dir   string // the HTML seen, one file a page

	mu    sync.Mutex
	forms map[string]bool // where forms post to
}

func newChecks(t testing.TB) *checks {
	t.Helper()
	c := &checks{t: t, tools: webTools(t), dir: t.TempDir(), forms: map[string]bool{}}
	source, err := os.ReadFile(filepath.Join(c.tools, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	c.axe = string(source)
	return c
}

// seen is what axe.js answers.
type seen struct {
	HTML  string   `json:"html"`
	Wide  int      `json:"wide"` // CSS pixels
	Found []string `json:"found"`
	Forms []string `json:"forms"`
}

// load puts axe-core into the page. It stays there until another is loaded.
func (c *checks) load(p *page) { evaluate[bool](p, c.axe+";true") }

// look holds the page, or the gallery sample at an address, which takes the page's place, against axe-core, and keeps its HTML
// under name.
func (c *checks) look(p *page, name, address string) {
	p.t.Helper()
	page := evaluate[seen](p, fmt.Sprintf("(%s)(%q)", strings.TrimSpace(axeScript), address))
	for _, violation := range page.Found {
		p.t.Errorf("%s: %s", name, violation)
	}
	width := p.opts.Width
	if page.Wide > width {
		p.t.Errorf("%s is %d px wide on a screen of %d px", name, page.Wide, width)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, action := range page.Forms {
		c.forms[action] = true
	}
	if err := os.WriteFile(filepath.Join(c.dir, name+".html"), []byte(page.HTML), 0o600); err != nil {
		p.t.Error(err)
	}
}

// validate holds all the HTML kept against html-validate, in one process.
func (c *checks) validate() {
	c.t.Helper()
	cmd := exec.Command("node", filepath.Join(c.tools, "node_modules", "html-validate", "bin", "html-validate.mjs"),
		"--config", "../tools/web/html-validate.cjs", "--formatter", "json", "--ext", "html", c.dir)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	var results []struct {
		FilePath string
		Messages []struct {
			RuleID       string
			Message      string
			Line, Column int
		}
	}
	if bad := json.Unmarshal(out, &results); bad != nil {
		c.t.Fatalf("html-validate: %v: %s%s", err, out, complaints.String())
	}
	for _, page := range results {
		for _, m := range page.Messages {
			c.t.Errorf("%s:%d:%d: %s (%s)", filepath.Base(page.FilePath), m.Line, m.Column, m.Message, m.RuleID)
		}
	}
	files, globbed := filepath.Glob(filepath.Join(c.dir, "*.html"))
	if globbed != nil || len(files) == 0 || (err != nil && len(results) == 0) {
		c.t.Errorf("html-validate looked at %d pages: %v %s", len(files), err, complaints.String())
	}
}
