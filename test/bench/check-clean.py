"""What is wrong with our cleaned table beside the analyst's, as a JSON list: check-clean.py OURS.parquet THEIRS.parquet."""

import json
import sys

import pandas as pd

ours, theirs = (pd.read_parquet(path) for path in sys.argv[1:3])
wrong = []
if len(ours) != len(theirs):
    wrong.append(f"{len(ours)} rows against {len(theirs)}")
for name in theirs.columns:
    if name not in ours.columns:
        wrong.append(f"no column {name}")
        continue
    a, b = ours[name].astype(str), theirs[name].astype(str)
    if name == "signup":
        a = a.str[:10]
    off = int((a != b).sum())
    if off > 0:
        at = int((a != b).idxmax())
        wrong.append(f"{name} differs in {off} rows, such as {a[at]} against {b[at]}")
print(json.dumps(wrong), end="")
