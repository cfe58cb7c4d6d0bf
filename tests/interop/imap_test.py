"""imap_test.py - programs that work on the server: imaplib and curl."""
import email
import email.policy
import imaplib
import os
import re
import ssl
import time

from house import ALICE, BOB, FILES, Case, letter, need

BOXES = {"INBOX", "Sent", "Drafts", "Archive/2025"}


def names(rows):
    """Of LIST; those that only have others below them are none that can be selected."""
    return {row.rsplit(' "/" ', 1)[1].strip('"') for row in rows
            if row and "\\Noselect" not in row and "\\NonExistent" not in row}


class Working(Case):
    def setUp(self):
        super().setUp()
        self.there = self.maildrop(ALICE)
        self.assertEqual(len(self.there), 5)


class Imaplib(Working):
    def context(self):
        return ssl.create_default_context(cafile=self.house.ca)

    def ok(self, answer):
        self.assertEqual(answer[0], "OK", answer)
        return answer[1]

    def names(self, c):
        return names([row.decode() for row in self.ok(c.list())])

    def flags(self, c, uid):
        row = self.ok(c.uid("FETCH", uid, "(FLAGS)"))[0].decode()
        return set(re.search(r"FLAGS \(([^)]*)\)", row).group(1).split()) - {"\\Recent"}

    def body(self, c, uid, what="BODY.PEEK[]"):
        return self.ok(c.uid("FETCH", uid, "(%s)" % what))[0][1]

    def look(self, c):
        self.assertEqual(self.names(c), BOXES)
        self.assertEqual(self.ok(c.status("INBOX", "(MESSAGES UNSEEN)")), [b"INBOX (MESSAGES 5 UNSEEN 2)"])
        self.assertEqual(self.ok(c.select("INBOX")), [b"5"])
        self.assertEqual(self.ok(c.uid("SEARCH", "UNSEEN")), [b"4 5"])
        self.assertEqual(self.ok(c.uid("SEARCH", "FLAGGED")), [b"3"])
        self.assertEqual(self.ok(c.uid("SEARCH", "SUBJECT", '"timetable"')), [b"3"])
        for uid, whole in enumerate(self.there, 1):
            self.same(self.body(c, str(uid)), whole)
        self.assertEqual(self.flags(c, "4"), set(), "to peek leaves no mark")
        self.assertEqual(self.flags(c, "3"), {"\\Seen", "\\Flagged"})
        structure = self.ok(c.uid("FETCH", "4", "(BODYSTRUCTURE)"))[0]
        self.assertIn(b'"image" "png"', structure.lower())
        self.assertIn(b"filename*", structure.lower())
        picture = self.body(c, "4", "BODY.PEEK[2]")
        self.assertIn(picture, self.there[3])
        self.assertEqual(picture[:16], b"iVBORw0KGgoAAAAN")

    def work(self, c):
        self.ok(c.uid("STORE", "4", "+FLAGS", "(\\Seen \\Flagged)"))
        self.assertEqual(self.flags(c, "4"), {"\\Seen", "\\Flagged"})
        self.ok(c.uid("STORE", "4", "-FLAGS", "(\\Flagged)"))
        self.assertEqual(self.flags(c, "4"), {"\\Seen"})
        self.ok(c.create("Travel"))
        self.ok(c.append("Travel", "(\\Seen)", imaplib.Time2Internaldate(1788771601), letter(b"imaplib")))
        self.ok(c.uid("COPY", "3", "Travel"))
        self.ok(c.uid("STORE", "1,5", "+FLAGS.SILENT", "(\\Deleted)"))
        self.ok(c.expunge())
        self.assertEqual(self.ok(c.uid("SEARCH", "ALL")), [b"2 3 4"])
        self.assertEqual(self.ok(c.select("Travel")), [b"2"])
        self.same(self.body(c, "1"), letter(b"imaplib"))
        self.same(self.body(c, "2"), self.there[2])
        self.assertEqual(self.flags(c, "2"), {"\\Seen", "\\Flagged"}, "COPY takes the flags along")
        date = self.ok(c.uid("FETCH", "1", "(INTERNALDATE)"))[0]
        self.assertEqual(time.mktime(imaplib.Internaldate2tuple(date)), 1788771601)
        self.ok(c.close())
        self.ok(c.delete("Travel"))
        self.assertEqual(self.names(c), BOXES)

    def whole_job(self, c):
        self.ok(c.login(ALICE, "wonderland"))
        self.look(c)
        self.work(c)
        c.logout()
        self.same(self.maildrop(ALICE), self.there[1:4])

    def test_plain(self):
        self.whole_job(imaplib.IMAP4("127.0.0.1", self.house.port("imap"), timeout=20))

    def test_starttls(self):
        c = imaplib.IMAP4("127.0.0.1", self.house.port("imap"), timeout=20)
        self.assertIn("STARTTLS", c.capabilities)
        c.starttls(ssl_context=self.context())
        self.assertNotIn("STARTTLS", c.capabilities)
        self.whole_job(c)

    def test_implicit(self):
        self.whole_job(imaplib.IMAP4_SSL("127.0.0.1", self.house.port("imaps"), timeout=20,
                                         ssl_context=self.context()))

    def test_wrong_password(self):
        c = imaplib.IMAP4_SSL("127.0.0.1", self.house.port("imaps"), timeout=20, ssl_context=self.context())
        with self.assertRaises(imaplib.IMAP4.error):
            c.login(ALICE, "wunderland")
        c.logout()


class Arriving(Case):
    options = ("--speed", "5")

    def test_idle_hears_of_carols_letter(self):
        c = imaplib.IMAP4_SSL("127.0.0.1", self.house.port("imaps"), timeout=20,
                              ssl_context=ssl.create_default_context(cafile=self.house.ca))
        c.login(BOB, "builder")
        c.select("INBOX")
        c.send(b"x1 IDLE\r\n")
        self.assertTrue(c.readline().startswith(b"+ "))
        while True:  # twenty simulated seconds are four here
            line = c.readline()
            self.assertNotEqual(line, b"")
            if line == b"* 3 EXISTS\r\n":
                break
        c.send(b"DONE\r\n")
        while not c.readline().startswith(b"x1 OK"):
            pass
        kind, found = c.uid("SEARCH", "SUBJECT", "doors")
        self.assertEqual((kind, found), ("OK", [b"3"]))
        whole = c.uid("FETCH", "3", "(BODY[])")[1][0][1]
        c.logout()
        self.assertIn(b"with ESMTPS id", whole, "from host to host over TLS")
        self.same(self.maildrop(BOB)[2], whole)
        picture, = email.message_from_bytes(whole, policy=email.policy.default).iter_attachments()
        self.assertEqual(picture.get_filename(), "robot.png")
        self.same(picture.get_payload(decode=True), self.read(os.path.join(FILES, "robot.png")))


class Curl(Working):
    def curl(self, url, *options):
        need("curl")
        return self.run_client("curl", "-sS", "--cacert", self.house.ca, "-u", ALICE + ":wonderland", *options,
                               self.base + url)

    def whole_job(self, *options):
        rows = self.curl("/", *options).decode().split("\r\n")
        self.assertEqual(names(rows), BOXES)
        for uid, whole in enumerate(self.there, 1):
            self.same(self.curl("/INBOX;UID=%d" % uid, *options), whole)
        header = self.there[0][: self.there[0].index(b"\r\n\r\n") + 4]
        self.same(self.curl("/INBOX;UID=1;SECTION=HEADER", *options), header)
        self.assertEqual(self.curl("/INBOX?FLAGGED", *options), b"* SEARCH 3\r\n")
        self.curl("/INBOX", "-X", "STORE 5 +FLAGS (\\Deleted)", *options)
        self.curl("/INBOX", "-X", "EXPUNGE", *options)
        self.same(self.maildrop(ALICE), self.there[:4])
        data = self.write("letter", letter(b"curl-append"))
        self.curl("/INBOX", "-T", data, *options)
        self.same(self.maildrop(ALICE)[4], letter(b"curl-append"))

    def test_plain(self):
        self.base = "imap://localhost:%d" % self.house.port("imap")
        self.whole_job()

    def test_starttls(self):
        self.base = "imap://localhost:%d" % self.house.port("imap")
        self.whole_job("--ssl-reqd")

    def test_implicit(self):
        self.base = "imaps://localhost:%d" % self.house.port("imaps")
        self.whole_job()
