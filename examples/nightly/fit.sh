#!/usr/bin/env bash
# The deliberate part, run when the segments are to change: learns how to clean, scale and segment, and saves all three.
set -euo pipefail
cd "$(dirname "$0")"
command -v segment >/dev/null || segment() { node ../../bin/segment.js "$@"; }

mkdir -p models
segment clean fitted.csv --outliers revenue=iqr --outlier-action clip --save-model models/clean.json -q |
  segment dedupe --key email --keep most-recent:last_order --id customer_id -q |
  segment normalize --save-model models/normalize.json -q |
  segment cluster --k 3..8 --save-model models/cluster.json -o /dev/null --format csv
