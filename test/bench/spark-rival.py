"""k-means of Spark's MLlib: spark-rival.py TABLE MEMORY K FEWER MORE.

Prints one line of JSON: the seconds of an iteration, from runs of FEWER and of MORE iterations from the same random start, in
turns, the least of three runs each; both with a tolerance of 0, on rows that Spark has kept in memory beforehand.
"""

import json
import sys
import time

from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

table, memory, k, fewer, more = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.memory", memory)
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
read = spark.read.parquet(table)
rows = VectorAssembler(inputCols=read.columns, outputCol="features").transform(read).select("features").cache()
rows.count()


def run(iterations):
    start = time.perf_counter()
    model = KMeans(k=k, initMode="random", seed=42, maxIter=iterations, tol=0.0).fit(rows)
    return time.perf_counter() - start, model.summary.numIter


run(2)
taken = {fewer: [], more: []}
for _ in range(3):
    for iterations in (fewer, more):
        seconds, done = run(iterations)
        if done != iterations:
            sys.exit(f"MLlib ended after {done} iterations, not {iterations}")
        taken[iterations].append(seconds)
print(json.dumps({"seconds": (min(taken[more]) - min(taken[fewer])) / (more - fewer)}))
spark.stop()
