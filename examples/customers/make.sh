#!/bin/sh
# Writes customers.csv again, byte for byte.
cd "$(dirname "$0")" && npx segment sample customers --rows 1500 --dirty 0.02 --seed 42 -o customers.csv
