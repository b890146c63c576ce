"""Writes golden.json: what scikit-learn and scipy say of four small data sets.

Run: python make.py (numpy, scipy, scikit-learn; any recent version). DeLong has no implementation in either: it is written out
here from its definition, in O(m n), and so is the paired form.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics as sk


def delong_parts(y, s):
    pos, neg = s[y], s[~y]
    wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return wins.mean(), wins.mean(axis=1), wins.mean(axis=0)


def delong(y, s, level):
    auc, v10, v01 = delong_parts(y, s)
    se = np.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))
    half = stats.norm.ppf(0.5 + level / 2) * se / (auc * (1 - auc))
    logit = np.log(auc / (1 - auc))
    return [auc, *(1 / (1 + np.exp(-(logit + np.array([-half, half])))))]


def paired_delong(y, a, b, level):
    auc_a, a10, a01 = delong_parts(y, a)
    auc_b, b10, b01 = delong_parts(y, b)
    cov = np.cov(a10, b10) / len(a10) + np.cov(a01, b01) / len(a01)
    se = np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    diff = auc_a - auc_b
    half = stats.norm.ppf(0.5 + level / 2) * se
    return [diff, diff - half, diff + half, 2 * stats.norm.sf(abs(diff / se))]


def bins(y, p):
    """Ten equal-mass bins; only for data without ties at the edges."""
    order = np.argsort(p, kind="stable")
    edges = np.ceil(np.arange(1, 11) * len(p) / 10).astype(int)
    return [(y[i].mean(), p[i].mean(), len(i)) for i in np.split(order, edges[:-1])]


def top(y, p, share):
    k = max(1, int(share * len(y)))
    hits = y[np.argsort(-p, kind="stable")[:k]].sum()
    return hits / k, hits / y.sum(), hits / k / y.mean()


def case(name, y, p, q, t, tied):
    pred = p >= t
    precision, recall, thresholds = sk.precision_recall_curve(y, p)
    with np.errstate(invalid="ignore"):
        f1 = 2 * precision * recall / (precision + recall)
    fpr, tpr, roc_thresholds = sk.roc_curve(y, p, drop_intermediate=False)
    tn, fp, fn, tp = (int(v) for v in sk.confusion_matrix(y, pred).ravel())
    out = {
        "name": name,
        "labels": y.tolist(),
        "p": p.tolist(),
        "q": q.tolist(),
        "threshold": t,
        "confusion": [tp, fp, tn, fn],
        "metrics": {
            "roc_auc": sk.roc_auc_score(y, p),
            "pr_auc": sk.average_precision_score(y, p),
            "log_loss": sk.log_loss(y, np.clip(p, 1e-15, 1 - 1e-15)),
            "brier": sk.brier_score_loss(y, p),
            "ks": stats.ks_2samp(p[y], p[~y]).statistic,
            "mcc": sk.matthews_corrcoef(y, pred),
            "f1": sk.f1_score(y, pred),
            "accuracy": sk.accuracy_score(y, pred),
            "precision": sk.precision_score(y, pred),
            "recall": sk.recall_score(y, pred),
            "specificity": sk.recall_score(~y, ~pred),
            "npv": sk.precision_score(~y, ~pred),
            "lift_at_10": top(y, p, 0.10)[2],
            "capture_at_10": top(y, p, 0.10)[1],
            "capture_at_35": top(y, p, 0.35)[1],
            "precision_at_10": top(y, p, 0.10)[0],
        },
        "delong_95": delong(y, p, 0.95),
        "delong_80": delong(y, p, 0.80),
        "paired_delong": paired_delong(y, p, q, 0.95),
        "log_loss_difference": sk.log_loss(y, p) - sk.log_loss(y, q),
        "best_f1": float(np.nanmax(f1)),
        "best_youden": float((tpr - fpr).max()),
        "roc": [fpr.tolist(), tpr.tolist()],
        "roc_trapezoid": sk.auc(fpr, tpr),
    }
    if not tied:
        parts = bins(y, p)
        n, base = len(y), y.mean()
        out["metrics"] |= {
            "ece": sum(k * abs(o - f) for o, f, k in parts) / n,
            "brier_reliability": sum(k * (o - f) ** 2 for o, f, k in parts) / n,
            "brier_resolution": sum(k * (o - base) ** 2 for o, f, k in parts) / n,
            "brier_uncertainty": base * (1 - base),
        }
    return out


def data(rng, n, base, strength, decimals):
    y = rng.random(n) < base
    logit = np.log(base / (1 - base))
    p, q = (
        1 / (1 + np.exp(-(logit + strength * (y - base) + rng.normal(0, spread, n)))) for spread in (1.0, 1.4)
    )
    return (y, p, q) if decimals is None else (y, p.round(decimals), q.round(decimals))


def binomial():
    rows = []
    pairs = [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (1, 1000), (17, 350), (0, 30000), (4, 30000), (49000, 50000)]
    pairs += [(900, 175000), (3, 250000), (5000, 1000000), (999999, 1000000)]
    for k, n in pairs:
        for level in (0.90, 0.95, 0.99):
            test = stats.binomtest(k, n)
            exact = test.proportion_ci(level, "exact")
            wilson = test.proportion_ci(level, "wilson")
            upper = stats.binomtest(k, n, alternative="less").proportion_ci(level, "exact").high
            rows.append([k, n, level, exact.low, exact.high, upper, wilson.low, wilson.high])
    return rows


def main():
    rng = np.random.default_rng(7)
    out = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__},
        "cases": [
            case("balanced", *data(rng, 157, 0.5, 1.5, None), 0.5, False),
            case("rare", *data(rng, 400, 0.06, 2.0, None), 0.1, False),
            case("tied", *data(rng, 300, 0.2, 1.0, 1), 0.3, True),
            case("useless", *data(rng, 120, 0.3, 0.0, None), 0.3, False),
        ],
        "binomial": binomial(),
    }
    path = pathlib.Path(__file__).with_name("golden.json")
    path.write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
