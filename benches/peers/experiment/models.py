"""Five models with Leadsight's default parameters, their calibration, the choice and the explanation."""

from dataclasses import dataclass

import numpy as np
import xgboost as xgb
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from data import SEED

FOLDS, LINEAR_FOLDS, CALIBRATION_FOLDS = 4, 3, 5
SMALLEST = 1e-15


def log_loss(y, p):
    p = np.clip(p, SMALLEST, 1 - SMALLEST)
    return -np.where(y, np.log(p), np.log1p(-p))


class Prior:
    """The base rate for everybody."""

    def __init__(self, x, y, threads, earlier=None):
        self.margin = logit(y.mean())

    def margins(self, x):
        return np.full(len(x), self.margin)


class Logistic:
    """L2-penalised; the strength of three on three folds, looked at on 20,000 rows each."""

    def __init__(self, x, y, threads, earlier=None):
        losses = np.zeros(3)
        strengths = [100.0, 10.0, 1.0]
        folds = StratifiedKFold(LINEAR_FOLDS, shuffle=True, random_state=SEED)
        for fit, hold in folds.split(x, y):
            fit = fit[:: max(1, -(-len(fit) // 20_000))]
            prepare = self.preparation(x[fit])
            inputs, held = prepare(x[fit]), prepare(x[hold])
            for i, strength in enumerate(strengths):
                model = LogisticRegression(C=1 / strength, max_iter=15, tol=1e-6)
                model.fit(inputs, y[fit])
                losses[i] += log_loss(y[hold], model.predict_proba(held)[:, 1]).mean()
        self.prepare = self.preparation(x)
        self.model = LogisticRegression(C=1 / strengths[losses.argmin()], max_iter=60)
        self.model.fit(self.prepare(x), y)

    @staticmethod
    def preparation(x):
        """Long tails logged, gaps filled with the median, scaled, clipped."""
        median = np.nanmedian(x, axis=0)
        spread = np.nanstd(x, axis=0)
        skew = np.nanmean(((x - np.nanmean(x, axis=0)) / np.where(spread > 0, spread, 1)) ** 3, axis=0)
        logged = (np.nanmin(x, axis=0) >= 0) & (skew > 2)

        def shape(values):
            values = np.where(np.isnan(values), median, values)
            values[:, logged] = np.log1p(np.maximum(values[:, logged], 0))
            return values

        scaler = StandardScaler().fit(shape(x))
        return lambda values: np.clip(scaler.transform(shape(values)), -8, 8)

    def margins(self, x):
        return self.model.decision_function(self.prepare(x))

    def contributions(self, x, threads):
        return self.model.coef_[0] * self.prepare(x)


class Tree:
    """Depth 5, leaves of 50, balanced classes while growing, smoothed rates in the leaves."""

    def __init__(self, x, y, threads, earlier=None):
        self.model = DecisionTreeClassifier(
            max_depth=5, min_samples_leaf=50, class_weight="balanced", random_state=SEED
        ).fit(x, y)
        leaves = self.model.apply(x)
        base, size = y.mean(), self.model.tree_.node_count
        rows = np.bincount(leaves, minlength=size)
        positives = np.bincount(leaves, weights=y, minlength=size)
        self.rates = logit((positives + 10 * base) / (rows + 10))

    def margins(self, x):
        return self.rates[self.model.apply(x)]


class XgboostForest:
    """200 parallel trees of depth 10, one round of full step, leaves as smoothed log-odds of their rows."""

    def __init__(self, x, y, threads, earlier=None):
        parameters = {
            "objective": "binary:logistic", "tree_method": "hist", "base_score": float(y.mean()),
            "eta": 1.0, "max_depth": 10, "num_parallel_tree": 200, "subsample": 0.63, "colsample_bynode": 0.3,
            "lambda": 0.0, "min_child_weight": 10 * float(y.mean() * (1 - y.mean())),
            "nthread": threads, "seed": SEED,
        }
        self.model = xgb.train(parameters, xgb.DMatrix(x, label=y), 1)
        self.base, self.threads = float(y.mean()), threads

    def margins(self, x):
        return self.model.predict(xgb.DMatrix(x), output_margin=True)

    def contributions(self, x, threads):
        return self.model.predict(xgb.DMatrix(x), pred_contribs=True)[:, :-1]


class Xgboost:
    """Boosting with the round of the lowest mean loss over four folds."""

    def __init__(self, x, y, threads, earlier=None):
        parameters = {
            "objective": "binary:logistic", "tree_method": "hist", "base_score": float(y.mean()),
            "eta": 0.05, "max_depth": 6, "subsample": 0.8, "colsample_bytree": 0.8, "max_bin": 256,
            "eval_metric": "logloss", "nthread": threads, "seed": SEED,
        }
        matrix = xgb.DMatrix(x, label=y)
        if earlier is None:
            folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(x, y)
            history = xgb.cv(parameters, matrix, 2000, folds=list(folds), early_stopping_rounds=50)
            self.rounds = int(history["test-logloss-mean"].argmin()) + 1
            self.loss = history["test-logloss-mean"].to_numpy()
        else:
            self.rounds, self.loss = earlier.rounds, earlier.loss
        self.model = xgb.train(parameters, matrix, self.rounds)

    def margins(self, x):
        return self.model.predict(xgb.DMatrix(x), output_margin=True)

    def contributions(self, x, threads):
        return self.model.predict(xgb.DMatrix(x), pred_contribs=True)[:, :-1]


KINDS = [Prior, Logistic, Tree, XgboostForest, Xgboost]


@dataclass
class Candidate:
    """A model refitted on training and validation rows, with the calibrator of the validation rows."""

    name: str
    model: object
    calibrator: object
    valid: np.ndarray
    loss: np.ndarray


def compete(kind, table, threads):
    """Fits on training rows, calibrates on validation rows, refits on both."""
    first = kind(table.x[table.train], table.y[table.train], threads)
    y = table.y[table.valid]
    calibrator, valid = calibrate(first.margins(table.x[table.valid]), y)
    model = kind(table.x[table.both], table.y[table.both], threads, earlier=first)
    return Candidate(kind.__name__, model, calibrator, valid, log_loss(y, valid))


def choose(candidates):
    """The simplest within one standard error of the best, by the paired difference."""
    best = min(candidates, key=lambda c: c.loss.mean())
    for i, candidate in enumerate(candidates):
        difference = candidate.loss - best.loss
        if difference.mean() <= difference.std() / np.sqrt(len(difference)):
            return i
    return candidates.index(best)


def identity(margins, y):
    return expit


def platt(margins, y):
    model = LogisticRegression(C=1e6).fit(margins[:, None], y)
    return lambda m: model.predict_proba(m[:, None])[:, 1]


def beta(margins, y):
    def inputs(m):
        return np.column_stack([-np.logaddexp(0, -m), np.logaddexp(0, m)])

    model = LogisticRegression(C=1e6).fit(inputs(margins), y)
    return lambda m: model.predict_proba(inputs(m))[:, 1]


def isotonic(margins, y):
    model = IsotonicRegression(out_of_bounds="clip", y_min=1e-6, y_max=1 - 1e-6).fit(margins, y)
    return model.predict


def calibrate(margins, y):
    """The simplest of four maps within one standard error of the best on held-out folds, and its held-out probabilities."""
    margins = np.asarray(margins, dtype=np.float64)
    kinds = [identity, platt, beta, isotonic]
    held = np.empty((len(kinds), len(y)))
    folds = StratifiedKFold(CALIBRATION_FOLDS, shuffle=True, random_state=SEED)
    for fit, hold in folds.split(margins, y):
        for i, kind in enumerate(kinds):
            held[i, hold] = kind(margins[fit], y[fit])(margins[hold])
    losses = log_loss(y, held)
    best = losses.mean(axis=1).argmin()
    difference = losses - losses[best]
    within = difference.mean(axis=1) <= difference.std(axis=1) / np.sqrt(len(y))
    chosen = int(within.argmax())
    return kinds[chosen](margins, y), held[chosen]


def explain(candidate, table, threads):
    """Contributions of every field to every test lead; none for a model that has none."""
    if not hasattr(candidate.model, "contributions"):
        return np.zeros((len(table.test), len(table.names)))
    return candidate.model.contributions(table.x[table.test], threads)
