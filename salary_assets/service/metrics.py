"""What the service counts for Prometheus. Labels are closed sets: nothing that people send becomes a label."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LATENCY_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
PAY_BUCKETS = tuple(float(10_000 * step) for step in (3, 5, 8, 12, 16, 20, 25, 30, 40, 50, 70, 100))


class Metrics:
    """Counters of one application; each application has its own registry, so that tests do not share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "salary_request_seconds",
            "Time to answer",
            ["route", "status"],
            buckets=LATENCY_BUCKETS,
            registry=self.registry,
        )
        self.medians = Histogram(
            "salary_estimate_rub_month",
            "Medians answered, net RUB a month; drift shows here",
            buckets=PAY_BUCKETS,
            registry=self.registry,
        )
        self.unknown_skills = Counter(
            "salary_unknown_skills_total", "Skills asked about that no canonical skill matches", registry=self.registry
        )
        self.skills = Counter("salary_skills_total", "Skills asked about", registry=self.registry)
        self.documents = Counter(
            "salary_documents_total", "Resumes by outcome", ["kind", "outcome"], registry=self.registry
        )
        self.model_loads = Counter("salary_model_loads_total", "Models put to service", registry=self.registry)
        self.model_load_failures = Counter(
            "salary_model_load_failures_total", "Models that could not be loaded", registry=self.registry
        )
        self.model_loaded = Gauge("salary_model_loaded", "1 when a model answers", registry=self.registry)

    @contextmanager
    def timed(self, route: str) -> Iterator[list[int]]:
        """Times a request; the caller puts its status into the yielded list."""
        started, status = time.perf_counter(), [500]
        try:
            yield status
        finally:
            self.requests.labels(route, f"{status[0] // 100}xx").observe(time.perf_counter() - started)

    def text(self) -> bytes:
        """The exposition that Prometheus reads."""
        return generate_latest(self.registry)
