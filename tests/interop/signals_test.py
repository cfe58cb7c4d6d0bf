"""signals_test.py - however the program ends, its terminal is left as it was: each signal that ends a process,
a terminal that goes away, and being put aside and fetched again by a shell."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

import house

FIRST = os.path.abspath("scenarios/first-mail.json")
LONG = os.path.abspath("scenarios/newsletter.json")
LAB = os.path.abspath("scenarios/pop-vs-imap-two-devices.json")
PROGRAM = os.path.abspath(os.environ.get("MAILFLOW", "build/mailflow"))

# Sanitizers take these for themselves otherwise.
ASAN = ":".join("handle_%s=0" % s for s in ("segv", "sigbus", "sigill", "sigfpe", "abort", "sigtrap"))

# What a terminal is told by ESC [ ? number h or l, and how it is before.
MODES = {1049: False, 1000: False, 1002: False, 1003: False, 1006: False, 1: False, 25: True}


class Seat:
    """A terminal, what was written to it, and how it stands now."""

    def __init__(self, *command, **popen):
        self.master, self.slave = pty.openpty()
        self.resize(36, 120)
        self.before = termios.tcgetattr(self.slave)
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "PS1": "ready> ",
               "ASAN_OPTIONS": ASAN, "HOME": "/nonexistent"}
        begin = popen.pop("begin", lambda: None)

        def take():
            for deaf in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):  # as a job in the background is
                signal.signal(deaf, signal.SIG_DFL)
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            begin()
        self.process = subprocess.Popen(command, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=env,
                                        start_new_session=True, preexec_fn=take, **popen)
        self.modes, self.keypad, self.seen, self.rest = dict(MODES), False, "", ""

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        """What comes within that time; false: nothing did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            text = self.rest + os.read(self.master, 65536).decode(errors="replace")
        except OSError:
            return False
        cut = text.rfind("\x1b", max(0, len(text) - 24))
        text, self.rest = (text[:cut], text[cut:]) if cut >= 0 else (text, "")
        self.obey(text)
        return True

    def obey(self, text):
        self.seen += text
        for modes, end, pad in re.findall(r"\x1b(?:\[\?([0-9;]+)([hl])|([=>]))", text):
            self.keypad = pad == "=" if pad else self.keypad
            for mode in modes.split(";") if modes else []:
                if int(mode) in self.modes:
                    self.modes[int(mode)] = end == "h"

    def shows(self, words, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words in self.seen + self.rest:
                return True
            self.read(0.05)
        return False

    def press(self, keys):
        self.seen = ""
        os.write(self.master, keys.encode())

    def settle(self):
        while self.read(0.1):
            pass
        self.obey(self.rest)
        self.rest = ""

    def astray(self):
        """The modes that are not as they were before."""
        self.settle()
        return ["mode %d" % m for m, on in MODES.items() if self.modes[m] != on]

    def wrong(self):
        """What is not as it was before; nothing: ""."""
        wrong = self.astray()
        wrong += ["keypad"] if self.keypad else []
        after = termios.tcgetattr(self.slave)
        return ", ".join(wrong + ["termios %d" % i for i in range(4) if after[i] != self.before[i]])

    def ends(self, seconds=10):
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.02)
        return self.process.poll()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for fd in (self.master, self.slave):
            if fd is not None:
                os.close(fd)


def without_core():
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# What is on the screen, how one comes there, and what tells that it is there.
PLACES = {
    "play": (["play", FIRST], "", "quit"),
    "help": (["play", FIRST], "?", "Help: keys"),
    "long": (["play", LONG], "", "made up to"),
    "menu": (["menu", os.path.dirname(FIRST)], "", "Lessons"),
    "compare": (["compare", LAB], "", "quit"),
}

# Those whose default is to go on, to stop, or which nobody can catch.
OTHERS = {signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCONT,
          signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH}


class SignalsTest(unittest.TestCase):
    def sit_down(self, place, **how):
        words, keys, there = PLACES[place]
        seat = Seat(PROGRAM, *words, begin=without_core, **how)
        self.addCleanup(seat.close)
        self.assertTrue(seat.shows("quit") or seat.shows("Lessons", 1), (place, seat.seen[-500:]))
        if keys:
            seat.press(keys)
        self.assertTrue(seat.shows(there), (place, there))
        self.assertTrue(seat.modes[1049], place)
        return seat

    def killed(self, place, number):
        seat = self.sit_down(place)
        seat.process.send_signal(number)
        self.assertEqual(seat.ends(), -number, (place, number))
        self.assertEqual(seat.wrong(), "", (place, number))

    def test_any_signal_that_ends_it(self):
        real_time = set(range(signal.SIGRTMIN + 1, signal.SIGRTMAX))
        for number in sorted(set(signal.valid_signals()) - OTHERS - real_time):
            self.killed("play", number)

    def test_anywhere(self):
        for place in PLACES:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGSEGV):
                self.killed(place, number)

    def test_the_key(self):
        for place in PLACES:
            seat = self.sit_down(place)
            seat.press("q")
            self.assertEqual(seat.ends(), 0, place)
            self.assertEqual(seat.wrong(), "", place)

    def test_the_terminal_goes_away(self):
        """Also where nobody tells, as under nohup."""
        for place in PLACES:
            for ignored in (False, True):
                words, _, there = PLACES[place]
                seat = Seat(PROGRAM, *words, begin=lambda: ignored and signal.signal(signal.SIGHUP, signal.SIG_IGN))
                self.addCleanup(seat.close)
                self.assertTrue(seat.shows(there if place != "help" else "quit"), place)
                os.close(seat.slave)
                os.close(seat.master)
                seat.master = seat.slave = None
                self.assertIsNotNone(seat.process.wait(10), place)

    def test_put_aside_in_the_middle_of_a_picture(self):
        """It cannot go on drawing while nobody reads: the signal comes exactly then."""
        bash = house.find("bash")
        if not bash:
            self.skipTest("bash")
        seat = Seat(bash, "--norc", "--noprofile", "-i")
        self.addCleanup(seat.close)
        self.assertTrue(seat.shows("ready> "))
        seat.resize(100, 300)
        seat.press("%s play %s & echo pid=$!.; fg\r" % (PROGRAM, FIRST))
        self.assertTrue(seat.shows("quit"))
        process = int(re.search(r"pid=(\d+)\.", seat.seen).group(1))
        for _ in range(3):
            seat.settle()
            while select.select([], [seat.slave], [], 0)[1]:
                seat.press("\x0c")
                time.sleep(0.05)
            seat.press("\x0c")
            time.sleep(0.1)
            os.kill(process, signal.SIGTSTP)
            self.assertTrue(seat.shows("Stopped"), seat.seen[-300:])
            self.assertTrue(seat.shows("ready> "))
            self.assertEqual(seat.astray(), [])
            seat.press("fg\r")
            self.assertTrue(seat.shows("\x1b[?1049h"))
            self.assertTrue(seat.shows("quit"))

    def test_a_shell_puts_it_aside_and_fetches_it_again(self):
        bash = house.find("bash")
        if not bash:
            self.skipTest("bash")
        for place in PLACES:
            words, keys, there = PLACES[place]
            seat = Seat(bash, "--norc", "--noprofile", "-i")
            self.addCleanup(seat.close)
            self.assertTrue(seat.shows("ready> "))
            seat.press("stty -a | cksum\r")
            self.assertTrue(seat.shows("\n"))
            seat.settle()
            stty = re.findall(r"\d{6,} \d+", seat.seen)
            seat.press(" ".join([PROGRAM, *words]) + "\r")
            self.assertTrue(seat.shows("quit") or seat.shows("Lessons", 1), place)
            if keys:
                seat.press(keys)
                self.assertTrue(seat.shows(there), place)
            seat.press("\x1a")
            self.assertTrue(seat.shows("Stopped"), (place, seat.seen[-300:]))
            self.assertTrue(seat.shows("ready> "), place)
            self.assertEqual(seat.astray(), [], "%s: put aside" % place)
            seat.resize(24, 80)
            seat.press("fg\r")
            self.assertTrue(seat.shows("\x1b[?1049h"), place)
            self.assertTrue(seat.shows("quit") if place != "help" else seat.shows("Help"), place)
            seat.settle()
            self.assertTrue(seat.modes[1002] and seat.modes[1049], "%s: %s" % (place, seat.modes))
            seat.press("q")
            self.assertTrue(seat.shows("ready> "), place)
            self.assertEqual(seat.astray(), [], "%s: ended" % place)
            seat.resize(36, 120)
            seat.press("stty -a | cksum\r")
            self.assertTrue(seat.shows("\n"))
            seat.settle()
            self.assertEqual(re.findall(r"\d{6,} \d+", seat.seen), stty, place)
