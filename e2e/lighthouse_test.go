package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestLighthouse holds the pages a subscriber opens most, signed in, against Lighthouse's mobile preset: 100 for accessibility and
// best practices. Performance is a matter of the machine, too: it is told, and wanted where LIGHTHOUSE_PERFORMANCE names the least
// (98 on a machine that does nothing else); then the best of three runs counts.
func TestLighthouse(t *testing.T) {
	tools, chromium := webTools(t), findChromium(t)
	s := startServer(t)
	cookie := demoCookie(t, s)
	least, _ := strconv.ParseFloat(os.Getenv("LIGHTHOUSE_PERFORMANCE"), 64)
	for _, path := range []string{"/settings/usage", "/settings/billing", "/pricing"} {
		t.Run(path, func(t *testing.T) {
			best := 0.0
			for range 3 {
				scores := lighthouse(t, tools, chromium, s.url+path, cookie)
				equal(t, "accessibility", scores["accessibility"], 100)
				equal(t, "best practices", scores["best-practices"], 100)
				if best = max(best, scores["performance"]); best >= least {
					break
				}
			}
			t.Logf("%s: performance %.0f", path, best)
			if best < least {
				t.Errorf("performance %.0f, want %.0f", best, least)
			}
		})
	}
}

var demoPassword = regexp.MustCompile(`demo@example\.com\s+password (\S+)`)

// demoCookie signs the demo subscriber in, who has a history.
func demoCookie(t *testing.T, s *server) string {
	t.Helper()
	found := demoPassword.FindStringSubmatch(s.logs.String())
	if found == nil {
		t.Fatal("the program does not say how to sign in")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Jar: jar}
	r, err := http.NewRequest(http.MethodPost, s.url+"/sign-in", strings.NewReader(url.Values{"email": {"demo@example.com"}, "password": {found[1]}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", s.url)
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	equal(t, "where the sign-in leads", res.Request.URL.Path, "/settings/usage")
	var pairs []string
	for _, c := range jar.Cookies(res.Request.URL) {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// lighthouse gives the scores of a page by category, 0 to 100, and fails the test for each accessibility or best-practice audit
// that the page does not pass.
func lighthouse(t *testing.T, tools, chromium, page, cookie string) map[string]float64 {
	t.Helper()
	headers, err := json.Marshal(map[string]string{"Cookie": cookie})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command("node", filepath.Join(tools, "node_modules", "lighthouse", "cli", "index.js"), page, "--quiet",
		"--output=json", "--output-path="+file, "--only-categories=performance,accessibility,best-practices", "--extra-headers="+string(headers),
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update "+
			"--disable-sync --no-proxy-server")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("lighthouse: %v\n%s", err, out)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		FinalDisplayedURL string
		Categories        map[string]struct {
			Score     float64
			AuditRefs []struct {
				ID     string
				Weight float64
			}
		}
		Audits map[string]struct {
			Title string
			Score *float64
		}
	}
	if err := json.Unmarshal(content, &report); err != nil {
		t.Fatal(err)
	}
	equal(t, "the page that was looked at", report.FinalDisplayedURL, page)
	scores := map[string]float64{}
	for name, category := range report.Categories {
		scores[name] = 100 * category.Score
		for _, ref := range category.AuditRefs {
			audit := report.Audits[ref.ID]
			if audit.Score != nil && *audit.Score < 1 && ref.Weight > 0 {
				t.Logf("%s: %s: %s (%.2f)", name, ref.ID, audit.Title, *audit.Score)
			}
		}
	}
	return scores
}
