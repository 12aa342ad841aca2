"""The script an analyst writes instead: analyst.py HOW IN.csv OUT.csv, HOW being pandas, pandas-pyarrow or pyarrow."""

import sys

from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

how, source, target = sys.argv[1:]


def labels(values):
    return KMeans(n_clusters=8, n_init=1, random_state=42).fit_predict(StandardScaler().fit_transform(values)) + 1


if how == "pyarrow":
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv

    pa.set_cpu_count(2)
    table = pyarrow.csv.read_csv(source)
    values = np.column_stack([column.to_numpy() for column in table.columns])
    pyarrow.csv.write_csv(table.append_column("segment", pa.array(labels(values))), target)
else:
    import pandas as pd

    data = pd.read_csv(source) if how == "pandas" else pd.read_csv(source, engine="pyarrow")
    data["segment"] = labels(data)
    data.to_csv(target, index=False)
