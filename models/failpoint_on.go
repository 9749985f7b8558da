//go:build failpoints

package models

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// millionth is the unit of a fault's probability.
const millionth = 1_000_000

// failure is what happens at a failpoint.
type failure struct {
	odds   int64         // in millionths
	within time.Duration // the death comes at a random time within this, so that it hits what follows; 0: here
}

// failures are what FAILPOINT asks for: "cp6:kill:p0.2,cp5:kill:p1:3ms" kills the process at cp6 in one of five times, and
// within three milliseconds after each time it passes cp5. Chance is drawn from FAILPOINT_SEED.
var failures = sync.OnceValue(func() map[string]failure {
	all := map[string]failure{}
	for spec := range strings.SplitSeq(os.Getenv("FAILPOINT"), ",") {
		if spec == "" {
			continue
		}
		name, f, err := parseFailure(spec)
		if err != nil {
			panic(err) // a test that asks for something else than it means must not pass
		}
		all[name] = f
	}
	return all
})

func parseFailure(spec string) (name string, f failure, err error) {
	parts := strings.Split(spec, ":")
	if len(parts) < 3 || len(parts) > 4 || parts[1] != "kill" || !strings.HasPrefix(parts[2], "p") {
		return "", f, fmt.Errorf("FAILPOINT %q: write name:kill:p0.2 or name:kill:p0.2:5ms", spec)
	}
	whole, fraction, _ := strings.Cut(parts[2][1:], ".")
	if f.odds, err = strconv.ParseInt(whole+(fraction + "000000")[:6], 10, 64); err != nil {
		return "", f, fmt.Errorf("FAILPOINT %q: %w", spec, err)
	}
	if len(parts) == 4 {
		f.within, err = time.ParseDuration(parts[3])
	}
	return parts[0], f, err
}

var chance = sync.OnceValue(func() *dice {
	seed, err := strconv.ParseUint(os.Getenv("FAILPOINT_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	return &dice{r: rand.New(rand.NewPCG(seed, seed))}
})

// dice are safe for several goroutines at once.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (d *dice) below(n int64) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.Int64N(n)
}

// Failpoint kills the process, as kill -9 does, where FAILPOINT asks for it.
func Failpoint(name string) {
	f, ok := failures()[name]
	if !ok || chance().below(millionth) >= f.odds {
		return
	}
	if f.within == 0 {
		die(name)
	}
	go func() {
		time.Sleep(time.Duration(chance().below(int64(f.within))))
		die(name)
	}()
}

// die ends the process without any clean-up. It never returns.
func die(name string) {
	fmt.Fprintf(os.Stderr, "failpoint %s: kill\n", name)
	if me, err := os.FindProcess(os.Getpid()); err == nil {
		_ = me.Kill()
	}
	select {} // it is on its way
}
