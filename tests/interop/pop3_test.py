"""pop3_test.py - programs that fetch by POP3: poplib, curl, mpop, fetchmail."""
import os
import poplib
import ssl

from house import ALICE, Case, lines, maildir, need


class Fetching(Case):
    def setUp(self):
        super().setUp()
        self.there = self.maildrop(ALICE)
        self.assertEqual(len(self.there), 5)

    def left(self, letters):
        self.same(self.maildrop(ALICE), letters, "left")


class Poplib(Fetching):
    def context(self):
        return ssl.create_default_context(cafile=self.house.ca)

    def whole_job(self, pop):
        pop.user(ALICE)
        pop.pass_("wonderland")
        count, size = pop.stat()
        sizes = [int(row.split()[1]) for row in pop.list()[1]]
        self.assertEqual((count, size), (5, sum(sizes)))
        self.assertEqual(sizes, [len(m) for m in self.there])
        ids = [row.split()[1] for row in pop.uidl()[1]]
        self.assertEqual(len(set(ids)), 5)
        for i, whole in enumerate(self.there):
            self.same(b"\r\n".join(pop.retr(i + 1)[1]) + b"\r\n", whole)
        header = self.there[4][: self.there[4].index(b"\r\n\r\n") + 4]
        self.assertEqual(b"\r\n".join(pop.top(5, 0)[1]) + b"\r\n", header)
        pop.dele(1)
        pop.rset()
        pop.dele(3)
        self.assertEqual(pop.stat()[0], 4)
        pop.quit()
        self.left(self.there[:2] + self.there[3:])

    def test_plain(self):
        self.whole_job(poplib.POP3("127.0.0.1", self.house.port("pop3"), timeout=20))

    def test_stls(self):
        pop = poplib.POP3("127.0.0.1", self.house.port("pop3"), timeout=20)
        self.assertIn("STLS", pop.capa())
        pop.stls(context=self.context())
        self.assertNotIn("STLS", pop.capa())
        self.whole_job(pop)

    def test_implicit(self):
        self.whole_job(poplib.POP3_SSL("127.0.0.1", self.house.port("pop3s"), timeout=20, context=self.context()))

    def test_wrong_password(self):
        pop = poplib.POP3("127.0.0.1", self.house.port("pop3"), timeout=20)
        pop.user(ALICE)
        with self.assertRaises(poplib.error_proto):
            pop.pass_("wunderland")
        pop.close()


class Curl(Fetching):
    def curl(self, url, *options):
        need("curl")
        return self.run_client("curl", "-sS", "--cacert", self.house.ca, "-u", ALICE + ":wonderland", *options,
                               self.base + url)

    def whole_job(self, *options):
        sizes = b"".join(b"%d %d\r\n" % (i + 1, len(m)) for i, m in enumerate(self.there))
        self.assertEqual(self.curl("/", *options), sizes)
        for i, whole in enumerate(self.there):
            self.same(self.curl("/%d" % (i + 1), *options), whole)
        self.assertEqual(len(self.curl("/", "-X", "UIDL", *options).split()), 10)
        self.curl("/2", "-X", "DELE", "-l", *options)
        self.left(self.there[:1] + self.there[2:])

    def test_plain(self):
        self.base = "pop3://localhost:%d" % self.house.port("pop3")
        self.whole_job()

    def test_stls(self):
        self.base = "pop3://localhost:%d" % self.house.port("pop3")
        self.whole_job("--ssl-reqd")

    def test_implicit(self):
        self.base = "pop3s://localhost:%d" % self.house.port("pop3s")
        self.whole_job()


class Mpop(Fetching):
    def mpop(self, service, tls, keep):
        need("mpop")
        for sub in "cur", "new", "tmp":
            os.makedirs(self.path("Mail/" + sub), exist_ok=True)
        self.write("mpoprc", "account a\nhost 127.0.0.1\nport %d\nuser %s\npassword wonderland\ntls %s\n"
                   "tls_starttls %s\ntls_trust_file %s\nauth %s\nkeep %s\ndelivery maildir %s\nuidls_file %s\n"
                   "received_header off\n"
                   % (self.house.port(service), ALICE, "off" if tls == "none" else "on",
                      "on" if tls == "starttls" else "off", self.house.ca,
                      "user" if tls == "none" else "on", "on" if keep else "off",
                      self.path("Mail"), self.path("uidls")))
        self.run_client("mpop", "-C", self.path("mpoprc"), "-Q", "a")
        return sorted(lines(m) for _, m in maildir(self.path("Mail")))

    def whole_job(self, service, tls):
        self.same(self.mpop(service, tls, keep=True), sorted(self.there))
        self.left(self.there)
        self.same(self.mpop(service, tls, keep=True), sorted(self.there), "nothing is fetched twice")
        self.mpop(service, tls, keep=False)
        self.left([])

    def test_plain(self):
        self.whole_job("pop3", "none")

    def test_stls(self):
        self.whole_job("pop3", "starttls")

    def test_implicit(self):
        self.whole_job("pop3s", "implicit")


class Fetchmail(Fetching):
    """By POP3 and by IMAP: the same program, the same job."""

    def fetchmail(self, service, protocol, options, keep):
        need("fetchmail")
        self.write("put", "#!/bin/sh\ncat >$(mktemp %s)\n" % self.path("got.XXXXXX"), 0o700)
        self.write("fetchmailrc", 'set invisible\npoll 127.0.0.1 service %d protocol %s auth password\n'
                   '  user "%s" password wonderland is nobody here\n  %s %s no rewrite\n  mda "%s"\n'
                   % (self.house.port(service), protocol, ALICE, options % {"ca": self.house.ca},
                      "keep" if keep else "nokeep", self.path("put")))
        self.run_client("fetchmail", "-f", self.path("fetchmailrc"), "--idfile", self.path("ids"), "-N", "--nosyslog",
                        "--pidfile", self.path("pid"), status=None)
        return sorted(lines(self.read(self.path(n))) for n in os.listdir(self.folder) if n.startswith("got."))

    def whole_job(self, service, protocol, options):
        wanted = sorted(self.there)
        self.same(self.fetchmail(service, protocol, options + " fetchall", keep=True), wanted)
        self.left(self.there)
        self.fetchmail(service, protocol, options + " fetchall", keep=False)
        self.left([])

    NONE = "sslproto ''"
    VERIFIED = 'sslproto "tls1.2+" sslcertck sslcommonname localhost sslcertfile "%(ca)s"'
    IMPLICIT = "ssl " + VERIFIED

    def test_pop3_plain(self):
        self.whole_job("pop3", "POP3", self.NONE)

    def test_pop3_stls(self):
        self.whole_job("pop3", "POP3", self.VERIFIED)

    def test_pop3_implicit(self):
        self.whole_job("pop3s", "POP3", self.IMPLICIT)

    def test_imap_plain(self):
        self.whole_job("imap", "IMAP", self.NONE)

    def test_imap_starttls(self):
        self.whole_job("imap", "IMAP", self.VERIFIED)

    def test_imap_implicit(self):
        self.whole_job("imaps", "IMAP", self.IMPLICIT)
