#!/usr/bin/env bash
# nightly.sh EXPORT.csv FOLDER: the segment files of a night, by the models that fit.sh has saved. Nothing is learned.
# A check that fails, a file that cannot be read, a stage that is killed: FOLDER stays as it was, and the exit code says
# why (1: a check, 2: usage, 3: input, 4: resources).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command -v segment >/dev/null || segment() { node "$here/../../bin/segment.js" "$@"; }

segment assign "$1" --model "$here/models/clean.json" -q |
  segment dedupe --key email --keep most-recent:last_order --id customer_id -q |
  segment assign --model "$here/models/normalize.json" --model "$here/models/cluster.json" -q |
  segment validate --checks "$here/checks.yaml" --model "$here/models/cluster.json" |
  segment export --per-segment "$2" --consent consent_email --suppress "$here/unsubscribed.csv" --hash-email
