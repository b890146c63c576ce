"""What all sides read: row-major f32 files, missing as NaN, and the models that they score and explain."""

import json

import numpy as np

WIDTH, WIDE = 40, 50
TEST, SCORED, EXPLAINED = 50_000, 200_000, 10_000
LEVELS = [2, 5, 10, 20, 50, 100, 200, 400, 700, 1000]
TREES, DEPTH = 500, 6
SEED = 0


def save(folder, name, x, y):
    x.tofile(folder / f"{name}.f32")
    y.astype(np.uint8).tofile(folder / f"{name}.y")


def load(folder, name, width=WIDTH):
    x = np.fromfile(folder / f"{name}.f32", np.float32).reshape(-1, width)
    return x, np.fromfile(folder / f"{name}.y", np.uint8)


def numbers(rng, rows, width):
    """Main effects, interactions, a wave, a step; 2 % missing."""
    x = rng.standard_normal((rows, width), dtype=np.float32)
    z = 1.2 * x[:, 0] - 0.8 * x[:, 1] + x[:, 2] * x[:, 3] + np.sin(2 * x[:, 4]) - 1
    z += 0.5 * (x[:, 5] > 0.3) * x[:, 6] - 0.4 * np.abs(x[:, 7]) + 0.3 * x[:, 8:16].sum(1)
    y = rng.random(rows) < 1 / (1 + np.exp(-z))
    x[rng.random(x.shape, dtype=np.float32) < 0.02] = np.nan
    return x, y


def categories(rng, rows):
    """As `numbers`, but the last ten columns are codes, whose levels' effects are drawn anew."""
    x, _ = numbers(rng, rows, WIDTH)
    known = np.nan_to_num(x[:, :16])
    z = 1.2 * known[:, 0] - 0.8 * known[:, 1] + known[:, 2] * known[:, 3] + 0.3 * known[:, 8:16].sum(1) - 1
    for column, levels in enumerate(LEVELS, WIDTH - len(LEVELS)):
        # Few levels have most of the rows.
        codes = np.minimum((levels * rng.random(rows) ** 2).astype(int), levels - 1)
        z += rng.normal(scale=0.6, size=levels)[codes]
        x[:, column] = codes
    return x, rng.random(rows) < 1 / (1 + np.exp(-z))


def write(folder, draws, sizes):
    """The rows of every task; `sizes` are those of boosting, of which all but the largest of three come in so many draws."""
    rng = np.random.default_rng(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    small = min(sizes)
    drawn = {rows: 1 if len(sizes) > 2 and rows == max(sizes) else draws for rows in sizes}
    x, y = numbers(rng, max(rows * count for rows, count in drawn.items()) + TEST, WIDTH)
    save(folder, "test", x[-TEST:], y[-TEST:])
    for rows, count in drawn.items():
        for draw in range(count):
            at = slice(draw * rows, (draw + 1) * rows)
            save(folder, f"train_{rows}_{draw}", x[at], y[at])
    x, y = categories(rng, draws * small + TEST)
    save(folder, "levels_test", x[-TEST:], y[-TEST:])
    for draw in range(draws):
        at = slice(draw * small, (draw + 1) * small)
        save(folder, f"levels_{small}_{draw}", x[at], y[at])
    x, y = numbers(rng, SCORED, WIDE)
    save(folder, "wide", x, y)
    model(folder, x[:small], y[:small])


def model(folder, x, y):
    """XGBoost's model of 500 trees, and the same size of LightGBM's where it is installed."""
    import xgboost as xgb

    parameters = {"objective": "binary:logistic", "max_depth": DEPTH, "eta": 0.02, "tree_method": "hist", "nthread": 2, "seed": SEED}
    xgb.train(parameters, xgb.DMatrix(x, label=y), TREES).save_model(folder / "model.json")
    try:
        import lightgbm as lgb
    except ImportError:
        return
    parameters = {"objective": "binary", "max_depth": DEPTH, "num_leaves": 1 << DEPTH, "learning_rate": 0.02, "num_threads": 2, "verbose": -1}
    lgb.train(parameters, lgb.Dataset(x, y), TREES).save_model(folder / "model.txt")


def onnx_model(folder):
    """XGBoost's trees as an ONNX TreeEnsembleRegressor, without its base score."""
    import onnx
    from onnx import TensorProto, helper

    learner = json.loads((folder / "model.json").read_text())["learner"]
    trees = learner["gradient_booster"]["model"]["trees"]
    nodes = {name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing_value_tracks_true")}
    leaves = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    for number, tree in enumerate(trees):
        for node, left in enumerate(tree["left_children"]):
            leaf, value = left < 0, tree["split_conditions"][node]
            cells = (number, node, tree["split_indices"][node], "LEAF" if leaf else "BRANCH_LT", value, max(left, 0),
                     max(tree["right_children"][node], 0), tree["default_left"][node])
            for column, cell in zip(nodes.values(), cells):
                column.append(cell)
            if leaf:
                for column, cell in zip(leaves.values(), (number, node, 0, value)):
                    column.append(cell)
    attributes = {f"nodes_{k}": v for k, v in nodes.items()} | {f"target_{k}": v for k, v in leaves.items()}
    graph = helper.make_graph(
        [helper.make_node("TreeEnsembleRegressor", ["x"], ["margin"], domain="ai.onnx.ml", n_targets=1, **attributes)],
        "trees",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, WIDE])],
        [helper.make_tensor_value_info("margin", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()
