"""Reading, profile, leakage audit and the 70/15/15 split."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

IDENTIFIER, LABEL, SEED = "ID", "Disbursed", 7


@dataclass
class Table:
    """Features, outcomes and the rows of each split."""

    ids: np.ndarray
    x: np.ndarray
    y: np.ndarray
    names: list
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray

    @property
    def both(self):
        return np.concatenate([self.train, self.valid])


def read(source, out):
    frame = pd.read_csv(source)
    issues = [{"kind": "duplicate row", "count": int(frame.duplicated().sum())}]
    issues += [{"kind": "constant column", "column": c} for c in frame if frame[c].nunique() < 2]
    (out / "issues.json").write_text(json.dumps(issues))
    features = frame.drop(columns=[IDENTIFIER, LABEL])
    y = frame[LABEL].to_numpy(dtype=bool)
    rows = np.arange(len(frame))
    train, rest = train_test_split(rows, train_size=0.70, stratify=y, random_state=SEED)
    valid, test = train_test_split(rest, train_size=0.5, stratify=y[rest], random_state=SEED)
    (out / "profile.json").write_text(json.dumps(profile(features, y), indent=1))
    audited = audit(features.iloc[train], y[train])
    (out / "leakage.json").write_text(json.dumps(audited, indent=1))
    x = features.to_numpy(dtype=np.float32)
    return Table(frame[IDENTIFIER].to_numpy(), x, y, list(features), train, valid, test)


def profile(features, y):
    """Kind, missing, spread, frequent values and correlations of each column."""
    with_outcome = features.corrwith(pd.Series(y, index=features.index).astype(float))
    among = features.corr()
    quantiles = features.quantile([0, 0.25, 0.5, 0.75, 1])
    columns = []
    for name in features:
        column = features[name]
        others = among[name].drop(name).abs().nlargest(3)
        columns.append({
            "column": name,
            "kind": str(column.dtype),
            "missing": float(column.isna().mean()),
            "distinct": int(column.nunique()),
            "mean": float(column.mean()),
            "sd": float(column.std()),
            "quantiles": quantiles[name].tolist(),
            "frequent": {str(k): int(n) for k, n in column.value_counts().head(10).items()},
            "histogram": np.histogram(column.dropna(), bins=20)[0].tolist(),
            "correlation_with_outcome": float(with_outcome[name]),
            "correlated": {k: float(v) for k, v in others.items()},
        })
    return columns


def audit(features, y):
    """A verdict a column: AUC alone, AUC of being filled, values held by one outcome only."""
    findings = []
    for name in features:
        column = features[name]
        auc = roc_auc_score(y, column.fillna(column.median()))
        auc = max(auc, 1 - auc)
        missing = column.isna()
        filled = roc_auc_score(y, missing) if missing.any() else 0.5
        values = pd.Series(y, index=column.index).groupby(column).agg(["size", "mean"])
        pure = values[(values["size"] >= 30) & (values["mean"] >= 0.99)]
        evidence = []
        if auc >= 0.90:
            evidence.append(f"alone it tells the outcome with AUC {auc:.3f}")
        if max(filled, 1 - filled) >= 0.80:
            evidence.append(f"whether it is filled tells the outcome with AUC {filled:.3f}")
        evidence += [f"all {int(n)} rows with {value} converted" for value, n in pure["size"].items()]
        verdict = "leak" if auc >= 0.98 or len(pure) else "suspect" if evidence else "safe"
        findings.append({"column": name, "verdict": verdict, "auc": auc, "evidence": evidence})
    return findings
