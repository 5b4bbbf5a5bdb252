"""The profile of a dataset folder."""

from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from mle_env import phases
from mle_env.readers import UnsafeArchive
from mle_env.readers.archives import unpacked

from .foreign_keys import with_references
from .formats import ARCHIVES, format_of
from .found_tables import FAULTS, FINDERS, Found, found_tables, told
from .media_files import KINDS, MOST_BROKEN, TooManyFiles, collections, media_table
from .tables import table_profile
from .trajectories import followed

READABLE = set(FINDERS)
SILENT = {"documentation", "metadata", "empty"}
DOCUMENTATION_BYTES = 65_536
MOST_LISTED = 2_000


def profile(argument: dict[str, Any], input: Path, output: Path) -> dict[str, Any]:
    """Profiles the folder /input/raw. Argument: none. Gives a Profile (libs/contracts)."""
    phases.enter("read")
    raw = input / "raw"
    archives = [name for name, kind in formats_below(raw).items() if kind in ARCHIVES]
    found: dict[str, Any] = {"files": [], "tables": [], "documentation": ""}
    if archives:
        try:
            raw = unpacked(raw, archives, Path(mkdtemp()))
        except UnsafeArchive as error:
            return found | {"refusal": {"code": "unsafe_archive", "message": f"{', '.join(archives)}: {error}"}}
    formats = formats_below(raw)
    nested = [name for name, kind in formats.items() if kind in ARCHIVES]
    if nested:
        return found | {"refusal": {"code": "unsafe_archive", "message": f"{nested[0]} is an archive within an archive"}}
    found["documentation"] = documentation(raw, formats)
    data = [name for name in formats if formats[name] not in SILENT]
    if not data:
        empty = any(kind == "empty" for kind in formats.values())
        return found | {"refusal": {"code": "empty_dataset", "message": "every data file is empty" if empty else "the folder holds no data file"}}
    try:
        groups = collections(raw, data, formats)
    except TooManyFiles as error:
        return found | {"refusal": {"code": "too_large", "message": str(error)}}
    members = {name for group in groups for name in group.names}
    tables, problems = found_tables(raw, [name for name in data if name not in members], formats)
    phases.enter("profile")
    made: list[Found] = []
    for group in groups:
        lost = [name for name in group.names if name in group.broken]
        if len(group.broken) > MOST_BROKEN * len(group.names):
            name, reason = next(iter(group.broken.items()))
            problems.append(f"{len(lost) or len(group.broken)} of {len(group.names)} {group.kind} files cannot be decoded, {name} among them: {reason}")
            continue
        table, used = media_table(raw, group, tables, found["documentation"])
        made.append(table)
        tables = [other for other in tables if other not in used]
    for table in [*with_references(raw, tables), *made]:
        if archives:
            table.reader["archives"] = archives
        try:
            measured = table_profile(raw, table.name, table.reader, found["documentation"], table.issues)
            found["tables"].append(measured)
            later = followed(raw, measured)
            if later is not None:
                found["tables"].append(table_profile(raw, f"{table.name} ahead", later, found["documentation"], []))
        except FAULTS as error:
            problems.append(f"{table.name}: {told(error)}")
    supported = READABLE | SILENT | {formats[name] for name in members}
    found["files"] = [
        {"path": name, "bytes": (raw / name).stat().st_size, "format": kind, "supported": kind in supported}
        for name, kind in list(formats.items())[:MOST_LISTED]
    ]
    if not found["tables"]:
        foreign = sorted({formats[name] for name in data} - READABLE - (set(KINDS) if problems else set()))
        unsupported = foreign and not problems
        found["refusal"] = (
            {"code": "unsupported_format", "message": f"format not supported: {', '.join(foreign)}"}
            if unsupported
            else {"code": "unreadable_table", "message": "; ".join(problems)[:1000]}
        )
    return found


def formats_below(raw: Path) -> dict[str, str]:
    """The format of each file, by path below the folder."""
    names = sorted(path.relative_to(raw).as_posix() for path in raw.rglob("*") if path.is_file())
    return {name: format_of(raw / name, name) for name in names}


def documentation(raw: Path, formats: dict[str, str]) -> str:
    """The texts that describe the data, those nearest to the top first."""
    names = sorted((name for name, kind in formats.items() if kind == "documentation"), key=lambda name: (name.count("/"), name))
    texts = [(raw / name).read_bytes()[:DOCUMENTATION_BYTES].decode("utf-8", "replace") for name in names]
    return "\n".join(texts)[:DOCUMENTATION_BYTES]
