#!/usr/bin/env bash
# Writes the data again, byte for byte: the export that the models are fitted on, that of a later night, and who has
# unsubscribed in between.
set -euo pipefail
cd "$(dirname "$0")"
command -v segment >/dev/null || segment() { node ../../bin/segment.js "$@"; }

segment sample customers --rows 1000 --dirty 0.05 --duplicates 0.08 --seed 7 -o fitted.csv -q
segment sample customers --rows 1000 --dirty 0.05 --duplicates 0.08 --seed 7 --as-of 2026-01-31 -o tonight.csv -q
{
  echo email
  segment export tonight.csv --filter "customer_id in C00000003,C00000017,C00000202" --columns email -q | tail -n +2
} >unsubscribed.csv
