package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	crashLoops = 4   // where CRASH_LOOPS does not say how many
	allPoints  = 100 // from so many loops on, each crash point has to have been hit
)

// crashPoints are the places at which the program dies, as FAILPOINT takes them. models.Failpoint marks them in the code.
// Where a time stands, the death comes within it: while the request is on its way to the provider.
var crashPoints = []string{
	"cp1:kill:p0.05",    // before the commit of holds and settles
	"cp2:kill:p0.1",     // a hold is committed, nobody was answered
	"cp3:kill:p0.1",     // the same of a settle
	"cp4:kill:p0.5",     // a purchase is planned, the provider not called
	"cp5:kill:p0.7:4ms", // the provider is being called
	"cp6:kill:p0.5",     // the provider has debited, nothing is recorded
	"cp7:kill:p0.5",     // success and credit are written, not committed
	"cp8:kill:p0.5",     // they are committed, nothing else was done
	"cp9:kill:p0.5",     // a webhook is verified, not stored
	"cp10:kill:p0.5",    // stored, not acted on
	"cp11:kill:p0.5",    // acted on, not answered
	"cp12:kill:p0.5",    // in the middle of ending holds whose time is over
	closingPoint,        // in the middle of closing a month
	"cp15:kill:p0.5",    // a mail has left, and is not marked as sent
}

// closingPoint is met when a month has ended: see endAMonth.
const closingPoint = "cp13:kill:p1"

// migrationPoint is hit on new databases only.
const migrationPoint = "cp14:kill:p1:40ms"

// TestCrash kills the program again and again, at the crash points and anywhere, while clients hold, settle, report usage, buy
// credits and ask for mails; they repeat what was not answered. In the end, with the product as it is shipped, all that was
// acknowledged must be in the books, and what the provider debited must be what was credited (P5, P6; I6, I7, I9, I10, I15).
//
// CRASH_LOOPS says how often, CRASH_SEED which dice: the same seed draws the same plan, though not the same interleaving.
func TestCrash(t *testing.T) {
	loops, seed := crashSettings(t)
	failing, err := buildWith("failpoints", "crashing")
	if err != nil {
		t.Fatal(err)
	}
	product, err := buildProduct()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("CRASH_LOOPS=%d CRASH_SEED=%d", loops, seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	sites := []*crashSite{
		newCrashSite(t, "SQLite", failing, rng.Uint64()),
		newCrashSite(t, "PostgreSQL", failing, rng.Uint64(), "DATABASE_URL="+newPostgres(t)),
	}
	for _, s := range sites {
		s.breakMigrations()
		s.populate(2 + loops/25)
	}
	for i := range loops {
		sites[i%len(sites)].loop(crashPlan(i, rng))
		if t.Failed() {
			break
		}
	}
	for _, s := range sites {
		s.recover(product)
		s.waitUntilNothingIsPending(loops < allPoints)
		s.checkBooks()
	}
	judgeDeaths(t, sites, loops)
}

func crashSettings(t *testing.T) (loops int, seed uint64) {
	t.Helper()
	loops, seed = crashLoops, rand.Uint64()
	var err error
	if v := os.Getenv("CRASH_LOOPS"); v != "" {
		if loops, err = strconv.Atoi(v); err != nil || loops < 1 {
			t.Fatalf("CRASH_LOOPS=%q", v)
		}
	}
	if v := os.Getenv("CRASH_SEED"); v != "" {
		if seed, err = strconv.ParseUint(v, 10, 64); err != nil {
			t.Fatalf("CRASH_SEED=%q", v)
		}
	}
	return loops, seed
}

// plan is how one life of the program ends: at a failpoint, or from outside after a while, whichever is first.
type plan struct {
	failpoint string // "" for none
	seed      uint64
	after     time.Duration
}

// crashPlan takes the crash points in turn; every fifth death comes from outside alone.
func crashPlan(i int, rng *rand.Rand) plan {
	p := plan{seed: rng.Uint64(), after: time.Duration(100+rng.Int64N(900)) * time.Millisecond}
	if i%5 != 4 {
		p.failpoint = crashPoints[(i-i/5)%len(crashPoints)]
		p.after = 2500 * time.Millisecond
	}
	return p
}

// buildWith builds the program with a build tag.
func buildWith(tag, name string) (string, error) {
	path := filepath.Join(binaries, name)
	if out, err := exec.Command("go", "build", "-tags", tag, "-o", path, "extrausage").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build -tags %s: %w\n%s", tag, err, out)
	}
	return path, nil
}

// judgeDeaths fails a run in which the program hardly died, or, when it was long enough, not at every point.
func judgeDeaths(t *testing.T, sites []*crashSite, loops int) {
	t.Helper()
	hits, byFailpoint, deaths := map[string]int{}, 0, 0
	for _, s := range sites {
		for line := range strings.Lines(s.s.logs.String()) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "failpoint "); ok {
				hits[strings.TrimSuffix(name, ": kill")]++
			}
		}
		byFailpoint, deaths = byFailpoint+s.failed, deaths+s.deaths
		t.Logf("%s: %s", s.name, s.journal.summary())
	}
	t.Logf("%d loops, %d deaths, %d of them at a failpoint: %v", loops, deaths, byFailpoint, hits)
	if deaths < loops || 2*byFailpoint < loops && loops >= allPoints {
		t.Errorf("in %d loops the program died %d times, %d at a failpoint", loops, deaths, byFailpoint)
	}
	for _, p := range append(slices.Clone(crashPoints), migrationPoint) {
		name, _, _ := strings.Cut(p, ":")
		if hits[name] == 0 && loops >= allPoints {
			t.Errorf("%s was never hit", name)
		}
	}
}

// crashSite is one database, the program over it, and everybody who uses it.
type crashSite struct {
	t       *testing.T
	name    string
	s       *server
	env     []string // without failpoints
	seed    uint64
	journal *journal
	clients []crashClient
	closing string // the account whose months end
	deaths  int    // by any cause, while clients were at work
	failed  int    // at a failpoint
}

// crashClient does one thing after the other until the program is gone, and begins again with what was not acknowledged.
type crashClient interface {
	work(alive func() bool)
	// finish has what is open acknowledged, and asks for nothing new.
	finish()
}

func newCrashSite(t *testing.T, name, path string, seed uint64, env ...string) *crashSite {
	t.Helper()
	addr, dir := freeAddr(t), t.TempDir()
	s := &server{t: t, url: "http://" + addr, dir: dir, path: path, logs: new(logBook)}
	site := &crashSite{t: t, name: name, s: s, seed: seed, journal: newJournal(t)}
	site.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "ADDR=" + addr, "METRICS_ADDR=" + freeAddr(t), "BASE_URL=" + s.url,
		"PLAN_ALLOWANCE=1", "HOLD_TTL=1m", "TRUSTED_PROXIES=127.0.0.0/8", "LOG_LEVEL=warn",
	}, env...)
	s.env = site.env
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("what the program said on %s:\n%s", name, lastLines(s.logs.String(), 60))
		}
	})
	return site
}

// lastLines are the last n lines of a text.
func lastLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// breakMigrations kills the program while it makes its schema, some times, and then lets it finish.
func (c *crashSite) breakMigrations() {
	c.t.Helper()
	for range 3 {
		c.s.env = append(slices.Clone(c.env), "FAILPOINT="+migrationPoint)
		if up, _ := c.s.launch(); up {
			c.s.kill()
		}
	}
	c.s.env = c.env
	c.s.start()
}

// loop is one life of the program.
func (c *crashSite) loop(p plan) {
	c.t.Helper()
	if !c.s.ended() {
		c.s.stop()
	}
	if p.failpoint != "" {
		c.s.env = append(slices.Clone(c.env), "FAILPOINT="+p.failpoint, fmt.Sprintf("FAILPOINT_SEED=%d", p.seed))
	}
	if p.failpoint == closingPoint {
		c.endAMonth()
	}
	before := strings.Count(c.s.logs.String(), ": kill\n")
	up, why := c.s.launch()
	c.s.env = c.env
	if !up && !c.s.ended() {
		c.t.Fatalf("%s, %s: the program does not come up: %s", c.name, p.failpoint, why)
	}
	timer := time.AfterFunc(p.after, func() { _ = c.s.cmd.Process.Kill() })
	var running sync.WaitGroup
	for _, client := range c.clients {
		running.Go(func() { client.work(func() bool { return !c.s.ended() }) })
	}
	running.Wait()
	timer.Stop()
	<-c.s.done
	if c.s.err == nil || !strings.Contains(c.s.err.Error(), "signal: killed") {
		c.t.Errorf("%s, %s: the program ended by itself: %v", c.name, p.failpoint, c.s.err)
	}
	c.deaths++
	if strings.Count(c.s.logs.String(), ": kill\n") > before {
		c.failed++
	}
}

// recover runs the product as it is shipped, with all failpoints asked for, so that one left in it would show; clients have
// their last requests acknowledged.
func (c *crashSite) recover(product string) {
	c.t.Helper()
	if !c.s.ended() {
		c.s.stop()
	}
	asked := []string{}
	for _, p := range crashPoints {
		name, _, _ := strings.Cut(p, ":")
		asked = append(asked, name+":kill:p1")
	}
	c.s.path, c.s.env = product, append(slices.Clone(c.env), "FAILPOINT="+strings.Join(asked, ","))
	c.s.start()
	for _, client := range c.clients {
		client.finish()
	}
}

// counted tells how often each key occurs, in the order of keys.
func counted(n map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%d %s", n[k], k))
	}
	return strings.Join(out, ", ")
}
