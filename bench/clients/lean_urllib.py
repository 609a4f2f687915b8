"""urllib at its cheapest: a hashed CA folder, no site, no cleanup. The measure of all others."""
# ruff: noqa: S310 - the address is the measuring process's own

import json
import os
import ssl
import sys
import urllib.request

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations(capath=os.environ["SSL_CERT_DIR"])
request = urllib.request.Request(
    os.environ["API_SERVICE_URL"] + "/api/v1/admin/quota/reset-daily",
    data=b"",
    headers={"X-CA-Root-Key": os.environ["CA_ROOT_API_KEY"]},
    method="POST",
)
with urllib.request.urlopen(request, timeout=30, context=context) as answer:
    print(json.loads(answer.read())["success"])
sys.stdout.flush()
os._exit(0)
