#!/usr/bin/env python3
"""run.py [NAME...] - real clients against mailflow serve: all tests of *_test.py, several at once.

Ends with one line: how many passed, failed, and were left out because a program is not installed.
Fails when fewer are there than the file "expected" says, and where all must run (CI,
INTEROP=servers) when one was left out, but those of a module that says it is OPTIONAL.
"""
import concurrent.futures
import glob
import importlib
import os
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import house  # noqa: E402

JOBS = 6


def tests_of(suite):
    for t in suite:
        if isinstance(t, unittest.TestSuite):
            yield from tests_of(t)
        else:
            yield t


def all_tests(names):
    loader = unittest.TestLoader()
    for path in sorted(glob.glob(os.path.join(HERE, "*_test.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        for t in tests_of(loader.loadTestsFromModule(module)):
            if not names or any(n in t.id() for n in names):
                yield t


def run_one(test):
    result = unittest.TestResult()
    began = time.monotonic()
    test.run(result)
    return test, result, time.monotonic() - began


def say(test, result, seconds):
    """0 passed, 1 failed, 2 left out, 3 left out as it may be."""
    for _, why in result.failures + result.errors:
        print("FAIL    %s (%.1f s)\n%s" % (test.id(), seconds, why))
        return 1
    for _, why in result.skipped:
        print("SKIPPED %s: %s" % (test.id(), why))
        return 3 if getattr(sys.modules[type(test).__module__], "OPTIONAL", False) else 2
    if os.environ.get("VERBOSE"):
        print("ok      %s (%.1f s)" % (test.id(), seconds))
    return 0


def main(names):
    began = time.monotonic()
    tests = list(all_tests(names))
    counts = [0, 0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_one, t) for t in tests]):
            counts[say(*done.result())] += 1
            sys.stdout.flush()
    with open(os.path.join(HERE, "expected")) as f:
        expected = int(f.read())
    print("interop: %d passed, %d failed, %d skipped" % (counts[0], counts[1], counts[2] + counts[3]))
    print("(%.0f s)" % (time.monotonic() - began))
    if not names and len(tests) < expected:
        print("only %d of at least %d tests are there" % (len(tests), expected))
        return 1
    if house.MUST and not names and counts[2] > 0:
        print("nothing may be left out here")
        return 1
    return 1 if counts[1] > 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
