"""Runs a source with stdout and stderr on pseudo-terminals, files and pipes, and says where the live view is seen.

Needs Node on PATH, and the built connector. Exit 0 when the view is on stderr where that is a terminal and stdout is
not, and nowhere else (ERR-01).
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
WIDTH = 60
VIEW = re.compile(rb"After [\d.]+ s: \d+ rows? .*\r\n.* requests a second.*\r\nwaiting for .*\r\n\d+ of \d+ streams? ended\r\n")


def terminal() -> tuple[int, list[bytes], threading.Thread]:
    """The end of a new pseudo-terminal that a program writes to, and what arrives at its other end until it is closed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    seen: list[bytes] = []

    def read() -> None:
        try:
            while chunk := os.read(ours, 65536):
                seen.append(chunk)
        except OSError:
            pass  # Linux says so when the last writer is gone.

    thread = threading.Thread(target=read)
    thread.start()
    return theirs, seen, thread


def run(command: list[str], *, stdout_tty: bool, stderr_tty: bool, env: dict[str, str] = {}) -> tuple[bytes, bytes]:
    """What the command writes to stdout and to stderr, each a pseudo-terminal or a file."""
    ends = [terminal() if is_tty else None for is_tty in (stdout_tty, stderr_tty)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        files = [out, err]
        targets = [end[0] if end else file.fileno() for end, file in zip(ends, files)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                       stdout=targets[0], stderr=targets[1], timeout=120)
        texts = []
        for end, file in zip(ends, files):
            if end:
                os.close(end[0])
                end[2].join()
            file.seek(0)
            texts.append(b"".join(end[1]) if end else file.read())
    return texts[0], texts[1]


def step(name: str, good: bool) -> None:
    assert good, f"WRONG {name}"
    print(f"ok {name}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config, catalog = Path(folder, "config.json"), Path(folder, "catalog.json")
        config.write_text('{"access_token": "tk_5f3b9a", "delays": {"refused": 1200}}')
        entries = ('{"stream": {"name": "%s"}, "sync_mode": "incremental", "destination_sync_mode": "append"}' % name
                   for name in ("fine", "refused"))
        catalog.write_text('{"streams": [%s]}' % ", ".join(entries))
        read = ["node", "integration_tests/kit/scenarios.ts", "read", "--config", str(config), "--catalog", str(catalog)]

        out, err = run(read, stdout_tty=False, stderr_tty=True)
        step("stderr is a terminal, stdout a file: the view, and at the end what failed [ERR-01]",
             bool(VIEW.search(err)) and b"\x1b[" in err and b"Summary of refused: failed. " in err
             and err.rstrip().splitlines()[-1].startswith(b"Summary: ") and b"\x1b" not in out)
        frames = err.split(b"\x1b[J")[:-1]
        step("no line of the view is wider than the terminal, and as many are erased as were written",
             all(len(line) < WIDTH for frame in frames for line in frame.split(b"\r\n"))
             and all(frame.split(b"\r\n")[-1] == b"\x1b[%dA" % frame.count(b"\r\n") for frame in frames))
        for name, ttys, env in (
            ("both are terminals", (True, True), {}),
            ("neither is", (False, False), {}),
            ("stdout alone is", (True, False), {}),
            ("as in the image", (False, True), {"AIRBYTE_ENTRYPOINT": "/airbyte/source"}),
        ):
            out, err = run(read, stdout_tty=ttys[0], stderr_tty=ttys[1], env=env)
            step(f"{name}: no view, and an empty stderr [ERR-01]", err == b"" and b'"message":"Summary: ' in out)

    out, err = run(["npm", "run", "demo"], stdout_tty=True, stderr_tty=True)
    step("npm run demo shows the view", bool(VIEW.search(err)))


sys.exit(main())
