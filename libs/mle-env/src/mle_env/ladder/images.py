"""Numbers from pictures: colours, edges, textures."""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage.feature import hog, local_binary_pattern

EDGE = 64
BINS = 8


def colours(path: Path) -> np.ndarray:
    """A histogram of each colour channel, and its mean and spread."""
    pixels = shrunk(path).reshape(-1, 3)
    parts = [np.histogram(channel, bins=BINS, range=(0, 1))[0] / len(pixels) for channel in pixels.T]
    return np.concatenate([*parts, pixels.mean(axis=0), pixels.std(axis=0)])


def edges(path: Path) -> np.ndarray:
    """Histograms of oriented gradients (Dalal and Triggs 2005) of the grey picture."""
    return hog(shrunk(path).mean(axis=2), orientations=9, pixels_per_cell=(8, 8), cells_per_block=(2, 2), feature_vector=True)


def textures(path: Path) -> np.ndarray:
    """Local binary patterns (Ojala et al. 2002) by quarter, colours, and a small grey copy."""
    pixels = shrunk(path)
    grey = pixels.mean(axis=2)
    codes = local_binary_pattern(np.round(grey * 255).astype(np.uint8), 8, 1, "uniform")
    quarters = [codes[rows, columns] for rows in (slice(0, EDGE // 2), slice(EDGE // 2, EDGE)) for columns in (slice(0, EDGE // 2), slice(EDGE // 2, EDGE))]
    patterns = [np.histogram(part, bins=10, range=(0, 10))[0] / part.size for part in quarters]
    small = grey.reshape(16, EDGE // 16, 16, EDGE // 16).mean(axis=(1, 3)).ravel()
    return np.concatenate([*patterns, colours(path), small])


def shrunk(path: Path) -> np.ndarray:
    """The picture as 64 × 64 × 3 numbers from 0 to 1."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BILINEAR), dtype=float) / 255
