"""Syncs the dataset of every active organization."""

from __future__ import annotations

from runtime.context import Outcome
from runtime.net.retry import RetryAfterPastDeadline
from runtime.organizations.adaptive_limit import AdaptiveLimit
from runtime.organizations.limit import Gate
from runtime.organizations.listing import Listing
from runtime.organizations.pool import Crew
from runtime.organizations.tally import NAMED_CHARACTERS, Tally
from runtime.process.errors import JobError
from runtime.services.admin_api import AdminApi, KeyRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context

RELEASE_ORDER = "the release order is migrate -> bootstrap -> org-sync-all"
# A sync takes 2 to 10 s: what starts later than this before the end may not finish.
RESERVE_SECONDS = 15.0
RESERVE_SHARE = 0.25


def run(context: Context) -> Outcome:
    """Goes on after a failed organization; `failed` where any failed, `incomplete` where time ran out."""
    tally = Tally()
    context.progress.follow(tally.counts)
    api = AdminApi.of(context)
    _require_bootstrap(context, api)
    slug = context.options.value("--org")
    if slug is not None:
        return _sync_only(api, slug)
    gate = Gate(AdaptiveLimit(context.settings.concurrency), context.clock)
    paced = AdminApi.of(context, gate)
    listing = Listing(api, context.log, context.settings.task_index, context.settings.task_count)

    def sync(slug: str) -> None:
        _sync_one(context, paced, tally, slug)

    # Every PROGRESS_SECONDS at the latest there is another line.
    context.log.gather()
    started = context.clock.monotonic()
    reserve = min(RESERVE_SECONDS, context.settings.timeout_seconds * RESERVE_SHARE)
    crew = Crew(listing, sync, gate, lambda: context.clock.monotonic() < context.deadline - reserve)
    crew.run(context.settings.concurrency, context.clock, lambda: _report(context, tally, listing, started))
    return _conclude(context, tally, listing, crew)


def _require_bootstrap(context: Context, api: AdminApi) -> None:
    # The cached status is cheap but stale for 60 s after a bootstrap; only a yes is believed at once.
    status = api.bootstrap_status(force_refresh=False)
    if status.state != "SYNCED":
        status = api.bootstrap_status(force_refresh=True)
    if status.state == "NOT_BOOTSTRAPPED":
        raise JobError(
            "the platform is not bootstrapped, or its service cannot reach BigQuery; no organization was touched",
            f"run bootstrap first: {RELEASE_ORDER}",
        )
    if status.state != "SYNCED":
        context.log.warning(
            "platform_out_of_sync", missing=status.tables_missing, advice=f"run bootstrap: {RELEASE_ORDER}"
        )


def _sync_one(context: Context, api: AdminApi, tally: Tally, slug: str) -> None:
    try:
        result = api.sync_organization(slug)
    except (KeyRefused, RetryAfterPastDeadline):
        raise
    except JobError as error:
        reason = str(error)
    else:
        if result is None:
            tally.add_skipped()
            context.log.info("organization_gone", org_slug=slug)
            return
        if not result.errors:
            tally.add_synced(result.tables_created, result.columns_added)
            return
        reason = f"the sync is partial: {'; '.join(result.errors)}"
    # The summary has room for a part of it only.
    tally.add_failed(slug, context.log.shorten(reason, NAMED_CHARACTERS))
    context.log.warning("organization_failed", org_slug=slug, reason=reason)


def _sync_only(api: AdminApi, slug: str) -> Outcome:
    result = api.sync_organization(slug)
    if result is None:
        return Outcome(
            "failed", {"failed": 1}, f"organization {slug!r} does not exist or is not active", "check the slug"
        )
    counts = {"tables_created": result.tables_created, "columns_added": result.columns_added}
    if result.errors:
        return Outcome("failed", {"failed": 1, **counts}, f"{slug}: the sync is partial: {'; '.join(result.errors)}")
    return Outcome("done", {"synced": 1, **counts})


def _report(context: Context, tally: Tally, listing: Listing, started: float) -> None:
    elapsed = max(context.clock.monotonic() - started, 0.001)
    rate = tally.finished / elapsed
    left = max(_estimate_total(context, listing) - tally.finished, 0)
    context.log.info(
        "progress",
        done=tally.synced + tally.skipped,
        failed=tally.failed,
        left=left,
        rate_per_second=round(rate, 2),
        seconds_left=round(left / rate) if rate else None,
    )


def _estimate_total(context: Context, listing: Listing) -> int:
    # The service counts all organizations; a shard holds about its share of them.
    return max(listing.seen, -(-listing.total // context.settings.task_count))


def _conclude(context: Context, tally: Tally, listing: Listing, crew: Crew) -> Outcome:
    counts = tally.counts()
    failed = f"{tally.failed} of {tally.finished} organizations failed: {tally.named()}" if tally.failed else ""
    if crew.error is not None and not isinstance(crew.error, JobError):
        raise crew.error
    if crew.stopped:
        left = max(_estimate_total(context, listing) - tally.finished, 0)
        about = "about " if context.settings.task_count > 1 else ""
        reason = crew.error.problem if crew.error else f"out of time with {about}{left} organizations left"
        remedy = (crew.error.remedy if crew.error else "") or "run org-sync-all again, or raise `tasks`"
        status = "incomplete" if crew.error is None or crew.error.exit_status == 75 else "failed"
        counts["left"] = left
        return Outcome(status, counts, "; ".join(filter(None, (reason, failed))), remedy)
    if failed:
        return Outcome("failed", counts, failed, "run each again with `org-sync-all --org SLUG`")
    return Outcome("done", counts)
