// Command mutants puts known faults into a copy of the source, one at a time, and runs the tests that have to notice. A fault
// that no test notices has survived: then a test is missing. A fault whose place in the source is gone fails the run, too, so
// that the list never gets old unseen.
//
//	go run ./mutants              all of them
//	go run ./mutants M5 M7        these
//	go run ./mutants -required    those about purchases
//	go run ./mutants -some 5 -seed 7   five of them, by chance
//
// PostgreSQL is needed (TEST_DATABASE_URL): some faults show there only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	some := flag.Int("some", 0, "run `n` mutants, drawn by the seed")
	seed := flag.Uint64("seed", uint64(time.Now().Unix()), "the draw of -some")
	only := flag.Bool("required", false, "run those about purchases")
	flag.Parse()
	chosen, err := choose(flag.Args(), *only, *some, *seed)
	if err == nil {
		err = run(context.Background(), chosen)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// choose gives the mutants that were asked for, in the order of the list.
func choose(names []string, only bool, some int, seed uint64) ([]mutant, error) {
	if only {
		names = append(names, required...)
	}
	if some > 0 {
		r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a draw that can be repeated
		for _, i := range r.Perm(len(mutants))[:min(some, len(mutants))] {
			names = append(names, mutants[i].name)
		}
	}
	if len(names) == 0 {
		return mutants, nil
	}
	var chosen []mutant
	for _, m := range mutants {
		if slices.Contains(names, m.name) {
			chosen = append(chosen, m)
			names = slices.DeleteFunc(names, func(n string) bool { return n == m.name })
		}
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("no mutant %s", strings.Join(names, ", "))
	}
	return chosen, nil
}

// run tries the mutants in a copy of the source, and prints what became of each.
func run(ctx context.Context, chosen []mutant) error {
	if os.Getenv("TEST_DATABASE_URL") == "" {
		return errors.New("set TEST_DATABASE_URL to a PostgreSQL server: some faults show there only")
	}
	w, err := newWorkshop(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	if err := w.unharmed(ctx, chosen); err != nil {
		return err
	}
	var survived []string
	began := time.Now()
	for _, m := range chosen {
		at := time.Now()
		by, err := w.try(ctx, m)
		if err != nil {
			return err
		}
		verdict := "killed"
		if by == "" {
			verdict = "SURVIVED"
			survived = append(survived, m.name)
			by = m.tests.pkg + " " + m.tests.run
		}
		fmt.Printf("%-5s %-9s %-65s %5.1f s  %s\n", m.name, verdict, m.says, time.Since(at).Seconds(), by)
	}
	fmt.Printf("%d of %d mutants killed, in %.0f s\n", len(chosen)-len(survived), len(chosen), time.Since(began).Seconds())
	if len(survived) > 0 {
		return fmt.Errorf("survived: %s", strings.Join(survived, ", "))
	}
	return nil
}
