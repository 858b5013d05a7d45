# What a person types: make run, make test. Everything else is under make help.
#
# A bare Debian machine with Go (1.26 or newer), Node (20 or newer) and make is
# enough: npm brings the design system, and `make test` installs the rest.

ui     := internal/web/ui
dist   := internal/web/static/dist
tools  := internal/pdf/pdftest/tools
addr   ?= 127.0.0.1:8325
demo   ?= bin/demo

.PHONY: help run build assets test check race torture bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

run: build ## build, and serve example data on 127.0.0.1:8325
	@exec bin/ab325 serve -demo -addr $(addr) -data $(demo)

build: assets ## leave the program at bin/ab325
	CGO_ENABLED=0 go build -trimpath -o bin/ab325 ./cmd/ab325

assets: $(dist)/css/dkfds.min.css ## fetch the design system and put what the pages use of it where go:embed finds it

# npm writes node_modules/.package-lock.json when it is done, so it runs only
# after the lock file changed.
$(ui)/node_modules/.package-lock.json: $(ui)/package-lock.json $(ui)/package.json
	cd $(ui) && npm ci --no-audit --no-fund
	@touch $@

$(dist)/css/dkfds.min.css: $(ui)/node_modules/.package-lock.json $(ui)/build.mjs $(ui)/icons.txt
	cd $(ui) && npm run --silent build

# Programs of others that make, fill and show PDF files, to test and to compare
# with.
$(tools)/node_modules/.package-lock.json: $(tools)/package-lock.json $(tools)/package.json
	cd $(tools) && npm ci --no-audit --no-fund
	@touch $@

test: assets $(tools)/node_modules/.package-lock.json ## install what is missing, then check and test everything
	@.ci/packages
	@$(MAKE) --no-print-directory check race

check: ## formatting, vet, staticcheck, known vulnerabilities, tidiness
	@unformatted=$$(gofmt -l cmd internal forms fonts); test -z "$$unformatted" || \
		{ echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	.ci/vulncheck
	go mod tidy -diff

race: ## every test, with the race detector where there is a C compiler
	.ci/tests

torture: assets ## 1 000 power cuts, and a fault at every call that writes, of every kind of request (an hour; as root)
	@.ci/packages
	AB325_TORTURE=yes CI=true go test -run 'Torture|KillAtCalls' -timeout 5h -v ./cmd/ab325 ./internal/kv/boltkv

bench: build $(tools)/node_modules/.package-lock.json ## speed and size, as ratios measured in one run
	@# One peer more, where it can be had: its packages for other machines are
	@# not in every registry, so it is not in the lock file.
	-cd $(tools) && npm install --silent --no-save --no-audit --no-fund @myriaddreamin/typst-ts-node-compiler@0.7.0
	go test -run '^$$' -bench . -benchtime 2s -timeout 1h ./...

clean: ## remove what was built, the example data and what npm fetched
	rm -rf bin $(ui)/node_modules $(tools)/node_modules
	find $(dist) -mindepth 1 -not -name .gitignore -delete
