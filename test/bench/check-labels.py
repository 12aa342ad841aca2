"""Compares a file of ours with scikit-learn from the same starting centres: check-labels.py IN INIT OURS ITERATIONS.

Prints what is wrong as a JSON list.
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
source, init, target, iterations = sys.argv[1:]
wrong = []
with open(source) as given, open(target) as written:
    next(given), next(written)
    for line, other in zip(given, written, strict=True):
        if other.rpartition(",")[0] != line.rstrip("\n"):
            wrong.append(f"{line!r} became {other!r}")
            break

data = pd.read_csv(source)
scaler = StandardScaler().fit(data)
start = scaler.transform(pd.read_csv(init))
model = KMeans(len(start), init=start, n_init=1, max_iter=int(iterations), tol=0).fit(scaler.transform(data))
ours = pd.read_csv(target)["segment"].to_numpy()
met = pd.crosstab(ours, model.labels_).to_numpy()
differ = len(ours) - int(met.max(axis=0).sum())
if differ > 0 or np.count_nonzero(met) != len(start):
    wrong.append(f"{differ} labels differ from scikit-learn's")
sizes = np.bincount(ours)[1:]
if np.any(np.diff(sizes) > 0):
    wrong.append("segments are not numbered by falling size")
print(json.dumps(wrong))
