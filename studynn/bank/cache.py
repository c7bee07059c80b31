"""Validated content kept as JSON beside the learner's data, so that a run need not read and validate YAML.

An entry is used only when it was made from the same file (path, size, time of change) by the same version of the program and
its checksum holds; anything else is a miss. Entries are written atomically, and failing to write one is no error.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32


@dataclass(frozen=True)
class Cache:
    """A folder of entries, one a content file."""

    folder: Path
    version: str

    def _entry(self, path: Path) -> Path:
        return self.folder / f"{path.stem}-{crc32(str(path).encode()):08x}.json"

    def state(self, path: Path) -> str:
        """What tells this file, as it is now, and this version from others; empty where there is no file."""
        try:
            found = path.stat()
        except OSError:
            return ""
        return json.dumps([str(path), found.st_size, found.st_mtime_ns, self.version])

    def get(self, path: Path) -> Any | None:
        """The data kept for a file as it is now, or nothing."""
        try:
            state, _, rest = self._entry(path).read_text(encoding="utf-8").partition("\n")
            checksum, _, payload = rest.partition("\n")
            if not state or state != self.state(path) or checksum != _checksum(payload):
                return None
            return json.loads(payload)
        except (OSError, ValueError):
            return None

    def put(self, path: Path, data: Any, state: str) -> None:
        """Keep the data made from a file that had this state before it was read, so that a later change makes it stale."""
        payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        temporary = self._entry(path).with_suffix(f".{os.getpid()}.tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(f"{state}\n{_checksum(payload)}\n{payload}", encoding="utf-8")
            temporary.replace(self._entry(path))
        except (OSError, ValueError):
            with suppress(OSError):
                temporary.unlink()


def _checksum(payload: str) -> str:
    return f"{crc32(payload.encode()):08x}"
