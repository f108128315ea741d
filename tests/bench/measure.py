"""Timing a command and its memory, medians of turns, and the table that make bench prints and keeps."""
import os
import statistics
import subprocess
import tempfile
import time

ROUNDS = 3
COLUMNS = ("name", "ours_s", "floor_s", "ratio", "peak_mib", "note")


class BenchError(Exception):
    """A measurement could not be made; its text says why."""


class Timed:
    """What one run of a command took, or several that belong together."""

    def __init__(self, seconds, cpu_s, peak_mib, log, runs=1):
        self.seconds, self.cpu_s, self.peak_mib, self.log, self.runs = seconds, cpu_s, peak_mib, log, runs


def timed(command, expect=(0,), env=None):
    """Runs a command to its end; wall time, its CPU time and peak memory (those of that process alone), and what it wrote
    to stderr."""
    command = [str(word) for word in command]
    with tempfile.TemporaryFile("w+") as log:
        began_at = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                   env={**os.environ, **(env or {})})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began_at
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        text = log.read()
    if process.returncode not in expect:
        raise BenchError(f"{' '.join(command)}: ended with status {process.returncode}\n{text[-2000:]}")
    return Timed(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def checked(command, **options):
    """Runs a command that only prepares or looks, and gives its standard output."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def in_turn(rounds, *runs):
    """Lets each of runs go once a round, the first one last in every other round; [[Timed of a round, …] of each]."""
    found = [[] for _ in runs]
    for turn in range(rounds):
        order = range(len(runs)) if turn % 2 == 0 else reversed(range(len(runs)))
        for n in order:
            found[n].append(runs[n]())
    return found


def median_s(timings):
    return statistics.median(timing.seconds for timing in timings)


def spread(timings):
    """The shortest and the longest, to show how calm the machine was."""
    seconds = sorted(timing.seconds for timing in timings)
    return f"{seconds[0]:.2f} to {seconds[-1]:.2f} s"


class Row:
    """One figure. limits are (of ratio, of peak MiB), None = none promised; most_s that of ours_s itself."""

    def __init__(self, name, ours_s, floor_s=None, peak_mib=None, note="", limits=(None, None), most_s=None):
        self.name, self.ours_s, self.floor_s, self.peak_mib, self.note = name, ours_s, floor_s, peak_mib, note
        self.limits, self.most_s = limits, most_s

    @property
    def ratio(self):
        return self.ours_s / self.floor_s if self.floor_s else None

    def cells(self):
        def text(value, form):
            return "-" if value is None else format(value, form)
        return [self.name, text(self.ours_s, ".3f"), text(self.floor_s, ".3f"), text(self.ratio, ".2f"),
                text(self.peak_mib, ".0f"), self.note]

    def broken(self):
        """What was promised (issues 2 and 3) and is not kept, in words."""
        words = []
        for value, limit, unit in ((self.ratio, self.limits[0], "times its floor"),
                                   (self.peak_mib, self.limits[1], "MiB at its peak"), (self.ours_s, self.most_s, "s")):
            if limit is not None and value is not None and value > limit:
                words.append(f"{self.name}: {value:.2f} {unit}, at most {limit} is promised")
        return words


def write_table(rows, path):
    lines = [list(COLUMNS), *(row.cells() for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\t".join(line) + "\n" for line in lines))
    widths = [max(len(line[n]) for line in lines) for n in range(len(COLUMNS) - 1)]
    for line in lines:
        cells = [f"{cell:{'<' if n == 0 else '>'}{width}}" for n, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells + [line[-1]]).rstrip())
