"""scikit-learn as a standing process: reads one JSON request a line, answers each with one JSON line."""

import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
threadpool_limits(2)
state = {}


def versions(_):
    return {"versions": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}"}


def load(request):
    state["values"] = np.fromfile(request["path"]).reshape(request["rows"], request["columns"])
    return {}


def estimator(request, k):
    init = np.array(request["init"]) if "init" in request else "k-means++"
    return KMeans(
        k,
        init=init,
        n_init=1,
        max_iter=request["maxIter"],
        tol=request["tol"],
        algorithm=request["algorithm"],
        random_state=request.get("seed", 0),
    )


def fit(request):
    values = state["values"]
    model = estimator(request, request["k"])
    began = time.perf_counter()
    model.fit(values)
    seconds = time.perf_counter() - began
    if "labels" in request:
        model.labels_.astype(np.int32).tofile(request["labels"])
    return {"seconds": seconds, "inertia": summed_inertia(values, model), "iterations": int(model.n_iter_)}


def mixture(request):
    """A full mixture from given labels; the rows' likelihood is worked out after the clock has stopped."""
    values = state["values"]
    start = np.fromfile(request["start"], dtype=np.int32)
    model = GaussianMixture(request["k"], tol=0, max_iter=request["maxIter"])
    model._initialize_parameters = lambda X, random_state, xp=None: model._initialize(X, np.eye(request["k"])[start])
    began = time.perf_counter()
    labels = model.fit_predict(values)
    seconds = time.perf_counter() - began
    labels.astype(np.int32).tofile(request["labels"])
    parts = (model.score_samples(values[at : at + 100_000]).sum() for at in range(0, len(values), 100_000))
    return {"seconds": seconds, "logLikelihood": float(sum(parts))}


def summed_inertia(values, model):
    """Inertia from the labels and centres of the model, with the rounding of a pairwise sum."""
    total = 0.0
    for start in range(0, len(values), 1 << 20):
        part = values[start : start + (1 << 20)]
        total += float(((part - model.cluster_centers_[model.labels_[start : start + (1 << 20)]]) ** 2).sum())
    return total


def sweep(request):
    values = state["values"]
    began = time.perf_counter()
    iterations = 0
    silhouettes = []
    for k in request["ks"]:
        model = estimator(request, k).fit(values)
        iterations += int(model.n_iter_)
        silhouettes.append(silhouette_score(values, model.labels_, sample_size=10_000, random_state=request["seed"]))
    return {"seconds": time.perf_counter() - began, "iterations": iterations, "silhouettes": silhouettes}


def silhouette_of(request):
    """Mean silhouette of randomly drawn rows, each against all rows, with its standard error."""
    values = state["values"]
    labels = np.fromfile(request["labels"], dtype=np.int32)
    drawn = np.random.default_rng(1).choice(len(values), request["rows"], replace=False)
    counts = np.bincount(labels)
    order = np.argsort(labels, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    grouped = np.ascontiguousarray(values[order])
    squares = (grouped**2).sum(1)
    own = np.empty(len(drawn))
    for n, row in enumerate(drawn):
        distances = np.sqrt(np.maximum(squares - 2 * (grouped @ values[row]) + values[row] @ values[row], 0))
        sums = np.add.reduceat(distances, starts)
        mine = labels[row]
        inside = sums[mine] / (counts[mine] - 1)
        outside = np.delete(sums / counts, mine).min()
        own[n] = (outside - inside) / max(inside, outside)
    return {"mean": own.mean(), "error": own.std() / np.sqrt(len(own))}


def peak(_):
    with open("/proc/self/status") as status:
        return {"peak": next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))}


does = {"versions": versions, "load": load, "fit": fit, "mixture": mixture, "sweep": sweep, "silhouette": silhouette_of, "peak": peak}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(does[request["do"]](request)), flush=True)
