"""Copies recordings without anything about how they came to be."""

import wave
from pathlib import Path

import soundfile


def neutral_audio(source: Path, target: Path, encode: bool) -> None:
    """A recording as WAV with a plain header: its samples as they are, or as 16 bits where the original is coded otherwise."""
    if not encode:
        with wave.open(str(source), "rb") as original:
            channels, width, rate = original.getnchannels(), original.getsampwidth(), original.getframerate()
            frames = original.readframes(original.getnframes())
    else:
        samples, rate = soundfile.read(source, dtype="int16", always_2d=True)
        channels, width, frames = samples.shape[1], 2, samples.astype("<i2").tobytes()
    with wave.open(str(target), "wb") as copy:
        copy.setnchannels(channels)
        copy.setsampwidth(width)
        copy.setframerate(rate)
        copy.writeframes(frames)
