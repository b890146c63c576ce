"""Metrics with intervals, curves, thresholds and bands of every model on validation and test rows."""

import numpy as np
from scipy.stats import beta, norm, rankdata
from sklearn.metrics import precision_recall_curve, roc_curve

from data import SEED
from models import log_loss

RESAMPLES, LEVEL, BINS = 500, 0.95, 10


def all_models(candidates, table):
    judged = []
    for candidate in candidates:
        test = candidate.calibrator(np.asarray(candidate.model.margins(table.x[table.test]), dtype=np.float64))
        threshold = best_f1(table.y[table.valid], candidate.valid)
        judged.append({
            "valid": judge(table.y[table.valid], candidate.valid, threshold),
            "test": judge(table.y[table.test], test, threshold),
        })
    return judged


def best_f1(y, p):
    precision, recall, thresholds = precision_recall_curve(y, p)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[min(f1.argmax(), len(thresholds) - 1)])


def judge(y, p, threshold):
    metrics = resampled(y, p, threshold)
    metrics["roc_auc"] = delong(y, p)
    flagged = p >= threshold
    tp, fp = int((flagged & y).sum()), int((flagged & ~y).sum())
    fn, tn = int((~flagged & y).sum()), int((~flagged & ~y).sum())
    for name, part, whole in [
        ("accuracy", tp + tn, len(y)), ("precision", tp, tp + fp), ("recall", tp, tp + fn),
        ("specificity", tn, tn + fp), ("npv", tn, tn + fn),
    ]:
        if whole:
            metrics[name] = exact(part, whole)
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order])
    bands = {}
    for share in (0.10, 0.35):
        k = int(np.ceil(share * len(y)))
        metrics[f"capture_at_{share:.0%}"] = exact(int(hits[k - 1]), int(y.sum()))
        metrics[f"precision_at_{share:.0%}"] = exact(int(hits[k - 1]), k)
    for share in (0.35, 0.50):
        k = int(np.ceil(share * len(y)))
        bands[f"bottom {share:.0%}"] = exact(int(y.sum() - hits[len(y) - k - 1]), k)
    return {
        "probabilities": p, "threshold": threshold, "metrics": metrics, "bands": bands,
        "confusion": {"tp": tp, "fp": fp, "fn": fn, "tn": tn}, "curves": curves(y, p, hits),
    }


def exact(part, whole):
    """Clopper and Pearson."""
    tail = (1 - LEVEL) / 2
    low = beta.ppf(tail, part, whole - part + 1) if part else 0.0
    high = beta.ppf(1 - tail, part + 1, whole - part) if part < whole else 1.0
    return {"value": part / whole, "low": float(low), "high": float(high), "method": "clopper_pearson"}


def delong(y, p):
    """Midranks (Sun and Xu 2014), on the logit scale."""
    positives, negatives = p[y], p[~y]
    m, n = len(positives), len(negatives)
    together = rankdata(np.concatenate([positives, negatives]))
    auc = (together[:m].sum() / m - (m + 1) / 2) / n
    of_positive = (together[:m] - rankdata(positives)) / n
    of_negative = 1 - (together[m:] - rankdata(negatives)) / m
    error = np.sqrt(of_positive.var(ddof=1) / m + of_negative.var(ddof=1) / n)
    if not 0 < auc < 1:
        return {"value": float(auc), "low": float(auc), "high": float(auc), "method": "delong"}
    reach = norm.ppf((1 + LEVEL) / 2) * error / (auc * (1 - auc))
    centre = np.log(auc / (1 - auc))
    low, high = 1 / (1 + np.exp(-(centre - reach))), 1 / (1 + np.exp(-(centre + reach)))
    return {"value": float(auc), "low": float(low), "high": float(high), "method": "delong"}


KEYS = ["pr_auc", "log_loss", "brier", "brier_reliability", "brier_resolution", "brier_uncertainty", "ece", "ks", "mcc", "f1"]


def resampled(y, p, threshold):
    """Percentile bootstrap; the rows are sorted once and each resample is a vector of counts."""
    order = np.argsort(-p, kind="stable")
    y, p = y[order], p[order]
    ends = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)
    of_label, loss, squared = y.astype(float), log_loss(y, p), (p - y) ** 2
    flagged = int((p >= threshold).sum())
    generator = np.random.default_rng(SEED)
    rows = len(y)

    def measure(counts):
        total = counts.sum()
        positive = np.cumsum(counts * of_label)
        every = np.cumsum(counts)
        positives = positive[-1]
        negatives = total - positives
        hits, seen = positive[ends], every[ends]
        precision = hits / np.maximum(seen, 1)
        pr_auc = (np.diff(hits, prepend=0.0) * precision).sum() / positives
        ks = np.abs(hits / positives - (seen - hits) / negatives).max()
        # Ten bins of equal mass.
        cuts = np.searchsorted(every, total * np.arange(1, BINS + 1) / BINS)
        cuts = np.minimum(cuts, rows - 1)
        weight = np.diff(every[cuts], prepend=0.0)
        rate = np.diff(positive[cuts], prepend=0.0) / np.maximum(weight, 1)
        forecast = np.diff(np.cumsum(counts * p)[cuts], prepend=0.0) / np.maximum(weight, 1)
        base = positives / total
        tp, flags = (positive[flagged - 1], every[flagged - 1]) if flagged else (0.0, 0.0)
        fp, fn = flags - tp, positives - tp
        tn = negatives - fp
        spread = np.sqrt(max(flags * positives * negatives * (total - flags), 1e-300))
        return [
            pr_auc, (counts * loss).sum() / total, (counts * squared).sum() / total,
            (weight * (rate - forecast) ** 2).sum() / total, (weight * (rate - base) ** 2).sum() / total,
            base * (1 - base), (weight * np.abs(rate - forecast)).sum() / total, ks,
            (tp * tn - fp * fn) / spread, 2 * tp / max(2 * tp + fp + fn, 1e-300),
        ]

    values = measure(np.ones(rows))
    drawn = np.array([
        measure(np.bincount(generator.integers(0, rows, rows), minlength=rows)) for _ in range(RESAMPLES)
    ])
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return {
        key: {"value": float(values[i]), "low": float(low[i]), "high": float(high[i]), "method": "bootstrap"}
        for i, key in enumerate(KEYS)
    }


def curves(y, p, hits):
    """ROC, precision and recall, gains, lift, calibration and the threshold sweep."""
    false, true, _ = roc_curve(y, p)
    precision, recall, thresholds = precision_recall_curve(y, p)
    share = np.arange(1, len(y) + 1) / len(y)
    gains = hits / max(hits[-1], 1)
    order = np.argsort(p, kind="stable")
    calibration = []
    for part in np.array_split(order, BINS):
        rate = exact(int(y[part].sum()), len(part))
        calibration.append({"forecast": float(p[part].mean()), **rate})
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return {
        "roc": (false, true), "pr": (recall, precision), "gains": (share, gains), "lift": (share, gains / share),
        "calibration": calibration, "sweep": (thresholds, precision[:-1], recall[:-1], f1[:-1]),
    }
