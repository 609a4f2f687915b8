"""Starts a program and writes what it cost to the file descriptor of its first argument.

A process of its own, and a small one: what Linux gives as a child's peak of resident memory is at least that of the
process it was forked from.
"""

import os
import sys
import time

started = time.monotonic_ns()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
ended = time.monotonic_ns()
cpu = usage.ru_utime + usage.ru_stime
numbers = (started, ended, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
os.write(int(sys.argv[1]), " ".join(map(str, numbers)).encode())
