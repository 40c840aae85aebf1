# Two commands matter: `make demo` and `make test`. Each brings what it needs into this checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
SYSTEM := $(VENV)/.system
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export UV_PROJECT_ENVIRONMENT = $(CURDIR)/$(VENV)

.PHONY: help install demo test lint bench clean

help:
	@echo "make demo    模拟门户 → 采集 → 审计清单（首次运行会自动安装依赖）"
	@echo "make test    全部测试"
	@echo "make lint    ruff, mypy, import contracts"
	@echo "make bench   ratios against named baselines"

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新：make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"

# uv sync makes the environment exactly what the lock file says, uv itself included (dev group).
$(STAMP): uv.lock pyproject.toml | $(BIN)/uv
	@echo "安装依赖……"
	@$(BIN)/uv sync --quiet --frozen --all-extras
	@touch $@

install: $(STAMP)

# Browser and fonts for the tests of the web pages; the demo needs neither.
$(SYSTEM): .ci/system-packages | $(STAMP)
	@sh .ci/system-packages
	@touch $@

demo: $(STAMP)
	@$(BIN)/nianbao demo

test: $(STAMP) $(SYSTEM)
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .cache
