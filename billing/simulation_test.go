package billing_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The simulation: one account, everybody who may touch it, and all that may go wrong, drawn from a seed. One actor moves at a
// time, in virtual time; each seed also draws how much goes wrong. After each step everything is held against a reference model
// that was written from the design alone (simulation_model_test.go), and against the provider's own truth.
var (
	simSeed  = flag.String("seed", "", "simulation: run this seed alone, such as 0x1f")
	simFrom  = flag.Uint64("from", 1, "simulation: the first seed")
	simSeeds = flag.Int("seeds", 16, "simulation: how many seeds")
	simSteps = flag.Int("steps", 300, "simulation: steps of a seed")
	simDB    = flag.String("db", "", "simulation: run on this database alone, sqlite or postgres")
)

// simShare is how many seeds there are for one on PostgreSQL, which runs the same history on the same model.
const simShare = 8

// simShards run at once, each with every nth seed; in a shard one goroutine moves at a time. PostgreSQL is waited for more.
var simShards = map[string]int{"sqlite": 2, "postgres": 4}

func TestSimulation(t *testing.T) {
	seeds := simulationSeeds(t)
	for _, db := range []string{"sqlite", "postgres"} {
		mine := seeds
		if *simDB != "" && *simDB != db {
			continue
		}
		if db == "postgres" && *simDB == "" {
			mine = everyNth(seeds, simShare)
		}
		t.Run(db, func(t *testing.T) { simulate(t, db, mine) })
	}
}

func simulationSeeds(t *testing.T) []uint64 {
	if *simSeed != "" {
		var seed uint64
		if _, err := fmt.Sscan(*simSeed, &seed); err != nil {
			t.Fatalf("-seed=%s: %v", *simSeed, err)
		}
		return []uint64{seed}
	}
	seeds := make([]uint64, *simSeeds)
	for i := range seeds {
		seeds[i] = *simFrom + uint64(i)
	}
	return seeds
}

func everyNth(seeds []uint64, n int) (out []uint64) {
	for i := 0; i < len(seeds); i += n {
		out = append(out, seeds[i])
	}
	return out
}

// simulate runs seeds in shards, and tells what has happened in them: a simulation in which nothing happens proves nothing.
func simulate(t *testing.T, db string, seeds []uint64) {
	began := time.Now()
	origin := newOrigin(t, db)
	shards := make([]tally, min(simShards[db], len(seeds)))
	t.Run("shards", func(t *testing.T) {
		for i := range shards {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				shards[i] = tally{}
				for k := i; k < len(seeds) && !t.Failed(); k += len(shards) {
					runSeed(t, origin, seeds[k], shards[i])
				}
			})
		}
	})
	all := tally{}
	for _, s := range shards {
		for name, n := range s {
			all[name] += n
		}
	}
	t.Logf("%s: %d seeds of %d steps in %s: %s", db, len(seeds), *simSteps, time.Since(began).Round(time.Millisecond), all)
	if len(seeds) >= 200 && *simSteps >= 300 && !t.Failed() {
		all.wantAll(t)
	}
}

// runSeed plays one seed's history.
func runSeed(t *testing.T, o *origin, seed uint64, counts tally) {
	w := newWorld(t, o, seed, counts)
	defer w.close()
	w.begin()
	for step := 1; step <= *simSteps && w.broken == ""; step++ {
		w.step(step)
	}
	if w.broken == "" {
		w.calm()
	}
	if w.broken != "" {
		w.report(*simSteps)
	}
}

// report tells all that is needed to see a failure again.
func (w *world) report(steps int) {
	w.t.Errorf("%s\n\nseed %#x, step %d, %s, commit %s\nthe last steps:\n%s\nto see it again:\n"+
		"  go test ./billing -run '^TestSimulation$' -seed=%#x -steps=%d -db=%s",
		w.broken, w.seed, w.at, w.origin.db, commit(), strings.Join(w.trace, "\n"), w.seed, steps, w.origin.db)
}

// commit is the source that failed.
func commit() string {
	out, err := exec.Command("git", "rev-parse", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// newDice gives the chance of a seed.
func newDice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// TestSimulationReplays: the same seed gives the same history, or a failure could not be seen again.
func TestSimulationReplays(t *testing.T) {
	o := newOrigin(t, "sqlite")
	var traces [2][]string
	for i := range traces {
		w := newWorld(t, o, 42, tally{})
		w.begin()
		for step := 1; step <= 120 && w.broken == ""; step++ {
			w.step(step)
			traces[i] = append(traces[i], w.trace[len(w.trace)-1])
		}
		if w.broken != "" {
			w.report(120)
		}
		w.close()
	}
	for i := range traces[0] {
		if traces[0][i] != traces[1][i] {
			t.Fatalf("step %d differs:\n%s\n%s", i+1, traces[0][i], traces[1][i])
		}
	}
}
