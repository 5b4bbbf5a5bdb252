"""Gathers the Python that runs here, its packages and the libraries that they need into the root of an image.

usage: VENV/bin/python runtime_root.py python ROOT | sources FOLDER ROOT

What stays out: tests, headers, pip, and whatever else of the machine Python does not load.
"""

import importlib.util
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

VENV = Path("mle-smith/venv")
SOURCES = Path("mle-smith/src")
# Of Python itself and of packages: nothing at work imports them.
LEFT_OUT = {"__pycache__", "tests", "test", "include", "ensurepip", "idlelib", "tkinter", "turtledemo", "lib2to3", "pydoc_data"}
FOREIGN = {"site-packages", "dist-packages"}
# Loaded by name at work, so that no library says that it needs it.
BY_NAME = ["libgcc_s.so.1"]
HEADER = 16


def main() -> None:
    kind, *folders = sys.argv[1:]
    if kind == "python":
        gather_python(Path(folders[0]))
    else:
        copy_tree(Path(folders[0]), Path(folders[1]) / SOURCES, LEFT_OUT)


def gather_python(root: Path) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        if Path("/", name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
        else:
            (root / name).mkdir(exist_ok=True)
    interpreter = Path(sys.executable).resolve()
    place(interpreter, inside(root, interpreter))
    for name in ("stdlib", "platstdlib"):
        folder = Path(sysconfig.get_path(name, vars={"installed_base": sys.base_prefix, "installed_platbase": sys.base_prefix}))
        copy_tree(folder, inside(root, folder), LEFT_OUT | FOREIGN | {f"config-{sys.version_info[0]}.{sys.version_info[1]}-{sys.implementation._multiarch}"})
    packages = Path(sysconfig.get_path("purelib"))
    copy_tree(packages, root / VENV / packages.relative_to(sys.prefix), LEFT_OUT)
    (root / VENV / "bin").mkdir()
    for name in ("python", "python3"):
        (root / VENV / "bin" / name).symlink_to(interpreter)
    shutil.copyfile(Path(sys.prefix) / "pyvenv.cfg", root / VENV / "pyvenv.cfg")
    # Found whatever the environment says, also where Python is told to ignore it.
    (root / VENV / packages.relative_to(sys.prefix) / "mle-smith.pth").write_text(f"/{SOURCES}\n")
    for library in needed_libraries(root):
        place(library.resolve(), inside(root, library))


def inside(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def copy_tree(source: Path, target: Path, left_out: set[str]) -> None:
    for folder, names, files in os.walk(source):
        names[:] = sorted(name for name in names if name not in left_out)
        for name in files:
            origin = Path(folder, name)
            if origin.is_file() and not (name.startswith("test_") and SOURCES.as_posix() in str(target)):
                copy = target / origin.relative_to(source)
                place(origin, copy)
                if name.endswith(".py"):
                    place_bytecode(origin, copy)


def place(origin: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(origin, target, follow_symlinks=True)
    except OSError:
        shutil.copy(origin, target)


def place_bytecode(origin: Path, copy: Path) -> None:
    """Bytecode that is loaded without a look at the source's time, which an image does not keep."""
    target = Path(importlib.util.cache_from_source(str(copy)))
    target.parent.mkdir(exist_ok=True)
    code = kept_bytecode(origin)
    if code is None:
        try:
            py_compile.compile(str(copy), str(target), f"/{copy}", doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        except py_compile.PyCompileError:
            pass  # Some packages hold templates that are no Python.
        return
    source = origin.read_bytes()
    target.write_bytes(importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source) + code)


def kept_bytecode(origin: Path) -> bytes | None:
    """What the machine has compiled already, if it is of this source. Compiling all of it takes a minute."""
    try:
        kept = Path(importlib.util.cache_from_source(str(origin))).read_bytes()
    except OSError:
        return None
    status = origin.stat()
    stamp = (int(status.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (status.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    fresh = kept[:HEADER] == importlib.util.MAGIC_NUMBER + bytes(4) + stamp
    return kept[HEADER:] if fresh else None


def needed_libraries(root: Path) -> list[Path]:
    """The libraries of the system that anything below the root is linked with, and the loader."""
    objects = [str(path) for path in root.rglob("*.so*") if path.is_file()] + [str(Path(sys.executable).resolve())]
    said = subprocess.run(["ldd", *objects], capture_output=True, text=True, check=False).stdout
    found = {Path(word) for line in said.splitlines() for word in line.split() if word.startswith(("/lib", "/usr/lib")) and not word.endswith(":")}
    for folder in {library.parent for library in found}:
        found.update(folder / name for name in BY_NAME if (folder / name).exists())
    return sorted(library for library in found if ".so" in library.name)


if __name__ == "__main__":
    main()
