"""Numbers from recordings: loudness, and energy by pitch over time."""

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.fft import dct
from scipy.signal import spectrogram

BANDS = 26
CEPSTRA = 13
PARTS = 4


def loudness(path: Path) -> np.ndarray:
    """Duration in seconds, energy and its course, crossings of zero."""
    samples, rate = samples_of(path)
    pieces = np.array_split(samples, PARTS)
    energy = [float(np.log10(np.mean(piece**2) + 1e-10)) for piece in pieces]
    crossings = float(np.mean(np.abs(np.diff(np.signbit(samples)))) if len(samples) > 1 else 0.0)
    return np.array([len(samples) / rate, float(np.log10(np.mean(samples**2) + 1e-10)), float(np.abs(samples).max(initial=0.0)), crossings, *energy])


def cepstra(path: Path) -> np.ndarray:
    """Mean and spread of mel-frequency cepstral coefficients (Davis and Mermelstein 1980)."""
    found = coefficients(path)
    return np.concatenate([found.mean(axis=1), found.std(axis=1)])


def course(path: Path) -> np.ndarray:
    """Coefficients relative to the file's own mean, by part of the recording, with those of their changes."""
    found = coefficients(path)
    level = found - found.mean(axis=1, keepdims=True)
    parts = [piece.mean(axis=1) if piece.shape[1] else np.zeros(CEPSTRA) for piece in np.array_split(level, PARTS, axis=1)]
    change = np.diff(found, axis=1) if found.shape[1] > 1 else np.zeros((CEPSTRA, 1))
    return np.concatenate([*parts, level.std(axis=1), change.std(axis=1), np.abs(change).mean(axis=1), loudness(path)])


def coefficients(path: Path) -> np.ndarray:
    """(coefficient, frame)."""
    samples, rate = samples_of(path)
    width = max(64, int(0.025 * rate))
    padded = np.pad(samples, (0, max(0, width - len(samples))))
    _, _, power = spectrogram(padded, rate, nperseg=width, noverlap=width // 2, mode="psd")
    return dct(np.log(mel_bank(rate, width) @ power + 1e-10), axis=0, norm="ortho")[:CEPSTRA]


@lru_cache(maxsize=8)
def mel_bank(rate: int, width: int) -> np.ndarray:
    """Triangles on the mel scale: (band, frequency)."""
    frequencies = np.fft.rfftfreq(width, 1 / rate)
    mel = np.linspace(0, 2595 * np.log10(1 + rate / 2 / 700), BANDS + 2)
    corners = 700 * (10 ** (mel / 2595) - 1)
    rising = (frequencies - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    falling = (corners[2:, None] - frequencies) / (corners[2:] - corners[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling))


def samples_of(path: Path) -> tuple[np.ndarray, int]:
    """The samples of a WAV file as one channel from -1 to 1, and their rate."""
    with wave.open(str(path), "rb") as recording:
        width, channels, rate = recording.getsampwidth(), recording.getnchannels(), recording.getframerate()
        data = recording.readframes(recording.getnframes())
    if width == 1:
        values = np.frombuffer(data, np.uint8).astype(float) - 128
    elif width == 3:
        values = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32) @ np.array([1, 256, 65_536])
        values = np.where(values >= 2**23, values - 2**24, values).astype(float)
    else:
        values = np.frombuffer(data, f"<i{width}").astype(float)
    return values.reshape(-1, channels).mean(axis=1) / 2 ** (8 * width - 1), rate
