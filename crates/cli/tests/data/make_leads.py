"""Writes leads.csv and, with the same cells, leads.parquet and leads.xlsx (pip install pyarrow openpyxl), which the tests read.

    python make_leads.py
"""

import csv
import datetime as dt
import random

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

rng = random.Random(7)
start = dt.datetime(2026, 1, 5, 8, tzinfo=dt.timezone.utc)
rows = []
for i in range(300):
    visits = rng.randrange(30)
    created = start + dt.timedelta(hours=5 * i, minutes=rng.randrange(60))
    rows.append(
        {
            "lead_id": f"L{i}",
            "source": rng.choice(["web", "ad", "fair, Köln"]),
            "visits": None if rng.random() < 0.05 else visits,
            "budget": rng.randrange(400, 90_000) / 4,
            "founded": dt.date(1950 + rng.randrange(70), 1 + rng.randrange(12), 1),
            "created": created,
            "vip": rng.random() < 0.3,
            "won": int(rng.randrange(60) < visits),
        }
    )


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, float):
        return f"{value:g}" if value == int(value) else repr(value)
    return str(value)


with open("leads.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([text(value) for value in row.values()] for row in rows)

schema = pa.schema(
    [
        ("lead_id", pa.string()),
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("visits", pa.int32()),
        ("budget", pa.float64()),
        ("founded", pa.date32()),
        ("created", pa.timestamp("us", tz="UTC")),
        ("vip", pa.bool_()),
        ("won", pa.int8()),
    ]
)
pq.write_table(
    pa.Table.from_pylist(rows, schema=schema), "leads.parquet", compression="zstd", row_group_size=128
)

book = openpyxl.Workbook()
book.active.title = "About"
sheet = book.create_sheet("Leads")
sheet.append(["300 leads"])
sheet.append(list(rows[0]))
for row in rows:
    # A sheet knows no time zones.
    cells = {**row, "created": row["created"].replace(tzinfo=None)}
    sheet.append(list(cells.values()))
book.save("leads.xlsx")
