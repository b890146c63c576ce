"""Fit LightGBM on the matrix that Leadsight exported, and compare with the XGBoost of a Leadsight run.

Reads, from the folder given first, ``train.csv``, ``valid.csv``, ``test.csv`` as ``xgboost_same_matrix.py`` does, and
``test_ids.csv`` (one column ``lead_id``, in the order of ``test.csv``); from the run folder given second, ``predictions.csv``.

LightGBM has the rounds, rate, leaves and samples of its usual advice for tables of this size, fixed here before any result was
seen, and stops early on the validation rows. Prints one JSON object with both AUCs, their difference (ours less theirs) with the
paired interval and p-value of DeLong, and both log-losses; exit 1 if ours is significantly worse (the interval at 95 % lies below zero),
2 if the files cannot be used.
"""

import csv
import json
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
from scipy.stats import norm, rankdata

from xgboost_same_matrix import split

SEED = 7
LEVEL = 0.95
PARAMS = {
    "objective": "binary", "learning_rate": 0.04, "num_leaves": 15, "min_data_in_leaf": 40, "bagging_fraction": 0.75,
    "bagging_freq": 1, "feature_fraction": 0.8, "num_threads": 2, "seed": SEED, "deterministic": True, "verbosity": -1,
}


def placements(labels, scores):
    """AUC, and the structural components of DeLong for positives and negatives (Sun and Xu 2014)."""
    positives, negatives = scores[labels == 1], scores[labels == 0]
    m, n = len(positives), len(negatives)
    together = rankdata(np.concatenate([positives, negatives]))
    of_positive = (together[:m] - rankdata(positives)) / n
    of_negative = 1 - (together[m:] - rankdata(negatives)) / m
    return of_positive.mean(), of_positive, of_negative


def log_loss(labels, p):
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return float(-np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p)))


def main(matrix, run):
    x_train, y_train, columns = split(matrix / "train.csv")
    x_valid, y_valid, _ = split(matrix / "valid.csv", columns)
    x_test, y_test, _ = split(matrix / "test.csv", columns)
    with open(matrix / "test_ids.csv", newline="") as file:
        ids = [row["lead_id"] for row in csv.DictReader(file)]
    with open(run / "predictions.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "test" and row["model"] == "Xgboost"]
    by_id = {row["lead_id"]: (int(row["label"]), float(row["probability"])) for row in rows}
    if set(ids) != set(by_id):
        raise ValueError(f"predictions.csv has {len(by_id)} test leads of the model Xgboost, the matrix other {len(ids)}")
    if [by_id[i][0] for i in ids] != [int(y) for y in y_test]:
        raise ValueError("the outcomes of predictions.csv and test.csv differ")
    ours = np.array([by_id[i][1] for i in ids])

    train = lgb.Dataset(x_train, y_train)
    watched = [lgb.Dataset(x_valid, y_valid, reference=train)]
    model = lgb.train(PARAMS, train, 2000, watched, callbacks=[lgb.early_stopping(100, verbose=False)])
    theirs = model.predict(x_test)

    auc_ours, ours_p, ours_n = placements(y_test, ours)
    auc_theirs, theirs_p, theirs_n = placements(y_test, theirs)
    error = np.sqrt((ours_p - theirs_p).var(ddof=1) / len(ours_p) + (ours_n - theirs_n).var(ddof=1) / len(ours_n))
    difference = auc_ours - auc_theirs
    reach = norm.ppf((1 + LEVEL) / 2) * error
    p_value = float(2 * norm.sf(abs(difference) / error)) if error > 0 else 1.0
    print(json.dumps({
        "run": run.name,
        "rows": {"train": len(y_train), "valid": len(y_valid), "test": len(y_test)},
        "columns": len(columns),
        "lightgbm": lgb.__version__,
        "lightgbm_rounds": model.best_iteration,
        "lightgbm_test_auc": round(float(auc_theirs), 4),
        "leadsight_test_auc": round(float(auc_ours), 4),
        "difference": round(float(difference), 4),
        "difference_low": round(float(difference - reach), 4),
        "difference_high": round(float(difference + reach), 4),
        "p_value": round(p_value, 4),
        "lightgbm_log_loss": round(log_loss(y_test, theirs), 4),
        "leadsight_log_loss": round(log_loss(y_test, ours), 4),
    }, indent=2))
    return 1 if difference + reach < 0 else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: lightgbm_same_matrix.py MATRIX RUN")
    try:
        sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
    except (OSError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
