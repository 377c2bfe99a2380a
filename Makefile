# Everything a developer runs. Needs Go and make; `make` alone lists the targets.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

GO        ?= go
GOTEST    ?= $(GO) test
FUZZ      ?= Fuzz
FUZZTIME  ?= 10s
BENCH     ?= .
PKG       ?= ./...
BIN       ?= bin/hookrig
VALIDATORS := mocksender/payload/testdata/validators

# The linter is pinned: another version finds other things.
LINT_VERSION := 2.15.0
LINT_MODULE  := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
TOOLS        := $(CURDIR)/bin
GOBIN_DIR     = $(or $(shell $(GO) env GOBIN),$(shell $(GO) env GOPATH)/bin)
# The first golangci-lint of the pinned version, in ./bin, GOPATH/bin or PATH.
LINT          = $(shell for l in $(TOOLS)/golangci-lint $(GOBIN_DIR)/golangci-lint golangci-lint; do \
	"$$l" version 2>/dev/null | grep -q 'version v\?$(LINT_VERSION) ' && { echo "$$l"; break; }; done)

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/hookrig
	@$(GO) build -o $(BIN) ./cmd/hookrig

.PHONY: demo
demo: build ## verify the built-in reference receiver and print the report, without the scenarios that wait
	@$(BIN) verify --skip slow

.PHONY: test
test: ## vet, then all tests with the race detector; proofs by sample
	@$(GO) vet $(PKG)
	@$(GOTEST) -race -short -vet=off -ldflags=-w $(PKG)

.PHONY: proofs
proofs: ## what needs many payloads: 10,000 of each event, 1,000,000 nightly ones, 200 seeds of each schema
	@$(GOTEST) ./mocksender/contract
	@$(GOTEST) -timeout 30m ./mocksender/payload -args -payloads 1000000 -seeds 200

.PHONY: cross-check
cross-check: ## give generated values to ajv and hyperjump (needs Node.js 20 and npm)
	@npm ci --silent --ignore-scripts --no-audit --no-fund --prefix $(VALIDATORS)
	@$(GOTEST) ./mocksender/payload -run CrossCheck -args -cross-check

RUNS ?= 50
.PHONY: false-alarms
false-alarms: ## run the scenarios against correct receivers of three kinds, RUNS times (50): no finding at all
	@$(GOTEST) ./scenarios -run NoAlarm -parallel 3 -timeout 20m -args -runs $(RUNS)

.PHONY: matrix
matrix: ## try every flawed receiver: which scenarios find it
	@$(GOTEST) ./scenarios -run EachFlaw -args -matrix

# The pages' tests need a browser and a validator. Nothing is installed here: .ci/run does that.
HTML_VALIDATE := 10.17.0
.PHONY: test-browser
test-browser: ## open the HTML report in headless Chromium, and validate it
	@missing=; \
	command -v chromium chromium-browser google-chrome >/dev/null || missing+=$$'\n  chromium on the PATH (Debian: apt-get install chromium)'; \
	command -v html-validate >/dev/null || [ -x bin/node_modules/.bin/html-validate ] || \
		missing+=$$'\n  html-validate (npm install --prefix bin html-validate@$(HTML_VALIDATE))'; \
	if [ -n "$$missing" ]; then echo "make test-browser needs:$$missing" >&2; exit 1; fi
	@$(GO) vet -tags browser ./reports
	@$(GOTEST) -tags browser ./reports -run 'TestBrowser|TestHTMLValidates' -args -screenshots '$(CURDIR)/out/screenshots'

.PHONY: lint
lint: ## run the pinned golangci-lint, installing it into bin/ if it is missing
	@lint='$(LINT)'; if [ -z "$$lint" ]; then \
		echo "installing golangci-lint v$(LINT_VERSION) into bin/" >&2; \
		GOBIN='$(TOOLS)' $(GO) install $(LINT_MODULE)@v$(LINT_VERSION); \
		lint='$(TOOLS)/golangci-lint'; \
	fi; "$$lint" run $(PKG)

.PHONY: fmt
fmt: ## format all Go files
	@gofmt -w .

.PHONY: fmt-check
fmt-check: ## fail when a Go file is not formatted
	@bad=$$(gofmt -l .); \
	if [ -n "$$bad" ]; then echo "not formatted (make fmt):" >&2; echo "$$bad" >&2; exit 1; fi

.PHONY: bench
bench: ## run the benchmarks (BENCH=regexp PKG=./folder)
	@$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)

# k6 is another module under another licence: mocksender/k6/README.md.
.PHONY: k6
k6: ## build bin/k6: k6 with the extension k6/x/hookrig
	@cd mocksender/k6 && $(GO) build -o '$(TOOLS)/k6' ./cmd/k6

.PHONY: k6-test
k6-test: ## test the extension: instances that share the events, metrics, thresholds (compiles k6: minutes the first time)
	@cd mocksender/k6 && $(GO) vet ./... && $(GO) test ./...

.PHONY: bench-load
bench-load: ## what a delivery costs hookrig load, beside wrk, vegeta, k6, hey (ARGS='-bench-runs 16 -bench-steady 60s')
	@taskset -c 1 $(GO) test ./cmd/hookrig -count=1 -timeout 60m -run BenchLoad -v -args -bench-load $(ARGS)

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (10s), or those named by FUZZ
	@grep -rHo --include='*_test.go' '^func $(FUZZ)[A-Za-z0-9_]*' . | sort | while IFS=: read -r file target; do \
		target="$${target#func }"; echo "$$target ($${file%/*})"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$${file%/*}"; \
	done

.PHONY: clean
clean: ## remove what was built
	@rm -rf bin out

.PHONY: ci
ci: fmt-check lint demo matrix false-alarms proofs cross-check test-browser ## what CI runs
	@$(MAKE) --no-print-directory fuzz FUZZ=FuzzSolve FUZZTIME=30s
	@$(MAKE) --no-print-directory test
