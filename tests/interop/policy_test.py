"""policy_test.py - what swaks meets at a host with rules: greylisting, a full mailbox, an alias, a
mailing list, somebody who is away; and Python's email package reads what comes of it."""
import email
import email.policy
import json
import poplib
import time

from house import House, Case, need

ORG = "mail.example.org"
SCENARIO = {
    "title": "A house with rules",
    "hosts": {
        ORG: {
            "kind": "mail", "domain": "example.org",
            "accounts": {"alice": "wonderland", "bob": "builder", "grey": "g", "full": "f", "away": "a"},
            "aliases": {"team": ["alice@example.org", "bob@example.org"]},
            "quotas": {"full": "2kB"},
            "vacation": {"away": {"text": "I am away.\n", "name": "Ann Away"}},
            "lists": {"friends@example.org": {
                "owner": "alice@example.org", "members": ["alice@example.org", "bob@example.org"],
                "description": "Friends & others", "subject-prefix": "[friends]", "footer": "See you!",
                "verp": True}},
        },
        "mail.example.net": {
            "kind": "mail", "domain": "example.net", "accounts": {"grey": "g"}, "greylist": "1s",
        },
    },
}


class Rules(Case):
    def setUp(self):
        need("swaks")
        self.make_folder()
        self.house = House(self.folder, self.write("rules.json", json.dumps(SCENARIO)))
        self.addCleanup(self._close)
        self.house.open()

    def swaks(self, to, subject, status=0, service="smtp", host=ORG, login=(), size=0):
        body = "x" * 70 + "\\n"
        self.run_client("swaks", "--server", "127.0.0.1", "--port", self.house.port(service, host), "--to", to,
                        "--from", "alice@example.org", "--ehlo", "laptop.example.org", "--header",
                        "Subject: " + subject, "--add-header", "References: <before@example.org>",
                        "--body", "Hello\\n" + body * (size // 71), *login, status=status)

    def box(self, user, password, subject, count=1):
        """The letters with this subject, once there are so many."""
        for _ in range(100):
            pop = poplib.POP3("127.0.0.1", self.house.port("pop3"), timeout=20)
            pop.user(user)
            pop.pass_(password)
            raw = [b"\n".join(pop.retr(i + 1)[1]) + b"\n" for i in range(len(pop.list()[1]))]
            pop.quit()
            parsed = [email.message_from_bytes(r, policy=email.policy.default) for r in raw]
            found = [m for m in parsed if subject in str(m["Subject"])]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        self.fail("%s has no %r: %s" % (user, subject, [str(m["Subject"]) for m in parsed]))

    def test_greylisting_asks_to_come_again(self):
        self.swaks("grey@example.net", "new", status=24, host="mail.example.net")
        self.assertIn(b"450 4.7.1", self.said)
        time.sleep(1.5)
        self.swaks("grey@example.net", "again", host="mail.example.net")

    def test_a_full_mailbox_takes_no_more(self):
        self.swaks("full@example.org", "one", size=1000)
        self.swaks("full@example.org", "two", status=26, size=1000)
        self.assertIn(b"452 4.2.2", self.said)
        self.assertEqual(len(self.box("full", "f", "one")), 1)

    def test_an_alias_keeps_the_reverse_path(self):
        self.swaks("team@example.org", "to all of us")
        for user, password in (("alice", "wonderland"), ("bob", "builder")):
            got, = self.box(user, password, "to all of us")
            self.assertEqual(got["Return-Path"], "<alice@example.org>")
            self.assertEqual(got["Delivered-To"], "team@example.org")
            self.assertFalse(got.defects)

    def test_a_list_says_what_it_is(self):
        self.swaks("friends@example.org", "Saturday")
        got, = self.box("bob", "builder", "Saturday")
        self.assertEqual(got["Return-Path"], "<friends-bounces+bob=example.org@example.org>")
        self.assertEqual(got["Subject"], "[friends] Saturday")
        self.assertEqual(got["List-Id"], '"Friends & others" <friends.example.org>')
        self.assertEqual(got["List-Post"], "<mailto:friends@example.org>")
        self.assertEqual(got["From"].addresses[0].addr_spec, "alice@example.org")
        self.assertEqual(got["Precedence"], "list")
        self.assertTrue(got.get_content().endswith("-- \nSee you!\n"), got.get_content())
        self.assertFalse(got.defects)

    def test_who_is_away_answers_once(self):
        for _ in range(2):
            self.swaks("away@example.org", "Lunch?")
        got, = self.box("alice", "wonderland", "Auto: Lunch?")
        self.assertEqual(got["Auto-Submitted"], "auto-replied")
        self.assertEqual(got["Return-Path"], "<>")
        self.assertEqual(str(got["From"]), "Ann Away <away@example.org>")
        self.assertEqual(got["To"], "alice@example.org")
        sent = self.box("away", "a", "Lunch?", 2)
        self.assertEqual(got["In-Reply-To"], sent[0]["Message-ID"])
        self.assertEqual(got["References"].split(), ["<before@example.org>", sent[0]["Message-ID"]])
        self.assertEqual(got.get_content(), "I am away.\n")
        self.assertFalse(got.defects)
