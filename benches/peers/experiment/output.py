"""The run folder: tables, the bundle, every scored test lead with reasons, and the page."""

import base64
import io
import json
import pickle

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

SPLITS = ["valid", "test"]
FACTORS = 5


def write(out, table, candidates, judged, chosen, reasons):
    rows = {"valid": table.valid, "test": table.test}
    leaderboard(candidates, judged).to_csv(out / "leaderboard.csv", index=False)
    metrics = {s: {k: judged[chosen][s][k] for k in ("threshold", "metrics", "bands", "confusion")} for s in SPLITS}
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1))
    (out / "curves.json").write_text(json.dumps(thinned(candidates, judged)))
    predictions = [
        pd.DataFrame({
            "lead_id": table.ids[rows[split]], "split": split, "label": table.y[rows[split]].astype(int),
            "model": candidate.name, "probability": judgement[split]["probabilities"],
        })
        for candidate, judgement in zip(candidates, judged) for split in SPLITS
    ]
    pd.concat(predictions).to_csv(out / "predictions.csv", index=False)
    candidate = candidates[chosen]
    (out / "model.pickle").write_bytes(pickle.dumps(getattr(candidate.model, "model", None)))
    scored(out, table, judged[chosen], reasons)
    share = np.abs(reasons).mean(axis=0)
    importance = pd.DataFrame({"field": table.names, "share": share / max(share.sum(), 1e-300)})
    importance = importance.sort_values("share", ascending=False)
    importance.to_json(out / "importance.json", orient="records")
    page(out, table, candidates, judged, chosen, importance, reasons)


def leaderboard(candidates, judged):
    lines = []
    for candidate, judgement in zip(candidates, judged):
        for split in SPLITS:
            metrics = judgement[split]["metrics"]
            auc = metrics["roc_auc"]
            line = {"model": candidate.name, "split": split, "roc_auc": auc["value"], "low": auc["low"], "high": auc["high"]}
            line |= {key: metrics[key]["value"] for key in ("pr_auc", "log_loss", "brier", "ece", "ks", "f1")}
            lines.append(line)
    return pd.DataFrame(lines)


def thin(values, points=400):
    values = np.asarray(values)
    at = np.unique(np.linspace(0, len(values) - 1, min(points, len(values))).astype(int))
    return values[at].tolist()


def thinned(candidates, judged):
    result = {}
    for candidate, judgement in zip(candidates, judged):
        result[candidate.name] = {
            split: {
                name: judgement[split]["curves"][name] if name == "calibration"
                else [thin(axis) for axis in judgement[split]["curves"][name]]
                for name in judgement[split]["curves"]
            }
            for split in SPLITS
        }
    return result


def scored(out, table, judgement, reasons):
    """Probability, percentile, rank, tier and the strongest factors of every test lead."""
    p = judgement["test"]["probabilities"]
    rank = (-p).argsort(kind="stable").argsort(kind="stable") + 1
    values = table.x[table.test]
    frame = pd.DataFrame({
        "lead_id": table.ids[table.test], "probability": p, "rank": rank,
        "score_percentile": 100 * (1 - (rank - 1) / len(p)),
        "tier": np.where(p >= judgement["test"]["threshold"], "Hot", "Cold"),
    })
    order = np.argsort(-reasons, axis=1)
    names = table.names
    for sign, columns in (("positive", order[:, :FACTORS]), ("negative", order[:, ::-1][:, :FACTORS])):
        for i in range(FACTORS):
            words = []
            for row, column in enumerate(columns[:, i]):
                amount = reasons[row, column]
                counts = amount > 0 if sign == "positive" else amount < 0
                words.append(f"{names[column]} = {values[row, column]:g}, {amount:+.2f}" if counts else "")
            frame[f"{sign}_factor_{i + 1}"] = words
    frame.to_csv(out / "scored.csv", index=False)


def figure(draw, title, across, up):
    plot, axes = plt.subplots(figsize=(5, 4))
    draw(axes)
    axes.set(title=title, xlabel=across, ylabel=up)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=7)
    text = io.StringIO()
    plot.savefig(text, format="svg")
    plt.close(plot)
    return f'<img alt="{title}" src="data:image/svg+xml;base64,{base64.b64encode(text.getvalue().encode()).decode()}">'


def page(out, table, candidates, judged, chosen, importance, reasons):
    def lines(name):
        def draw(axes):
            for candidate, judgement in zip(candidates, judged):
                across, up = judgement["test"]["curves"][name][:2]
                axes.plot(thin(across), thin(up), label=candidate.name)
        return draw

    def calibration(axes):
        points = judged[chosen]["test"]["curves"]["calibration"]
        x, y = [q["forecast"] for q in points], [q["value"] for q in points]
        axes.errorbar(x, y, yerr=[[q["value"] - q["low"] for q in points], [q["high"] - q["value"] for q in points]], fmt="o")
        axes.plot([0, max(x)], [0, max(x)], "--")

    def sweep(axes):
        thresholds, precision, recall, f1 = judged[chosen]["test"]["curves"]["sweep"]
        for values, name in ((precision, "precision"), (recall, "recall"), (f1, "F1")):
            axes.plot(thin(thresholds), thin(values), label=name)

    def loss(axes):
        for candidate in candidates:
            if hasattr(candidate.model, "loss"):
                axes.plot(candidate.model.loss, label=candidate.name)

    def fields(axes):
        top = importance.head(15)
        axes.barh(top["field"], top["share"])

    figures = [
        figure(lines("roc"), "ROC", "false positive rate", "true positive rate"),
        figure(lines("pr"), "Precision and recall", "recall", "precision"),
        figure(lines("gains"), "Gains", "share of leads", "share of conversions"),
        figure(lines("lift"), "Lift", "share of leads", "lift"),
        figure(calibration, "Calibration", "forecast", "observed"),
        figure(sweep, "Threshold", "threshold", "rate"),
        figure(loss, "Loss", "round", "log-loss on folds"),
        figure(fields, "Importance", "share", ""),
    ]
    table_html = leaderboard(candidates, judged).to_html(index=False)
    strongest = np.argsort(-judged[chosen]["test"]["probabilities"])[:10]
    leads = "".join(
        f"<h3>{table.ids[table.test][row]}</h3>"
        + pd.Series(reasons[row], index=table.names).sort_values(key=np.abs, ascending=False).head(8).to_frame().to_html()
        for row in strongest
    )
    confusion = pd.DataFrame([judged[chosen]["test"]["confusion"]]).to_html(index=False)
    (out / "report.html").write_text(
        f"<!doctype html><title>Happy customer bank</title><h1>{candidates[chosen].name}</h1>{table_html}{confusion}"
        f"{''.join(figures)}{leads}"
    )
