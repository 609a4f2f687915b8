"""python -m runtime JOB [options]: one job, one summary line, one exit status."""

import sys

from runtime.run import main

main(sys.argv[1:])
