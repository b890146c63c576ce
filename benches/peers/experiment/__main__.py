"""The whole experiment on the happy customer bank in Python, as `leadsight run` does it by default.

Called as ``python experiment DATA_FILE OUT_FOLDER THREADS``. Reads, profiles and audits the file; fits the same five
models with the same parameters, folds and patience; calibrates, chooses, judges all of them on validation and test rows with
the same metrics and intervals; explains every test lead; writes the same files and a page with the same charts.
Vectorised with numpy wherever that is how it would be written by somebody who cares about time.

Prints nothing; ``OUT_FOLDER/stages.json`` holds wall seconds by stage.
"""

import json
import sys
import time
import warnings
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

import data
import judge
import models
import output


class Stages:
    """Wall seconds by name."""

    def __init__(self):
        self.seconds = {}

    def time(self, name, work):
        started = time.perf_counter()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
        return result


def main(source, out, threads):
    out.mkdir(parents=True, exist_ok=True)
    stages = Stages()
    table = stages.time("read and audit", lambda: data.read(source, out))
    fitted = []
    for kind in models.KINDS:
        name = kind.__name__
        fitted.append(stages.time(f"fit {name}", lambda kind=kind: models.compete(kind, table, threads)))
    chosen = models.choose(fitted)
    judged = stages.time("evaluate", lambda: judge.all_models(fitted, table))
    reasons = stages.time("explain", lambda: models.explain(fitted[chosen], table, threads))
    stages.time("write", lambda: output.write(out, table, fitted, judged, chosen, reasons))
    (out / "stages.json").write_text(json.dumps(stages.seconds, indent=2))


if __name__ == "__main__":
    # The step limits are Leadsight's; reaching one is no news.
    warnings.simplefilter("ignore", ConvergenceWarning)
    if len(sys.argv) != 4:
        sys.exit("usage: experiment DATA_FILE OUT_FOLDER THREADS")
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
