"""python -m runtime JOB [options]: one job, one summary line, one exit status."""

# Not `signal`, whose import takes 2 ms of the time that has to be covered.
from _signal import SIG_BLOCK, SIGINT, SIGTERM, pthread_sigmask  # type: ignore[import-not-found]

# A signal waits until the process can write a summary (see runtime/process/signals.py).
pthread_sigmask(SIG_BLOCK, (SIGINT, SIGTERM))

import sys  # noqa: E402

from runtime.run import main  # noqa: E402

main(sys.argv[1:])
