"""Measures a task package once; rules elsewhere judge the numbers. Each function is a job (platform SE-2)."""

from mle_env.audit.audit import audit
from mle_env.audit.metric import metric
from mle_env.audit.rebuild import rebuild

__all__ = ["audit", "metric", "rebuild"]
