# make alone tells what there is.

.DEFAULT_GOAL := help
FUZZTIME ?= 60s
SEEDS ?= 5000
FROM ?= 1000
LOOPS ?= 200

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start in development mode; it prints where to go and how to sign in
	go run .

.PHONY: test
test: ## Run the tests this machine can run (the quick part of the check)
	go test ./...

.PHONY: check
check: ## Run everything a change has to pass, as the CI does
	.ci/run

.PHONY: generate
generate: ## Write views/*_templ.go anew from the .templ files
	go tool -modfile=tools/go.mod templ generate -path views

.PHONY: lint
lint: ## Run gofmt, go vet and golangci-lint
	.ci/run format vet lint

.PHONY: fmt
fmt: ## Format Go and templ files
	go tool -modfile=tools/go.mod templ fmt views
	.ci/run golangci fmt

.PHONY: screenshots
screenshots: ## Take pictures of every page in six looks into artifacts/screenshots, and refresh docs/screenshots: each page once, and some (needs Chromium)
	mkdir -p artifacts/screenshots
	SCREENSHOT_DIR='$(CURDIR)/artifacts/screenshots' REQUIRE_ALL=1 go test -count=1 -run Screenshots ./e2e
	cp artifacts/screenshots/*-light.png docs/screenshots/
	for f in docs/screenshots/*.png; do cp "artifacts/screenshots/$$(basename "$$f")" docs/screenshots/; done

.PHONY: bench
bench: ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME (60s)
	FUZZTIME=$(FUZZTIME) .ci/run fuzz

.PHONY: crash
crash: ## Kill the program LOOPS (200) times at its crash points and anywhere, and hold the books against what was acknowledged
	CRASH_LOOPS=$(LOOPS) REQUIRE_ALL=1 go test -count=1 -v -timeout 60m -run '^TestCrash$$' ./e2e

.PHONY: mutants
mutants: ## Put known faults into a copy of the source, one at a time, and see that a test notices each (needs TEST_DATABASE_URL)
	go run ./mutants

.PHONY: soak
soak: ## Simulate SEEDS (5000) histories from seed FROM (1000) on, an eighth of them on PostgreSQL too (TEST_DATABASE_URL)
	go test ./billing -count=1 -timeout 0 -v -run '^TestSimulation$$' -seeds=$(SEEDS) -from=$(FROM)

.PHONY: clean
clean: ## Remove what building and testing left; data/ stays
	rm -rf extrausage dist artifacts cover.out
