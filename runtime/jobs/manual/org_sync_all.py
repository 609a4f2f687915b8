"""Syncs the dataset of every active organization."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.context import Context
from runtime.net.retry import ServiceUnavailable
from runtime.organizations.calls import sync_organization
from runtime.organizations.limit import ConcurrencyLimiter, StopSignal
from runtime.organizations.listing import Listing
from runtime.organizations.pool import WorkerPool
from runtime.organizations.tally import NAMED_CHARACTERS, Tally
from runtime.process.errors import JobError, TransientError
from runtime.process.outcome import Outcome
from runtime.services.admin_api import AdminApi, KeyRefused, NotBootstrapped

RELEASE_ORDER = "the release order is migrate -> bootstrap -> org-sync-all"
SYNC_EACH = "run each again with `org-sync-all --org SLUG`"
CONTINUE = "run org-sync-all again, or raise `tasks`"
# Nobody knows their slugs.
CORRECT_RECORDS = (
    "correct the records that cannot be listed, counted from the newest (the log's `record_unlistable` says what the "
    "service found), then run org-sync-all again"
)
# A sync takes 2 to 10 s: what starts later than this before the end may not finish.
RESERVE_SECONDS = 15.0
# No other organization will fare better.
FATAL = (KeyRefused, NotBootstrapped, ServiceUnavailable)


def run(context: Context) -> Outcome:
    """Goes on after a failed organization; `failed` if any failed, `incomplete` if some were not reached or listed."""
    tally = Tally()
    context.progress.count = lambda: tally.counts
    api = AdminApi(context.admin_client())
    _require_bootstrap(context, api)
    slug = context.options.get("--org")
    if slug is not None:
        return _sync_only(api, slug)
    return _SyncAll(context, api, tally).run()


def _require_bootstrap(context: Context, api: AdminApi) -> None:
    status = api.bootstrap_status()
    if status.state == "NOT_BOOTSTRAPPED":
        raise JobError(
            "the platform is not bootstrapped, or its service cannot reach BigQuery; no organization was touched",
            f"run bootstrap first: {RELEASE_ORDER}",
        )
    if missing := status.describe_missing():
        context.log.warning("platform_out_of_sync", missing=missing, advice=f"run bootstrap: {RELEASE_ORDER}")


def _sync_only(api: AdminApi, slug: str) -> Outcome:
    result = sync_organization(api, slug)
    if result is None:
        problem = f"organization {slug!r} does not exist or is not active"
        return Outcome("failed", {"failed": 1}, problem, "check the slug")
    counts = {"tables_created": result.tables_created, "columns_added": result.columns_added}
    if result.problem:
        return Outcome("failed", {"failed": 1, **counts}, f"{slug}: {result.problem}", "fix them, then run it again")
    return Outcome("done", {"synced": 1, **counts})


class _SyncAll:
    """The run over all organizations of the shard."""

    def __init__(self, context: Context, api: AdminApi, tally: Tally) -> None:
        self._context = context
        self._api = api
        self._tally = tally
        signal = StopSignal(context.clock)
        self._limiter = ConcurrencyLimiter(context.settings.concurrency, context.clock, signal)
        self._listing = Listing(api, signal, context.log, context.settings.task_index, context.settings.task_count)
        self._unlisted: JobError | None = None
        self._started = context.clock.monotonic()

    def run(self) -> Outcome:
        """Until every organization is done, or time is short."""
        context = self._context
        end = context.deadline - RESERVE_SECONDS
        pool = WorkerPool(self._limiter, self._sync, lambda: context.clock.monotonic() < end)
        pool.run(self._list(), context.settings.concurrency, context.clock, self._report)
        for number in self._listing.own_unlistable:
            self._tally.add_failed(f"record {number} of the list cannot be listed by the service")
        return self._conclude(pool)

    def _list(self) -> Iterator[str]:
        try:
            yield from self._listing
        except FATAL:
            raise
        except JobError as error:
            # What was listed is synced anyway.
            self._unlisted = error
            self._context.log.warning("list_incomplete", reason=error.problem)

    def _sync(self, slug: str) -> None:
        try:
            if not slug.strip():
                raise JobError("the service lists an organization without a slug")
            result = sync_organization(self._api, slug, self._limiter)
        except FATAL:
            raise
        except JobError as error:
            self._note_failed(slug, error.problem)
            return
        if result is None:
            self._tally.add(skipped=1)
            self._context.log.info("organization_gone", org_slug=slug)
        elif result.problem:
            self._note_failed(slug, result.problem)
        else:
            self._tally.add(synced=1, tables_created=result.tables_created, columns_added=result.columns_added)

    def _note_failed(self, slug: str, reason: str) -> None:
        # The summary has room for a part of it only.
        self._tally.add_failed(f"{slug}: {self._context.log.shorten(reason, NAMED_CHARACTERS)}")
        self._context.log.warning("organization_failed", org_slug=slug, reason=reason)

    def _report(self) -> None:
        elapsed = max(self._context.clock.monotonic() - self._started, 0.001)
        failed, finished = self._tally.counts["failed"], self._tally.finished
        rate, left = round(finished / elapsed, 2), self._estimate_left()
        self._context.log.info("progress", done=finished - failed, failed=failed, left=left, rate_per_second=rate)

    def _estimate_left(self) -> int:
        # The service counts all organizations; a shard holds about its share of them.
        total = max(self._listing.seen, -(-self._listing.total // self._context.settings.task_count))
        return max(total - self._tally.finished, 0)

    def _conclude(self, pool: WorkerPool) -> Outcome:
        counts = self._tally.counts
        failed = ""
        if counts["failed"]:
            failed = f"{counts['failed']} of {self._tally.finished} organizations failed: {self._tally.named()}"
        if pool.error is not None and not isinstance(pool.error, JobError):
            raise pool.error
        error, left = pool.error or self._unlisted, self._estimate_left()
        if pool.stopped and error is None:
            about = "about " if self._context.settings.task_count > 1 else ""
            error = TransientError(f"out of time with {about}{left} organizations left")
        if error is not None:
            reason = "; ".join(filter(None, (error.problem, failed)))
            return Outcome(error.status, {**counts, "left": left}, reason, error.remedy or CONTINUE)
        if failed:
            unlisted = self._listing.own_unlistable
            return Outcome("failed", counts, failed, CORRECT_RECORDS if unlisted else SYNC_EACH)
        if counts["skipped"] and not counts["synced"]:
            return Outcome("done", counts, "every organization was skipped as gone or inactive: is this the right API?")
        return Outcome("done", counts)
