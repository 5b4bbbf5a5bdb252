"""Copies pictures without anything about how they came to be."""

from pathlib import Path

from PIL import Image, ImageOps


def neutral_image(source: Path, target: Path, encode: bool) -> None:
    """A picture without metadata: its pixels as they are stored, or encoded anew where the originals are written in different ways."""
    data = source.read_bytes()
    if not encode and data.startswith(b"\xff\xd8"):
        target.write_bytes(bare_jpeg(data))
    elif not encode and data.startswith(b"\x89PNG"):
        target.write_bytes(bare_png(data))
    else:
        with Image.open(source) as image:
            upright = ImageOps.exif_transpose(image)
            flat = upright.convert("L" if upright.mode in ("1", "L", "LA") else "RGB")
        fresh = Image.frombytes(flat.mode, flat.size, flat.tobytes())
        fresh.save(target, **({"quality": 95, "subsampling": 0} if target.suffix == ".jpg" else {}))


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG file from its start to its end marker, without comments and application segments but the one on colours."""
    kept, place = [data[:2]], 2
    while place + 4 <= len(data):
        marker = data[place + 1]
        if marker == 0xD9:
            break
        size = 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xEE or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(data[place : place + size])
        place += size
        if marker == 0xDA:
            start = place
            while place + 1 < len(data) and (data[place] != 0xFF or data[place + 1] == 0 or 0xD0 <= data[place + 1] <= 0xD7):
                following = data.find(b"\xff", place + 1)
                place = len(data) if following < 0 else following
            kept.append(data[start:place])
    return b"".join([*kept, b"\xff\xd9"])


def bare_png(data: bytes) -> bytes:
    """A PNG file with the chunks that make the picture."""
    kept, place = [data[:8]], 8
    while place + 12 <= len(data):
        size = 12 + int.from_bytes(data[place : place + 4], "big")
        kind = data[place + 4 : place + 8]
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(data[place : place + size])
        place += size
        if kind == b"IEND":
            break
    return b"".join(kept)
