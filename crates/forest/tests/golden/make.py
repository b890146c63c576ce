"""Writes xgboost_<major>_<minor>.json here: small models as XGBoost saves them, rows with missing values, and what XGBoost
predicts for them (margins and SHAP contributions, the last of a row being the expected value).

    python make.py        # once with xgboost 3.2, once with xgboost 1.6.2, the version that the Rust binding bundles
"""

import json
from pathlib import Path

import numpy as np
import xgboost as xgb

rng = np.random.default_rng(7)
rows, features = 400, 5
x = rng.normal(size=(rows, features)).astype(np.float32)
x[:, 2] = np.round(x[:, 2])  # ties, and rows that stand on a threshold
x[:, 4] = (x[:, 4] > 0).astype(np.float32)
score = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + x[:, 4] - 1.5
x[rng.random(x.shape) < 0.15] = np.nan
x[:, 3] = np.where(np.isnan(x[:, 3]) | (x[:, 3] > 1.5), np.nan, x[:, 3])
y = (rng.random(rows) < 1 / (1 + np.exp(-2 * score))).astype(int)

base = {"objective": "binary:logistic", "base_score": float(np.float32(y.mean())), "seed": 3, "nthread": 1}
cases = {
    "boosted": ({"max_depth": 4, "eta": 0.3, "tree_method": "hist"}, 6),
    "parallel": ({"max_depth": 5, "eta": 1.0, "num_parallel_tree": 3, "subsample": 0.6, "colsample_bynode": 0.6, "lambda": 1}, 2),
    "pruned": ({"max_depth": 5, "eta": 0.3, "gamma": 4.0, "tree_method": "exact", "base_score": 0.5}, 5),
}

data = xgb.DMatrix(x, label=y)
sample = np.concatenate([x[:38], np.full((1, features), np.nan, np.float32), np.zeros((1, features), np.float32)])
test = xgb.DMatrix(sample)
out = {
    "xgboost": xgb.__version__,
    "rows": [[None if np.isnan(v) else float(v) for v in row] for row in sample],
    "cases": {},
}
for name, (params, rounds) in cases.items():
    booster = xgb.train({**base, **params}, data, rounds)
    out["cases"][name] = {
        "rounds": rounds,
        "model": bytes(booster.save_raw("json")).decode(),
        "margins": booster.predict(test, output_margin=True).astype(float).tolist(),
        "contributions": booster.predict(test, pred_contribs=True).astype(float).tolist(),
        "first_round_margins": booster.predict(test, output_margin=True, iteration_range=(0, 1)).astype(float).tolist(),
        "gain": booster.get_score(importance_type="total_gain"),
    }

major, minor = xgb.__version__.split(".")[:2]
path = Path(__file__).parent / f"xgboost_{major}_{minor}.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
