"""house.py - the house that real clients visit: mailflow serve on ports of its own, for one test.

Never compares an exit status with what arrived: the tests look at octets.
"""
import itertools
import json
import os
import poplib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(os.environ.get("MAILFLOW", os.path.join(TOP, "build", "mailflow")))
SCENARIO = os.path.join(TOP, "scenarios", "open-house.json")
FILES = os.path.join(TOP, "scenarios", "open-house")
MUST = bool(os.environ.get("CI")) or os.environ.get("INTEROP") == "servers"

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.net"
PASSWORDS = {ALICE: "wonderland", BOB: "builder", CAROL: "singer"}
ORG, NET = "mail.example.org", "mail.example.net"

# A few houses may stand at once (run.py: fewer than SLOTS): no two ports that are opened have a
# difference of 3, or of a small multiple.
SLOTS = 8
_slots = list(range(SLOTS))
_slots_lock = threading.Lock()
_bases = itertools.cycle(random.Random(os.getpid()).sample(range(9000, 27000, 3 * SLOTS), 100))


class Missing(Exception):
    pass


def need(*programs):
    """They are installed, or the test is left out; never where all of them must be there."""
    missing = [p for p in programs if not find(p)]
    if missing and MUST:
        raise Missing("not installed: %s (make deps-test)" % " ".join(missing))
    if missing:
        raise unittest.SkipTest("not installed: %s" % " ".join(missing))



def find(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


class House:
    """mailflow serve, with a folder that goes with it."""

    def __init__(self, folder, scenario=SCENARIO, options=()):
        self.folder, self.scenario, self.options = folder, scenario, list(options)
        self.ca = os.path.join(folder, "ca.pem")
        self.process, self.slot, self.ready = None, None, None

    def open(self):
        with _slots_lock:
            self.slot = _slots.pop()  # there are more of them than tests at once
        said = b""
        for _ in range(20):
            self._start(next(_bases) + 3 * self.slot)
            line = self.process.stdout.readline()
            if line:
                self.ready = json.loads(line)
                return
            _, said = self.process.communicate()
            if b"in use" not in said:
                break
        raise RuntimeError("mailflow serve: %s" % said.decode(errors="replace"))

    def _start(self, base):
        command = [PROGRAM, "serve", self.scenario, "--format", "json", "--port-base", str(base),
                   "--ca", self.ca, "--for", "2min", *self.options]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)

    def close(self):
        """Ends it as a person would; gives what it complained of."""
        with _slots_lock:
            _slots.append(self.slot)
        if not self.process:
            return ""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            _, said = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, said = self.process.communicate()
            said += b"it did not stop when it was asked to\n"
        if self.process.returncode != 0:
            said += b"exit status %d\n" % self.process.returncode
        return said.decode(errors="replace")

    def port(self, service, host=ORG, transport="tcp"):
        for p in self.ready["ports"]:
            if (p["host"], p["service"], p["transport"]) == (host, service, transport):
                return p["port"]
        raise KeyError("%s of %s is not open" % (service, host))


class Case(unittest.TestCase):
    """A test with a house of its own."""

    maxDiff = 4000
    options = ()
    scenario = SCENARIO

    def make_folder(self):
        self.folder = tempfile.mkdtemp(prefix="mailflow-interop-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def setUp(self):
        self.make_folder()
        self.house = House(self.folder, self.furnish(), self.options)
        self.addCleanup(self._close)
        self.house.open()

    def furnish(self):
        """The scenario of the house."""
        return self.scenario

    def _close(self):
        self.assertEqual(self.house.close(), "", "mailflow serve complains")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        data = text if isinstance(text, bytes) else text.encode()
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, mode)
        return path

    def read(self, path):
        with open(path, "rb") as f:
            return f.read()

    def run_client(self, *command, stdin=b"", status=0, seconds=40):
        """What a program printed; its exit status is only the first thing that is looked at."""
        env = {"HOME": self.folder, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LC_ALL": "C.UTF-8",
               "TZ": "UTC", "TMPDIR": self.folder}
        p = subprocess.run([find(command[0]), *map(str, command[1:])], input=stdin, env=env,
                           cwd=self.folder, capture_output=True, timeout=seconds)
        self.said = p.stdout + b"\n" + p.stderr
        if status is not None and p.returncode not in ([status] if isinstance(status, int) else status):
            self.fail("%s ended with %d:\n%s" % (command[0], p.returncode,
                                                 self.said.decode(errors="replace")))
        return p.stdout

    def same(self, got, wanted, what=""):
        """To the octet; says where two differ and does not print all of both."""
        if isinstance(wanted, list):
            self.assertEqual(len(got), len(wanted), "%s: so many letters" % what)
            for i, (g, w) in enumerate(zip(got, wanted)):
                self.same(g, w, "%s letter %d" % (what, i + 1))
            return
        if got != wanted:
            at = next((i for i, (g, w) in enumerate(zip(got, wanted)) if g != w), min(len(got), len(wanted)))
            self.fail("%s: differs from octet %d on (%d octets, not %d):\n  got    %r\n  wanted %r"
                      % (what, at, len(got), len(wanted), got[max(at - 30, 0):at + 60],
                         wanted[max(at - 30, 0):at + 60]))

    # ---- what is in a mailbox, by the plainest way there is

    def maildrop(self, address):
        host = NET if address == CAROL else ORG
        pop = poplib.POP3("127.0.0.1", self.house.port("pop3", host), timeout=20)
        pop.user(address)
        pop.pass_(PASSWORDS[address])
        count = len(pop.list()[1])
        letters = [b"".join(line + b"\r\n" for line in pop.retr(i + 1)[1]) for i in range(count)]
        pop.quit()
        return letters

    def arrived(self, address, marker, count=1):
        """The letters with these octets in them, as soon as there are so many."""
        for _ in range(100):
            found = [m for m in self.maildrop(address) if marker in m]
            if len(found) >= count:
                break
            time.sleep(0.1)
        self.assertEqual(len(found), count, "letters with %r in the mailbox of %s" % (marker, address))
        return found


class Quiet(Case):
    """The open house without anybody who writes, on a fast line: nothing happens but what the test does."""

    options = ("--speed", "20")

    def furnish(self):
        with open(SCENARIO) as f:
            scenario = json.load(f)
        for key in "$schema", "script", "story", "expect":
            scenario.pop(key)
        self.redecorate(scenario)
        shutil.copytree(FILES, self.path(os.path.basename(FILES)))
        return self.write("quiet.json", json.dumps(scenario))

    def redecorate(self, scenario):
        """A place to change it."""


def untraced(letter):
    """A letter without what the hosts on its way put in front of it."""
    while re.match(rb"(?i)(Return-Path|Received):", letter):
        letter = re.sub(rb"\A[^\r\n]*\r\n([ \t][^\r\n]*\r\n)*", b"", letter, count=1)
    return letter


def trace_fields(letter):
    return letter[: len(letter) - len(untraced(letter))]


def letter(marker, extra=b""):
    """A letter that is easy to spoil: dots, long lines, 8-bit octets, blanks at line ends."""
    return (b"From: Alice <alice@example.org>\r\nTo: <bob@example.org>\r\nSubject: " + marker +
            b"\r\nDate: Mon, 7 Sep 2026 09:00:00 +0000\r\nMessage-ID: <" + marker +
            b"@laptop.example.org>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n" + extra +
            b"\r\n.\r\n..\r\n. \r\nFrom here on.\r\n\r\n\r\nblanks at the end  \r\n\ttab\r\n" +
            "größer als …\r\n".encode() + b"x" * 900 + b"\r\nlast line\r\n")


def lines(octets):
    """With the line ends that mail has on the way: programs keep it with those of the system."""
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def maildir(path):
    """File name and octets of the letters in a Maildir, oldest name first."""
    found = []
    for sub in "new", "cur":
        folder = os.path.join(path, sub)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), "rb") as f:
                found.append((os.path.join(folder, name), f.read()))
    return sorted(found)
