"""requests, retried by tenacity."""

import os

import requests
import tenacity


@tenacity.retry(stop=tenacity.stop_after_attempt(5), wait=tenacity.wait_random_exponential())
def reset() -> requests.Response:
    """One call."""
    return requests.post(
        os.environ["API_SERVICE_URL"] + "/api/v1/admin/quota/reset-daily",
        headers={"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]},
        timeout=30,
        verify=os.environ["SSL_CERT_FILE"],
    )


print(reset().json()["success"])
