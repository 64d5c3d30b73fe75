# The two commands of the README are `make run` and `make test`. Both first install what they need (build/setup.sh).

SHELL       := /bin/sh
BINARY      := bin/keepwell
DATA        ?= ./data
LISTEN      ?= 127.0.0.1:8710
RELEASE     ?= $(patsubst v%,%,$(shell git describe --tags --exact-match 2>/dev/null)) # empty between releases
LARGEST     := 100000000 # bytes
POSTGRES    := go run ./internal/postgrestest/cmd/postgrestest --
STATICCHECK := go tool -modfile=build/lint/go.mod staticcheck

export CGO_ENABLED := 1

# cgo exports every symbol for libraries that are loaded later; there are none, and their names take 7 MB.
ifeq ($(shell uname -s),Linux)
LINKED := -extldflags=-Wl,--no-export-dynamic,--gc-sections
endif

.DEFAULT_GOAL := help
.PHONY: help run test unit e2e lint build generate bench bench-quick bench-large picture clean setup-run setup-test

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build and start the product with the made-up company, data in ./data
	./$(BINARY) demo --data $(DATA) --listen $(LISTEN)

test: setup-test lint build unit e2e ## everything: linters, all tests, the product as a user has it

# The tests of every package but e2e, all with one private PostgreSQL.
unit: setup-test ## all tests but e2e
	$(POSTGRES) go test -timeout 20m $$(go list ./... | grep -v /e2e$$)

# On its own, because it measures times and kills processes.
e2e: setup-test build ## the real binary, stock SDKs, Chromium
	KEEPWELL_BINARY=$(abspath $(BINARY)) go test -count=1 -timeout 20m ./e2e

lint: setup-run ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w mends it):"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(STATICCHECK) ./...

build: setup-run ## bin/keepwell
	go build -trimpath -ldflags '-s -w -X main.release=$(strip $(RELEASE)) $(LINKED)' -o $(BINARY) ./cmd/keepwell
	@size=$$(wc -c < $(BINARY)); echo "$(BINARY): $$((size / 1000000)) MB"; \
	if [ $$size -ge $(firstword $(LARGEST)) ]; then echo "too large: the limit is $$(($(firstword $(LARGEST)) / 1000000)) MB"; exit 1; fi

generate: setup-run ## the generated chapters of docs/
	go generate ./docs

bench: setup-test build ## speed and size beside their goals and the ceiling of the same run
	$(POSTGRES) go run ./bench -binary $(BINARY)

bench-quick: setup-test build ## the same on a tenth of the data, to try a change
	$(POSTGRES) go run ./bench -binary $(BINARY) -quick

bench-large: setup-test build ## the queries over 100 million events (20 GB of disk)
	go run ./bench -binary $(BINARY) -large

picture: setup-test build ## docs/start.png: the first page over the made-up company
	KEEPWELL_BINARY=$(abspath $(BINARY)) KEEPWELL_PICTURE=$(abspath docs/start.png) go test -count=1 -run TestTheFirstPagesOverTheMadeUpCompany ./e2e

clean: ## remove what was built; data stays
	rm -rf bin e2e/segment-node/node_modules e2e/axe/node_modules
	go clean -testcache

setup-run:
	@build/setup.sh run

setup-test:
	@build/setup.sh test
