"""aiohttp."""

import asyncio
import os
import ssl

import aiohttp


async def reset() -> None:
    """One call."""
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session,
        session.post(
            os.environ["API_SERVICE_URL"] + "/api/v1/admin/quota/reset-daily",
            headers={"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]},
        ) as answer,
    ):
        print((await answer.json())["success"])


asyncio.run(reset())
