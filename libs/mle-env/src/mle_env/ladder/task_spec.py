"""What the ladder must know about a task."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .metric_catalogue import METRICS, Metric


@dataclass(frozen=True)
class TaskSpec:
    """Objective and metric of a task, the names of its columns, and the seed of everything random."""

    objective: str
    metric: str
    target: str
    id: str = "id"
    group: str | None = None
    #: The column that the split goes by where it is one in time.
    time: str | None = None
    text: tuple[str, ...] = field(default=())
    #: Columns whose cells name files below `root`, each with the kind of its files.
    media: tuple[tuple[str, str], ...] = field(default=())
    #: The column that holds lines of a log.
    log: str | None = None
    #: The columns that name who rates and what is rated.
    user: str | None = None
    item: str | None = None
    #: Values ahead: the column that holds the value at the instant of the row.
    present: str | None = None
    #: Pairs: the columns of the two texts.
    pair: tuple[str, str] | None = None
    #: Forecasts: {time, keys, season, horizon, step: {unit, size}, block?}, as `Series` of a manifest.
    series: dict[str, Any] | None = None
    root: Path = field(default=Path())
    seed: int = 0

    @classmethod
    def of(cls, argument: dict[str, Any], root: Path = Path()) -> "TaskSpec":
        return cls(
            objective=argument["objective"],
            metric=argument["metric"],
            target=argument["target"],
            id=argument.get("id", "id"),
            group=argument.get("group"),
            time=argument.get("time"),
            text=tuple(argument.get("text", ())),
            media=tuple(argument.get("media", {}).items()),
            log=argument.get("log"),
            user=argument.get("ratings", {}).get("user"),
            item=argument.get("ratings", {}).get("item"),
            present=argument.get("present"),
            pair=(argument["pair"]["one"], argument["pair"]["other"]) if argument.get("pair") else None,
            series=argument.get("series"),
            root=root,
            seed=int(argument.get("seed", 0)) % (2**31),
        )

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return -1 if self.measure.direction == "minimize" else 1

    @property
    def measure(self) -> Metric:
        """The row of the metric in the catalogue."""
        return METRICS[self.metric]

    @property
    def event(self) -> str | None:
        """The column of train that says whether the event was seen by the target's time; None where times are not censored."""
        return "event" if "event" in self.measure.needs else None

    @property
    def classifies(self) -> bool:
        """Whether models predict classes; ordinal levels are regressed unless the metric treats them as labels."""
        return self.objective in ("binary", "multiclass") or (self.measure.over == "classes" and self.objective != "multilabel")
