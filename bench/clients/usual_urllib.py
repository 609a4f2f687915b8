"""urllib as it is usually written, with logging and argparse."""
# ruff: noqa: S310 - the address is the measuring process's own

import argparse
import json
import logging
import os
import urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("job")
options = parser.parse_args()
logging.basicConfig(level=logging.INFO)
request = urllib.request.Request(
    os.environ["API_SERVICE_URL"] + "/api/v1/admin/quota/reset-daily",
    data=b"",
    headers={"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]},
    method="POST",
)
with urllib.request.urlopen(request, timeout=30) as answer:
    logging.info("%s: %s", options.job, json.loads(answer.read())["success"])
