"""The metrics that a task can have, read from the generated table beside this file."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Metric:
    """`direction`: maximize or minimize; `prediction`: what a cell holds; `over`: a mean over rows or over classes."""

    direction: str
    optimum: float
    prediction: str
    over: str


METRICS: dict[str, Metric] = {
    name: Metric(**row) for name, row in json.loads(Path(__file__).with_name("metric_catalogue.json").read_text(encoding="utf-8")).items()
}
