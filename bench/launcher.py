"""Starts a program on one core and writes what it cost: DESCRIPTOR CORE PROGRAM [ARGUMENT...].

A separate process, and a small one: what Linux gives as a child's peak of resident memory is at least that of the
process it was forked from.
"""

import os
import sys
import time

descriptor, core, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
os.sched_setaffinity(0, {core})
started = time.monotonic_ns()
child = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
ended = time.monotonic_ns()
cpu = usage.ru_utime + usage.ru_stime
numbers = (started, ended, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
os.write(descriptor, " ".join(map(str, numbers)).encode())
