"""scikit-learn, hdbscan, fast-hdbscan and mlpack as a standing process: reads one JSON request a line, answers each with one JSON line."""

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import sklearn
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KDTree
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
threadpool_limits(2)
state = {}


def versions(_):
    others = ", ".join(f"{name} {version(name)}" for name in ("numpy", "hdbscan", "fast-hdbscan", "mlpack"))
    return {"versions": f"scikit-learn {sklearn.__version__}, {others}, Python {sys.version.split()[0]}"}


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


def timed(request, fit):
    began = time.perf_counter()
    labels = fit(state["values"])
    seconds = time.perf_counter() - began
    np.asarray(labels).astype(np.int32).tofile(request["labels"])
    return {"seconds": seconds}


def hdbscan_sizes(request):
    """Both count a row's samples without the row itself."""
    return {"min_cluster_size": request["minClusterSize"], "min_samples": request["minSamples"] - 1}


def hdbscan_of(request):
    from hdbscan import HDBSCAN

    return timed(request, lambda values: HDBSCAN(**hdbscan_sizes(request), core_dist_n_jobs=2).fit_predict(values))


def fast_hdbscan_of(request):
    """Its compiler works at a first small fit, which is not timed."""
    import numba
    from fast_hdbscan import HDBSCAN

    numba.set_num_threads(2)
    HDBSCAN(**hdbscan_sizes(request)).fit(state["values"][:2000])
    return timed(request, lambda values: HDBSCAN(**hdbscan_sizes(request)).fit_predict(values))


def dbscan(request):
    model = DBSCAN(eps=request["epsilon"], min_samples=request["minSamples"], n_jobs=2)
    return timed(request, model.fit_predict)


def mlpack_dbscan(request):
    import mlpack

    sizes = {"epsilon": request["epsilon"], "min_size": request["minSamples"]}
    fit = lambda values: mlpack.dbscan(input_=values, copy_all_inputs=False, **sizes)["assignments"].ravel()
    return timed(request, fit)


def radius(request):
    """The distance within which drawn rows have so many neighbours on average."""
    values = state["values"]
    drawn = values[np.random.default_rng(1).choice(len(values), 2000, replace=False)]
    tree = KDTree(values)
    low, high = 0.0, 10.0
    for _ in range(30):
        middle = (low + high) / 2
        many = tree.query_radius(drawn, middle, count_only=True).mean() - 1 > request["neighbours"]
        low, high = (low, middle) if many else (middle, high)
    return {"radius": round(high, 6)}


def agreement(request):
    ours, theirs = (np.fromfile(request[name], dtype=np.int32) for name in ("ours", "theirs"))
    return {"index": adjusted_rand_score(ours, theirs), "segments": [int(ours.max()) + 1, int(theirs.max()) + 1]}


def exact_silhouette(request):
    labels = np.fromfile(request["labels"], dtype=np.int32)
    began = time.perf_counter()
    mean = silhouette_score(state["values"], labels)
    return {"seconds": time.perf_counter() - began, "mean": float(mean)}


def sampled_silhouette(request):
    labels = np.fromfile(request["labels"], dtype=np.int32)
    began = time.perf_counter()
    mean = silhouette_score(state["values"], labels, sample_size=request["rows"], random_state=0)
    return {"seconds": time.perf_counter() - began, "mean": float(mean)}


def stability(request):
    """The same loop as clusterboot's: fits of distinct drawn rows, the largest Jaccard coefficients of given segments."""
    values, k = state["values"], request["k"]
    labels = np.fromfile(request["labels"], dtype=np.int32)
    rng = np.random.default_rng(0)
    began = time.perf_counter()
    sums = np.zeros(k)
    for draw in range(request["draws"]):
        rows = np.unique(rng.integers(0, len(values), len(values)))
        found = KMeans(k, n_init=1, random_state=draw).fit_predict(values[rows])
        both = np.bincount(labels[rows] * k + found, minlength=k * k).reshape(k, k)
        sums += (both / (both.sum(1, keepdims=True) + both.sum(0) - both)).max(1)
    return {"seconds": time.perf_counter() - began, "jaccards": (sums / request["draws"]).tolist()}


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


does = {
    "versions": versions,
    "load": load,
    "fit": fit,
    "mixture": mixture,
    "hdbscan": hdbscan_of,
    "fastHdbscan": fast_hdbscan_of,
    "dbscan": dbscan,
    "mlpackDbscan": mlpack_dbscan,
    "radius": radius,
    "agreement": agreement,
    "exactSilhouette": exact_silhouette,
    "sampledSilhouette": sampled_silhouette,
    "stability": stability,
    "sweep": sweep,
    "silhouette": silhouette_of,
    "peak": peak,
}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(does[request["do"]](request)), flush=True)
