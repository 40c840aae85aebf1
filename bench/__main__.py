"""``make bench``: every measurement, one after the other, each with its named baseline."""

from __future__ import annotations

import pkgutil
import runpy
import sys

import bench


def main() -> None:
    for module in sorted(m.name for m in pkgutil.iter_modules(bench.__path__)):
        if module == "__main__":
            continue
        print(f"\n== {module} ==", flush=True)
        sys.argv = [module]
        runpy.run_module(f"bench.{module}", run_name="__main__")


if __name__ == "__main__":
    main()
