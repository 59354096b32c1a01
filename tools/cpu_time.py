"""CPU seconds of the process so far: user and system, all threads."""

import resource


def cpu_s() -> float:
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime
