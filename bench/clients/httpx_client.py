"""httpx, synchronous."""

import os
import ssl

import httpx

context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
with httpx.Client(timeout=30, verify=context) as client:
    answer = client.post(
        os.environ["API_SERVICE_URL"] + "/api/v1/admin/quota/reset-daily",
        headers={"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]},
    )
    print(answer.raise_for_status().json()["success"])
