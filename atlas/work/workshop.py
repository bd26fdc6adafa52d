"""Heavy answers are made by a few processes beside the server, and only so many may wait for them.

A file that several ask for is made once. One client cannot fill the queue. Work that nobody waits for any more is
stopped, work that takes too long as well. Nothing here needs an event loop: pages ask from their own threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from atlas.work.kept_files import DiskFull, KeptFiles
from atlas.work.refused import WORDS, Refused
from atlas.work.worker import Task

LOG = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
MOST_WAITING = 16
MOST_PER_CLIENT = 4  # being made or waiting
LIMIT_S = 120.0
IDLE_S = 300.0  # then a worker gives its memory back
RETRY_S = 15
LOOK_S = 0.2  # how often a waiting page looks whether it is still wanted
#: A worker takes one processor, and gives memory back rather than keep it at hand.
FRUGAL = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}


class Busy(Refused):
    """The queue is full, or this client has its share of it."""

    def __init__(self) -> None:
        super().__init__(429, "too many files are being made", WORDS["busy"], RETRY_S)


class Job:
    """A file that is wanted by somebody."""

    def __init__(self, task: Task, kept: KeptFiles, client: str) -> None:
        self.task, self.kept, self.client = task, kept, client
        self.key = key_of(task)
        self.made: Future[Path] = Future()
        self.wanted_by = 0
        self.worker: Worker | None = None


class Worker:
    """One process of `atlas/work/worker.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "atlas.work.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | FRUGAL,
        )

    def do(self, task: Task, folder: Path, limit_s: float) -> dict[str, Any] | None:
        """The worker's answer; None where it died or was killed."""
        assert self._process.stdin is not None and self._process.stdout is not None
        watch = threading.Timer(limit_s, self.kill)
        watch.start()
        try:
            self._process.stdin.write(pickle.dumps((task, folder)))
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            return None
        finally:
            watch.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def kill(self) -> None:
        """At once, whatever it is doing."""
        self._process.kill()

    def end(self) -> None:
        """Wait for a process that was killed, and let go of its pipes."""
        self.kill()
        self._process.communicate()


def key_of(task: Task) -> str:
    """The name under which a task's file is kept."""
    return hashlib.blake2b(task.name.encode(), digest_size=16).hexdigest()


class Workshop:
    """Workers, and who waits for them."""

    def __init__(
        self,
        workers: int = WORKERS,
        most_waiting: int = MOST_WAITING,
        most_per_client: int = MOST_PER_CLIENT,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._most_workers, self._most_waiting = workers, most_waiting
        self._most_per_client, self._limit_s = most_per_client, limit_s
        self._jobs: dict[tuple[Path, str], Job] = {}
        self._queue: deque[Job] = deque()
        self._benches = 0
        self._idle = 0
        self._changed = threading.Condition()
        self._is_closed = False

    def ask(self, task: Task, kept: KeptFiles, client: str) -> Job:
        """Have a file made, or join those who wait for the same one; whoever asks must `leave`.

        `made` of the job is the kept file's path. Raises Busy, and Refused while the server stops.
        """
        name = (task.atlas_path, key_of(task))
        with self._changed:
            if self._is_closed:
                raise _stopping()
            job = self._jobs.get(name)
            if job is None:
                self._check_room(client)
                job = self._jobs[name] = Job(task, kept, client)
                self._queue.append(job)
                self._call_a_bench()
            job.wanted_by += 1
            return job

    def leave(self, job: Job) -> None:
        """Whoever asked has the file, or does not want it any more."""
        with self._changed:
            job.wanted_by -= 1
            if job.wanted_by or job.made.done():
                return
            self._forget(job)
            if job.worker is not None:
                job.worker.kill()
            elif job in self._queue:
                self._queue.remove(job)
            job.made.cancel()

    def wait(self, task: Task, kept: KeptFiles, client: str, is_unwanted: Callable[[], bool]) -> Path | None:
        """The file, for a thread that has nothing else to do; None once it is unwanted. Raises Refused."""
        found = kept.find(task.build_id, key_of(task))
        if found is not None:
            return found
        job = self.ask(task, kept, client)
        try:
            while not is_unwanted():
                with contextlib.suppress(TimeoutError):
                    return job.made.result(LOOK_S)
            return None
        finally:
            self.leave(job)

    def close(self) -> None:
        """End all work; who waits is told that the server stops."""
        with self._changed:
            self._is_closed = True
            jobs = list(self._jobs.values())
            self._queue.clear()
            self._changed.notify_all()
        for job in jobs:
            if job.worker is not None:
                job.worker.kill()
            self._settle(job, _stopping())

    def _settle(self, job: Job, result: Path | Refused) -> None:
        """Tell everyone who waits; nobody may be waiting any more."""
        with self._changed:
            if job.made.done():
                return
            if isinstance(result, Refused):
                job.made.set_exception(result)
            else:
                job.made.set_result(result)

    def _check_room(self, client: str) -> None:
        of_client = sum(job.client == client for job in self._jobs.values())
        if len(self._queue) >= self._most_waiting or of_client >= self._most_per_client:
            raise Busy

    def _forget(self, job: Job) -> None:
        name = (job.task.atlas_path, job.key)
        if self._jobs.get(name) is job:
            del self._jobs[name]

    def _call_a_bench(self) -> None:
        if self._idle >= len(self._queue) or self._benches >= self._most_workers:
            self._changed.notify()
            return
        self._benches += 1
        threading.Thread(target=self._bench, daemon=True, name="workshop").start()

    def _bench(self) -> None:
        """One worker's life: job after job, until there is none for a while."""
        worker = Worker()
        try:
            while (job := self._next()) is not None:
                if self._is_lost(job, worker):
                    worker.end()
                    worker = Worker()
        finally:
            worker.end()

    def _next(self) -> Job | None:
        """The next job; None when there was none for IDLE_S, or no more will come."""
        with self._changed:
            until = time.monotonic() + IDLE_S
            self._idle += 1
            while not self._queue and not self._is_closed and time.monotonic() < until:
                self._changed.wait(until - time.monotonic())
            self._idle -= 1
            if self._queue and not self._is_closed:
                return self._queue.popleft()
            self._benches -= 1
            return None

    def _is_lost(self, job: Job, worker: Worker) -> bool:
        """Do a job; whether the worker was lost over it."""
        began = time.monotonic()
        answer: dict[str, Any] | None = {}
        workplace: Path | None = None
        try:
            workplace = job.kept.workplace()
            with self._changed:
                if not job.wanted_by:
                    return False
                job.worker = worker
            answer = worker.do(job.task, workplace, self._limit_s)
            with self._changed:
                job.worker = None  # from here on nobody kills it over this job
            if answer is None:
                self._settle(job, _lost(time.monotonic() - began >= self._limit_s))
            elif answer:
                self._settle(job, Refused(**answer))
            else:
                self._settle(job, job.kept.keep(workplace, job.task.build_id, job.key))
        except DiskFull:
            self._settle(job, Refused(503, "no room for another file", WORDS["full"], RETRY_S))
        except Exception:
            LOG.exception("a file could not be kept")
            self._settle(job, Refused(500, "internal error", "the server's log has the details"))
        finally:
            with self._changed:
                self._forget(job)
            if workplace is not None:
                shutil.rmtree(workplace, ignore_errors=True)
        return answer is None


def _lost(is_too_long: bool) -> Refused:
    if is_too_long:
        return Refused(503, "this takes too long", WORDS["long"])
    return Refused(503, "the file could not be made", WORDS["lost"], RETRY_S)


def _stopping() -> Refused:
    return Refused(503, "the server is stopping", WORDS["stops"], RETRY_S)


WORKSHOP = Workshop()
