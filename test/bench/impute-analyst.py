"""The script an analyst writes to fill gaps instead: impute-analyst.py METHOD IN.csv OUT.csv, METHOD being knn or iterative."""

import sys

import pandas as pd
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer

method, source, target = sys.argv[1:]
data = pd.read_csv(source)
if method == "knn":
    center, scale = data.mean(), data.std(ddof=0)
    filled = KNNImputer().fit_transform((data - center) / scale)
    data = pd.DataFrame(filled * scale.to_numpy() + center.to_numpy(), columns=data.columns)
else:
    data = pd.DataFrame(IterativeImputer().fit_transform(data), columns=data.columns)
data.to_csv(target, index=False)
