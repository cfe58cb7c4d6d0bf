"""dovecot_test.py - simulated devices and Dovecot: every policy of POP3, every way of IMAP to learn what
has changed, what was done offline, and a server that can do less.

Far (imaplib) is the other device.  A device's own view is put together from what it says of itself in
the trace; it must be Dovecot's.  Without INTEROP=servers, and not in CI, these tests are left out.
"""
import re
import time

import servers
import servers_test
from far import Far, from_utf7
from house import letter, maildir

BOB = "bob@example.net"
SPECIAL = """namespace inbox {
  inbox = yes
  separator = /
  mailbox Gesendet {
    special_use = \\Sent
    auto = create
  }
  mailbox M\u00fcll {
    special_use = \\Trash
    auto = create
  }
}
"""
BARE = "imap_capability = IMAP4rev1\n"
NO_QRESYNC = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ ENABLE IDLE UIDPLUS MOVE SPECIAL-USE CONDSTORE ESEARCH\n"
FLAGS = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"]


def view(records, device="bob-pc"):
    """{folder: {letter: (flags, whether it is there as a whole)}}"""
    boxes, flags = {}, {}
    for r in records:
        if r.get("actor") != device:
            continue
        kind, folder = r["event"], (r.get("mailbox") or r.get("folder") or "").partition("/")[2]
        if kind == "folder" and r["was"]:
            boxes[folder] = boxes.pop(r["was"].partition("/")[2], {})
        elif kind == "folder" and r["uidvalidity"] == 0:
            boxes.pop(folder, None)
        elif kind in ("stored", "fetched", "listed"):
            boxes.setdefault(folder, {})[r["letter"]] = kind != "listed"
        elif kind == "removed":
            boxes.get(folder, {}).pop(r["letter"], None)
            flags.pop((folder, r["letter"]), None)
        elif kind == "flagged":
            flags[folder, r["letter"]] = {f for i, f in enumerate(FLAGS) if r["flags"] >> i & 1}
    return {folder: {m.partition("@")[0]: (flags.get((folder, m), set()), whole) for m, whole in box.items()}
            for folder, box in boxes.items() if box}


class Device(servers_test.Real):
    def begin(self, script, more="", ports=(), **device):
        self.letters = [letter(b"one"), letter(b"two") + (b"x" * 70 + b"\r\n") * 2000, letter(b"three")]
        self.ports, self.box = servers.dovecot(self, self.letters, False, SPECIAL + more)
        self.far = Far(self, BOB, self.ports["imap"], "builder")
        self.far.c.noop()
        real = ["%d=127.0.0.1:%d" % (port, self.ports[n]) for port, n in ((110, "pop3"), (143, "imap"))] + list(ports)
        hosts = {"bob-pc": {"kind": "mua", "account": BOB, "tls": "none", **device},
                 "mail.example.net": {"kind": "mail", "domain": "example.net", "accounts": {"bob": "builder"},
                                      "real": real}}
        self.serve(hosts, [{"host": "bob-pc", **step} for step in script])

    def visits(self, words=b"Logged out"):
        """How often a device has said goodbye."""
        return self.read(self.path("dovecot/dovecot.log")).count(words)

    def visited(self, count=1):
        """So many more, from now on."""
        wanted = self.visits() + count
        self.until(lambda: self.visits() >= wanted)

    def end(self):
        self.close()
        self.rows = self.records()
        return self.rows

    def of(self, *kinds):
        return [r for r in self.rows if r["event"] in kinds and r.get("actor") == "bob-pc"]

    def sent(self):
        return "".join(r["text"] for r in self.of("said"))

    def agree(self, *folders):
        """What the device shows of these folders is what lies on the server."""
        shown = view(self.rows)
        for folder in folders:
            far = {re.search(rb"(?i)Message-ID: <([^@>]*)", m).group(1).decode(): {f for f in flags if f[0] == "\\"}
                   for _, flags, m in self.far.letters(folder)}
            self.assertEqual({n: flags for n, (flags, _) in shown.get(folder, {}).items()}, far, folder)
        return shown


def every(seconds, count, **step):
    return [{"at": "%ds" % (1 + seconds * i), **step} for i in range(count)]


def later(seconds):
    """The device agrees with the server from then on, until the test has seen enough."""
    return [{"at": "%ds" % (seconds + 5 * i), "do": "sync"} for i in range(30)]


class Pop(Device):
    def here(self):
        return sorted(re.search(rb"Message-ID: <([^@>]*)", m).group(1).decode() for _, m in maildir(self.box))

    def fetched(self):
        return sorted(r["letter"].partition("@")[0] for r in self.of("fetched"))

    def test_deletes_at_once(self):
        self.begin(every(5, 30, do="fetch"), read="pop")
        self.until(lambda: not maildir(self.box))
        self.far.append("INBOX", letter(b"four"))
        self.visited(2)
        self.end()
        self.assertEqual((self.here(), self.fetched()), ([], ["four", "one", "three", "two"]))

    def test_keeps_and_knows_by_uidl(self):
        self.begin(every(5, 30, do="fetch"), read="pop", keep=True)
        self.until(lambda: self.visits(b"retr=3/"))
        self.far.append("INBOX", letter(b"four"))
        self.far.expunge("INBOX", "one")
        self.until(lambda: self.visits(b"retr=1/"))
        self.visited()
        self.end()
        self.assertEqual(self.here(), ["four", "three", "two"])
        self.assertEqual(self.fetched(), ["four", "one", "three", "two"], "each once")
        self.assertEqual(self.sent().count("RETR "), 4)

    def test_keeps_for_some_time(self):
        self.begin(every(5, 30, do="fetch"), read="pop", **{"keep-for": "15s"})
        self.until(lambda: self.visits(b"retr=3/"))
        self.assertEqual(self.here(), ["one", "three", "two"])
        self.until(lambda: not maildir(self.box))
        self.end()
        self.assertEqual(self.fetched(), ["one", "three", "two"])
        first = min(r["at"] for r in self.of("fetched"))
        gone = min(r["at"] for r in self.of("said") if r["text"].startswith("DELE"))
        self.assertGreater(gone - first, 14 * 10**9)

    def test_deletes_there_what_was_deleted_here(self):
        self.begin([{"at": "1s", "do": "fetch"}, {"at": "8s", "do": "delete", "subject": "two"},
                    {"at": "9s", "do": "empty-trash"}, *every(10, 30, do="fetch")[1:]],
                   read="pop", **{"delete-when-deleted": True})
        self.until(lambda: self.here() == ["one", "three"])
        self.visited()
        self.end()
        self.assertEqual((self.here(), self.fetched()), (["one", "three"], ["one", "three", "two"]))

    def test_only_the_header_of_what_is_long(self):
        self.begin([{"at": "1s", "do": "fetch"}, {"at": "10s", "do": "read", "subject": "two"}],
                   read="pop", keep=True, **{"size-limit": "50KiB"})
        self.until(lambda: self.visits(b"top=1/"))
        self.until(lambda: self.visits(b"retr=1/"))
        self.end()
        self.assertEqual([r["letter"].partition("@")[0] for r in self.of("listed")], ["two"])
        self.assertIn("TOP 2 0", self.sent())
        self.assertEqual(self.fetched(), ["one", "three", "two"], "when it is read")

    def authenticates(self, mechanisms, wanted, **device):
        self.begin([{"at": "1s", "do": "fetch"}], "auth_mechanisms = %s\n" % mechanisms, read="pop", **device)
        self.until(lambda: not maildir(self.box))
        self.end()
        self.assertIn(wanted, self.sent())

    def test_scram(self):
        self.authenticates("plain login cram-md5 scram-sha-256", "AUTH SCRAM-SHA-256")

    def test_cram_md5(self):
        self.authenticates("plain login cram-md5", "AUTH CRAM-MD5")

    def test_apop(self):
        self.authenticates("plain apop", "APOP bob ")

    def test_pipelining(self):
        self.begin([{"at": "1s", "do": "fetch"}], read="pop", **{"pop-pipelining": True})
        self.until(lambda: not maildir(self.box))
        self.end()
        self.assertEqual(self.fetched(), ["one", "three", "two"])


class Resync(Device):
    """In between Far removes, marks, and adds."""

    def learns(self, wanted, more="", **device):
        self.begin(every(5, 30, do="sync"), more, **device)
        self.until(lambda: self.visits() >= 1)
        self.far.expunge("INBOX", "one")
        self.far.flag("INBOX", "two", "+FLAGS", "\\Flagged \\Seen")
        self.far.append("INBOX", letter(b"four"), "\\Answered")
        self.visited(3)
        self.end()
        shown = self.agree("INBOX")
        self.assertEqual(set(shown["INBOX"]), {"two", "three", "four"})
        ways = [r["how"] for r in self.of("sync") if r["folder"] == BOB + "/INBOX"]
        self.assertEqual(ways, ["first"] + [wanted] * (len(ways) - 1))
        return self.sent()

    def test_qresync(self):
        self.assertIn("(QRESYNC (", self.learns("qresync"))

    def test_condstore_because_it_is_told_so(self):
        said = self.learns("condstore", resync="condstore")
        self.assertIn("CHANGEDSINCE", said)
        self.assertNotIn("QRESYNC", said)

    def test_flags_because_it_is_told_so(self):
        said = self.learns("flags", resync="flags")
        self.assertNotIn("QRESYNC", said)
        self.assertNotIn("CONDSTORE", said)

    def test_condstore_because_there_is_no_better(self):
        self.assertIn("CHANGEDSINCE", self.learns("condstore", NO_QRESYNC))

    def test_flags_because_there_is_no_better(self):
        self.assertIn("(UID FLAGS", self.learns("flags", BARE))

    def test_lists_first(self):
        self.begin([*every(5, 2, do="sync"), {"at": "12s", "do": "read", "subject": "two"}], download="headers")
        self.until(lambda: [1 for _, f, _ in self.far.letters() if "\\Seen" in f])
        self.visited(0)
        time.sleep(0.5)
        self.end()
        self.assertEqual({n: whole for n, (_, whole) in self.agree("INBOX")["INBOX"].items()},
                         {"one": False, "two": True, "three": False})

    def test_a_folder_that_is_made_anew(self):
        self.begin([{"at": "6s", "do": "create-folder", "folder": "Work"},
                    {"at": "8s", "do": "move", "subject": "two", "to": "Work"}, *every(5, 30, do="sync")])
        self.until(lambda: "Work" in self.far.names() and len(self.far.letters("Work")) == 1)
        self.visited()
        before = self.far.validity("Work")
        self.far.select()
        self.far.ok(self.far.c.delete("Work"))
        time.sleep(1.1)  # Dovecot makes UIDVALIDITY of the second
        self.far.create("Work")
        self.far.append("Work", letter(b"four"))
        self.assertNotEqual(self.far.validity("Work"), before)
        self.visited(3)
        self.end()
        self.assertEqual(set(self.agree("INBOX", "Work")["Work"]), {"four"})


class Offline(Device):
    HANDS = [{"at": "8s", "do": "offline"},
             {"at": "9s", "do": "flag", "subject": "one"},
             {"at": "10s", "do": "delete", "subject": "two"},
             {"at": "11s", "do": "create-folder", "folder": "Work"},
             {"at": "12s", "do": "move", "subject": "three", "to": "Work"},
             {"at": "13s", "do": "flag", "folder": "Work", "subject": "three", "flag": "answered"},
             {"at": "14s", "do": "copy", "subject": "one", "to": "Work"}]

    def replay(self, more=""):
        self.begin([{"at": "1s", "do": "sync"}, *self.HANDS, {"at": "20s", "do": "online"},
                    *later(28)], more)
        self.until(lambda: "Work" in self.far.names() and len(self.far.letters("Work")) == 2)
        self.visited(2)
        self.end()
        shown = self.agree("INBOX", "Work", "M\u00fcll")
        self.assertEqual({f: set(box) for f, box in shown.items()},
                         {"INBOX": {"one"}, "Work": {"three", "one"}, "M\u00fcll": {"two"}})
        self.assertEqual(shown["INBOX"]["one"][0], {"\\Flagged"})
        self.assertEqual(shown["Work"]["three"][0], {"\\Answered"})
        settled = [r["text"].partition("\n")[2] for r in self.of("settled")]
        self.assertEqual(len(settled), len(self.of("pending")))
        self.assertEqual(set(settled), {""}, "all was done")
        self.assertEqual(len(maildir(self.box)), 1)
        return self.sent()

    def test_replayed(self):
        self.assertIn("UID MOVE", self.replay())

    def test_replayed_without_move_and_uidplus(self):
        said = self.replay(BARE.replace("rev1", "rev1 SPECIAL-USE"))
        self.assertNotIn("MOVE", said)
        self.assertIn("UID COPY", said)
        self.assertIn("EXPUNGE", said)

    def test_the_other_device_was_quicker(self):
        """What was marked here is gone there; what was moved here has a mark there; both agree after it."""
        self.begin([{"at": "1s", "do": "sync"}, {"at": "8s", "do": "offline"},
                    {"at": "9s", "do": "flag", "subject": "one"}, {"at": "10s", "do": "delete", "subject": "two"},
                    {"at": "30s", "do": "online"}, *later(36)])
        self.until(lambda: self.visits() >= 1)
        self.far.expunge("INBOX", "one")
        self.far.flag("INBOX", "two", "+FLAGS", "\\Flagged")
        self.until(lambda: self.far.letters("M\u00fcll"))
        self.visited(2)
        self.end()
        shown = self.agree("INBOX", "M\u00fcll")
        self.assertEqual((set(shown["INBOX"]), shown["M\u00fcll"]["two"][0]), ({"three"}, {"\\Flagged"}))


class Working(Device):
    def test_online(self):
        """Nothing is kept and nothing waits."""
        self.begin([{"at": "1s", "do": "fetch"}, {"at": "5s", "do": "read", "subject": "one"},
                    {"at": "10s", "do": "flag", "subject": "two"}, {"at": "15s", "do": "delete", "subject": "three"},
                    *later(20)], mode="online")
        self.until(lambda: self.far.letters("M\u00fcll"))
        self.visited()
        self.end()
        self.assertEqual({n: f for n, (f, _) in self.agree("INBOX")["INBOX"].items()},
                         {"one": {"\\Seen"}, "two": {"\\Flagged"}})

    def hears(self, more="", **device):
        self.begin([{"at": "1s", "do": "fetch"}], more, **device)
        time.sleep(1.5)
        self.far.append("INBOX", letter(b"four"))
        self.far.flag("INBOX", "one", "+FLAGS", "\\Flagged")
        self.far.expunge("INBOX", "two")
        time.sleep(2.5)
        self.end()
        self.assertEqual(set(self.agree("INBOX")["INBOX"]), {"one", "three", "four"})
        return self.sent()

    def test_idle(self):
        self.assertRegex(self.hears(watch="idle"), r"a\d+ IDLE\r\n")

    def test_poll_because_there_is_no_idle(self):
        self.assertNotIn("IDLE", self.hears(BARE, watch="idle", every="5s"))

    def test_poll(self):
        self.assertNotIn("IDLE", self.hears(watch="poll", every="5s"))

    def test_sent_is_found_by_its_use(self):
        sink = servers.smtp_sink(self)
        self.begin([{"at": "1s", "do": "sync"},
                    {"at": "5s", "do": "send", "to": "alice@example.org", "subject": "Hello", "text": "Gr\u00fc\u00dfe\n"},
                    *later(12)],
                   ports=["587=127.0.0.1:%d" % sink], sent="server")
        (_, flags, copy), = self.until(lambda: self.far.letters("Gesendet"))
        self.visited()
        self.end()
        self.assertIn(b"Subject: Hello", copy)
        self.assertEqual(flags, {"\\Seen"})
        self.agree("INBOX", "Gesendet")
        self.assertNotIn("Sent", {from_utf7(n) for n in self.far.names()})
