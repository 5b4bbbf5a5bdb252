"""X10: packages that a description says are installed."""

import re
from importlib.util import find_spec

#: What a package is imported as, where that is not its name.
MODULES = {
    "scikit-learn": "sklearn",
    "scikit-image": "skimage",
    "pillow": "PIL",
    "opencv-python": "cv2",
    "opencv": "cv2",
    "pytorch": "torch",
    "beautifulsoup4": "bs4",
    "pyyaml": "yaml",
    "python-crfsuite": "pycrfsuite",
    "python-dateutil": "dateutil",
}
SENTENCE = re.compile(r"(?<!\d)\.\s|\n")
INSTALLED = re.compile(r"\b(?:pre)?installed\b|\bimportable\b", re.I)
NAME = re.compile(r"^[A-Za-z][\w-]*$")
IMPORT = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.M)


def absent_packages(description: str) -> list[str]:
    """Packages that the description names as installed and that cannot be imported here; sorted."""
    return sorted(name for name in named_packages(description) if find_spec(MODULES.get(name.lower(), name.lower().replace("-", "_"))) is None)


def named_packages(description: str) -> set[str]:
    """Names in lists of what is installed, and in lines of Python that import."""
    found = set(IMPORT.findall("\n".join(line for line in description.split("\n") if line.startswith(("    ", "\t")))))
    for sentence in SENTENCE.split(description):
        told = INSTALLED.search(sentence)
        if told is not None:
            listed = re.sub(r"^.*\bwith\b|\b(?:is|are)\s*$", "", sentence[: told.start()].strip(), flags=re.S)
            found |= {word for part in re.split(r",|\band\b", listed) if NAME.match(word := part.strip().strip("`*")) is not None}
    return found - {"Python", "python"}
