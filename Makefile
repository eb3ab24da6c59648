# `make serve` and `make test` are all a newcomer needs: Rust by rustup, Node 20.10 or later and Python 3 must be there,
# everything else is fetched where it is missing.

PORT ?= 8000
WASM_PACK_VERSION = 0.15.1
PKG = www/pkg/prunelab_bg.wasm
SITE = target/site
NODE_MODULES = tests/e2e/node_modules/.package-lock.json
PEERS = benches/peers/node_modules/.package-lock.json
LIGHTHOUSE = benches/page/node_modules/.package-lock.json
# Looked for anew at each use, because they may just have been installed.
CHROMIUM ?= $(firstword $(shell for name in chromium chromium-browser google-chrome; do command -v $$name; done; true))
CHROMEDRIVER ?= $(shell command -v chromedriver || true)

# What the benchmark is given to compare with.
PYTHON ?= python3

# One folder for every crate, those of the benchmark included.
export CARGO_TARGET_DIR ?= $(CURDIR)/target
# Either of these would replace the flags of .cargo/config.toml, and with them SIMD.
unexport RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
# Seconds a test may take in the browser; the default, 20, is short for a busy machine.
export WASM_BINDGEN_TEST_TIMEOUT = 300

.PHONY: help serve site test bench bench-page screenshots clean lint test-native test-wasm test-e2e port wasm-tools rust-tools browser
# The order of prerequisites is the order of the work, and the end of the output is the end of the tests.
.NOTPARALLEL:

help:
	@echo 'make serve   build the page and serve it at http://127.0.0.1:$(PORT)/ (PORT=… for another port)'
	@echo 'make site    build what is published, in $(SITE)'
	@echo 'make test    everything that must hold: lint, test-native, test-wasm, test-e2e (each a target too)'
	@echo 'make bench   time the engine beside others (PYTHON=… for a Python that has PyTorch)'
	@echo 'make bench-page  measure the page: a first visit, dragging, Lighthouse'
	@echo 'make screenshots  make the pictures of the README anew'
	@echo 'make clean   remove what was built'

serve: port $(PKG)
	@echo; echo 'Prune Lab is at http://127.0.0.1:$(PORT)/ (Ctrl+C stops it)'; echo
	@exec python3 -m http.server $(PORT) --bind 127.0.0.1 --directory www

# The page without the comments and names that its readers need, two fifths of scripts and styles. Each file by itself:
# nothing is bundled.
site: $(PKG) $(NODE_MODULES)
	rm -rf $(SITE)
	mkdir -p $(dir $(SITE))
	cp -R www $(SITE)
	tests/e2e/node_modules/.bin/esbuild $(SITE)/*.js $(SITE)/*.css $(SITE)/pkg/*.js --minify --log-level=warning \
		--allow-overwrite --outbase=$(SITE) --outdir=$(SITE)

test: lint test-native test-wasm test-e2e

lint: rust-tools wasm-tools
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy --target wasm32-unknown-unknown --lib --test web -- -D warnings

test-native:
	cargo test

test-wasm: wasm-tools browser
	wasm-pack test --headless --chrome --chromedriver '$(CHROMEDRIVER)' --release -- --test web

test-e2e: site browser
	for part in page worker tests; do tests/e2e/node_modules/.bin/tsc -p tests/e2e/tsconfig.$$part.json || exit; done
	CHROMIUM='$(CHROMIUM)' node --test --test-concurrency=1 --test-reporter=spec tests/e2e/*.test.mjs

bench: $(PKG) $(NODE_MODULES) $(PEERS) browser
	for crate in kernels peers; do \
		wasm-pack build benches/$$crate --target web --no-typescript --out-dir '$(CURDIR)/target/bench/'$$crate || exit; done
	CHROMIUM='$(CHROMIUM)' PYTHON='$(PYTHON)' node benches/bench.mjs

bench-page: site $(LIGHTHOUSE) browser
	CHROMIUM='$(CHROMIUM)' node benches/page/page.mjs

screenshots: $(PKG) $(NODE_MODULES) browser
	CHROMIUM='$(CHROMIUM)' node tests/e2e/screenshots.mjs

clean:
	cargo clean
	rm -rf www/pkg tests/e2e/node_modules benches/peers/node_modules benches/page/node_modules

$(PKG): Cargo.toml Cargo.lock .cargo/config.toml $(shell find src -name '*.rs') | wasm-tools
	wasm-pack build --target web --out-dir www/pkg

$(NODE_MODULES) $(PEERS) $(LIGHTHOUSE): %/node_modules/.package-lock.json: %/package.json %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund

# Asked before the build, which may take minutes.
port:
	@python3 -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || \
		{ echo 'Port $(PORT) is taken or not allowed. Choose another: make serve PORT=8001'; exit 1; }

wasm-tools:
	@test -d "$$(rustc --print target-libdir --target wasm32-unknown-unknown)" || rustup target add wasm32-unknown-unknown
	@command -v wasm-pack >/dev/null || cargo install wasm-pack --version $(WASM_PACK_VERSION) --locked

rust-tools:
	@cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
	@cargo clippy --version >/dev/null 2>&1 || rustup component add clippy

browser:
	@tests/e2e/browser.sh '$(CHROMIUM)' '$(CHROMEDRIVER)'
