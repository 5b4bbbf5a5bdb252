import io
import wave

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from mle_env.audit.media import traces
from mle_env.readers.neutral_audio import neutral_audio
from mle_env.readers.neutral_image import neutral_image
from mle_env.readers.neutral_sequence import neutral_sequence

PIXELS = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def jpeg(path, **options):
    exif = Image.Exif()
    exif[0x010E] = "the label is seven"
    Image.fromarray(PIXELS).save(path, "JPEG", exif=exif, comment=b"seven", **options)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_pixels_and_loses_everything_else(tmp_path, progressive):
    jpeg(tmp_path / "a.jpg", progressive=progressive)
    with (tmp_path / "a.jpg").open("ab") as file:
        file.write(b"the label is seven")
    assert traces(tmp_path / "a.jpg") != ""
    neutral_image(tmp_path / "a.jpg", tmp_path / "b.jpg", encode=False)
    with Image.open(tmp_path / "a.jpg") as one, Image.open(tmp_path / "b.jpg") as other:
        assert np.array_equal(np.asarray(one), np.asarray(other)) and not other.getexif()
    assert b"seven" not in (tmp_path / "b.jpg").read_bytes() and traces(tmp_path / "b.jpg") == ""


def test_a_png_keeps_its_pixels_and_loses_its_texts(tmp_path):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("label", "seven")
    Image.fromarray(PIXELS).save(tmp_path / "a.png", pnginfo=notes)
    neutral_image(tmp_path / "a.png", tmp_path / "b.png", encode=False)
    with Image.open(tmp_path / "b.png") as other:
        assert np.array_equal(np.asarray(other), PIXELS)
    assert traces(tmp_path / "a.png") == "chunk tEXt" and traces(tmp_path / "b.png") == ""


def test_pictures_that_are_written_in_different_ways_end_up_in_one(tmp_path):
    jpeg(tmp_path / "a.jpg", quality=60)
    jpeg(tmp_path / "b.jpg", quality=95, progressive=True)
    tables = set()
    for name in ("a", "b"):
        neutral_image(tmp_path / f"{name}.jpg", tmp_path / f"{name}2.jpg", encode=True)
        with Image.open(tmp_path / f"{name}2.jpg") as image:
            tables.add((str(image.quantization), "progressive" in image.info))
        assert traces(tmp_path / f"{name}2.jpg") == ""
    assert len(tables) == 1


def test_a_recording_keeps_its_samples_and_loses_its_tags(tmp_path):
    samples = (np.sin(np.arange(4_000) / 5) * 20_000).astype("<i2").tobytes()
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(samples)
    data = bytearray((tmp_path / "a.wav").read_bytes() + b"LIST" + (10).to_bytes(4, "little") + b"INFOseven\0")
    data[4:8] = (len(data) - 8).to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(data)
    assert traces(tmp_path / "a.wav") == "chunk LIST"
    neutral_audio(tmp_path / "a.wav", tmp_path / "b.wav", encode=False)
    with wave.open(str(tmp_path / "b.wav"), "rb") as copy:
        assert copy.readframes(copy.getnframes()) == samples
    assert traces(tmp_path / "b.wav") == ""


def test_sequences_end_up_equally_long(tmp_path):
    (tmp_path / "a.csv").write_text("#x, y\n" + "".join(f"{n}, {n / 2}\n" for n in range(30)))
    neutral_sequence(tmp_path / "a.csv", tmp_path / "b.csv", encode=False, window=3)
    assert (tmp_path / "b.csv").read_text() == "x,y\n27,13.5\n28,14.0\n29,14.5\n"


def test_a_copy_does_not_depend_on_the_place_of_its_original(tmp_path):
    stream = io.BytesIO()
    Image.fromarray(PIXELS).save(stream, "JPEG")
    for name in ("one.jpg", "two.jpeg"):
        (tmp_path / name).write_bytes(stream.getvalue())
        neutral_image(tmp_path / name, tmp_path / f"{name}.jpg", encode=False)
    assert (tmp_path / "one.jpg.jpg").read_bytes() == (tmp_path / "two.jpeg.jpg").read_bytes()
