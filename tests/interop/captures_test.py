#!/usr/bin/env python3
"""captures_test.py - tshark reads the captures of all lessons.

For each lesson: no malformed packet, no wrong checksum, and no warning but those that the lesson
means to cause, which stand here by name; the protocols are found that the lesson speaks; each
letter that a session carries comes out byte for byte; two exports are the same file.
The programs are taken from PATH, the mailflow binary from $CAPTURED_BY.
"""

import atexit
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MAILFLOW = os.path.abspath(os.environ.get("CAPTURED_BY", os.path.join(ROOT, "build", "mailflow")))

# What a lesson causes on purpose, in tshark's words.  Everything else is a mistake of ours.
RESET = "Connection reset (RST)"
EXPECTED = {
    "pop-once": {RESET},  # the link is cut, and the phone gives the connection up
    "mx-preference": {RESET},  # servers that refuse the connection
}

CHECKS = ["-o", "tcp.reassemble_out_of_order:TRUE",  # as what was lost comes later
          "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
          "-o", "udp.check_checksum:TRUE",
          "-o", "smtp.decryption:TRUE"]  # else AUTH PLAIN is warned of, as "not enabled"
SERVICES = {25: "smtp", 587: "smtp", 465: "smtp", 110: "pop", 995: "pop", 143: "imap",
            993: "imap", 53: "dns"}


def run(*command):
    """Standard output; tshark may say on standard error that it runs as root."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 0:
        raise AssertionError("%s: %s" % (" ".join(command), done.stderr.decode(errors="replace")))
    return done.stdout


def tshark(capture, *more):
    return run("tshark", "-r", capture, *CHECKS, *more).decode("utf-8", "replace")


def octets(record, field):
    if field + "_hex" in record:
        return bytes.fromhex(record[field + "_hex"])
    return record.get(field, "").encode("utf-8")


class Story:
    """What a run said, from its records: which protocols, and which letters in what dialogue."""

    def __init__(self, scenario, options):
        self.flows, self.said, self.protocols, self.letters = {}, {}, set(), []
        self.sealed = set()
        for line in run(MAILFLOW, "export", scenario, *options, "--to", "json").splitlines():
            self.take(json.loads(line))
        for flow, (client, port) in self.flows.items():
            self.read(client, SERVICES.get(port), self.said.get(flow, []))

    def take(self, record):
        event, flow = record["event"], record.get("flow")
        if event == "open" and record["to"]:
            self.flows[flow] = (record["actor"], record["ports"]["to"])
        elif event == "datagram":
            self.protocols.add("dns")
        elif event == "said":
            self.said.setdefault(flow, []).append((record["actor"], octets(record, "text")))
        elif event == "secured":
            self.protocols.add("tls")

    def read(self, client, protocol, said):
        if protocol and said:
            self.protocols.add(protocol)
        if protocol == "smtp":
            self.read_smtp(client, said)
        elif protocol == "imap":
            text = b"".join(text for actor, text in said if actor != client)
            for found in re.finditer(rb"BODY\[\] \{(\d+)\}\r\n", text):
                self.letters.append(text[found.end():found.end() + int(found.group(1))])

    def read_smtp(self, client, said):
        content, letter = False, b""
        for actor, text in said:
            if actor != client:
                content = content or re.search(rb"(?m)^354 ", text) is not None
            elif content:
                letter += text
                if letter.endswith(b"\r\n.\r\n"):
                    self.letters.append(re.sub(rb"(?m)^\.", b"", letter[:-3]))
                    content, letter = False, b""


def variants(scenario):
    """A lesson as it stands, and each of its variants."""
    with open(scenario, encoding="utf-8") as lesson:
        return [(scenario, None)] + [(scenario, name) for name in json.load(lesson).get("variants", {})]


def judge(scenario, variant, folder):
    """All that tshark has to say about one lesson, or one variant of it."""
    name = os.path.splitext(os.path.basename(scenario))[0] + ("." + variant if variant else "")
    options = ["--variant", variant or "base"] if len(variants(scenario)) > 1 else []
    capture, again = (os.path.join(folder, name + end) for end in (".pcapng", ".again"))
    letters = os.path.join(folder, name)
    run(MAILFLOW, "export", scenario, *options, "--to", "pcapng", "--output", capture)
    run(MAILFLOW, "run", scenario, *options, "--quiet", "--pcapng", again)
    with open(capture, "rb") as one, open(again, "rb") as two:
        same = one.read() == two.read()
    # One run for all, since starting takes longest: marked frames first, then the tables.
    summary = tshark(capture, "-z", "expert,warn", "-z", "io,phs",
                     "--export-objects", "imf," + letters,
                     "-Y", "_ws.malformed or _ws.expert.severity>=6291456",
                     "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message")
    marked = re.findall(r"(?m)^(\d+)\t(.*)$", summary)
    exported = []
    for path in glob.glob(os.path.join(glob.escape(letters), "*")):
        with open(path, "rb") as letter:
            exported.append(letter.read())
    return name, same, summary, marked, exported, Story(scenario, options)


def warnings(summary):
    """The rows of "expert,warn": frequency, group, protocol, summary."""
    return set(re.findall(r"(?m)^ +\d+ +\w+ +\S+  (.*)$", summary))


# What tshark makes of first-mail with a letter of so many octets, over other ways from Alice to her
# server and from there to Bob's.  At the end that captures, what was lost in coming is missed, and
# what comes instead is out of order.
LOST = {"Previous segment(s) not captured (common at capture start)",
        "This frame is a (suspected) out-of-order segment"}
FULL = {"TCP window specified by the receiver is now completely full"}
ROADS = {
    "lossy": ({"loss": "8%"}, 100000, None, LOST),
    "lossy-and-shaky": ({"loss": "15%", "jitter": "30ms"}, 60000, None, LOST),
    "narrow": ({"bandwidth": "1Mbit/s"}, 100000, None, set()),
    "shaky": ({"jitter": "80ms"}, 100000, None, set()),
    "wide": ({}, 600000, None, FULL),  # more than a window at once
    "sealed-1.2": ({}, 5000, "1.2", set()),
    "sealed-1.3": ({}, 5000, "1.3", set()),
    "sealed-1.3-lossy": ({"loss": "10%"}, 5000, "1.3", LOST),
}


def seal(hosts, versions):
    """STARTTLS from Alice on; Bob's phone by implicit TLS, his other device by STLS."""
    for server in ("mail.example.org", "mail.example.net"):
        hosts[server].update({"tls": "opportunistic", "tls-versions": versions,
                              "send-tls": "opportunistic"})
    hosts["alice-laptop"]["tls"] = "required"
    hosts["bob-pc"] = dict(hosts["bob-phone"], read="pop", tls="required")
    hosts["bob-phone"]["tls"] = "implicit"


def rough_roads(folder):
    """First-mail with a large letter, over other ways."""
    for name, (link, size, versions, meant) in ROADS.items():
        with open(os.path.join(ROOT, "scenarios", "first-mail.json"), encoding="utf-8") as lesson:
            scenario = json.load(lesson)
        scenario["expect"], scenario["story"] = [], []
        del scenario["lesson"], scenario["what-if"]  # they speak of the story
        for between in scenario["links"]:
            between.update(link)
        scenario["script"][0]["text"] = ("x" * 70 + "\n") * (size // 71)
        for host in scenario["hosts"].values():
            host["tls"] = "none"
        if versions:
            seal(scenario["hosts"], versions)
            scenario["script"].append({"at": "60s", "host": "bob-pc", "do": "fetch"})
        path = os.path.join(folder, name + ".json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(scenario, out)
        EXPECTED[name] = meant
        yield path


def fewer_readers(folder):
    """The newsletter with a smaller crowd: a capture of the whole one is larger than its worth."""
    with open(os.path.join(ROOT, "scenarios", "newsletter.json"), encoding="utf-8") as lesson:
        scenario = json.load(lesson)
    scenario["expect"], scenario["story"] = [], []
    scenario["crowd"].update(people=300, domains=40)
    for host in scenario["hosts"].values():
        if host["kind"] == "api":  # tshark takes what follows a DATA that was sent ahead and
            host["pipelining"] = False  # refused for the letter
    path = os.path.join(folder, "newsletter.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(scenario, out)
    yield path


def fewer_letters(folder):
    """The week offline with a smaller mailbox: the whole one fills the windows of TCP, which tshark
    takes for a warning."""
    with open(os.path.join(ROOT, "scenarios", "qresync.json"), encoding="utf-8") as lesson:
        scenario = json.load(lesson)
    for host in scenario["hosts"].values():
        for mail in host.get("mail", []):
            mail["messages"] = 100
    judged = {entry.get("id") for entry in scenario.pop("expect")}
    for variant in scenario["variants"].values():
        variant["edit"] = {name: patch for name, patch in variant.get("edit", {}).items()
                           if name not in judged}
        variant.get("add", {}).pop("expect", None)
    path = os.path.join(folder, "qresync.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(scenario, out)
    yield path


def two_families(folder):
    """Hosts with IPv6 alone, IPv4 alone and both, over a good way and a lossy one."""
    for name, link, meant in (("families", {}, set()),
                              ("families-lossy", {"loss": "8%"}, LOST)):
        hosts = {
            "alice-laptop": {"kind": "mua", "account": "alice@example.org", "family": "both"},
            "mail.example.org": {"kind": "mail", "domain": "example.org", "family": "both",
                                 "accounts": {"alice": "wonderland"}},
            "mail.example.net": {"kind": "mail", "domain": "example.net", "family": "ipv6",
                                 "tls": "opportunistic", "accounts": {"bob": "builder"}},
            "mail.example.com": {"kind": "mail", "domain": "example.com", "family": "ipv4",
                                 "accounts": {"carol": "singer"}},
            "bob-phone": {"kind": "mua", "account": "bob@example.net", "family": "ipv6",
                          "tls": "required"},
            "carol-pc": {"kind": "mua", "account": "carol@example.com", "read": "pop"},
        }
        script = [{"at": "1s", "host": "alice-laptop", "do": "send", "subject": "Hello",
                   "to": ["bob@example.net", "carol@example.com"], "text": "Hi! " * 2000},
                  {"at": "90s", "host": "bob-phone", "do": "fetch"},
                  {"at": "90s", "host": "carol-pc", "do": "fetch"}]
        links = [dict(link, between=["alice-laptop", "mail.example.org"], latency="12ms"),
                 dict(link, between=["mail.example.org", "mail.example.net"], latency="12ms")]
        path = os.path.join(folder, name + ".json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"title": name, "hosts": hosts, "links": links, "script": script}, out)
        EXPECTED[name] = meant
        ROADS[name] = None
        yield path


class Bench:
    """What all tests look at; made once, by whoever comes first."""

    lock, lessons, folder = threading.Lock(), None, None

    @classmethod
    def ready(cls):
        with cls.lock:
            if cls.lessons is None:
                made = tempfile.TemporaryDirectory(prefix="mailflow-captures-")
                atexit.register(made.cleanup)
                cls.folder = made.name
                paths = sorted(path for path in glob.glob(os.path.join(ROOT, "scenarios", "*.json"))
                               if not path.endswith(("schema.json", "newsletter.json",
                                                     "qresync.json")))
                paths += fewer_readers(cls.folder)
                paths += fewer_letters(cls.folder)
                paths += rough_roads(cls.folder)
                paths += two_families(cls.folder)
                with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                    each = [row for path in paths for row in variants(path)]
                    cls.lessons = list(pool.map(lambda row: judge(*row, cls.folder), each))
        return cls


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class Captures(unittest.TestCase):
    def test_two_exports_are_the_same(self):
        for name, same, *_ in Bench.ready().lessons:
            with self.subTest(lesson=name):
                self.assertTrue(same)

    def test_there_are_no_warnings_but_those_meant(self):
        for name, _, summary, marked, _, _ in Bench.ready().lessons:
            with self.subTest(lesson=name):
                meant = EXPECTED.get(name, set())
                if name in ROADS:  # what is lost is a matter of chance, but is told of
                    self.assertEqual(warnings(summary) - meant, set())
                else:
                    self.assertEqual(warnings(summary), meant)
                    self.assertEqual(bool(marked), bool(meant))
                for number, messages in marked:
                    self.assertTrue(any(m in messages for m in meant), "frame %s: %s" %
                                    (number, messages))

    def test_protocols_are_found(self):
        for name, _, summary, _, _, story in Bench.ready().lessons:
            with self.subTest(lesson=name):
                found = set(re.findall(r"(?m)^ +(\w+) +frames:", summary))
                wanted = story.protocols | ({"imf"} if story.letters else set())
                self.assertEqual(wanted - found, set())

    def test_other_tools_read_them(self):
        capture = os.path.join(Bench.ready().folder, "first-mail.pcapng")
        both = os.path.join(Bench.ready().folder, "both.pcapng")
        told = run("capinfos", "-M", "-t", "-c", "-o", "-i", capture).decode()
        self.assertRegex(told, r"File type: +pcapng\n")
        self.assertRegex(told, r"Strict time order: +True")
        run("editcap", "-A", "2026-01-01 00:00:00", capture, os.devnull)
        run("mergecap", "-w", both, capture, os.path.join(Bench.ready().folder, "pop-once.pcapng"))
        if shutil.which("tcpdump"):
            self.assertIn(b"Flags [S]", run("tcpdump", "-n", "-r", capture))

    def test_both_families_are_there(self):
        capture = os.path.join(Bench.ready().folder, "families.pcapng")
        for what, count in (("ipv6 and tcp.port == 25", True), ("ip and tcp.port == 25", True),
                            ("ipv6 and tcp.port == 587", True), ("ip and tcp.port == 587", False),
                            ("ipv6 and dns", True), ("ip and imap", False),
                            ("ipv6 and tcp.flags.syn == 1 and tcp.options.mss_val != 1440", False),
                            ("udp and ipv6 and udp.checksum == 0", False)):
            with self.subTest(filter=what):
                self.assertEqual(tshark(capture, "-Y", what) != "", count)
        seen = tshark(capture, "-N", "n", "-Y", "ipv6 and tcp.port == 25", "-T", "fields",
                      "-e", "ipv6.src", "-e", "ipv6.src_host")
        self.assertIn(("2001:db8:1::11", "mail.example.org"),
                      [tuple(line.split("\t")) for line in seen.splitlines()])

    def test_names_times_and_comments_stand_in_them(self):
        capture = os.path.join(Bench.ready().folder, "first-mail.pcapng")
        seen = tshark(capture, "-N", "n", "-T", "fields", "-e", "frame.time_epoch",
                      "-e", "ip.src_host", "-e", "frame.interface_name", "-e", "frame.comment")
        first = seen.splitlines()[0].split("\t")
        self.assertEqual(first[:3], ["1788771601.000000000", "alice-laptop",
                                     "alice-laptop - internet"])
        self.assertIn("Alice presses Send", first[3])
        self.assertEqual(seen.count("As expected: "), 12)

    def test_without_secrets_what_is_sealed_stays_so(self):
        for versions in ("1.2", "1.3"):
            scenario = os.path.join(Bench.ready().folder, "sealed-%s.json" % versions)
            capture = os.path.join(Bench.ready().folder, "blind.pcapng")
            run(MAILFLOW, "export", scenario, "--to", "pcapng", "--no-secrets", "-o", capture)
            self.assertEqual(
                tshark(capture, "-Y", "imf or imap or pop.request.command == USER"), "")
            self.assertIn("STARTTLS", tshark(capture, "-Y", "smtp"))
            with open(capture, "rb") as octets_there:
                self.assertNotIn(b"xxxxxxxxxx", octets_there.read())

    def test_letters_come_out_byte_for_byte(self):
        for name, _, _, _, exported, story in Bench.ready().lessons:
            if name == "smtp-smuggling":  # where a letter ends is what its servers disagree about
                continue
            with self.subTest(lesson=name):
                # tshark leaves the doubled dots of SMTP (RFC 5321 4.5.2) in what it exports
                stuffed = [letter.replace(b"\r\n.", b"\r\n..") for letter in story.letters]
                for plain, doubled in zip(story.letters, stuffed):
                    self.assertTrue(plain in exported or doubled in exported, plain[:300])
                for letter in exported:  # it looks for letters in SMTP and IMAP, hardly in POP3
                    self.assertTrue(letter in story.letters or letter in stuffed, letter[:300])


if __name__ == "__main__":
    unittest.main()
