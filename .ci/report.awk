# Reads `go test -v`, prints one line a package, everything a failed test said, and every skip. Ends with 1 if a test was
# skipped. Under -v the output of parallel tests is interleaved; "=== NAME" lines tell whose turn it is.

function flush_package() {
  split("", said)
  current = ""
  raw = 0
}

/^=== (RUN|NAME|CONT|PAUSE) / { current = $3; next }

/^ *--- PASS: / { tests++; delete said[$3]; next }
/^ *--- SKIP: / { skips++; skipped = skipped said[$3] $0 "\n"; delete said[$3]; next }
/^ *--- FAIL: / { tests++; fails++; printf "%s", said[$3]; print; delete said[$3]; next }

# A panic or a time-out: from here everything matters, and what the running test had said.
/^panic: / || /^fatal error: / || /^WARNING: DATA RACE/ {
  if (!raw) printf "%s", said[current]
  raw = 1
}

/^(ok|FAIL|---|\?) *\t/ {
  if ($1 == "FAIL" && current in said && !raw) printf "%s", said[current]
  if ($1 != "?") printf "   %s\n", $0
  flush_package()
  next
}
/^(PASS|FAIL)$/ { next }
/^coverage: / { next }

raw || current == "" { print; next }
{ said[current] = said[current] $0 "\n" }

END {
  printf "   %d tests passed or failed, %d failed, %d skipped\n", tests, fails, skips
  if (skips) {
    printf "Nothing may be skipped here:\n%s", skipped
    exit 1
  }
}
