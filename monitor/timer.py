"""APScheduler as the service uses it: persistent jobs, late ones once, and it outlives a busy database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.exc import OperationalError

from settings import SHANGHAI
from storage.session import Database

JOB_TABLE = "apscheduler_jobs"
"""Outside the program's own schema: Alembic neither makes nor knows it."""
_RETRY_SECONDS = 10.0
_LOGGER = logging.getLogger("nianbao")

TimedJob = tuple[str, Callable[[], None], BaseTrigger]
"""Name, a module-level function, and when."""


def make_scheduler(
    database: Database, timetable: Iterable[TimedJob], *, first: Callable[[], None]
) -> BlockingScheduler:
    """A scheduler with these jobs, not started; ``first`` is done once as soon as it starts."""
    # "Skipped: still running" is what max_instances is for, and no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        jobstores={
            "default": PatientJobStore(engine=database.engine, tablename=JOB_TABLE),
            "memory": MemoryJobStore(),
        },
        # However late it is (a long crawl, a machine that slept): once, and then go on.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=SHANGHAI,
    )
    for name, job, trigger in timetable:
        scheduler.add_job(job, trigger, id=name, replace_existing=True)
    scheduler.add_job(first, id="first", jobstore="memory")
    return scheduler


class PatientJobStore(SQLAlchemyJobStore):
    """Outlives a database that is busy or away: APScheduler's loop would end with the error.

    A time that could not be written down makes the job due again at the next look; all jobs here
    may be repeated.
    """

    def update_job(self, job: Job) -> None:
        try:
            super().update_job(job)
        except OperationalError as error:
            _LOGGER.warning("job %s: next time not stored: %s", job.id, error.orig)

    def get_next_run_time(self) -> datetime | None:
        try:
            return super().get_next_run_time()
        except OperationalError as error:
            _LOGGER.warning("next time not read: %s", error.orig)
            return datetime.fromtimestamp(time.time() + _RETRY_SECONDS, SHANGHAI)
