"""The syncs of org-sync-all through a library and a pool of 32 threads (aiohttp: 32 tasks): LIBRARY COUNT."""
# ruff: noqa: S310 - the address is the measuring process's own

import asyncio
import http.client
import json
import os
import ssl
import sys
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

IN_FLIGHT = 32
BODY = {"sync_missing_tables": True, "sync_missing_columns": True, "recreate_views": True}
HEADERS = {"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]}
BUNDLE = os.environ["SSL_CERT_FILE"]


def address(number: int) -> str:
    """Where an organization is synced."""
    return f"{os.environ['API_SERVICE_URL']}/api/v1/organizations/org-{number:06}/sync"


def with_http_client() -> Callable[[int], object]:
    """A kept connection for each thread, and nothing else: no retry, no deadline, no log."""
    own = threading.local()
    context = ssl.create_default_context(cafile=BUNDLE)
    host = os.environ["API_SERVICE_URL"].partition("://")[2]
    headers = {**HEADERS, "Content-Type": "application/json"}

    def sync(number: int) -> object:
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPSConnection(host, context=context)
        own.connection.request("POST", address(number), json.dumps(BODY).encode(), headers)
        return json.load(own.connection.getresponse())

    return sync


def with_urllib() -> Callable[[int], object]:
    """A new connection for each."""
    context = ssl.create_default_context(cafile=BUNDLE)
    headers = {**HEADERS, "Content-Type": "application/json"}

    def sync(number: int) -> object:
        request = urllib.request.Request(address(number), json.dumps(BODY).encode(), headers)
        with urllib.request.urlopen(request, context=context) as answer:
            return json.load(answer)

    return sync


def with_requests() -> Callable[[int], object]:
    """A session for each thread."""
    import requests

    own = threading.local()

    def sync(number: int) -> object:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.verify = BUNDLE
        return own.session.post(address(number), json=BODY, headers=HEADERS).json()

    return sync


def with_httpx() -> Callable[[int], object]:
    """One client for all."""
    import httpx

    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    client = httpx.Client(verify=ssl.create_default_context(cafile=BUNDLE), limits=limits, headers=HEADERS, timeout=60)
    return lambda number: client.post(address(number), json=BODY).json()


async def with_aiohttp(count: int) -> None:
    """One session for all."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=IN_FLIGHT, ssl=ssl.create_default_context(cafile=BUNDLE))
    room = asyncio.Semaphore(IN_FLIGHT)

    async def sync(number: int) -> None:
        async with room, session.post(address(number), json=BODY) as answer:
            await answer.json()

    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:
        await asyncio.gather(*map(sync, range(count)))


def main(library: str, count: int) -> None:
    """Syncs so many organizations."""
    if library == "aiohttp":
        asyncio.run(with_aiohttp(count))
        return
    libraries = {
        "http.client": with_http_client,
        "urllib": with_urllib,
        "requests": with_requests,
        "httpx": with_httpx,
    }
    sync = libraries[library]()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        for _ in pool.map(sync, range(count)):
            pass


main(sys.argv[1], int(sys.argv[2]))
