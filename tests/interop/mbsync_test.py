"""mbsync_test.py - mbsync (isync): a Maildir and the server, kept the same both ways."""
import os
import re
import socket
import unittest

from both_ways import BothWays
from far import from_utf7, to_utf7
from house import ALICE, Case, letter, lines, maildir, need

RC = """IMAPAccount house
Host %(host)s
Port %(port)d
User %(user)s
Pass wonderland
SSLType %(ssl)s
CertificateFile %(ca)s
AuthMechs %(auth)s

IMAPStore far
Account house

MaildirStore near
Path %(folder)s/Mail/
Inbox %(folder)s/Mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
"""


def unmarked(letter):
    """Without the field by which mbsync knows again what it has copied."""
    return re.sub(rb"X-TUID: [^\r]*\r\n", b"", letter, count=1)


def localhost():
    """mbsync compares certificates with names only, not with addresses."""
    try:
        socket.getaddrinfo("localhost", None)
    except OSError:
        raise unittest.SkipTest("this machine does not know the name localhost") from None
    return "localhost"


class Syncing:
    def configure(self, service="imap", kind="None", more=""):
        os.mkdir(self.path("Mail"))
        self.write("rc", RC % {"host": "127.0.0.1" if kind == "None" else localhost(), "port": self.house.port(service),
                               "user": ALICE, "ssl": kind, "ca": self.house.ca,
                               "auth": "LOGIN" if kind == "None" else "*", "folder": self.folder} + more)

    def sync(self):
        need("mbsync")
        self.run_client("mbsync", "-c", self.path("rc"), "-a")


class Mbsync(Syncing, Case):
    def setUp(self):
        super().setUp()
        self.there = self.maildrop(ALICE)

    def box(self, name):
        return [(path, unmarked(lines(octets))) for path, octets in maildir(self.path("Mail/" + name))]

    def whole_job(self, service, kind):
        self.configure(service, kind)
        self.sync()
        self.same(sorted(m for _, m in self.box("INBOX")), sorted(self.there), "first sync")
        for name, count in ("Sent", 1), ("Drafts", 1), ("Archive/2025", 1):
            self.assertEqual(len(self.box(name)), count, name)
        self.push()
        before = self.box("INBOX")
        self.sync()
        self.assertEqual(self.box("INBOX"), before, "nothing is left to do")

    def push(self):
        """A letter of our own, a flag and a deletion, to the server."""
        flagged = next(p for p, m in self.box("INBOX") if m == self.there[4])
        deleted = next(p for p, m in self.box("INBOX") if m == self.there[0])
        os.rename(flagged, os.path.join(os.path.dirname(os.path.dirname(flagged)), "cur",
                                        os.path.basename(flagged).split(":")[0] + ":2,FS"))
        os.rename(deleted, deleted.split(":")[0] + ":2,ST")
        self.write("Mail/INBOX/new/1.own.laptop", letter(b"mbsync").replace(b"\r\n", b"\n"))
        self.sync()
        now = self.maildrop(ALICE)
        self.same(now[:-1], self.there[1:], "pushed")
        self.same(unmarked(now[-1]), letter(b"mbsync"))
        found = [os.path.basename(p).rsplit(",", 1)[1] for p, m in self.box("INBOX") if m == self.there[4]]
        self.assertEqual(found, ["FS"])

    def test_plain(self):
        self.whole_job("imap", "None")

    def test_starttls(self):
        self.whole_job("imap", "STARTTLS")

    def test_implicit(self):
        self.whole_job("imaps", "IMAPS")


class Tree(Syncing, BothWays):
    """Many mailboxes; names are on this side as they are on the wire."""

    def near_name(self, name):
        return to_utf7(name)

    def far_name(self, folder):
        return from_utf7(folder)

    def plain(self, octets):
        return unmarked(octets)

    def states(self):
        """What mbsync remembers: UIDVALIDITY and UIDs of both sides."""
        found = {folder: self.read(os.path.join(folder, ".mbsyncstate"))
                 for folder, _, files in os.walk(self.path("Mail")) if ".mbsyncstate" in files}
        self.assertIn(self.near("INBOX"), found)
        return found


class Folders(Tree):
    def test_folders_and_flags_both_ways(self):
        self.configure(more="Remove Both\n")
        self.whole_job(self.sync, self.states)
        self.far.ok(self.far.c.delete("Empty"))
        self.sync()
        self.assertNotIn("Empty", self.both_show("after DELETE"))
