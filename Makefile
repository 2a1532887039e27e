# Every target sets up .venv by itself from requirements.lock (pinned, hashed); nothing else is needed but Python 3.11+.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export Q

.PHONY: ask chat browser test evals gate selftest data lint docs site wheel lock clean

ask: $(READY) ## make ask Q="Why did Serbs put up roadblocks in December 2022?"
	@$(BIN)/rag ask "$$Q" || [ $$? -eq 3 ]

chat: $(READY) ## the chat, in a browser; stop it with Ctrl-C
	@$(BIN)/rag serve

browser: ## Debian's Chromium, for the tests of the chat; without it they are skipped
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

test: $(READY) ## with LOCAL=no, without the tests that fetch a real language model (98 MB, once)
	@[ "$(LOCAL)" = no ] || $(BIN)/python -m evals.benchmarks.fetch_smollm2
	@$(BIN)/pytest -n auto --dist loadfile $(if $(filter no,$(LOCAL)),-m "not local")

evals: gate selftest ## what a change did to the answers, question by question; with --jobs 2 both at once

gate: $(READY)
	@$(BIN)/rag eval check
	@RAG_LLM=quotes $(BIN)/rag eval run
	@$(BIN)/rag eval gate

selftest: $(READY)
	@RAG_LLM=quotes RAG_READER=small $(BIN)/rag eval selftest  # asks every case seven times

data: $(READY) ## make data DATA=~/data SOURCES=~/clones: the public labelled sets, from local clones; docs/benchmarks.md
	@$(BIN)/python -m evals.benchmarks.fetch_data $(or $(DATA),$(error Give DATA, the folder to write)) $(if $(SOURCES),--sources $(SOURCES)) $(foreach one,$(SOURCE),--source $(one))

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/hadolint docs/deploy/Dockerfile
	@$(BIN)/python -m pip check

$(READY): requirements.lock pyproject.toml
	@echo "Setting up .venv (a few minutes, once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q rag
	@touch $(READY)

docs: $(READY) ## docs/settings.md, cli.md, api.md and llms.txt, after changing a setting, a command, a public name or a page
	@$(BIN)/python -m docs.generate

site: $(READY) ## dist/site/: docs/ as a site; a link or an anchor that leads nowhere fails it
	@$(BIN)/zensical build --strict --clean --config-file docs/zensical.toml
	@rm -rf dist/site docs/.cache && mkdir -p dist && mv docs/.site dist/site
	@rm dist/site/generate.py dist/site/zensical.toml && cp docs/*.md dist/site/

wheel: $(READY) ## dist/: what `pip install` takes; `uvx --from dist/articles_say-*.whl articles-say ask "..."` tries it
	@$(BIN)/python -m hatchling build -t wheel -t sdist

lock: ## after changing dependencies; needs uv
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock

clean:
	rm -rf .venv .rag .rag-chat
