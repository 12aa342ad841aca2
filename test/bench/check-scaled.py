"""What is wrong with our scaled columns, as a JSON list: check-scaled.py OURS.csv THEIRS.csv TOLERANCE."""

import json
import sys

import numpy as np
import pandas as pd

ours, theirs = (pd.read_csv(path, float_precision="round_trip") for path in sys.argv[1:3])
wrong = []
if list(ours.columns) != list(theirs.columns):
    wrong.append("other columns")
else:
    for name in ours.columns:
        off = float(np.abs(ours[name] - theirs[name]).max())
        if len(ours) != len(theirs) or not off <= float(sys.argv[3]):
            wrong.append(f"{name} is off by {off}")
print(json.dumps(wrong), end="")
