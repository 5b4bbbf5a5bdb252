"""Operators on pictures, recordings and sequences."""

import io
import struct
import zlib

import numpy as np
from held import Held
from PIL import Image
from table import operator

PUBLIC = "data/public/"


def files(held: Held) -> bool:
    return held.plain and held.media is not None


def containers(held: Held) -> bool:
    return files(held) and str(held.test[held.media].iloc[0]).endswith((".png", ".jpg", ".wav"))


def pictures(held: Held) -> bool:
    return files(held) and str(held.test[held.media].iloc[0]).endswith((".png", ".jpg"))


def codes(held: Held) -> np.ndarray:
    values = held.numbers(held.truth)
    return (values > np.median(values)).astype(int) if held.objective in ("regression", "count") else values.astype(int)


@operator("files that rows refer to are not there", ("S23",), (0.0, "one of test"), (0.1, "a tenth of test"), (1.0, "all of test"), applies=files, to="files")
def files_missing(held: Held, value: float) -> None:
    names = held.test[held.media].astype(str)
    for place in held.rows(value, min(len(names), 400)) if value < 1 else range(len(names)):
        held.remove(PUBLIC + names.iloc[int(place)])


@operator(
    "names of files tell the class", ("S12",), (0.2, "of two in ten of test"), (0.7, "of seven in ten"), (2.0, "folders of classes"), applies=files, to="files"
)
def files_named(held: Held, value: float) -> None:
    names = held.test[held.media].astype(str).to_numpy(object)
    told = set(held.rows(min(1.0, value), len(names)).tolist())
    for place, code in enumerate(codes(held)):
        if place not in told:
            continue
        folder, name = names[place].rsplit("/", 1) if "/" in names[place] else ("", names[place])
        new = f"{folder}/{code}/{name}" if value == 2.0 else f"{folder}/{chr(97 + code % 26)}{name}"
        held.write(PUBLIC + new, (held.root / PUBLIC / names[place]).read_bytes())
        held.remove(PUBLIC + names[place])
        names[place] = new
    held.put(test=held.test.assign(**{held.media: names}))


@operator(
    "files hold tags that tell the class",
    ("S12",),
    (0.02, "two in a hundred of test"),
    (0.3, "three in ten"),
    (1.0, "all of them"),
    applies=containers,
    to="pictures and recordings",
)
def files_tagged(held: Held, value: float) -> None:
    names = held.test[held.media].astype(str)
    told = codes(held)
    for place in held.rows(value, len(names)):
        path = PUBLIC + names.iloc[int(place)]
        held.write(path, tagged((held.root / path).read_bytes(), f"class {told[place]}".encode()))


def tagged(data: bytes, text: bytes) -> bytes:
    if data.startswith(b"\xff\xd8"):
        return data[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + data[2:]
    if data.startswith(b"\x89PNG"):
        chunk = b"tEXt" + b"Comment\0" + text
        return data[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    body = b"INFO" + text + b" " * (len(text) % 2)
    whole = data + b"LIST" + struct.pack("<I", len(body)) + body
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def with_test_files(held: Held, share: float, change: object) -> None:
    """Files of test stand in train too, under new names."""
    train = held.train
    first = 1 + int(max(train[held.id].max(), held.test[held.id].max()))
    rows = []
    for number, place in enumerate(held.rows(share, len(held.test))):
        name = str(held.test[held.media].iloc[int(place)])
        new = f"train/{first + number}.{name.rsplit('.', 1)[-1]}"
        held.write(PUBLIC + new, change((held.root / PUBLIC / name).read_bytes(), name))
        row = held.test.iloc[int(place)].to_dict() | {held.id: first + number, held.media: new, held.target: held.truth.iloc[int(place)]}
        rows.append({key: row[key] for key in train.columns})
    import pandas as pd

    held.put(train=pd.concat([train, pd.DataFrame(rows)], ignore_index=True).sample(frac=1, random_state=11).reset_index(drop=True))


@operator("files of test stand in train", ("S06",), (0.03, "three in a hundred"), (0.12, "twelve in a hundred"), (0.5, "half"), applies=files, to="files")
def copied_files(held: Held, value: float) -> None:
    with_test_files(held, value, lambda data, name: data)


@operator(
    "pictures of test stand in train a little darker",
    ("S07",),
    (0.03, "three in a hundred"),
    (0.12, "twelve in a hundred"),
    (0.5, "half"),
    applies=pictures,
    to="pictures",
)
def darker_pictures(held: Held, value: float) -> None:
    def darker(data: bytes, name: str) -> bytes:
        stream = io.BytesIO()
        with Image.open(io.BytesIO(data)) as picture:
            dark = Image.fromarray((np.asarray(picture) * 0.96).astype(np.uint8))
            dark.save(stream, format="JPEG" if name.endswith(".jpg") else "PNG", **({"quality": 92} if name.endswith(".jpg") else {}))
        return stream.getvalue()

    with_test_files(held, value, darker)
