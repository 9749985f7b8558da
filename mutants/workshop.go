package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// workshop is a copy of the source in a folder of its own, where it can be broken.
type workshop struct{ dir string }

// newWorkshop copies all files that git knows or would know, as they stand.
func newWorkshop(ctx context.Context) (*workshop, error) {
	list, err := exec.CommandContext(ctx, "git", "ls-files", "-z", "-co", "--exclude-standard").Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	dir, err := os.MkdirTemp("", "extrausage-mutants-")
	if err != nil {
		return nil, err
	}
	w := &workshop{dir: dir}
	for name := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		content, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, and not committed yet
		}
		if err == nil {
			err = w.write(name, content)
		}
		if err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

func (w *workshop) write(name string, content []byte) error {
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600) //nolint:gosec // a file of this repository, in our own temporary folder
}

func (w *workshop) close() { _ = os.RemoveAll(w.dir) }

// unharmed makes sure that all mutants still apply and that the tests pass without any of them: a test that fails in any case
// notices nothing.
func (w *workshop) unharmed(ctx context.Context, chosen []mutant) error {
	byPackage := map[string][]string{}
	for _, m := range chosen {
		undo, err := w.apply(m)
		if err != nil {
			return err
		}
		if err := undo(); err != nil {
			return err
		}
		byPackage[m.tests.pkg] = append(byPackage[m.tests.pkg], m.tests.run)
	}
	for pkg, names := range byPackage {
		if by, out, err := w.test(ctx, suite{pkg, strings.Join(names, "|")}); err != nil || by != "" {
			return fmt.Errorf("without any mutant the tests of %s fail: %s %w\n%s", pkg, by, err, out)
		}
		for _, name := range names {
			if err := w.exist(ctx, pkg, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// exist makes sure that every test named is there: a name that matches nothing would let its mutant live.
func (w *workshop) exist(ctx context.Context, pkg, names string) error {
	for name := range strings.SplitSeq(names, "|") {
		out, err := w.goTool(ctx, "test", "-vet=off", "-list", name, pkg).Output()
		if err != nil {
			return fmt.Errorf("list the tests of %s: %w", pkg, err)
		}
		if !bytes.HasPrefix(out, []byte("Test")) {
			return fmt.Errorf("%s has no test %s", pkg, name)
		}
	}
	return nil
}

// try puts one mutant into the copy, runs its tests, and takes it out again. by is the test that noticed, "" for none.
func (w *workshop) try(ctx context.Context, m mutant) (by string, err error) {
	undo, err := w.apply(m)
	if err != nil {
		return "", err
	}
	by, out, err := w.test(ctx, m.tests)
	if err != nil {
		err = fmt.Errorf("mutant %s: %w\n%s", m.name, err, out)
	}
	return by, errors.Join(err, undo())
}

// apply makes the edits of a mutant.
func (w *workshop) apply(m mutant) (undo func() error, err error) {
	before := map[string][]byte{}
	undo = func() error {
		var failed []error
		for name, content := range before {
			failed = append(failed, w.write(name, content))
		}
		return errors.Join(failed...)
	}
	for _, e := range m.edits {
		content, err := os.ReadFile(filepath.Join(w.dir, e.file))
		if n := bytes.Count(content, []byte(e.old)); err != nil || n != 1 {
			return nil, errors.Join(fmt.Errorf("mutant %s no longer applies: %s has %d times %q", m.name, e.file, n, e.old), err, undo())
		}
		if _, known := before[e.file]; !known {
			before[e.file] = content
		}
		if err := w.write(e.file, bytes.Replace(content, []byte(e.old), []byte(e.now), 1)); err != nil {
			return nil, errors.Join(err, undo())
		}
	}
	return undo, nil
}

var (
	failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	brokenOff  = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*)`)
)

// test runs a suite. by is what failed, "" where all passed; err is that it could not be run.
func (w *workshop) test(ctx context.Context, s suite) (by, out string, err error) {
	cmd := w.goTool(ctx, "test", "-vet=off", "-count=1", "-failfast", "-timeout=2m", "-run", "^("+s.run+")", s.pkg)
	raw, err := cmd.CombinedOutput()
	out = string(raw)
	if err == nil {
		return "", out, nil
	}
	if failed := failedTest.FindAllStringSubmatch(out, -1); failed != nil {
		return slices.MaxFunc(failed, func(a, b []string) int { return len(a[1]) - len(b[1]) })[1], out, nil
	}
	if line := brokenOff.FindString(out); line != "" {
		return line, out, nil
	}
	return "", out, fmt.Errorf("the tests of %s do not run: %w", s.pkg, err)
}

// goTool is the go command in the copy. Other people's packages come from the build cache.
func (w *workshop) goTool(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "REQUIRE_ALL=1") // a test that is skipped notices nothing
	return cmd
}
