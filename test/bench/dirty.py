"""Writes customers as an export has them, the same bytes for the same seed: dirty.py ROWS PATH.

Seven columns: id, name and city with odd spaces and case, e-mail in mixed case, French telephone numbers in four ways of
writing, day-first dates, revenue with a long tail.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv

rows, path = int(sys.argv[1]), sys.argv[2]
rng = np.random.default_rng(11)
first = np.array("Zoé Léa Noël Chloé Inès Jérôme Françoise Gaël Théo Anaïs Éric Benoît Marie Jean Luc Paul".split())
last = np.array("Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre".split())
cities = np.array("paris;LYON;Nîmes;saint-étienne;Orléans;BESANÇON;Évreux;châteauroux;Lille;le havre".split(";"))
pad = np.array(["", "", "", " ", "  "])
part = 500_000
writer = None
for start in range(0, rows, part):
    n = min(part, rows - start)
    pick = lambda values: values[rng.integers(0, len(values), n)]
    add = np.char.add
    number = np.char.zfill(rng.integers(0, 10**8, n).astype(str), 8)
    pairs = [np.array([text[i : i + 2] for text in number]) for i in (0, 2, 4, 6)]
    spaced = lambda mark: add(add(add(add(add(add(pairs[0], mark), pairs[1]), mark), pairs[2]), mark), pairs[3])
    ways = np.stack([add("06", number), add("06 ", spaced(" ")), add("06.", spaced(".")), add("+33 6 ", spaced(" "))])
    names = add(add(pick(first), pick(np.array([" ", "  "]))), pick(last))
    mail = add(add("Client.", np.arange(start, start + n).astype(str)), "@Exemple.fr")
    days = np.datetime64("2015-01-01") + rng.integers(0, 3600, n)
    iso = days.astype(str)
    dates = np.array([f"{d[8:]}/{d[5:7]}/{d[:4]}" for d in iso])
    table = pa.table(
        {
            "id": add("C", np.arange(start, start + n).astype(str)),
            "name": add(add(pick(pad), names), pick(pad)),
            "city": add(pick(cities), pick(pad)),
            "email": add(mail, pick(pad)),
            "phone": ways[rng.integers(0, 4, n), np.arange(n)],
            "signup": dates,
            "revenue": np.round(rng.lognormal(4, 1, n), 2),
        }
    )
    if writer is None:
        writer = pa.csv.CSVWriter(path, table.schema, write_options=pa.csv.WriteOptions(quoting_style="needed"))
    writer.write_table(table)
writer.close()
