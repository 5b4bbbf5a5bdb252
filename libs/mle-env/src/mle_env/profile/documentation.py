"""Finds what a README says about each column."""

import re

NAME = r"[\w.\- /()%]+?"
# "Target: price", "The target variable is `price`, in euros."
TARGET = re.compile(
    rf"^(?:the )?(?:target|label|outcome|response)(?: variable| column)?\s*(?::|=| is)\s*(?:the )?(?:column )?({NAME})(?:[.,;:(]\s*(?P<text>.*)|\s+[-–]\s+(?P<rest>.*))?$",
    re.IGNORECASE,
)


def column_notes(text: str, columns: list[str]) -> dict[str, str]:
    """Column → the sentence that documents it: definition lists, tables and `name: text` lines; first found wins."""
    wanted = {key(column): column for column in columns}
    notes: dict[str, str] = {}
    lines = text.splitlines()
    for index, line in enumerate(lines):
        bare = without_markup(line)
        stated = TARGET.match(bare)
        if stated and key(stated[1]) in wanted:
            notes.setdefault(wanted[key(stated[1])], clean(stated["text"] or stated["rest"] or ""))
            continue
        row = re.match(rf"^\|\s*({NAME})\s*\|\s*(.+?)\s*\|?$", bare)
        pair = row or re.match(rf"^({NAME})\s*(?::|\s-\s|\s–\s)\s+(.+)$", bare)
        if pair and key(pair[1]) in wanted:
            notes.setdefault(wanted[key(pair[1])], clean(pair[2]))
            continue
        names = [part for part in re.split(r"[,/]", bare) if part.strip()]
        following = paragraph(lines[index + 1 :])
        if names and following and all(key(name) in wanted or is_prefix(name, wanted) for name in names):
            for name in names:
                for column in matches(name, wanted):
                    notes.setdefault(column, clean(following))
    return {column: note for column, note in notes.items() if len(re.findall(r"[A-Za-z]{2,}", note)) >= 2}


def stated_target(text: str, columns: list[str]) -> str | None:
    """The column that a line names as the target, the label, the outcome or the response; None where none does."""
    wanted = {key(column): column for column in columns}
    found = (TARGET.match(without_markup(line)) for line in text.splitlines())
    return next((wanted[key(match[1])] for match in found if match and key(match[1]) in wanted), None)


def name_pattern(text: str, pieces: int) -> list[str] | None:
    """What a pattern such as `{digit}_{speaker}_{take}.wav` calls the pieces of a file's name; None where no pattern has that many."""
    for pattern in re.findall(r"((?:[{<\[]\w+[}>\]][_\-. ]?){2,})", text):
        names = re.findall(r"[{<\[](\w+)[}>\]]", pattern)
        if len(names) == pieces and len(set(names)) == pieces:
            return names
    return None


def without_markup(line: str) -> str:
    """A line without emphasis, code marks and the mark of a list."""
    return re.sub(r"[*`]+", "", line).strip().lstrip("-•[ ").strip()


def paragraph(lines: list[str]) -> str:
    """The indented text that follows a term."""
    taken: list[str] = []
    for line in lines[:12]:
        if line.startswith((" ", "\t")) and line.strip():
            taken.append(line.strip())
        elif taken or line.strip():
            break
    return " ".join(taken)


def matches(name: str, wanted: dict[str, str]) -> list[str]:
    """The columns that a documented name stands for."""
    return [wanted[key(name)]] if key(name) in wanted else [column for known, column in wanted.items() if known.startswith(key(name)) and len(key(name)) >= 4]


def is_prefix(name: str, wanted: dict[str, str]) -> bool:
    """A documented name may leave out the unit: "Body Mass" for "Body Mass (g)"."""
    return len(key(name)) >= 4 and any(known.startswith(key(name)) for known in wanted)


def key(name: str) -> str:
    """A name without case, punctuation and spaces."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def clean(text: str) -> str:
    """One line of at most 300 characters, without markup and full stop."""
    return re.sub(r"\s+", " ", re.sub(r"[*`|<>⁠]", "", text)).strip()[:300].removesuffix(".")
