"""The cleaning script an analyst writes instead: clean-analyst.py IN.csv OUT.parquet.

Spaces, case of the city, e-mail in small letters with its syntax told, telephone numbers to E.164 by their digits (the
quickest way; libphonenumber by row takes minutes), day-first dates, revenue beyond Tukey's fences flagged.
"""

import sys

import pandas as pd

source, target = sys.argv[1:]
data = pd.read_csv(source, dtype={name: "string" for name in ("id", "name", "city", "email", "phone", "signup")})
for name in ("id", "name", "city", "email", "phone"):
    data[name] = data[name].str.strip().str.replace(r"\s+", " ", regex=True)
data["city"] = data["city"].str.title()
data["email"] = data["email"].str.lower()
data["email_valid"] = data["email"].str.fullmatch(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
digits = data["phone"].str.replace(r"[^0-9+]", "", regex=True)
data["phone"] = digits.str.replace(r"^0", "+33", regex=True)
data["phone_valid"] = data["phone"].str.fullmatch(r"\+33[1-9][0-9]{8}")
data["signup"] = pd.to_datetime(data["signup"], format="%d/%m/%Y").dt.date
low, high = data["revenue"].quantile([0.25, 0.75])
fence = 1.5 * (high - low)
data["revenue_outlier"] = (data["revenue"] < low - fence) | (data["revenue"] > high + fence)
data.to_parquet(target)
