"""neomutt_test.py - NeoMutt on a terminal, by commands that are pushed: it reads, marks, moves, sends.

Its header cache knows the mailbox when it is opened again, by UIDs and flags, CONDSTORE or QRESYNC.
"""
import os

from far import Far
from house import ALICE, BOB, ORG, Quiet, letter, need
from terminal import Terminal

RC = """set imap_user="%(user)s" imap_pass=wonderland imap_authenticators=plain
set ssl_starttls=no ssl_force_tls=no
set folder="imap://127.0.0.1:%(port)d/" spoolfile="imap://127.0.0.1:%(port)d/INBOX"
set header_cache="%(folder)s/headers" message_cachedir="%(folder)s/bodies"
set delete=yes move=no confirmappend=no confirmcreate=no wait_key=no sleep_time=0 mail_check=1 timeout=1
set imap_idle=no sort=mailbox-order
set record="=Sent" from="%(user)s" realname=Alice use_envelope_from=yes
set smtp_url="smtp://alice%%40example.org@127.0.0.1:%(smtp)d/" smtp_pass=wonderland smtp_authenticators=plain
set status_format="%%f has %%m letters"
%(more)s
set send_charset=utf-8
"""


class Reading:
    def configure_neomutt(self, more=""):
        os.makedirs(self.path("headers"), exist_ok=True)
        os.makedirs(self.path("bodies"), exist_ok=True)
        self.write("muttrc", RC % {"user": ALICE, "port": self.house.port("imap"), "smtp": self.house.port("submission"),
                               "folder": self.folder, "more": more})

    def open_neomutt(self, keys=None, *options):
        need("neomutt")
        push = ["-e", "push '%s'" % keys] if keys else []
        return Terminal(self, "neomutt", "-n", "-F", self.path("muttrc"), *push, *options)

    def do(self, keys, *options):
        self.open_neomutt(keys, *options).ends()


class Neomutt(Reading, Quiet):
    def setUp(self):
        super().setUp()
        self.far = Far(self)

    def box(self, name="INBOX"):
        return {m[m.index(b"Subject: ") + 9:m.index(b"\r\n", m.index(b"Subject: "))].decode(): flags
                for _, flags, m in self.far.letters(name)}

    def test_marks_moves_and_deletes(self):
        self.configure_neomutt()
        for i in range(4):
            self.far.append("INBOX", letter(b"mark%d" % i))
        before = dict((m, flags) for _, flags, m in self.far.letters())
        self.do("<tag-pattern>~s mark1<enter><tag-prefix><save-message>=Kept/2026<enter>"
                "<search>~s mark0<enter><flag-message>"
                "<delete-pattern>~s timetable<enter>"
                "<search>~s mark2<enter><display-message><exit>"
                "<search>~s mark3<enter><set-flag>r"
                "<sync-mailbox><quit>")
        kept = self.far.letters("Kept/2026")
        self.same([m for _, _, m in kept], [letter(b"mark1")])
        box = self.box()
        self.assertNotIn("mark1", box)
        self.assertNotIn("The timetable", box)
        self.assertEqual(len(box), 7)
        self.assertIn("\\Flagged", box["mark0"])
        self.assertIn("\\Seen", box["mark2"])
        self.assertIn("\\Answered", box["mark3"])
        now = {m: flags for _, flags, m in self.far.letters()}
        for octets, flags in before.items():
            if octets in now and b"Subject: mark" not in octets:
                self.assertEqual(now[octets] - {"Old"}, flags)

    def test_sends_and_keeps_a_copy(self):
        self.write("words", "Gr\u00fc\u00dfe\n.\n..\nAlice\n")
        self.configure_neomutt('set editor="cp %s" autoedit=yes' % self.path("words"))
        self.do("<mail>%s<enter>by neomutt<enter><send-message><quit>" % BOB)
        self.assertEqual(self.box("Sent")["by neomutt"], {"\\Seen"})
        sent, = (m for _, _, m in self.far.letters("Sent") if b"by neomutt" in m)
        got, = self.arrived(BOB, b"by neomutt")
        self.same(sent[sent.index(b"\r\n\r\n"):], got[got.index(b"\r\n\r\n"):])
        self.assertIn("Gr\u00fc\u00dfe\r\n.\r\n..\r\nAlice\r\n".encode(), sent)

    def again(self, more, gone):
        """Opened twice; in between the mailbox changes: a letter goes, one comes, one has a flag.  What
        it then does to flagged letters shows that it knows.  Gives what it said to the server."""
        self.configure_neomutt(more)
        for i in range(5):
            self.far.append("INBOX", letter(b"mark%d" % i))
        self.do("<sync-mailbox><quit>")
        self.assertNotEqual(os.listdir(self.path("headers")), [])
        if gone:
            self.far.expunge("INBOX", gone)
        self.far.flag("INBOX", "mark2", "+FLAGS", "\\Flagged")
        self.far.append("INBOX", letter(b"mark5"))
        log = self.path("log")  # it adds a digit
        self.do("<tag-pattern>~F<enter><tag-prefix><save-message>=Flagged<enter>"
                "<tag-pattern>~s mark5<enter><tag-prefix><set-flag>!<quit>", "-d", "3", "-l", log)
        self.assertEqual(sorted(self.box("Flagged")), ["The timetable", "mark2"])
        box = self.box()
        self.assertEqual([n for n in box if n.startswith("mark")],
                         [n for n in ("mark0", "mark1", "mark3", "mark4", "mark5") if n != gone])
        self.assertEqual({n for n in box if "\\Flagged" in box[n]}, {"mark5"})
        return self.read(log + "0")

    def test_again_with_uids_and_flags(self):
        talk = self.again("", "mark1")
        self.assertIn(b"UID FETCH 1:10 (UID FLAGS)", talk)
        self.assertNotIn(b"CHANGEDSINCE", talk)

    def test_again_with_condstore(self):
        talk = self.again("set imap_condstore=yes", "mark4")
        self.assertRegex(talk, rb"CHANGEDSINCE \d+\)")

    QRESYNC = "set imap_condstore=yes imap_qresync=yes"

    def test_again_with_qresync(self):
        """Flags and what is new come, and no UIDs of what it knows."""
        talk = self.again(self.QRESYNC, None)
        self.assertRegex(talk, rb"CHANGEDSINCE \d+ VANISHED\)")
        self.assertNotIn(b"QRESYNC failed", talk)
        self.assertNotIn(b"(UID FLAGS)", talk)

    def test_again_with_qresync_and_one_less(self):
        """After VANISHED (EARLIER) it does not find its way in numbers that are the server's of now (RFC
        7162 3.2.10.1); it says so and starts anew, here and with Dovecot."""
        talk = self.again(self.QRESYNC, "mark1")
        self.assertIn(b"Handling VANISHED", talk)
        self.assertRegex(talk, rb"(?s)QRESYNC failed.*UID FETCH 1:10 \(UID FLAGS\)")
