"""both_ways.py - a Maildir tree on this side, mailboxes on the far side: what a program that keeps the
two the same is tested with.  Both sides are worked on; after each run both must show the same.
"""
import os
import re

from far import Far
from house import Quiet, letter, lines, maildir

LETTERS_OF_FLAGS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}
BERTH, POST, DREAMS = "Projects/2026/B\u00fcro & Hof", "\u65e5\u672c\u8a9e/\U0001f4ec", "Tr\u00e4ume"


def subject(octets):
    return re.search(rb"(?m)^Subject: ([^\r\n]*)", octets).group(1)


def flags_of(path):
    signs = os.path.basename(path).rpartition(":2,")[2] if ":2," in path else ""
    return sorted(flag for flag, sign in LETTERS_OF_FLAGS.items() if sign in signs)


class BothWays(Quiet):
    def setUp(self):
        super().setUp()
        self.far = Far(self)

    # ---- what the program makes of names and letters

    def near_name(self, name):
        """The folder that stands for a mailbox."""
        return name

    def far_name(self, folder):
        return folder

    def plain(self, octets):
        """A letter without the program's own marks."""
        return octets

    # ---- this side

    def near(self, name):
        return self.path("Mail/" + self.near_name(name))

    def near_file(self, name, marker):
        return next(p for p, m in maildir(self.near(name)) if subject(m) == marker)

    def near_flags(self, name, marker, signs):
        path = self.near_file(name, marker)
        os.rename(path, os.path.join(self.near(name), "cur", os.path.basename(path).split(":")[0] + ":2," + signs))

    def near_delete(self, name, marker):
        """As a mail program on this side does that leaves the rest to this one."""
        self.near_flags(name, marker, "ST")

    def near_letter(self, name, marker, signs):
        for sub in "cur", "new", "tmp":
            os.makedirs(os.path.join(self.near(name), sub), exist_ok=True)
        self.write("Mail/%s/cur/1.%s.laptop:2,%s" % (self.near_name(name), marker.decode(), signs),
                   letter(marker).replace(b"\r\n", b"\n"))

    def near_picture(self):
        top, found = self.path("Mail"), {}
        for folder, folders, _ in os.walk(top):
            if "cur" in folders:
                name = self.far_name(os.path.relpath(folder, top))
                found[name] = sorted((self.plain(lines(m)), flags_of(p)) for p, m in maildir(folder))
        return found

    # ---- both

    def both_show(self, what):
        """The same, but keywords, which a Maildir has not; gives it: {mailbox: {subject: flags}}."""
        near = self.near_picture()
        far = {name: sorted((self.plain(m), [f for f in flags if f[0] == "\\"]) for m, flags in box)
               for name, box in self.far.picture().items()}
        self.assertEqual(sorted(near), sorted(far), what + ": mailboxes")
        for name, box in far.items():
            self.same([m for m, _ in near[name]], [m for m, _ in box], "%s: %s" % (what, name))
            self.assertEqual([f for _, f in near[name]], [f for _, f in box], "%s: flags in %s" % (what, name))
        return {name: {subject(m): flags for m, flags in box} for name, box in near.items()}

    def fill(self):
        """Mailboxes with a hierarchy and names from elsewhere, and letters with all flags in them."""
        self.far.create("Projects", "Projects/2026", BERTH, POST)
        for i, flags in enumerate(["", "\\Seen", "\\Flagged \\Seen", "\\Answered", "\\Draft"]):
            self.far.append("Projects/2026", letter(b"far%d" % i), flags)
        self.far.append(BERTH, letter(b"deep"), "\\Seen")
        self.far.append(POST, letter(b"post"))

    def work_near(self):
        self.near_flags("Projects/2026", b"far0", "FRS")
        self.near_flags("Projects/2026", b"far2", "")
        self.near_delete("Projects/2026", b"far3")
        self.near_letter(DREAMS, b"dream", "FS")
        self.near_letter(BERTH, b"near1", "")

    def work_far(self):
        self.far.flag("Projects/2026", "far1", "+FLAGS", "\\Flagged")
        self.far.flag("Projects/2026", "far1", "-FLAGS", "\\Seen")
        self.far.flag("Projects/2026", "far0", "+FLAGS", "\\Draft")
        self.far.expunge("Projects/2026", "far4")
        self.far.create("Sent/2026", "Empty")
        self.far.append("Sent/2026", letter(b"sent"), "\\Seen")
        self.far.append("INBOX", letter(b"hello"))

    def whole_job(self, sync, memory):
        """sync(): one run of the program; memory(): what it remembers, to be left as it is by a run with
        nothing to do."""
        self.fill()
        sync()
        self.both_show("first run")
        validity = {name: self.far.validity(name) for name in self.far.names()}
        self.work_near()
        self.work_far()
        sync()
        shown = self.both_show("second run")
        self.assertEqual(shown["Projects/2026"], {b"far0": ["\\Answered", "\\Draft", "\\Flagged", "\\Seen"],
                                                  b"far1": ["\\Flagged"], b"far2": []})
        self.assertEqual(shown[DREAMS], {b"dream": ["\\Flagged", "\\Seen"]})
        self.assertEqual(shown["Sent/2026"], {b"sent": ["\\Seen"]})
        self.assertEqual(shown[BERTH], {b"deep": ["\\Seen"], b"near1": []})
        self.assertEqual(shown["INBOX"][b"hello"], [])
        self.assertEqual({name: self.far.validity(name) for name in validity}, validity, "UIDVALIDITY")
        before, uids = memory(), self.uids()
        sync()
        self.assertEqual(self.both_show("third run"), shown)
        self.assertEqual((memory(), self.uids()), (before, uids), "nothing was left to do")

    def uids(self):
        return {name: [uid for uid, _, _ in self.far.letters(name)] for name in self.far.names()}
