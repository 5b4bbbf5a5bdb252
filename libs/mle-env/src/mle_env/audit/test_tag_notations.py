"""The same tags in other words, and columns that only have to do with them."""

import json

import numpy as np
import pandas as pd
import pytest

from mle_env.ladder.cells import kind_of, spans

from .tag_notations import tells_tags

KINDS = ["fruit", "place", "tool"]


def notes(rows=200, kinds=KINDS):
    """Sentences of small words with names in them, and their tags."""
    random = np.random.default_rng(3)
    table = []
    for _ in range(rows):
        said = []
        for _ in range(random.integers(0, 4)):
            said += [(word, "O") for word in random.choice("we they soon late saw took".split(), random.integers(1, 5))]
            kind = random.choice(kinds)
            names = ["".join(random.choice(list("abcdefgh"), 5)).capitalize() for _ in range(random.integers(1, 4))]
            said += [(name, f"{'I' if place else 'B'}-{kind}") for place, name in enumerate(names)]
        said += [("then", "O")]
        table.append((" ".join(word for word, _ in said), " ".join(tag for _, tag in said)))
    return pd.DataFrame(table, columns=["tokens", "tags"])


TABLE = notes()


def told(write, table=TABLE, tokens=True):
    """Whether what is written of each row tells its tags; `write` gets its tokens and tags."""
    cells = pd.Series([write(words.split(" "), tags.split(" ")) for words, tags in zip(table["tokens"], table["tags"])])
    return tells_tags(cells, table["tags"], table["tokens"] if tokens else None)


def listed(tags):
    return sorted(spans(tags), key=lambda span: span[1])


def mark_ends(tags):
    """BIOES."""
    marked = list(tags)
    for kind, start, end in spans(tags):
        marked[end - 1] = f"{'S' if end - start == 1 else 'E'}-{kind}"
    return marked


NOTATIONS = {
    "kinds alone": lambda _, tags: " ".join(map(kind_of, tags)),
    "with the ends marked": lambda _, tags: ",".join(mark_ends(tags)),
    "numbers in a list": lambda _, tags: json.dumps([sorted({"O", *tags, "B-x"}).index(tag) if tag == "O" else 10 * ord(tag[2]) + ord(tag[0]) for tag in tags]),
    "a letter a token": lambda _, tags: "".join("." if tag == "O" else tag[2] for tag in tags),
    "places of tokens": lambda _, tags: json.dumps([[start, end, kind] for kind, start, end in listed(tags)]),
    "first and last": lambda _, tags: " ".join(f"{start}-{end - 1}:{kind[:2]}" for kind, start, end in listed(tags)),
    "a key for each kind": lambda words, tags: json.dumps([{kind: " ".join(words[start:end])} for kind, start, end in listed(tags)]),
    "objects with keys": lambda _, tags: json.dumps([{"kind": kind, "from": start, "to": end} for kind, start, end in listed(tags)]),
}


@pytest.mark.parametrize("name", NOTATIONS)
def test_tags_in_other_words_are_told(name):
    assert told(NOTATIONS[name])


def test_a_few_wrong_signs_hide_nothing():
    random = np.random.default_rng(1)
    assert told(lambda _, tags: " ".join(kind_of(tag) if random.random() < 0.95 else "fruit" for tag in tags))


def test_places_alone_are_enough_where_there_is_one_kind():
    table = notes(kinds=["fruit"])
    assert told(lambda _, tags: json.dumps([[start, end] for _, start, end in spans(tags)]), table)


def test_tags_of_every_token_are_told_too():
    table = TABLE.assign(tags=[" ".join({"O": "verb"}.get(tag, tag[2:]) for tag in tags.split(" ")) for tags in TABLE["tags"]])
    assert told(lambda _, tags: " ".join({"verb": "VB", "fruit": "NN", "place": "NP"}.get(tag, "XX") for tag in tags), table)


OTHERS = {
    "the sentence": lambda words, _: " ".join(words),
    "the sentence in small letters": lambda words, _: " ".join(words).lower(),
    "capitals": lambda words, _: " ".join("X" if word[0].isupper() else "x" for word in words),
    "how long the words are": lambda words, _: " ".join(str(len(word)) for word in words),
    "how many words there are": lambda words, _: f"{len(words)} words",
    "which kinds there are": lambda _, tags: ", ".join(sorted({kind_of(tag) for tag in tags} - {"O"})) or "none",
    "words and places of no entity": lambda words, _: json.dumps([[place, word] for place, word in enumerate(words)]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_only_has_to_do_with_tags_is_not(name):
    assert not told(OTHERS[name])


def test_a_guess_that_is_often_wrong_is_not():
    random = np.random.default_rng(2)
    assert not told(lambda _, tags: " ".join(kind_of(tag) if random.random() < 0.75 else random.choice([*KINDS, "O"]) for tag in tags))


def test_few_cells_say_nothing():
    assert not told(NOTATIONS["kinds alone"], TABLE.head(15))
