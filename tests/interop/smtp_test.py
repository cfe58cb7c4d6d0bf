"""smtp_test.py - programs that send: swaks, curl, msmtp, smtplib."""
import os
import smtplib
import ssl
import time

from house import ALICE, BOB, CAROL, PROGRAM, SCENARIO, Case, letter, need, trace_fields, untraced


class Sending(Case):
    def arrives(self, marker, protocol, to=BOB, sent=None):
        got, = self.arrived(to, b"\r\nSubject: " + marker + b"\r\n")
        self.same(untraced(got), sent or letter(marker))
        self.assertIn(b" with %s id " % protocol, trace_fields(got))


class Swaks(Sending):
    def send(self, marker, service, *options):
        need("swaks")
        # swaks ends what it is given with a line end of its own
        data = self.write("letter", letter(marker).replace(b"\r\n", b"\n")[:-1])
        self.run_client("swaks", "--server", "127.0.0.1", "--port", self.house.port(service), "--to", BOB,
                        "--from", ALICE, "--data", "@" + data, "--ehlo", "laptop.example.org", *options)

    def login(self, how="PLAIN"):
        return ["--auth", how, "--auth-user", ALICE, "--auth-password", "wonderland"]

    def verified(self):
        return ["--tls-verify", "--tls-ca-path", self.house.ca, "--tls-sni", "localhost"]

    def test_plain(self):
        self.send(b"swaks-25", "smtp")
        self.arrives(b"swaks-25", b"ESMTP")

    def test_starttls(self):
        self.send(b"swaks-25-tls", "smtp", "--tls", *self.verified())
        self.arrives(b"swaks-25-tls", b"ESMTPS")

    def test_submission(self):
        self.send(b"swaks-587", "submission", "--tls", *self.verified(), *self.login())
        self.arrives(b"swaks-587", b"ESMTPSA")

    def test_submissions(self):
        self.send(b"swaks-465", "submissions", "--tls-on-connect", *self.verified(), *self.login())
        self.arrives(b"swaks-465", b"ESMTPSA")

    def test_login_by_two_challenges(self):
        self.send(b"swaks-login", "submission", "--tls", *self.verified(), *self.login("LOGIN"))
        self.arrives(b"swaks-login", b"ESMTPSA")
        self.assertIn(b"334 UGFzc3dvcmQ6", self.said)

    def test_cram_md5(self):
        self.send(b"swaks-cram", "submission", "--tls", *self.verified(), *self.login("CRAM-MD5"), "--pipeline")
        self.arrives(b"swaks-cram", b"ESMTPSA")
        self.assertNotIn(b"wonderland", self.said)

    def test_by_pipe(self):
        """serve as a program at the other end of swaks: --stdio."""
        need("swaks")
        data = self.write("letter", letter(b"swaks-pipe").replace(b"\r\n", b"\n")[:-1])
        trace = self.path("pipe.trace")
        serve = "%s serve %s --stdio mail.example.org:25 --trace %s" % (PROGRAM, SCENARIO, trace)
        self.run_client("swaks", "--pipe", serve, "--to", BOB, "--from", ALICE, "--data", "@" + data,
                        "--ehlo", "laptop.example.org")
        for _ in range(50):  # swaks does not wait for it
            if os.path.exists(trace) and os.path.getsize(trace) > 0:
                break
            time.sleep(0.1)
        told = self.run_client(PROGRAM, "export", trace, "--to", "json")
        self.assertEqual(told.count(b'"event":"stored"'), 12)
        self.assertIn(b"<swaks-pipe@laptop.example.org>", told)

    def test_wrong_password_is_refused(self):
        need("swaks")
        self.run_client("swaks", "--server", "127.0.0.1", "--port", self.house.port("submission"), "--to", BOB,
                        "--from", ALICE, "--tls", "--auth", "PLAIN", "--auth-user", ALICE, "--auth-password", "x",
                        status=28)
        self.assertIn(b"535 5.7.8", self.said)

    def test_nobody_relays_without_login(self):
        need("swaks")
        self.run_client("swaks", "--server", "127.0.0.1", "--port", self.house.port("smtp"), "--to", CAROL,
                        "--from", "eve@example.com", status=24)
        self.assertIn(b"550 5.7.1", self.said)


class Curl(Sending):
    def send(self, marker, url, *options):
        need("curl")
        data = self.write("letter", letter(marker))
        self.run_client("curl", "-sS", "--mail-from", ALICE, "--mail-rcpt", BOB, "--upload-file", data,
                        *options, url + "/laptop.example.org")

    def at(self, scheme, service):
        return "%s://localhost:%d" % (scheme, self.house.port(service))

    def test_plain(self):
        self.send(b"curl-25", self.at("smtp", "smtp"))
        self.arrives(b"curl-25", b"ESMTP")

    def test_starttls(self):
        self.send(b"curl-587", self.at("smtp", "submission"), "--ssl-reqd", "--cacert", self.house.ca,
                  "-u", ALICE + ":wonderland")
        self.arrives(b"curl-587", b"ESMTPSA")

    def test_mechanisms(self):
        for how in "PLAIN", "LOGIN", "CRAM-MD5":
            marker = b"curl-" + how.encode()
            self.send(marker, self.at("smtp", "submission"), "--ssl-reqd", "--cacert", self.house.ca,
                      "-u", ALICE + ":wonderland", "--login-options", "AUTH=" + how)
            self.arrives(marker, b"ESMTPSA")

    def test_implicit(self):
        self.send(b"curl-465", self.at("smtps", "submissions"), "--cacert", self.house.ca,
                  "-u", ALICE + ":wonderland")
        self.arrives(b"curl-465", b"ESMTPSA")

    def test_tls_1_2(self):
        self.send(b"curl-tls12", self.at("smtps", "submissions"), "--cacert", self.house.ca, "--tls-max", "1.2",
                  "-u", ALICE + ":wonderland")
        self.arrives(b"curl-tls12", b"ESMTPSA")

    def test_a_strangers_authority_is_refused(self):
        need("curl")
        self.run_client("curl", "-sS", "--mail-from", ALICE, "--mail-rcpt", BOB, "--upload-file",
                        self.write("letter", letter(b"curl-no")), self.at("smtps", "submissions"),
                        status=(60, 77))  # 77: this machine trusts nobody at all
        self.assertEqual([m for m in self.maildrop(BOB) if b"curl-no" in m], [])


class Msmtp(Sending):
    def send(self, marker, service, tls, how="plain"):
        need("msmtp")
        self.write("msmtprc", "account a\nhost 127.0.0.1\nport %d\nfrom %s\nauth %s\nuser %s\npassword wonderland\n"
                   "tls %s\ntls_starttls %s\ntls_trust_file %s\nset_date_header off\n"
                   % (self.house.port(service), ALICE, "off" if service == "smtp" else how, ALICE,
                      "off" if tls == "none" else "on", "on" if tls == "starttls" else "off", self.house.ca))
        self.run_client("msmtp", "-C", self.path("msmtprc"), "-a", "a", BOB,
                        stdin=letter(marker).replace(b"\r\n", b"\n"))

    def test_plain(self):
        self.send(b"msmtp-25", "smtp", "none")
        self.arrives(b"msmtp-25", b"ESMTP")

    def test_starttls(self):
        self.send(b"msmtp-587", "submission", "starttls")
        self.arrives(b"msmtp-587", b"ESMTPSA")

    def test_mechanisms(self):
        for how in "login", "cram-md5", "scram-sha-256":
            marker = b"msmtp-" + how.encode()
            self.send(marker, "submission", "starttls", how)
            self.arrives(marker, b"ESMTPSA")

    def test_implicit(self):
        self.send(b"msmtp-465", "submissions", "implicit")
        self.arrives(b"msmtp-465", b"ESMTPSA")


class Smtplib(Sending):
    def context(self):
        return ssl.create_default_context(cafile=self.house.ca)

    def send(self, s, marker, to=BOB):
        refused = s.sendmail(ALICE, [to], letter(marker), mail_options=["BODY=8BITMIME"])
        self.assertEqual(refused, {})
        s.quit()

    def test_plain(self):
        s = smtplib.SMTP("127.0.0.1", self.house.port("smtp"), "laptop.example.org", timeout=20)
        self.send(s, b"smtplib-25")
        self.arrives(b"smtplib-25", b"ESMTP")

    def test_starttls(self):
        s = smtplib.SMTP("127.0.0.1", self.house.port("submission"), "laptop.example.org", timeout=20)
        s.ehlo()
        before = dict(s.esmtp_features)
        s.starttls(context=self.context())
        s.ehlo()
        self.assertIn("starttls", before)
        self.assertNotIn("starttls", s.esmtp_features)
        s.login(ALICE, "wonderland")
        self.send(s, b"smtplib-587")
        self.arrives(b"smtplib-587", b"ESMTPSA")

    def test_mechanisms_reports_and_utf8(self):
        s = smtplib.SMTP("127.0.0.1", self.house.port("submission"), "laptop.example.org", timeout=20)
        s.starttls(context=self.context())
        s.ehlo()
        s.user, s.password = ALICE, "rabbit"
        self.assertRaises(smtplib.SMTPAuthenticationError, s.auth, "CRAM-MD5", s.auth_cram_md5)
        s.password = "wonderland"
        self.assertEqual(s.auth("CRAM-MD5", s.auth_cram_md5)[0], 235)
        self.assertEqual(s.verify("bob")[0], 252)
        refused = s.sendmail(ALICE, [BOB], letter(b"smtplib-dsn"), ["RET=HDRS", "ENVID=a+3Db", "SMTPUTF8"],
                             ["NOTIFY=NEVER"])
        self.assertEqual(refused, {})
        s.quit()
        self.arrives(b"smtplib-dsn", b"UTF8SMTPSA")

    def test_implicit_and_on_to_another_domain(self):
        s = smtplib.SMTP_SSL("127.0.0.1", self.house.port("submissions"), "laptop.example.org", timeout=20,
                             context=self.context())
        s.login(ALICE, "wonderland")
        self.send(s, b"smtplib-465", to=CAROL)
        got, = self.arrived(CAROL, b"smtplib-465")
        self.same(untraced(got), letter(b"smtplib-465"))
        self.assertEqual(trace_fields(got).count(b"Received:"), 2)

    def test_a_thousand_lines_and_five_recipients(self):
        s = smtplib.SMTP("127.0.0.1", self.house.port("submission"), "laptop.example.org", timeout=20)
        s.starttls(context=self.context())
        s.login(ALICE, "wonderland")
        big = letter(b"smtplib-big") + b".dots and words\r\n" * 1000
        refused = s.sendmail(ALICE, [BOB, ALICE, "nobody@example.org", "bob@EXAMPLE.org", "Bob@example.org"], big,
                             mail_options=["BODY=8BITMIME"])
        s.quit()
        self.assertEqual(list(refused), ["nobody@example.org"])
        self.assertEqual(refused["nobody@example.org"][0], 550)
        for who in ALICE, BOB:
            for got in self.arrived(who, b"smtplib-big@", count=1 if who == ALICE else 3):
                self.same(untraced(got), big)
