"""Takes one record of a stream by PyAirbyte and wants no more: how its connector ended, and who complained.

    python early_stop.py REQUEST RESULT

REQUEST is as in sync.py, with the `stream` to begin. RESULT is written as JSON: the `exit_code` of the process that
read, and the `complaints` of PyAirbyte about it (PYA-05).
"""

import gc
import json
import subprocess
import sys
from pathlib import Path

import airbyte as ab
from airbyte._executors import base

from sync import connect

readers: list[subprocess.Popen] = []
complaints: list[str] = []


class Popen(subprocess.Popen):
    """Remembers who reads: the other commands are ended early by PyAirbyte itself."""

    def __init__(self, args, **options) -> None:
        super().__init__(args, **options)
        if "read" in args:
            readers.append(self)


def hear(unraisable) -> None:
    """PyAirbyte complains in generators that nobody closes, where Python prints an error and goes on."""
    error = unraisable.exc_value
    if "read" in (getattr(error, "run_args", None) or ["read"]):
        complaints.append(f"{type(error).__name__}: exit code {getattr(error, 'exit_code', None)}")
    else:
        sys.__unraisablehook__(unraisable)


def stop_early(source: ab.Source, stream: str) -> None:
    records = source.get_records(stream)
    next(records)
    records.close()
    # It looks whether it is to stop when it is asked for more.
    for _ in records:
        pass


def main(request_file: str, result_file: str) -> None:
    request = json.loads(Path(request_file).read_text())
    base.subprocess = type("Subprocess", (), {**vars(subprocess), "Popen": Popen})
    sys.unraisablehook = hear
    stop_early(connect(request), request["stream"])
    gc.collect()
    [reader] = readers
    result = {"exit_code": reader.returncode, "complaints": complaints}
    Path(result_file).write_text(json.dumps(result))


main(*sys.argv[1:])
