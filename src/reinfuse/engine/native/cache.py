"""Machine code kept between runs, and trusted only where it was made.

A file is named by everything its content hangs on: the model, the generator's own source, the
versions of llvmlite and LLVM, the processor with its instructions. It begins with the hash of what
follows; one that was cut short or changed is made anew.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import tempfile
from pathlib import Path

import llvmlite
from llvmlite import binding

from reinfuse.engine.language.model import Model
from reinfuse.engine.native.lanes import Lanes

CACHE_VARIABLE = "REINFUSE_CACHE"
_DIGEST = 32  # bytes at the beginning of a file
_PLACE = re.compile(r"Place\(line=\d+, column=\d+\)")


def key_of(model: Model, lanes: Lanes, kind: str) -> str:
    """The name of a model's code on this processor; `kind` is what else was asked of it."""
    asked = f"{_PLACE.sub('', repr(model))} {lanes} {kind} {_here()}"
    return hashlib.sha256(asked.encode()).hexdigest()


def recalled(key: str) -> bytes | None:
    """The code of this name, if it is kept whole."""
    try:
        content = _file(key).read_bytes()
    except OSError:
        return None
    digest, code = content[:_DIGEST], content[_DIGEST:]
    return code if hashlib.sha256(code).digest() == digest else None


def keep(key: str, code: bytes) -> None:
    """Keep code under its name; nowhere if nothing can be written."""
    file = _file(key)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written aside and moved: another process sees all of it or nothing.
        handle, aside = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(code).digest() + code)
        Path(aside).replace(file)


def _file(key: str) -> Path:
    named = os.environ.get(CACHE_VARIABLE)
    home = Path(named) if named else Path.home() / ".cache" / "reinfuse"
    return home / "kernels" / f"{key}.o"


@functools.cache
def _here() -> str:
    features = binding.get_host_cpu_features().flatten()
    return (
        f"{_generator()} {llvmlite.__version__} {binding.llvm_version_info} "
        f"{binding.get_default_triple()} {binding.get_host_cpu_name()} {features}"
    )


def _generator() -> str:
    """A hash of every file that takes part in making code."""
    digest = hashlib.sha256()
    engine = Path(__file__).resolve().parent.parent
    for folder in ("", "compiler", "native", "language"):
        for file in sorted((engine / folder).glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
