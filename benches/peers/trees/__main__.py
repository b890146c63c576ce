"""The peers' side of `cargo xtask compare --speed trees`.

    trees data FOLDER DRAWS ROWS [ROWS ...]  writes the rows and models that all sides read
    trees TASK PEER FOLDER ROWS DRAW         does one task with one peer, prints what it took as JSON

Tasks: boosting, forest, symmetric, shap, scoring. Seconds are those of the work, without reading the files; CPU seconds are those of all threads.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

import data

THREADS, ROUNDS, ETA = 2, 300, 0.1
# The shap package takes milliseconds a row.
FEW = 300


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def log_loss(y, p):
    p = np.clip(np.asarray(p, np.float64), 1e-15, 1 - 1e-15)
    return float(-np.where(y, np.log(p), np.log1p(-p)).mean())


def fit(folder, train, test, fitted, predict):
    x, y = data.load(folder, train)
    model, took = timed(lambda: fitted(x, y))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    x, y = data.load(folder, test)
    return took | {"log_loss": log_loss(y, predict(model, x)), "bytes": peak}


def boosting(peer, folder, rows, draw):
    if peer == "xgboost":
        import xgboost as xgb

        parameters = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": ETA, "nthread": THREADS, "max_bin": 256}
        fitted = lambda x, y: xgb.train(parameters, xgb.QuantileDMatrix(x, label=y, nthread=THREADS), ROUNDS)
        predict = lambda model, x: model.predict(xgb.DMatrix(x))
    else:
        import lightgbm as lgb

        parameters = {
            "objective": "binary", "max_depth": 6, "num_leaves": 64, "learning_rate": ETA, "num_threads": THREADS, "verbose": -1,
            "lambda_l2": 1.0, "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 1.0,
        }
        fitted = lambda x, y: lgb.train(parameters, lgb.Dataset(x, y), ROUNDS)
        predict = lambda model, x: model.predict(x)
    return fit(folder, f"train_{rows}_{draw}", "test", fitted, predict)


def forest(peer, folder, rows, draw):
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(100, min_samples_leaf=5, n_jobs=THREADS, random_state=data.SEED)
    return fit(folder, f"train_{rows}_{draw}", "test", model.fit, lambda model, x: model.predict_proba(x)[:, 1])


def symmetric(peer, folder, rows, draw):
    from catboost import CatBoostClassifier, FeaturesData, Pool

    first = data.WIDTH - len(data.LEVELS)

    def pool(x, y=None):
        codes = x[:, first:].astype(int).astype(bytes).astype(object)
        return Pool(FeaturesData(num_feature_data=np.ascontiguousarray(x[:, :first]), cat_feature_data=codes), y)

    pooled = pool(*data.load(folder, f"levels_{rows}_{draw}"))
    model = CatBoostClassifier(
        iterations=ROUNDS, depth=6, learning_rate=ETA, thread_count=THREADS, random_seed=data.SEED, verbose=False, allow_writing_files=False
    )
    _, took = timed(lambda: model.fit(pooled))
    x, y = data.load(folder, "levels_test")
    return took | {"log_loss": log_loss(y, model.predict_proba(pool(x))[:, 1])}


def shap(peer, folder, rows, draw):
    x, y = data.load(folder, "wide", data.WIDE)
    rows = min(rows, data.EXPLAINED)
    if peer == "xgboost":
        import xgboost as xgb

        model = xgb.Booster(model_file=folder / "model.json")
        model.set_param({"nthread": THREADS})
        explain = lambda x: model.predict(xgb.DMatrix(x), pred_contribs=True)
    elif peer == "lightgbm":
        import lightgbm as lgb

        model = lgb.Booster(model_file=folder / "model.txt")
        explain = lambda x: model.predict(x, pred_contrib=True, num_threads=THREADS)
    else:
        import shap
        from sklearn.ensemble import ExtraTreesRegressor

        # For the models of others the package calls their own code.
        model = ExtraTreesRegressor(data.TREES, max_depth=data.DEPTH, n_jobs=THREADS, random_state=data.SEED)
        explainer = shap.TreeExplainer(model.fit(np.nan_to_num(x[:20_000]), y[:20_000]), feature_perturbation="tree_path_dependent")
        rows, explain = min(rows, FEW), lambda x: explainer.shap_values(np.nan_to_num(x), check_additivity=False)
    _, took = timed(lambda: explain(x[:rows]))
    return took | {"rows": rows}


def scoring(peer, folder, rows, draw):
    x, _ = data.load(folder, "wide", data.WIDE)
    x = np.ascontiguousarray(x[:rows])
    if peer == "xgboost":
        import xgboost as xgb

        model = xgb.Booster(model_file=folder / "model.json")
        model.set_param({"nthread": THREADS})
        score = lambda: model.inplace_predict(x, predict_type="margin")
    elif peer == "lightgbm":
        import lightgbm as lgb

        model = lgb.Booster(model_file=folder / "model.txt")
        score = lambda: model.predict(x, raw_score=True, num_threads=THREADS)
    else:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        session = ort.InferenceSession(data.onnx_model(folder), options, providers=["CPUExecutionProvider"])
        score = lambda: session.run(None, {"x": x})
    score()
    _, took = timed(score)
    return took | {"rows": len(x)}


if __name__ == "__main__":
    if sys.argv[1] == "data":
        data.write(Path(sys.argv[2]), int(sys.argv[3]), [int(rows) for rows in sys.argv[4:]])
    else:
        task, peer, folder, rows, draw = sys.argv[1:]
        tasks = {"boosting": boosting, "forest": forest, "symmetric": symmetric, "shap": shap, "scoring": scoring}
        print(json.dumps(tasks[task](peer, Path(folder), int(rows), draw)))
