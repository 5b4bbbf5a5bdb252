"""Ways to write down the tags of a sentence."""

import json

from mle_env.ladder.cells import kind_of, spans


def kinds(tags: str) -> str:
    """The kind of each token, whether an entity starts or goes on there."""
    return " ".join(kind_of(tag) for tag in tags.split(" "))


def numbers(tags: str) -> str:
    """A list with a number for each tag."""
    return json.dumps([["O", "B-fruit", "B-place", "I-place"].index(tag) for tag in tags.split(" ")])


def letters(tags: str) -> str:
    """A letter for each token, with nothing between them; single tokens and last ones have their own."""
    found = ["."] * len(tags.split(" "))
    for kind, start, end in spans(tags.split(" ")):
        for place in range(start, end):
            found[place] = {"fruit": "fF", "place": "pP"}[kind][end - start == 1 or place == end - 1]
    return "".join(found)


def offsets(tokens: str, tags: str) -> str:
    """JSON objects with kind and characters from and to."""
    ends = [0]
    for token in tokens.split(" "):
        ends.append(ends[-1] + len(token) + 1)
    return json.dumps([{"start": ends[start], "end": ends[end] - 1, "label": kind.upper()} for kind, start, end in sorted(spans(tags.split(" ")))])


def named(tokens: str, tags: str) -> str:
    """Each name after its kind."""
    words = tokens.split(" ")
    found: dict[str, list[str]] = {}
    for kind, start, end in sorted(spans(tags.split(" "))):
        found.setdefault(kind, []).append(" ".join(words[start:end]))
    return "; ".join(f"{kind}: {name}" for kind in sorted(found) for name in found[kind])


def marked(tokens: str, tags: str) -> str:
    """The sentence with its entities in brackets."""
    words = tokens.split(" ")
    for kind, start, end in spans(tags.split(" ")):
        words[start] = f"<{kind}>{words[start]}"
        words[end - 1] += f"</{kind}>"
    return " ".join(words)
