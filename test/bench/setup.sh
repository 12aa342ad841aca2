#!/usr/bin/env bash
# The rivals' Python: a virtual environment in the cache, with the versions that are current. Prints its interpreter.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
venv="${BENCH_CACHE:-$top/node_modules/.cache/segment-bench}/venv"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --upgrade scikit-learn pandas pyarrow threadpoolctl hdbscan fast-hdbscan mlpack >&2
echo "$venv/bin/python"
