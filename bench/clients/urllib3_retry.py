"""urllib3 with its own retries."""

import os

import urllib3

pool = urllib3.PoolManager(ca_certs=os.environ["SSL_CERT_FILE"], retries=urllib3.Retry(5, backoff_factor=1.0))
answer = pool.request(
    "POST",
    os.environ["API_SERVICE_URL"] + "/api/v1/admin/quota/reset-daily",
    headers={"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]},
    timeout=30,
)
print(answer.json()["success"])
