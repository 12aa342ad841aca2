"""The script an analyst writes in the place of a pipe: pipeline.py IN.csv OUT_DIR [K], or pipeline.py IN.csv LABELS.csv [K].

Reads a customer file, standardises it, folds the rows of one e-mail into one, scales, finds the segments and writes a
file for each (OUT_DIR), or customer_id and segment (LABELS.csv). K is a number, or auto for the best silhouette of 2 to 10.
"""

import os
import sys

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

source, target, *rest = sys.argv[1:]
k = rest[0] if rest else "auto"

NULLS = {"", "na", "n/a", "nan", "null", "none", "nil", "nd", "n.d.", "vide", "-", "--", "?", "#n/a", "\\n"}
NUMBERS = ["orders", "revenue", "avg_basket", "emails_sent", "emails_opened", "emails_clicked", "visits", "returns"]
DATES = ["birth_date", "signup_date", "last_order"]
FLAGS = ["consent_email", "consent_sms"]
YES, NO = {"oui", "vrai", "yes", "true", "y", "o"}, {"non", "faux", "no", "false", "n"}


def clean(data):
    for column in data.columns:
        text = data[column].str.normalize("NFC").str.replace(r"\s+", " ", regex=True).str.strip()
        data[column] = text.mask(text.str.lower().isin(NULLS))
    data["email"] = data["email"].str.lower()
    for column in NUMBERS:
        data[column] = pd.to_numeric(data[column])
    for column in DATES:
        data[column] = pd.to_datetime(data[column], format="%Y-%m-%d")
    for column in FLAGS:
        word = data[column].str.lower()
        data[column] = np.where(word.isin(YES), True, np.where(word.isin(NO), False, None))
    return data


def dedupe(data):
    keyed = data[data["email"].notna()]
    several = keyed["email"].duplicated(keep=False)
    groups = keyed[several].copy()
    groups["complete"] = groups.notna().sum(axis=1)
    groups = groups.sort_values("complete", ascending=False, kind="stable")
    consents = groups.groupby("email")[FLAGS].agg(lambda said: all(word is True for word in said))
    merged = groups.drop(columns="complete").groupby("email", sort=False).first()
    merged[FLAGS] = consents.loc[merged.index]
    return pd.concat([data[data["email"].isna()], keyed[~several], merged.reset_index()])[list(data.columns)]


def normalize(data):
    values = data[NUMBERS].astype(float)
    values = values.fillna(values.median())
    for column in NUMBERS:
        skew = values[column].skew()
        if values[column].min() >= 0 and skew > 2:
            logged = np.log1p(values[column])
            if abs(logged.skew()) < skew:
                values[column] = logged
    return StandardScaler().fit_transform(values)


def cluster(values):
    def fit(count):
        return KMeans(n_clusters=count, n_init=10, random_state=42).fit_predict(values)

    if k != "auto":
        return fit(int(k)) + 1
    sample = np.random.default_rng(42).permutation(len(values))[:5000]
    tried = [fit(count) for count in range(2, 11)]
    scores = [silhouette_score(values[sample], labels[sample]) for labels in tried]
    return tried[int(np.argmax(scores))] + 1


table = clean(pd.read_csv(source, dtype=str, keep_default_na=False))
table = dedupe(table)
table["segment"] = cluster(normalize(table))
if target.endswith(".csv"):
    table[["customer_id", "segment"]].to_csv(target, index=False)
else:
    os.makedirs(target, exist_ok=True)
    for segment, rows in table.groupby("segment"):
        rows.to_csv(os.path.join(target, f"segment-{segment}.csv"), index=False)
