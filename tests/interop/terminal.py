"""terminal.py - a program that wants a terminal: it gets one, keys are pressed, its screen is read."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time

from house import find


class Terminal:
    def __init__(self, case, *command, **env):
        self.case = case
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 132, 0, 0))
        env = {"HOME": case.folder, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm",
               "TMPDIR": case.folder, **env}
        self.process = subprocess.Popen([find(command[0]), *map(str, command[1:])], stdin=slave, stdout=slave,
                                        stderr=slave, env=env, cwd=case.folder, start_new_session=True)
        os.close(slave)
        self.master, self.seen = master, b""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        case.addCleanup(self.close)

    def _read(self):
        while True:
            try:
                octets = os.read(self.master, 65536)
            except OSError:  # nobody has the other end any more
                return
            if not octets:
                return
            self.seen += octets

    def press(self, keys):
        """Forgets what was on the screen before."""
        self.seen = b""
        os.write(self.master, keys.encode())

    def shows(self, words, seconds=20):
        """Waits until these words were drawn, whatever else was between the lines."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words.encode() in self.text():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.case.fail("never on the screen: %s\n%s" % (words, self.text().decode(errors="replace")[-2000:]))

    def text(self):
        return re.sub(rb"\x1b(\[[0-9;?]*[a-zA-Z]|[()].|[=>])", b"", self.seen)

    def ends(self, seconds=20):
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.case.fail("does not end:\n" + self.text().decode(errors="replace")[-2000:])
        self.case.assertEqual(status, 0, self.text()[-2000:])

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(5)
        os.close(self.master)
