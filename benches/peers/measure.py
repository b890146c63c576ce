"""Run a command several times and print wall seconds and peak memory of each run as JSON.

Called as ``measure.py RUNS PROGRAM [ARGUMENT ...]``; the program's output goes to stderr. Peak memory is the kernel's
count for that one child (``wait4``). Exit 2 if the program cannot be started or fails.
"""

import json
import os
import sys
import time


def measure(command):
    """Wall seconds and peak resident bytes of one run."""
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    if code := os.waitstatus_to_exitcode(status):
        raise OSError(f"`{command[0]}` failed with exit code {code}")
    # Linux counts kibibytes, macOS bytes.
    return {"seconds": seconds, "bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: measure.py RUNS PROGRAM [ARGUMENT ...]")
    try:
        print(json.dumps([measure(sys.argv[2:]) for _ in range(int(sys.argv[1]))]))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
