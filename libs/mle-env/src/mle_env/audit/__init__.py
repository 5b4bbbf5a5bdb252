"""Measures a task package once; rules elsewhere judge the numbers. Each of `audit.audit`, `metric.metric` and `rebuild.rebuild` is a job (platform SE-2) with imports of its own."""
