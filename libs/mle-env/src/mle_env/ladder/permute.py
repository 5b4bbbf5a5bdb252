"""What rows are told is given to other rows."""

import numpy as np


def permuted(values: np.ndarray, groups: np.ndarray | None, random: np.random.Generator) -> np.ndarray:
    """The values in another order; of groups, whose rows agree, as a whole. `groups` holds codes from 0."""
    if groups is None:
        return random.permutation(values)
    first = np.unique(groups, return_index=True)[1]
    return random.permutation(values[first])[groups]
