package handlers

import (
	"net/url"
	"strings"
	"testing"
)

// Whatever is asked for, a path to go on to stays on our own site, also where a browser drops or turns characters first.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/settings/usage?a=b#c", "//evil.test", "//", `/\evil.test`, "/%2f/evil.test", "/\t/evil.test", "https:evil.test", "/.//evil.test"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://app.test/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, p string) {
		got := localPath(p)
		if got == "" {
			return
		}
		if got != p {
			t.Fatalf("%q became %q", p, got)
		}
		asBrowsersRead := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimSpace(p))
		for _, read := range []string{p, asBrowsersRead} {
			u, err := base.Parse(read)
			if err != nil || u.Scheme != "https" || u.Host != "app.test" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(read, "//") {
				t.Fatalf("%q leads to %v (%v)", p, u, err)
			}
		}
	})
}
