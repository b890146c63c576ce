"""Fit the Python package of XGBoost on a matrix that Leadsight exported, and compare the test AUC.

Reads from the folder given as the only argument:

* ``train.csv``, ``valid.csv``, ``test.csv``: numeric columns and the column ``target`` (0 or 1);
  an empty cell is a missing value; the header is the same in all three;
* ``params.json``: ``{"rounds": 200, "params": {"eta": 0.1, "max_depth": 6, ...}}``, the parameters
  Leadsight used, by XGBoost's own names;
* ``predictions.csv``: one column ``probability``, Leadsight's for the rows of ``test.csv`` in order.

Both sides fit on the training rows for the same number of rounds; the validation rows are only scored,
to show that the models agree there too. Prints one JSON object; exit 1 if the AUCs differ by more
than 0.002, 2 if the files cannot be used.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import xgboost as xgb

TOLERANCE = 0.002


def read(path):
    """Header and values (float32, NaN where empty) of a numeric CSV file."""
    with open(path, newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        cells = [[float(cell) if cell else np.nan for cell in row] for row in rows]
    return header, np.asarray(cells, dtype=np.float64)


def split(path, columns=None):
    """Features and target of one part; its columns must be those of the first part."""
    header, values = read(path)
    if "target" not in header:
        raise ValueError(f"{path.name}: no column `target`; found {', '.join(header)}")
    names = [name for name in header if name != "target"]
    if columns is not None and names != columns:
        raise ValueError(f"{path.name}: its columns differ from those of train.csv")
    target = header.index("target")
    return np.delete(values, target, axis=1).astype(np.float32), values[:, target], names


def auc(labels, scores):
    """Area under the ROC curve by mid-ranks: ties count one half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = labels.sum()
    negatives = len(labels) - positives
    return (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)


def main(folder):
    settings = json.loads((folder / "params.json").read_text())
    x_train, y_train, columns = split(folder / "train.csv")
    x_valid, y_valid, _ = split(folder / "valid.csv", columns)
    x_test, y_test, _ = split(folder / "test.csv", columns)
    header, ours = read(folder / "predictions.csv")
    ours = ours[:, header.index("probability")]
    if len(ours) != len(y_test):
        raise ValueError(f"predictions.csv has {len(ours)} rows, test.csv {len(y_test)}")

    booster = xgb.train(settings["params"], xgb.DMatrix(x_train, label=y_train), settings["rounds"])
    theirs = booster.predict(xgb.DMatrix(x_test))
    difference = auc(y_test, ours) - auc(y_test, theirs)
    print(json.dumps({
        "rows": {"train": len(y_train), "valid": len(y_valid), "test": len(y_test)},
        "columns": len(columns),
        "rounds": settings["rounds"],
        "python_package": xgb.__version__,
        "python_valid_auc": round(float(auc(y_valid, booster.predict(xgb.DMatrix(x_valid)))), 6),
        "python_test_auc": round(float(auc(y_test, theirs)), 6),
        "leadsight_test_auc": round(float(auc(y_test, ours)), 6),
        "difference": round(float(difference), 6),
        "largest_probability_difference": round(float(np.abs(ours - theirs).max()), 6),
        "tolerance": TOLERANCE,
    }, indent=2))
    return 0 if abs(difference) <= TOLERANCE else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: xgboost_same_matrix.py FOLDER")
    try:
        sys.exit(main(Path(sys.argv[1])))
    except (OSError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
