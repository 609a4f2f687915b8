"""The `sandbox` command: hands its words to the sandbox and shows what that says; its arguments: URL WORDS..."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from sandbox.table import show


def main(url: str, words: Sequence[str]) -> int:
    """The exit status of the action; 1 if the sandbox has ended."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    try:
        connection.request("POST", "/", json.dumps({"words": words}), {"content-type": "application/json"})
        for line in connection.getresponse():
            item = json.loads(line)
            if isinstance(item, int):
                return item
            show(item, sys.stderr if item.startswith("sandbox: ") else sys.stdout)
    except (OSError, http.client.HTTPException):
        pass
    except KeyboardInterrupt:
        print("\nsandbox: interrupted; what was started goes on", file=sys.stderr)
        return 130
    print("sandbox: it has ended: leave this shell, and start another by make sandbox", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
