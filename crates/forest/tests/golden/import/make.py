"""Writes here the models of other libraries (few trees each), and `cases.json`: rows, and what the library predicts for them.

    python make.py        # xgboost 3.2, lightgbm 4.7, catboost 1.2, scikit-learn 1.9

A row holds numbers, null for missing, and words for categories. Margins are in log-odds where the answer is a probability of yes.
"""

import importlib.util
import json
import math
from pathlib import Path

import catboost as cb
import lightgbm as lgb
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn import ensemble, tree

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("export_sklearn", HERE / "../../../src/import/export_sklearn.py")
exporter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exporter)

rng = np.random.default_rng(11)
N, TEST = 800, 40
NUMBERS = ["age", "visits", "score", "delta"]


def numbers(n):
    """Plain, often zero, with ties, negative and tiny."""
    x = np.column_stack([
        rng.normal(40, 12, n).round(1),
        rng.poisson(0.8, n),
        rng.integers(-3, 4, n) / 2,
        rng.normal(0, 1e-3, n),
    ]).astype(np.float32)
    x[rng.random(x.shape) < 0.12] = np.nan
    return x


def frame(x, few, many):
    sources, towns = [f"s{i}" for i in range(4)], [f"Koln {i:02}" for i in range(40)]
    words = pd.DataFrame(x, columns=NUMBERS)
    words["source"] = pd.Categorical([sources[i] for i in few], categories=sources)
    words["town"] = pd.Categorical([towns[i] for i in many], categories=towns)
    return words


x = numbers(N)
few, many = rng.integers(0, 4, N), rng.integers(0, 40, N)
signal = (
    np.nan_to_num(x[:, 0] - 40, nan=5) / 10 + np.where(x[:, 1] == 0, 1.0, -0.5) + np.nan_to_num(x[:, 2])
    + 500 * np.nan_to_num(x[:, 3]) + (few == 2) - (many % 5 == 1)
)
chance = 1 / (1 + np.exp(1.5 - 1.5 * signal))
y = (rng.random(N) < chance).astype(int)
y3 = np.clip(np.digitize(signal + rng.normal(0, 0.5, N), [-0.5, 1.5]), 0, 2)
count = rng.poisson(np.exp(np.clip(signal, -2, 2)))
real = signal * 3 + 100
df = frame(x, few, many)
df.loc[rng.random(N) < 0.1, "town"] = np.nan

wide = rng.normal(size=(N, 1000)).round(1).astype(np.float32)
wide[rng.random(wide.shape) < 0.1] = np.nan
wide_y = (np.nan_to_num(wide[:, :30]).sum(axis=1) + rng.normal(0, 1, N) > 0).astype(int)

test = numbers(TEST - 3)
test = np.vstack([test, np.full((1, 4), np.nan), np.zeros((1, 4)), x[:1]]).astype(np.float32)
test_df = frame(test, rng.integers(0, 4, TEST), rng.integers(0, 40, TEST))
test_df.loc[[3, 5, TEST - 3], "town"] = np.nan
test_wide = wide[:6]

cases = {}


def cells(table):
    def cell(v):
        if isinstance(v, str):
            return v
        return None if v is None or (isinstance(v, float) and math.isnan(v)) else float(np.float32(v))
    if isinstance(table, pd.DataFrame):
        return [[cell(v) for v in row] for row in table.astype(object).itertuples(index=False)]
    return [[cell(float(v)) for v in row] for row in np.asarray(table)]


ROWS = {"numbers": cells(test), "words": cells(test_df), "wide": cells(test_wide)}


def letters(table):
    """With words beyond ASCII; XGBoost 3.2 cuts the list of those short when it saves them."""
    return table.assign(town=table["town"].cat.rename_categories(lambda word: word.replace("o", "\u00f6")))


def case(name, file, rows, predictions, margins=None):
    shape = lambda v: None if v is None else np.asarray(v, float).reshape(len(ROWS[rows]), -1).tolist()
    cases[name] = {"model": file, "rows": rows, "predictions": shape(predictions), "margins": shape(margins)}


# ---- XGBoost ----

def xgboost(name, params, rounds, data, label, rows, test_data, suffix="json", **kwargs):
    base = {"max_depth": 4, "eta": 0.4, "seed": 3, "nthread": 1, "tree_method": "hist"}
    booster = xgb.train({**base, **params}, xgb.DMatrix(data, label=label, enable_categorical=True, **kwargs), rounds)
    file = f"xgboost_{name}.{suffix}"
    booster.save_model(HERE / file)
    d = xgb.DMatrix(test_data, enable_categorical=True, **{k: v for k, v in kwargs.items() if k == "feature_types"})
    link = None if params["objective"].startswith("binary:logitraw") else booster.predict(d)
    margins = booster.predict(d, output_margin=True)
    link = 1 / (1 + np.exp(-margins.astype(float))) if link is None else link
    case(f"xgboost_{name}_{suffix}", file, rows, link, margins)


logistic = {"objective": "binary:logistic"}
xgboost("binary", {**logistic, "base_score": 0.2}, 4, x, y, "numbers", test)
xgboost("dart", {**logistic, "booster": "dart", "rate_drop": 0.5, "skip_drop": 0.1}, 8, x, y, "numbers", test)
xgboost("multiclass", {"objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2, "subsample": 0.7, "max_depth": 3}, 3, x, y3, "numbers", test)
xgboost("multiclass", {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "rate_drop": 0.5, "max_depth": 3}, 4, x, y3, "numbers", test, "ubj")
xgboost("words", {**logistic, "max_cat_to_onehot": 5}, 5, df, y, "words", test_df)
xgboost("words", {**logistic, "max_cat_to_onehot": 5}, 5, df, y, "words", test_df, "ubj")
xgboost("poisson", {"objective": "count:poisson"}, 4, x, count, "numbers", test)
xgboost("squared", {"objective": "reg:squarederror"}, 4, x, real, "numbers", test)
xgboost("logitraw", {"objective": "binary:logitraw"}, 3, x, y, "numbers", test)
xgboost("wide", {**logistic, "max_depth": 5}, 5, wide, wide_y, "wide", test_wide, "ubj")

# Categories as codes without words, among them codes that training never saw, and one that it saw but no split names.
codes = np.column_stack([x, np.where(many < 30, many, np.nan)]).astype(np.float32)
unseen = np.column_stack([test, rng.integers(0, 300, TEST)]).astype(np.float32)
unseen[[1, 2], 4] = np.nan
ROWS["codes"] = cells(unseen)
xgboost("codes", {**logistic, "max_cat_to_onehot": 1, "max_depth": 5}, 5, codes, y, "codes", unseen, feature_types=["q"] * 4 + ["c"])


# ---- LightGBM ----

df, test_df = letters(df), letters(test_df)
ROWS["letters"] = cells(test_df)


def lightgbm(name, params, rounds, data, label, rows, test_data, sigmoid=1.0, **kwargs):
    base = {"num_leaves": 9, "learning_rate": 0.3, "min_data_in_leaf": 10, "seed": 3, "num_threads": 1, "verbose": -1, "deterministic": True}
    booster = lgb.train({**base, **params}, lgb.Dataset(data, label=label, **kwargs), rounds)
    file = f"lightgbm_{name}.txt"
    booster.save_model(HERE / file)
    # The raw score of a forest is the sum; its probability is that of the mean.
    margins = None if params.get("boosting") == "rf" else sigmoid * booster.predict(test_data, raw_score=True)
    case(f"lightgbm_{name}", file, rows, booster.predict(test_data), margins)


binary = {"objective": "binary"}
lightgbm("nan", binary, 5, x, y, "numbers", test)
lightgbm("none", {**binary, "use_missing": False}, 5, x, y, "numbers", test)
lightgbm("zero", {**binary, "zero_as_missing": True}, 8, x, y, "numbers", test)
lightgbm("sigmoid", {**binary, "sigmoid": 0.7, "is_unbalance": True}, 4, x, y, "numbers", test, sigmoid=0.7)
lightgbm("words", {**binary, "min_data_per_group": 5, "cat_smooth": 1, "max_cat_to_onehot": 4}, 6, df, y, "letters", test_df)
lightgbm("codes", {**binary, "min_data_per_group": 5, "cat_smooth": 1}, 6, codes, y, "codes", unseen, categorical_feature=[4])
lightgbm("multiclass", {"objective": "multiclass", "num_class": 3}, 3, x, y3, "numbers", test)
lightgbm("one_vs_rest", {"objective": "multiclassova", "num_class": 3, "sigmoid": 2.0}, 3, x, y3, "numbers", test, sigmoid=2.0)
lightgbm("forest", {**binary, "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6, "feature_fraction": 0.7}, 6, x, y, "numbers", test)
lightgbm("dart", {**binary, "boosting": "dart", "drop_rate": 0.5, "skip_drop": 0.1}, 8, x, y, "numbers", test)
lightgbm("poisson", {"objective": "poisson"}, 4, x, count, "numbers", test)
lightgbm("stump", {**binary, "min_data_in_leaf": 700}, 2, x, y, "numbers", test)
lightgbm("wide", {**binary, "num_leaves": 25}, 5, wide, wide_y, "wide", test_wide)


# ---- CatBoost ----

def catboost(name, params, data, label, rows, test_data, cats=(), scale=None):
    kind = cb.CatBoostRegressor if params["loss_function"] in ("RMSE", "Poisson") else cb.CatBoostClassifier
    base = {"iterations": 6, "depth": 4, "learning_rate": 0.4, "random_seed": 3, "verbose": False, "allow_writing_files": False, "thread_count": 1}
    text = lambda t: t.assign(**{c: t[c].astype(object).where(t[c].notna(), "none").astype(str) for c in cats}) if len(cats) else t
    pool = cb.Pool(text(data), label=label, cat_features=list(cats))
    model = kind(**{**base, **params}).fit(pool)
    if scale is not None:
        model.set_scale_and_bias(*scale)
    file = f"catboost_{name}.json"
    model.save_model(HERE / file, format="json", pool=pool)
    slim(HERE / file)
    raw = model.predict(text(test_data), prediction_type="RawFormulaVal")
    if kind is cb.CatBoostRegressor:
        predictions = model.predict(text(test_data), prediction_type="Exponent") if params["loss_function"] == "Poisson" else raw
    else:
        p = model.predict_proba(text(test_data))
        predictions = p[:, 1] if p.shape[1] == 2 else p
        if params["loss_function"] == "MultiClassOneVsAll":
            predictions = 1 / (1 + np.exp(-np.asarray(raw)))
    case(f"catboost_{name}", file, rows, predictions, raw)


def slim(path):
    """Without the parts that nobody reads: the borders, and all parameters but the loss."""
    model = json.loads(path.read_text())
    info = model["model_info"]
    model["model_info"] = {
        "params": {"loss_function": info["params"]["loss_function"]},
        "class_params": info.get("class_params", {}),
        "catboost_version_info": info.get("catboost_version_info"),
    }
    for feature in model["features_info"]["float_features"]:
        feature["borders"] = []
    path.write_text(json.dumps(model, separators=(",", ":")) + "\n")


named = pd.DataFrame(x, columns=NUMBERS)
test_named = pd.DataFrame(test, columns=NUMBERS)
# CatBoost has no missing word; here it is a word as any other.
ROWS["words_or_none"] = [row[:4] + [word or "none" for word in row[4:]] for row in ROWS["letters"]]
catboost("numbers", {"loss_function": "Logloss"}, named, y, "numbers", test_named)
catboost("nan_max", {"loss_function": "Logloss", "nan_mode": "Max"}, named, y, "numbers", test_named, scale=(0.5, 0.25))
catboost("words", {"loss_function": "Logloss", "one_hot_max_size": 60}, df, y, "words_or_none", test_df, cats=["source", "town"])
catboost("multiclass", {"loss_function": "MultiClass", "depth": 3}, named, y3, "numbers", test_named)
catboost("one_vs_rest", {"loss_function": "MultiClassOneVsAll", "depth": 3}, named, y3, "numbers", test_named)
catboost("lossguide", {"loss_function": "Logloss", "grow_policy": "Lossguide", "max_leaves": 9, "one_hot_max_size": 60}, df, y, "words_or_none", test_df, cats=["source", "town"])
catboost("lossguide_multiclass", {"loss_function": "MultiClass", "grow_policy": "Depthwise", "depth": 3}, named, y3, "numbers", test_named)
catboost("rmse", {"loss_function": "RMSE"}, named, real, "numbers", test_named)
catboost("poisson", {"loss_function": "Poisson", "learning_rate": 0.1}, named, count, "numbers", test_named)
catboost("wide", {"loss_function": "Logloss", "iterations": 5}, wide, wide_y, "wide", test_wide)
# Refused: statistics learned for a category of 40 words.
catboost("ctr", {"loss_function": "Logloss", "iterations": 12, "depth": 3, "one_hot_max_size": 2, "max_ctr_complexity": 1}, df, y, "words_or_none", test_df, cats=["source", "town"])
del cases["catboost_ctr"]
ctr = json.loads((HERE / "catboost_ctr.json").read_text())
ctr.pop("ctr_data", None)
(HERE / "catboost_ctr.json").write_text(json.dumps(ctr, separators=(",", ":")) + "\n")


# ---- scikit-learn ----

def sklearn(name, model, data, label, rows, test_data):
    model.fit(data, label)
    exporter.export(model, HERE / f"sklearn_{name}.json")
    if hasattr(model, "predict_proba"):
        predictions = model.predict_proba(test_data)
        predictions = predictions[:, 1] if predictions.shape[1] == 2 else predictions
    else:
        predictions = model.predict(test_data)
    margins = model.decision_function(test_data) if hasattr(model, "decision_function") else None
    case(f"sklearn_{name}", f"sklearn_{name}.json", rows, predictions, margins)


small = {"max_depth": 4, "random_state": 3}
filled, test_filled = named.fillna(0), test_named.fillna(0)
ROWS["filled"] = cells(test_filled)
sklearn("forest", ensemble.RandomForestClassifier(6, **small), named, y, "numbers", test_named)
sklearn("forest_weighted", ensemble.RandomForestClassifier(4, class_weight="balanced", **small), x, y, "numbers", test)
sklearn("extra_multiclass", ensemble.ExtraTreesClassifier(4, **small), x, y3, "numbers", test)
sklearn("tree", tree.DecisionTreeClassifier(**small), x, y, "numbers", test)
sklearn("forest_regressor", ensemble.RandomForestRegressor(4, **small), x, real, "numbers", test)
sklearn("boosting", ensemble.GradientBoostingClassifier(n_estimators=5, max_depth=3, random_state=3), filled, y, "filled", test_filled)
sklearn("boosting_multiclass", ensemble.GradientBoostingClassifier(n_estimators=3, max_depth=2, random_state=3), filled, y3, "filled", test_filled)
sklearn("histogram", ensemble.HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=9), x, y, "numbers", test)
sklearn("histogram_multiclass", ensemble.HistGradientBoostingClassifier(max_iter=3, max_leaf_nodes=5), x, y3, "numbers", test)
sklearn("histogram_poisson", ensemble.HistGradientBoostingRegressor(loss="poisson", max_iter=4, max_leaf_nodes=7), x, count, "numbers", test)
sklearn("wide", ensemble.RandomForestClassifier(3, **small), wide, wide_y, "wide", test_wide)

used = {c["rows"] for c in cases.values()}
out = {
    "versions": {"xgboost": xgb.__version__, "lightgbm": lgb.__version__, "catboost": cb.__version__, "scikit-learn": exporter.sklearn.__version__},
    "rows": {k: v for k, v in ROWS.items() if k in used},
    "cases": cases,
}
(HERE / "cases.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
