"""Numbers from pictures: colours, edges, textures."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.feature import hog, local_binary_pattern
from skimage.filters import threshold_multiotsu

EDGE = 64
#: Width and height of the copy in which areas are measured, and the bounds of their sizes as powers of two.
AREA = (240, 180)
SIZES = (2, 4, 5, 6, 7, 8, 9, 10, 12, 20)
BINS = 8
#: Views in which spots are looked for, how often the picture is halved, and how far a spot stands out, in standard deviations.
SPOTTED = {"colourful", "blue"}
OCTAVES = 4
STRENGTHS = (0.15, 0.3, 0.6)


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


def shapes(path: Path) -> np.ndarray:
    """How many connected areas of which size stand out in each view of a picture, at two thresholds (Otsu 1979, three levels); logarithms of counts."""
    found: list[float] = []
    for view in views(path).values():
        levels = np.round(view * 255).astype(np.uint8)
        for threshold in threshold_multiotsu(levels, classes=3) if len(np.unique(levels)) > 3 else (85, 170):
            mask = levels > threshold
            areas = np.bincount(ndimage.label(mask)[0].ravel())[1:]
            depth = ndimage.distance_transform_edt(mask)
            peaks = depth == ndimage.maximum_filter(depth, size=9)
            found += [mask.mean(), *np.histogram(np.log2(np.maximum(areas, 1)), bins=SIZES)[0], *((peaks & (depth > reach)).sum() for reach in (3, 6, 9))]
    return np.log1p(np.array(found, dtype=float))


def blobs(path: Path) -> np.ndarray:
    """How many spots of which size and strength stand out, light and dark, by differences of Gaussians (Lowe 2004); logarithms of counts."""
    found: list[float] = []
    for name, view in views(path).items():
        if name not in SPOTTED:
            continue
        level = (view - view.mean()) / (view.std() or 1.0)
        for _ in range(OCTAVES):
            blurred = [ndimage.gaussian_filter(level, width, truncate=3) for width in (1.0, 2**0.5, 2.0)]
            for fine, coarse in pairwise(blurred):
                band = fine - coarse
                lights, darks = band == ndimage.maximum_filter(band, size=5), band == ndimage.minimum_filter(band, size=5)
                found += [*((lights & (band > strength)).sum() for strength in STRENGTHS), (darks & (band < -STRENGTHS[1])).sum()]
            level = blurred[-1][::2, ::2]
    return np.log1p(np.array(found, dtype=float))


def views(path: Path) -> dict[str, np.ndarray]:
    """A picture as numbers from 0 to 1 in several ways: how dark, how colourful, how little green, and how much more blue than red."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB").resize(AREA, Image.Resampling.BILINEAR), dtype=float) / 255
    against = pixels[..., 2] - pixels[..., 0]
    return {
        "dark": 1 - pixels.mean(axis=2),
        "colourful": pixels.max(axis=2) - pixels.min(axis=2),
        "ungreen": 1 - pixels[..., 1],
        "blue": (against - against.min()) / (np.ptp(against) or 1.0),
    }


def marks(path: Path) -> np.ndarray:
    """All that counts what is in a picture, and its colours."""
    return np.concatenate([shapes(path), blobs(path), colours(path)])


def shrunk(path: Path) -> np.ndarray:
    """The picture as 64 × 64 × 3 numbers from 0 to 1."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BILINEAR), dtype=float) / 255
