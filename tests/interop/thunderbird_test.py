"""thunderbird_test.py - what Thunderbird says to an IMAP and a submission server when it is set up from
the table that serve prints: SSL/TLS, normal password, the authority imported.

Not Thunderbird itself, which has no way to be driven here: its commands, in its spelling and order.
"""
import base64
import re
import socket
import ssl

from house import ALICE, BOB, Case, letter, untraced

HEADERS = ("From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To "
           "Content-Type Reply-To List-Unsubscribe Received")


class Line:
    """A connection over TLS, line by line."""

    def __init__(self, case, port):
        context = ssl.create_default_context(cafile=case.house.ca)
        raw = socket.create_connection(("127.0.0.1", port), 20)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")
        self.file = self.socket.makefile("rb")

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        return self.file.readline()


class Imap(Case):
    def say(self, command, *literals):
        """The untagged part of the answer; anything but OK fails the test."""
        self.tag = getattr(self, "tag", 0) + 1
        self.wire.send(b"%d %s\r\n" % (self.tag, command.encode()))
        for octets in literals:
            self.assertTrue(self.wire.line().startswith(b"+ "))
            self.wire.send(octets + b"\r\n")
        return self.answer(command)

    def answer(self, command):
        said = b""
        while True:
            line = self.wire.line()
            if line.startswith(b"%d " % self.tag) or not line:
                break
            said += line
            size = re.search(rb"\{(\d+)\}\r\n$", line)
            if size:
                said += self.wire.file.read(int(size.group(1)))
        self.assertTrue(line.startswith(b"%d OK" % self.tag), "%s: %r" % (command, line))
        return said

    def log_in(self):
        self.wire = Line(self, self.house.port("imaps"))
        self.assertTrue(self.wire.line().startswith(b"* OK "))
        self.say("capability")
        self.say("authenticate PLAIN", base64.b64encode(b"\0" + ALICE.encode() + b"\0wonderland"))
        self.say("capability")
        self.say("namespace")

    def test_set_up_and_used(self):
        there = self.maildrop(ALICE)
        self.log_in()
        subscribed = self.say('lsub "" "*"')
        for name in b"INBOX", b"Sent", b"Drafts", b"Archive/2025":
            self.assertRegex(subscribed, rb'LSUB \([^)]*\) "/" "?%s"?\r\n' % name)
        self.say('list "" "INBOX"')
        self.say('list "" "%"')
        self.say('select "INBOX"')
        self.assertEqual(self.say("UID fetch 1:* (FLAGS)").count(b" FETCH "), 5)
        listed = self.say("UID fetch 1:5 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (%s)])" % HEADERS)
        self.assertEqual(listed.count(b"BODY[HEADER.FIELDS ("), 5)
        self.assertIn(b"=?utf-8?Q?", listed)
        self.assertIn(b"RFC822.SIZE %d" % len(there[3]), listed)
        self.say("IDLE", b"DONE")
        whole = self.say("UID fetch 4 (UID RFC822.SIZE BODY[])")
        self.assertIn(there[3], whole)
        self.say("uid store 4 +FLAGS (\\Seen)")
        self.say("noop")
        self.say('create "Trash"')
        self.say('subscribe "Trash"')
        self.say('uid move 5 "Trash"')
        self.say('append "Sent" (\\Seen) {%d}' % len(letter(b"thunderbird")), letter(b"thunderbird"))
        self.say('STATUS "Sent" (UIDNEXT MESSAGES UNSEEN RECENT)')
        self.say('select "Trash"')
        self.assertIn(there[4], self.say("UID fetch 1:* (UID BODY.PEEK[])"))
        self.say("uid store 1 +Flags (\\Deleted)")
        self.say("expunge")
        self.say("close")
        self.say("logout")
        self.same(self.maildrop(ALICE), there[:4])


class Smtp(Case):
    def say(self, octets, code):
        self.wire.send(octets + b"\r\n")
        while True:
            line = self.wire.line()
            if line[3:4] != b"-":
                break
        self.assertEqual(line[:3], code, "%r: %r" % (octets, line))

    def test_a_letter_is_sent(self):
        self.wire = Line(self, self.house.port("submissions"))
        self.assertEqual(self.wire.line()[:3], b"220")
        self.say(b"EHLO [127.0.0.1]", b"250")
        self.say(b"AUTH PLAIN " + base64.b64encode(b"\0" + ALICE.encode() + b"\0wonderland"), b"235")
        sent = letter(b"thunderbird")
        self.say(b"MAIL FROM:<%s> BODY=8BITMIME SIZE=%d" % (ALICE.encode(), len(sent)), b"250")
        self.say(b"RCPT TO:<%s>" % BOB.encode(), b"250")
        self.say(b"DATA", b"354")
        self.say(re.sub(rb"(?m)^\.", b"..", sent) + b".", b"250")
        self.say(b"QUIT", b"221")
        got, = self.arrived(BOB, b"thunderbird@")
        self.same(untraced(got), sent)
