"""servers_test.py - the simulated clients against Postfix, Exim, OpenSMTPD, Dovecot and NSD.

A host of the scenario is a real server ("real"); what it got, and what was fetched from it, is
compared to the octet.  Without INTEROP=servers, and not in CI, these tests are left out.
"""
import json
import os
import re
import subprocess
import time

import house
import servers
from house import Case, House, letter, lines, maildir


class Real(Case):
    """The scenario is written by the test, which knows the ports only then."""

    def setUp(self):
        servers.wanted()
        self.make_folder()
        self.house = None

    def serve(self, hosts, script, *options):
        self.write("scenario.json", json.dumps({"title": "real servers", "hosts": hosts, "script": script}))
        self.house = House(self.folder, self.path("scenario.json"),
                           ["--speed", "10", "--trace", self.path("run.trace"), *options])
        self.addCleanup(self.close)
        self.house.open()

    def close(self):
        if self.house:
            said, self.house = self.house.close(), None
            self.assertEqual(said, "", "mailflow serve complains")

    def until(self, what, seconds=20):
        """Waits for what() to be true."""
        for _ in range(seconds * 10):
            found = what()
            if found:
                return found
            time.sleep(0.1)
        self.close()
        self.fail("nothing came\n%s" % self.told()[-3000:])

    def told(self):
        """What happened, as text; serve is over."""
        return subprocess.run([house.PROGRAM, "export", self.path("run.trace"), "--to", "text"],
                              capture_output=True).stdout.decode(errors="replace")

    def records(self):
        out = subprocess.run([house.PROGRAM, "export", self.path("run.trace"), "--to", "json"],
                             capture_output=True, check=True).stdout
        return [json.loads(row) for row in out.splitlines()]


ALICE_LAPTOP = {"kind": "mua", "account": "alice@example.org", "name": "Alice"}
ORG = {"kind": "mail", "domain": "example.org", "accounts": {"alice": "wonderland"}}


class Sending(Real):
    def send(self, port, org=None, count=1):
        self.write("letter.eml", letter(b"real"))
        hosts = {"alice-laptop": ALICE_LAPTOP, "mail.example.org": {**ORG, **(org or {})},
                 "mail.example.net": {"kind": "mail", "domain": "example.net", "accounts": {"bob": "builder"},
                                      "real": "25=127.0.0.1:%d" % port}}
        self.serve(hosts, [{"at": "1s", "host": "alice-laptop", "do": "send", "to": "bob@example.net",
                            "eml": "letter.eml", "repeat": count, "every": "1s"}])

    def sink(self, *options, count=1):
        self.send(servers.smtp_sink(self, *options), count=count)
        self.until(lambda: len(os.listdir(self.path("sink"))) == count)
        time.sleep(0.3)
        found = [lines(self.read(self.path("sink/" + n))) for n in os.listdir(self.path("sink"))]
        for got in found:
            at = got.index(b"From: Alice")
            self.assertIn(b"Received: from ", got[:at])
            self.same(got[at:], letter(b"real") + b"\r\n")  # its dump ends each letter with an empty line
        self.close()
        return found[0]

    def test_smtp_sink(self):
        got = self.sink()
        self.assertIn(b"X-Helo-Args: mail.example.org", got)
        self.assertIn(b"BODY=8BITMIME", got)

    def test_smtp_sink_without_pipelining(self):
        self.sink("-p")

    def test_smtp_sink_of_before_esmtp(self):
        servers.wanted("smtp-sink")
        self.write("letter.eml", b"")
        self.send(servers.smtp_sink(self, "-e"))
        time.sleep(2)
        self.close()
        self.assertIn("HELO mail.example.org", self.told())
        self.assertEqual(os.listdir(self.path("sink")), [], "no 8-bit letter without 8BITMIME (RFC 6152 3)")

    def test_smtp_sink_takes_five(self):
        self.sink(count=5)

    def test_smtp_sink_as_submission_server(self):
        port = servers.smtp_sink(self)
        self.write("letter.eml", letter(b"real"))
        hosts = {"alice-laptop": ALICE_LAPTOP, "mail.example.org": {**ORG, "real": "587=127.0.0.1:%d" % port}}
        self.serve(hosts, [{"at": "1s", "host": "alice-laptop", "do": "send", "to": "bob@example.net",
                            "eml": "letter.eml"}])
        self.until(lambda: os.listdir(self.path("sink")))
        time.sleep(0.3)
        got = lines(self.read(self.path("sink/" + os.listdir(self.path("sink"))[0])))
        self.same(got[got.index(b"From: Alice"):], letter(b"real") + b"\r\n")
        self.close()
        self.assertIn("AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", self.told())

    def postfix(self, tls):
        port, box = servers.postfix(self, tls)
        self.send(port)
        (_, got), = self.until(lambda: maildir(box))
        got = lines(got)
        self.same(got[got.index(b"From: Alice"):], letter(b"real"))
        self.close()
        return got

    def test_postfix_plain(self):
        self.assertIn(b"with ESMTP id", self.postfix(tls=False))

    def test_postfix_starttls(self):
        self.assertIn(b"with ESMTPS id", self.postfix(tls=True))

    def submit(self, port, **device):
        """From a device to a submission server that wants to know who it is."""
        hosts = {"alice-laptop": {**ALICE_LAPTOP, "account": "alice@example.net", **device},
                 "mail.example.net": {"kind": "mail", "domain": "example.net", "accounts": {"alice": "wonderland"},
                                      "real": "587=127.0.0.1:%d" % port}}
        self.write("letter.eml", letter(b"real"))
        self.serve(hosts, [{"at": "1s", "host": "alice-laptop", "do": "send", "to": "bob@example.net",
                            "eml": "letter.eml", "notify": ["success", "failure"], "ret": "headers", "envid": "QQ+1"}])

    def check_submitted(self, box, *said):
        (_, got), = self.until(lambda: maildir(box))
        got = lines(got)
        self.same(got[got.index(b"From: Alice"):], letter(b"real"))
        self.close()
        told = self.told()
        for words in said:
            self.assertIn(words, told)

    def test_postfix_submission_scram(self):
        port, box = servers.postfix(self, tls=False, submission=True)
        self.submit(port)
        self.check_submitted(box, "AUTH SCRAM-SHA-256 ", "235 2.7.0", "RET=HDRS ENVID=QQ+2B1",
                             "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.net")

    def test_postfix_submission_login(self):
        port, box = servers.postfix(self, tls=False, submission=True)
        self.submit(port, **{"auth-mechanism": "login"})
        self.check_submitted(box, "AUTH LOGIN", "235 2.7.0")

    def test_exim(self):
        port, box = servers.exim(self)
        self.send(port)
        self.check_submitted(box, "250-CHUNKING")

    def test_exim_chunking(self):
        port, box = servers.exim(self)
        self.send(port, {"send-chunking": True})
        self.check_submitted(box, "BDAT ", " byte chunk, total ")

    def test_exim_submission_cram_md5(self):
        port, box = servers.exim(self, submission=True)
        self.submit(port)
        self.check_submitted(box, "AUTH CRAM-MD5", "235 Authentication succeeded", "RET=HDRS ENVID=QQ+2B1")

    def test_exim_refuses(self):
        port, _ = servers.exim(self, submission=True)
        self.submit(port, password="wonder")
        self.until(lambda: os.path.exists(self.path("exim/rejectlog")))
        time.sleep(1)
        self.close()
        told = self.told()
        self.assertIn("535 Incorrect authentication data", told)
        self.assertNotIn("MAIL FROM", told)

    def test_opensmtpd(self):
        port, box = servers.opensmtpd(self)
        self.send(port)
        self.until(lambda: os.listdir(box))
        time.sleep(0.5)
        got = lines(self.read(os.path.join(box, os.listdir(box)[0])))
        self.same(got[got.index(b"From: Alice"):], letter(b"real"))
        self.close()
        self.assertIn("pleased to meet you", self.told())


class Fetching(Real):
    def setUp(self):
        super().setUp()
        self.letters = [letter(b"one"), letter(b"two") + b".\r\n" * 3 + b"x" * 200000 + b"\r\n", letter(b"three")]

    def fetch(self, read, tls, secure, more="", **device):
        ports, box = servers.dovecot(self, self.letters, tls, more)
        real = ["%d=127.0.0.1:%d" % (port, ports[name])
                for port, name in ((110, "pop3"), (143, "imap"), (995, "pop3s"), (993, "imaps"))]
        hosts = {"bob-pc": {"kind": "mua", "account": "bob@example.net", "read": read, "tls": secure, **device},
                 "mail.example.net": {"kind": "mail", "domain": "example.net", "accounts": {"bob": "builder"},
                                      "real": real, **({"tls": "opportunistic"} if tls else {})}}
        script = [{"at": "1s", "host": "bob-pc", "do": "fetch"}]
        if read == "imap":
            script.append({"at": "10s", "host": "bob-pc", "do": "read", "subject": "two"})
        self.serve(hosts, script)
        return box

    def check_fetched(self, tls, stuffed):
        """The device has all three, and was told each to the octet."""
        self.close()
        records = self.records()
        names = [r["letter"] for r in records if r["event"] == "fetched"]
        self.assertEqual(sorted(names), ["%s@laptop.example.org" % n for n in ("one", "three", "two")])
        said = "".join(r["text"] for r in records if r["event"] == "said" and r["actor"] == "mail.example.net")
        for i, octets in enumerate(self.letters):
            octets = re.sub(rb"(?m)^\.", b"..", octets) if stuffed else octets
            self.assertTrue(octets.decode() in said, "letter %d" % (i + 1))
        self.assertEqual(any(r["event"] == "secured" for r in records), tls)

    def pop3(self, tls, secure):
        box = self.fetch("pop", tls, secure)
        self.until(lambda: not maildir(box))
        self.check_fetched(tls, stuffed=True)

    def test_pop3_plain(self):
        self.pop3(False, "none")

    def test_pop3_stls(self):
        self.pop3(True, "opportunistic")

    def imap(self, tls, secure, more="", **device):
        """What the device said when it logged in."""
        box = self.fetch("imap", tls, secure, more, **device)
        self.until(lambda: [p for p, _ in maildir(box) if p.endswith("S")])
        self.check_fetched(tls, stuffed=False)
        seen = [lines(m) for p, m in maildir(box) if p.endswith("S")]
        self.same(seen, [self.letters[1]], "\\Seen")
        return [r["text"] for r in self.records() if r["event"] == "said" and r["actor"] == "bob-pc"
                and re.match("a[0-9]+ (AUTHENTICATE|LOGIN)", r["text"])]

    def test_imap_plain(self):
        said = self.imap(False, "none")
        self.assertEqual({s.partition(" ")[2] for s in said}, {"AUTHENTICATE PLAIN AGJvYgBidWlsZGVy\r\n"})

    def test_imap_starttls(self):
        self.imap(True, "opportunistic")

    def test_imap_by_scram(self):
        said = self.imap(False, "none", "auth_mechanisms = plain cram-md5 scram-sha-256\n")
        self.assertTrue(said and all("AUTHENTICATE SCRAM-SHA-256 " in s for s in said), said)

    def test_imap_by_cram(self):
        said = self.imap(False, "none", "auth_mechanisms = plain cram-md5\n")
        self.assertTrue(said and all("AUTHENTICATE CRAM-MD5\r\n" in s for s in said), said)

    def test_imap_by_the_command_where_no_mechanism_fits(self):
        said = self.imap(False, "none", "auth_mechanisms = plain\n", **{"auth-mechanism": "login"})
        self.assertEqual({s.partition(" ")[2] for s in said}, {'LOGIN "bob" "builder"\r\n'})

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        box = self.fetch("imap", True, "implicit")
        time.sleep(2)
        self.close()
        records = self.records()
        self.assertEqual([r for r in records if r["event"] == "fetched"], [])
        self.assertTrue(any(r["event"] == "unsecured" for r in records))
        self.assertEqual(len([p for p, _ in maildir(box) if "/new/" in p]), 3, "the server never saw a login")


ZONE = """$ORIGIN .
$TTL 600
.                 SOA  ns.example.net. hostmaster.example.net. ( 1 3600 600 86400 300 )
.                 NS   ns.example.net.
example.net       MX   5 post.example.net.
post.example.net  A    198.51.100.77
ns.example.net    A    198.51.100.53
mail.example.org  A    192.0.2.10
"""


def asking(port):
    """Hosts that have to ask NSD on this port for the mail host of example.net."""
    return {"alice-laptop": ALICE_LAPTOP,
            "mail.example.org": {**ORG, "ip": "192.0.2.10"},
            "post.example.net": {"kind": "mail", "domain": "example.net", "accounts": {"bob": "builder"},
                                 "ip": "198.51.100.77"},
            "ns.example.net": {"kind": "nameserver", "ip": "198.51.100.53", "real": "127.0.0.1:%d" % port}}


class Asking(Real):
    """The simulated resolver asks NSD, which says that mail for example.net goes to another host."""

    def test_nsd_says_where_mail_goes(self):
        port = servers.nsd(self, ZONE)
        self.write("letter.eml", letter(b"nsd"))
        self.serve(asking(port), [{"at": "1s", "host": "alice-laptop", "do": "send", "to": "bob@example.net",
                                   "eml": "letter.eml"}])
        time.sleep(2)
        self.close()
        records = self.records()
        heard = [r["text"] for r in records if r["event"] == "answer" and r["actor"] == "dns.isp.test"]
        self.assertEqual(heard, ["mail.example.org. 600 IN A 192.0.2.10",
                                 "example.net. 600 IN MX 5 post.example.net.",
                                 "post.example.net. 600 IN A 198.51.100.77"])
        self.assertEqual([r["mailbox"] for r in records if r["event"] == "stored"], ["bob@example.net/INBOX"])

    def test_nsd_says_more_than_a_datagram_holds(self):
        zone = ZONE + "".join("example.net MX %d %s.example.net.\n" % (10 + i, "m%02d" % i + "x" * 50) for i in range(30))
        port = servers.nsd(self, zone)
        self.serve(asking(port), [{"at": "1s", "host": "alice-laptop", "do": "send", "to": "bob@example.net",
                                   "text": "Hello"}])
        time.sleep(2)
        self.close()
        records = self.records()
        called = [r["actor"] for r in records if r["event"] == "open" and r["service"] == "dns"]
        self.assertEqual(called, ["dns.isp.test", "mail.example.org"])
        heard = [r["text"].count("\n") for r in records if r["event"] == "answer" and r["type"] == "MX"
                 and not r["text"].startswith("truncated")]
        self.assertEqual(heard, [30, 30])
        self.assertEqual([r["mailbox"] for r in records if r["event"] == "stored"], ["bob@example.net/INBOX"])

    def test_nsd_says_that_there_is_no_such_domain(self):
        port = servers.nsd(self, ZONE)
        hosts = {"alice-laptop": ALICE_LAPTOP, "mail.example.org": {**ORG, "ip": "192.0.2.10"},
                 "ns.example.net": {"kind": "nameserver", "ip": "198.51.100.53", "real": "127.0.0.1:%d" % port}}
        self.serve(hosts, [{"at": "1s", "host": "alice-laptop", "do": "send", "to": "bob@nowhere.example",
                            "text": "Hello?"}])
        time.sleep(2)
        self.close()
        bounced = [r["text"] for r in self.records() if r["event"] == "outcome"]
        self.assertTrue(any("bob@nowhere.example" in t and "5.1.2" in t for t in bounced), bounced)
