# The commands of this project. `make` alone lists them. Each sets up what it needs by itself.
PYTHON_SCRIPT = sh setup/python.sh

.PHONY: help run assets test lint format messages lock bench soak screenshots clean

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run: ## set up and serve on http://127.0.0.1:8000 (PORT=8001 changes it)
	@$(PYTHON_SCRIPT) -m setup.serve

assets: ## build the style sheet and compress the static files
	@$(PYTHON_SCRIPT) -m setup.assets

test: ## lint, check types and run every test (ARGS="tests/quizzes -k import" chooses)
	@$(PYTHON_SCRIPT) -m setup.check $(ARGS)

lint: ## style, types, import contracts and templates, without the tests
	@$(PYTHON_SCRIPT) -m setup.check --lint

format: ## format the Python code
	@$(PYTHON_SCRIPT) -m setup.format

messages: ## bring the English catalogue up to date with the Vietnamese messages
	@$(PYTHON_SCRIPT) -m setup.messages

lock: ## pin the dependencies of requirements*.in
	@$(PYTHON_SCRIPT) -m setup.lock

bench: ## measure the product beside a bare Flask view (ARGS="beacon --seconds 5")
	@$(PYTHON_SCRIPT) -m setup.bench $(ARGS)

soak: ## the long proofs: many processes on one row, kill -9 while beacons are sent
	@$(PYTHON_SCRIPT) -m setup.soak $(ARGS)

screenshots: ## photograph the pages of each role into docs/screenshots
	@$(PYTHON_SCRIPT) -m setup.screenshots $(ARGS)

clean: ## remove what was built or cached; keeps instance/ with its data
	rm -rf .venv node_modules static/build .pytest_cache .mypy_cache .ruff_cache
	rm -rf .import_linter_cache .hypothesis tests/browser/artifacts
	find static -name '*.gz' -delete
	find lms -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
