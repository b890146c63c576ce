"""Writes a scikit-learn model of trees as JSON that `leadsight import` reads (scikit-learn 1.3 or later).

    python export_sklearn.py model.joblib model.json        # a model saved by joblib or pickle: only one that you trust
    from export_sklearn import export                        # or in your own program:
    export(model, "model.json", feature_names=None)

DecisionTree, ExtraTree, RandomForest, ExtraTrees, GradientBoosting and HistGradientBoosting, as classifiers and regressors. A forest's
prediction is the mean of its trees' probabilities, and stays so. Categories that HistGradientBoosting sees as sets are refused.
"""

import json
import sys

import numpy as np
import sklearn

FLOAT32_MAX = float(np.finfo(np.float32).max)


def columns(tree, leaf_values):
    """One tree of sklearn.tree as columns over its nodes."""
    t = tree.tree_
    inner = t.children_left >= 0
    left, right = np.where(inner, t.children_left, 0), np.where(inner, t.children_right, 0)
    weight = t.weighted_n_node_samples
    loss = weight * t.impurity
    gain = np.where(inner, np.maximum(loss - loss[left] - loss[right], 0), 0)
    missing = getattr(t, "missing_go_to_left", np.zeros(t.node_count))
    return {
        "feature": np.where(inner, t.feature, 0).tolist(),
        "threshold": np.where(inner, np.clip(t.threshold, -FLOAT32_MAX, FLOAT32_MAX), 0).tolist(),
        "left": t.children_left.tolist(),
        "right": t.children_right.tolist(),
        "missing_left": (inner & (missing != 0)).tolist(),
        "value": np.where(inner, 0, leaf_values).tolist(),
        "cover": weight.tolist(),
        "gain": gain.tolist(),
    }


def histogram_columns(predictor):
    """One tree of HistGradientBoosting."""
    nodes = predictor.nodes
    inner = nodes["is_leaf"] == 0
    if "is_categorical" in nodes.dtype.names and nodes["is_categorical"][inner].any():
        raise SystemExit("categories as sets cannot be exported; train without categorical_features, on one-hot columns")
    return {
        "feature": np.where(inner, nodes["feature_idx"], 0).tolist(),
        "threshold": np.where(inner, np.clip(nodes["num_threshold"], -FLOAT32_MAX, FLOAT32_MAX), 0).tolist(),
        "left": np.where(inner, nodes["left"].astype(np.int64), -1).tolist(),
        "right": np.where(inner, nodes["right"].astype(np.int64), -1).tolist(),
        "missing_left": (inner & (nodes["missing_go_to_left"] != 0)).tolist(),
        "value": np.where(inner, 0, nodes["value"]).tolist(),
        "cover": nodes["count"].astype(float).tolist(),
        "gain": np.where(inner, np.maximum(nodes["gain"], 0), 0).tolist(),
    }


def outputs_of(model):
    """The link and, for each output, its base value and trees."""
    kind = type(model).__name__
    if getattr(model, "n_outputs_", 1) != 1:
        raise SystemExit("a model of several targets cannot be exported; fit one for each")
    classes = len(getattr(model, "classes_", []))
    of_classes = [1] if classes == 2 else range(classes)  # two classes: the second's probability
    if kind.startswith(("HistGradientBoosting", "GradientBoosting")):
        histogram = kind.startswith("Hist")
        loss = getattr(model, "loss", "squared_error")
        links = {"log_loss": "Softmax" if classes > 2 else "Logistic", "poisson": "Exp", "gamma": "Exp"}
        if loss == "exponential":
            raise SystemExit("the loss `exponential` cannot be exported; use log_loss")
        if histogram:
            bases = np.ravel(model._baseline_prediction).tolist()
            rounds = [[histogram_columns(p) for p in trees] for trees in model._predictors]
        else:
            if model.init not in (None, "zero"):
                raise SystemExit("an initial estimator of your own cannot be exported; use init=None")
            row = np.zeros((1, model.n_features_in_), np.float32)
            bases = np.ravel(model._raw_predict_init(row)).tolist()
            rate = model.learning_rate
            rounds = [[columns(t, rate * t.tree_.value[:, 0, 0]) for t in trees] for trees in model.estimators_]
        outputs = [{"base": base, "trees": [trees[k] for trees in rounds]} for k, base in enumerate(bases)]
        return links.get(loss, "Identity"), outputs
    trees = getattr(model, "estimators_", [model])
    share = 1 / len(trees)
    if classes:
        def of_class(tree, k):
            counts = tree.tree_.value[:, 0, :]
            return share * counts[:, k] / counts.sum(axis=1)
        return "Probability", [{"base": 0.0, "trees": [columns(t, of_class(t, k)) for t in trees]} for k in of_classes]
    return "Identity", [{"base": 0.0, "trees": [columns(t, share * t.tree_.value[:, 0, 0]) for t in trees]}]


def export(model, path, feature_names=None):
    """Writes the model; names are those of the data frame it was fitted on unless given."""
    names = feature_names if feature_names is not None else getattr(model, "feature_names_in_", None)
    names = [f"f{i}" for i in range(model.n_features_in_)] if names is None else [str(n) for n in names]
    link, outputs = outputs_of(model)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({
            "format": "leadsight-sklearn",
            "version": 1,
            "source": f"scikit-learn {sklearn.__version__} {type(model).__name__}",
            "feature_names": names,
            "classes": [str(c) for c in getattr(model, "classes_", [])],
            "link": link,
            "averaged": not hasattr(model, "learning_rate"),
            "outputs": outputs,
        }, file, separators=(",", ":"), allow_nan=False)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    import joblib

    export(joblib.load(sys.argv[1]), sys.argv[2])
