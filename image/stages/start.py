"""The image's /app/__main__.py: one job, started as `python -I -S /app/__main__.py JOB [options]`."""

import sys

# A script and a path, not `-m runtime` or the folder: those go through runpy, 4 of a start's 108 million instructions.
# Last on the path, since most imports of a start are the standard library's: another million.
sys.path.append(__file__.rpartition("/")[0])

import runtime.__main__  # noqa: F401 - it runs the job
