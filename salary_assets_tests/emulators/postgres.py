"""A PostgreSQL of one's own for a test: the real server on loopback, its data gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")


@contextmanager
def postgres() -> Iterator[str]:
    """`with postgres() as url:` gives an SQLAlchemy URL of an empty database. .ci/packages installs the server."""
    folder = Path(tempfile.mkdtemp(prefix="salary-assets-pg-"))
    as_user: dict[str, str] = {}
    if os.getuid() == 0:
        # PostgreSQL refuses to run as root; Debian's package makes this user.
        as_user = {"user": "postgres"}
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    data, port = folder / "data", _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    start = ["pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"]
    try:
        _run(["initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8"], folder, as_user)
        _run(start, folder, as_user)
        try:
            yield f"postgresql+psycopg2://tests@127.0.0.1:{port}/postgres"
        finally:
            _run(["pg_ctl", "-D", str(data), "-m", "immediate", "stop"], folder, as_user)
    finally:
        shutil.rmtree(folder)


def _run(command: list[str], folder: Path, as_user: dict[str, str]) -> None:
    program = shutil.which(command[0]) or next(iter(sorted(_DEBIAN.glob(f"*/bin/{command[0]}"))), None)
    if program is None:
        raise FileNotFoundError(f"{command[0]} is not installed: run .ci/packages, or apt-get install postgresql")
    whole = [str(program), *command[1:]]
    done = subprocess.run(whole, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **as_user)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
