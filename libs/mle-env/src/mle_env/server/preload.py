"""What process 1 imports once, so that the forks of its jobs need not."""

import gc
import importlib
import io
import sys

#: What prepare.py and metric.py of many tasks import besides pandas.
OFTEN_NEEDED = ("sklearn.metrics", "sklearn.model_selection")


def preload(module: str) -> None:
    """Imports once what the calls of a module need, and the programs that they run, so that their forks cost milliseconds. What cannot be imported, the job tells."""
    if module in sys.modules:
        return
    try:
        for name in (module, *OFTEN_NEEDED):
            importlib.import_module(name)
    except Exception:
        return
    if pandas := sys.modules.get("pandas"):
        # It resolves much on first use; a tiny frame pays that here and not in each fork.
        pandas.read_csv(io.StringIO("a,b\n1,x\n2,y\n")).groupby("b").mean(numeric_only=True).to_csv(io.StringIO())
    gc.collect()
    gc.freeze()
