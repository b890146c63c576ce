"""Writes shap.json here: regression forests of scikit-learn node by node, rows, and what the `shap` package's TreeExplainer says of them
(path-dependent; the last of a row being the expected value).

    python make_shap.py        # with scikit-learn and shap
"""

import json
from pathlib import Path

import numpy as np
import shap
import sklearn
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor

rng = np.random.default_rng(11)
x = rng.normal(size=(500, 6)).astype(np.float32)
x[:, 2] = np.round(x[:, 2])
y = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * (x[:, 4] > 0) + 0.1 * rng.normal(size=500)
sample = rng.normal(size=(21, 6)).astype(np.float32)

models = {
    "boosted": GradientBoostingRegressor(n_estimators=6, max_depth=4, learning_rate=0.3, random_state=1),
    "deep": ExtraTreesRegressor(n_estimators=3, max_depth=9, random_state=1),
}
out = {"shap": shap.__version__, "scikit-learn": sklearn.__version__, "rows": sample.astype(float).tolist(), "cases": {}}
for name, model in models.items():
    model.fit(x, y)
    boosted = name == "boosted"
    scale = model.learning_rate if boosted else 1 / len(model.estimators_)
    explained = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    values = explained.shap_values(sample, check_additivity=True)
    base = float(np.ravel(explained.expected_value)[0])
    out["cases"][name] = {
        "base": float(model.init_.constant_[0, 0]) if boosted else 0.0,
        "trees": [
            {
                "left": t.children_left.tolist(), "right": t.children_right.tolist(), "feature": t.feature.tolist(),
                "threshold": t.threshold.tolist(), "value": (scale * t.value[:, 0, 0]).tolist(),
                "cover": t.weighted_n_node_samples.tolist(),
            }
            for t in (e.tree_ for e in np.ravel(model.estimators_))
        ],
        "contributions": [[*map(float, row), base] for row in values],
    }

Path(__file__).with_name("shap.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
