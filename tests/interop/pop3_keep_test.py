"""pop3_keep_test.py - what mpop and fetchmail leave on the server, and what they remember of it.

Their memory is the UIDL of what they have had, or \\Seen by IMAP; new letters come in between.
"""
import os

from far import Far
from house import ALICE, Quiet, letter, lines, maildir, need


class Keeping(Quiet):
    def setUp(self):
        super().setUp()
        self.there = self.maildrop(ALICE)
        self.far = Far(self)

    def left(self, letters, what):
        self.same(self.maildrop(ALICE), letters, what)

    def comes(self, marker, size=0):
        octets = letter(marker) + b"y" * 70 * (size > 0) + (b"\r\n" + b"z" * 70) * (size // 72) + b"\r\n" * (size > 0)
        self.far.append("INBOX", octets)
        self.there.append(octets)
        return octets


class Mpop(Keeping):
    def mpop(self, *more):
        """What came by this run."""
        need("mpop")
        before = {path for path, _ in maildir(self.path("Mail"))}
        for sub in "cur", "new", "tmp":
            os.makedirs(self.path("Mail/" + sub), exist_ok=True)
        self.write("mpoprc", "account a\nhost 127.0.0.1\nport %d\nuser %s\npassword wonderland\ntls off\nauth user\n"
                   "delivery maildir %s\nuidls_file %s\nreceived_header off\n%s\n"
                   % (self.house.port("pop3"), ALICE, self.path("Mail"), self.path("uidls"), "\n".join(more)))
        self.run_client("mpop", "-C", self.path("mpoprc"), "-Q", "a")
        return sorted(lines(m) for path, m in maildir(self.path("Mail")) if path not in before)

    def test_keep_and_delete(self):
        self.same(self.mpop("keep on"), sorted(self.there))
        new = self.comes(b"new")
        self.same(self.mpop("keep on"), [new], "only what is new")
        self.left(self.there, "kept")
        self.far.expunge("INBOX", "timetable")
        self.there.pop(2)
        self.assertEqual(self.mpop("keep on"), [], "one less makes none new")
        self.same(self.mpop("keep on", "only_new off"), sorted(self.there), "all once more")
        another = self.comes(b"another")
        self.same(self.mpop("keep off"), [another])
        self.left([], "what it has had goes, too")

    def test_limits_of_size(self):
        big = self.comes(b"big", 100000)
        small = [m for m in self.there if len(m) <= 50000]
        self.assertIn(len(small), range(2, len(self.there)))
        self.same(self.mpop("keep off", "skipsize 50000"), sorted(small))
        self.left([m for m in self.there if m not in small], "what is too big stays")
        self.assertEqual(self.mpop("keep off", "killsize 50000"), [])
        self.left([], "what is too big goes unread")
        self.assertIn(big, self.there)

    def test_filter_looks_at_headers(self):
        """TOP n 0 for each; what the filter says decides (1: delete, 2: leave)."""
        self.comes(b"new")
        self.write("filter", "#!/bin/sh\nh=$(cat); case $h in *'Subject: new'*) exit 0;; *timetable*) exit 1;; esac\n"
                   "exit 2\n", 0o700)
        self.same(self.mpop("keep off", "filter " + self.path("filter")), [self.there[-1]])
        self.left(self.there[:2] + self.there[3:-1], "neither fetched nor refused")


class Fetchmail(Keeping):
    NOTHING, MAXFETCH = 1, 13  # exit statuses: no mail for us; fetchlimit reached

    def fetchmail(self, protocol, options, status=0):
        need("fetchmail")
        before = set(os.listdir(self.folder))
        self.write("put", "#!/bin/sh\ncat >$(mktemp %s)\n" % self.path("got.XXXXXX"), 0o700)
        self.write("fetchmailrc", 'set invisible\npoll 127.0.0.1 service %d protocol %s auth password %s\n'
                   '  user "%s" password wonderland is nobody here\n  sslproto \'\' %s no rewrite\n  mda "%s"\n'
                   % (self.house.port(protocol.lower()), protocol, "uidl" if protocol == "POP3" else "", ALICE,
                      options, self.path("put")))
        self.run_client("fetchmail", "-f", self.path("fetchmailrc"), "--idfile", self.path("ids"), "-N", "--nosyslog",
                        "--pidfile", self.path("pid"), status=status)
        return sorted(lines(self.read(self.path(n))) for n in os.listdir(self.folder)
                      if n.startswith("got.") and n not in before)

    def test_pop3_keep(self):
        self.same(self.fetchmail("POP3", "keep"), sorted(self.there))
        self.assertEqual(self.fetchmail("POP3", "keep", self.NOTHING), [])
        new = self.comes(b"new")
        self.same(self.fetchmail("POP3", "keep"), [new], "UIDL remembers the others")
        self.left(self.there, "kept")
        another = self.comes(b"another")
        self.same(self.fetchmail("POP3", "nokeep"), [another])
        self.left(self.there[:-1], "only what was fetched goes")
        self.fetchmail("POP3", "nokeep flush", self.NOTHING)
        self.left([], "what was had before goes when it is asked to")

    def test_pop3_limits(self):
        big = [self.comes(b"big", 100000), self.comes(b"bigger", 200000)]
        self.same(self.fetchmail("POP3", "nokeep limit 90000", None), sorted(self.there[:-2]))
        self.left(big, "what is too big stays")
        self.same(self.fetchmail("POP3", "nokeep fetchlimit 1", self.MAXFETCH), big[:1])
        self.same(self.fetchmail("POP3", "nokeep"), big[1:])
        self.left([], "all")

    def test_imap_keep(self):
        """\\Seen is the memory: two of the five are new at first."""
        unseen = [m for _, flags, m in self.far.letters() if "\\Seen" not in flags]
        self.assertEqual(len(unseen), 2)
        self.same(self.fetchmail("IMAP", "keep"), sorted(unseen))
        self.assertEqual([f for _, f, _ in self.far.letters() if "\\Seen" not in f], [])
        self.assertEqual(self.fetchmail("IMAP", "keep", self.NOTHING), [])
        new = self.comes(b"new")
        self.same(self.fetchmail("IMAP", "nokeep"), [new])
        self.left(self.there[:-1], "only what was fetched goes")

    def test_imap_folder(self):
        self.far.create("Lists/C")
        self.far.append("Lists/C", letter(b"listed"))
        self.same(self.fetchmail("IMAP", 'folder "Lists/C" nokeep'), [letter(b"listed")])
        self.assertEqual(self.far.letters("Lists/C"), [])
        self.left(self.there, "INBOX")
