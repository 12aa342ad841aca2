"""Writes the races' data, the same bytes for the same seed: generate.py KIND ROWS COLUMNS PATH.

KIND: `blobs` (eight round clusters of deviation 1 with centres uniform in [-10, 10]), `cloud` (one Gaussian cloud),
`noisy` (eight of unequal size and deviation, and a tenth of the rows uniform in [-15, 15]),
`gaps` (three factors and noise, a twentieth of the cells missing), `rfm` (scores 1 to 5, skewed and correlated as recency, frequency and money are). PATH ends in `.f64` (row-major
doubles), `.parquet`, or `.D.csv` (floats rounded to D decimals).
"""

import re
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet


def blobs(rng, rows, columns):
    centres = rng.uniform(-10, 10, (8, columns))
    return centres[rng.integers(0, 8, rows)] + rng.standard_normal((rows, columns))


def cloud(rng, rows, columns):
    return rng.standard_normal((rows, columns))


def noisy(rng, rows, columns):
    centres = rng.uniform(-10, 10, (8, columns))
    own = rng.choice(8, rows, p=np.arange(1, 9) / 36)
    values = centres[own] + np.linspace(0.3, 1.5, 8)[own, None] * rng.standard_normal((rows, columns))
    return np.where(rng.random((rows, 1)) < 0.1, rng.uniform(-15, 15, (rows, columns)), values)


def gaps(rng, rows, columns):
    values = rng.standard_normal((rows, 3)) @ rng.standard_normal((3, columns))
    values += 0.5 * rng.standard_normal((rows, columns))
    i, j = np.indices(values.shape)
    return np.where((7 * i + 3 * j) % 20 == 0, np.nan, values)


def rfm(rng, rows, columns):
    loyalty = rng.standard_normal((rows, 1))
    return np.clip(np.round(3 + loyalty + 0.8 * rng.standard_normal((rows, columns))), 1, 5)


kind, rows, columns, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
values = {"blobs": blobs, "cloud": cloud, "noisy": noisy, "gaps": gaps, "rfm": rfm}[kind](np.random.default_rng(7), rows, columns)
decimals = re.search(r"\.(\d)\.csv$", path)
if path.endswith(".f64"):
    values.tofile(path)
else:
    if decimals is not None:
        values = np.round(values, int(decimals.group(1)))
    table = pa.table({f"feature_{j + 1}": pa.array(values[:, j], from_pandas=True) for j in range(columns)})
    if decimals is None:
        pyarrow.parquet.write_table(table, path)
    else:
        pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="none"))
