"""The scaling script an analyst writes instead: scale-analyst.py METHOD IN.csv OUT.csv, METHOD being zscore or yeo-johnson."""

import sys

import pandas as pd
from sklearn.preprocessing import PowerTransformer, StandardScaler

method, source, target = sys.argv[1:]
data = pd.read_csv(source)
scaler = StandardScaler() if method == "zscore" else PowerTransformer()
scaled = scaler.fit_transform(data)
for j, name in enumerate(list(data.columns)):
    data[f"{name}_scaled"] = scaled[:, j]
data.to_csv(target, index=False)
