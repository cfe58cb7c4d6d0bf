"""imapflow_test.py - Node's imapflow, worked by imapflow/bridge.cjs: it takes up nearly every extension
that it is offered, and says so.

It comes from npm, not from Debian: make deps-node puts it into build/imapflow, where INTEROP_NODE=1 or
INTEROP=servers says so (the second only if npm and its registry are there).  Without it these tests
are left out.
"""
import base64
import json
import os
import queue
import re
import subprocess
import threading
import time
import unittest

from far import Far
from house import ALICE, ORG, TOP, Quiet, find, letter

MODULES = os.path.join(TOP, "build", "imapflow", "node_modules")
BRIDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "imapflow", "bridge.cjs")
WANTED = os.environ.get("INTEROP_NODE") == "1"
OPTIONAL = not WANTED  # for run.py: it may be left out anywhere
NODE = os.environ.get("NODE", "node")


class Flow:
    """One client; its methods have the names that imapflow gives them."""

    def __init__(self, case, **options):
        if not WANTED and not (find(NODE) and os.path.isdir(MODULES)):
            raise unittest.SkipTest("imapflow is not installed (make deps-node INTEROP_NODE=1)")
        self.case, self.events, self.answers, self.heard = case, [], {}, queue.Queue()
        self.process = subprocess.Popen([find(NODE), BRIDGE, MODULES], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        start_new_session=True)
        case.addCleanup(self.close)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.count = 0
        self.connect({"host": "127.0.0.1", "port": case.house.port("imap"), "secure": False, "doSTARTTLS": False,
                      "auth": {"user": ALICE, "pass": "wonderland"}, "disableAutoIdle": True, **options})

    def _read(self):
        for line in self.process.stdout:
            self.heard.put(json.loads(line))
        self.heard.put(None)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(5)
        self.process.stdout.close()

    def hear(self, seconds):
        """The next answer or event, and keeps it."""
        try:
            said = self.heard.get(timeout=seconds)
        except queue.Empty:
            self.case.fail("imapflow says nothing; events: %s" % self.events)
        if said is None:
            self.case.fail("imapflow ended")
        if "event" in said:
            self.events.append((said["event"], said.get("value")))
        else:
            self.answers[said["id"]] = said

    def start(self, name, *args):
        """Without waiting for the answer, which done() gives."""
        self.count += 1
        self.process.stdin.write(json.dumps({"id": self.count, "do": name, "args": args}).encode() + b"\n")
        self.process.stdin.flush()
        return self.count

    def done(self, wanted):
        while wanted not in self.answers:
            self.hear(20)
        said = self.answers.pop(wanted)
        if "error" in said:
            self.case.fail(said["error"])
        return said["value"]

    def __getattr__(self, name):
        return lambda *args: self.done(self.start(name, *args))

    def event(self, name):
        """The first of this kind that was not taken yet, waited for."""
        while True:
            for i, (kind, value) in enumerate(self.events):
                if kind == name:
                    self.events.pop(i)
                    return value
            self.hear(20)

    def said(self):
        """What went both ways since this was asked the last time."""
        return "\n".join(self.talk())


def octets(value):
    return base64.b64decode(value["octets"])


class Imapflow(Quiet):
    def setUp(self):
        super().setUp()
        self.far = Far(self)

    def fill(self, count=5):
        for i in range(count):
            self.far.append("INBOX", letter(b"mark%d" % i), ["", "\\Seen", "\\Flagged"][i % 3])
        return len(self.maildrop(ALICE))

    def test_reads_searches_and_works(self):
        flow = Flow(self)
        boxes = {b["path"]: b for b in flow.list({"statusQuery": {"messages": True, "unseen": True}})}
        self.assertEqual(boxes["Sent"].get("specialUse"), "\\Sent")
        self.assertEqual(boxes["INBOX"]["status"]["messages"], 5)
        self.assertEqual(boxes["INBOX"]["status"]["unseen"], 2)
        box = flow.mailboxOpen("INBOX")
        self.assertEqual((box["exists"], box["uidValidity"]), (5, str(self.far.validity())))
        there = self.maildrop(ALICE)
        got = flow.fetch("1:*", {"uid": True, "flags": True, "envelope": True, "bodyStructure": True, "source": True,
                                 "internalDate": True, "size": True, "headers": ["subject"]})
        self.same([octets(m["source"]) for m in got], there)
        self.assertEqual([m["size"] for m in got], [len(m) for m in there])
        self.assertEqual(got[3]["envelope"]["subject"], "Ein Bild vom Roboter \u2013 gr\u00f6\u00dfer als sonst")
        self.assertEqual([p["type"] for p in got[3]["bodyStructure"]["childNodes"]],
                         ["text/plain", "image/png", "text/plain"])
        part = flow.download("4", "2")
        self.assertEqual(part["meta"]["filename"], "R\u00f6b\u00f6ter (gr\u00f6\u00dfer).png")
        self.same(octets(part["content"]), self.read(os.path.join(TOP, "scenarios", "open-house", "robot.png")))
        self.search(flow)
        self.work(flow)
        flow.logout()

    def search(self, flow):
        for query, wanted in (({"seen": False}, [4, 5]), ({"flagged": True}, [3]), ({"subject": "timetable"}, [3]),
                              ({"subject": "gr\u00f6\u00dfer"}, [4]), ({"from": "carol", "seen": True}, [1]),
                              ({"or": [{"answered": True}, {"flagged": True}]}, [2, 3]),
                              ({"not": {"from": "carol"}}, [2, 3]), ({"larger": 100000}, []),
                              ({"body": "chairs"}, [5]), ({"uid": "2:3", "seq": "1:2"}, [2]),
                              ({"header": {"x-mailer": True}}, []), ({"since": {"date": "2001-01-01"}}, [1, 2, 3, 4, 5])):
            self.assertEqual(flow.search(query, {"uid": True}), wanted, query)

        found = flow.search({"seen": False}, {"uid": True, "returnOptions": ["MIN", "MAX", "COUNT"]})
        self.assertEqual(found, {"min": 4, "max": 5, "count": 2})

    def work(self, flow):
        made = flow.mailboxCreate(["Tr\u00e4ume", "2026"])
        self.assertEqual(made["path"], "Tr\u00e4ume/2026")
        flow.messageFlagsAdd("4", ["\\Seen", "$Forwarded"], {"uid": True})
        flow.messageFlagsRemove({"flagged": True}, ["\\Flagged"])
        put = flow.append("Tr\u00e4ume/2026", {"octets": base64.b64encode(letter(b"flow")).decode()}, ["\\Seen"],
                          {"date": "2026-09-07T09:00:01Z"})
        self.assertEqual((put["uid"], put["uidValidity"]), (1, str(self.far.validity("Tr\u00e4ume/2026"))))
        copied = flow.messageCopy("2", "Tr\u00e4ume/2026", {"uid": True})
        self.assertEqual(copied["uidMap"], [[2, 2]])
        moved = flow.messageMove("1,5", "Tr\u00e4ume/2026", {"uid": True})
        self.assertEqual(moved["uidMap"], [[1, 3], [5, 4]])
        self.assertIn("UID MOVE", flow.said())
        flow.messageDelete("3", {"uid": True})
        self.assertEqual([(uid, flags) for uid, flags, _ in self.far.letters()],
                         [(2, {"\\Seen", "\\Answered"}), (4, {"\\Seen", "$Forwarded"})])
        self.same(self.far.letters("Tr\u00e4ume/2026")[0][2], letter(b"flow"))
        self.assertEqual(flow.mailboxRename("Tr\u00e4ume/2026", "Later")["newPath"], "Later")
        flow.mailboxDelete("Tr\u00e4ume")
        self.assertEqual(self.far.names(), {"INBOX", "Sent", "Drafts", "Archive/2025", "Later"})

    def test_idle_is_told_what_others_do(self):
        flow = Flow(self)
        flow.mailboxOpen("INBOX")
        idle = flow.start("idle")
        self.far.append("INBOX", letter(b"hello"))
        self.assertEqual(flow.event("exists")["count"], 6)
        self.far.flag("INBOX", "hello", "+FLAGS", "\\Flagged $Forwarded")
        changed = flow.event("flags")
        self.assertEqual((changed["seq"], set(changed["flags"]) - {"\\Recent"}), (6, {"\\Flagged", "$Forwarded"}))
        self.far.expunge("INBOX", "timetable")
        self.assertEqual(flow.event("expunge")["seq"], 3)
        self.assertEqual(flow.search({"flagged": True}, {"uid": True}), [6], "IDLE ends by itself")
        flow.done(idle)
        flow.logout()

    def test_condstore(self):
        count = self.fill()
        flow = Flow(self)
        box = flow.mailboxOpen("INBOX")
        known = box["highestModseq"]
        self.far.flag("INBOX", "mark1", "+FLAGS", "\\Answered")
        self.far.flag("INBOX", "mark3", "+FLAGS", "\\Seen")
        self.far.append("INBOX", letter(b"new"))
        flow.noop()
        changed = flow.fetch("1:*", {"uid": True, "flags": True}, {"changedSince": {"big": known}})
        self.assertEqual([m["uid"] for m in changed], [count - 3, count - 1, count + 1])
        self.assertTrue(all(int(m["modseq"]) > int(known) for m in changed))
        self.assertIn("CHANGEDSINCE " + known, flow.said())
        newer = str(int(known) + 1)
        self.assertEqual(flow.search({"modseq": newer}, {"uid": True}), [m["uid"] for m in changed])
        flow.logout()

    def test_qresync(self):
        """What it knew of yesterday is told with the mailbox: what is gone, and what has changed."""
        self.fill()
        flow = Flow(self, qresync=True)
        box = flow.mailboxOpen("INBOX")
        flow.logout()
        self.far.expunge("INBOX", "mark1")
        self.far.expunge("INBOX", "timetable")
        self.far.flag("INBOX", "mark3", "+FLAGS", "\\Answered")
        self.far.append("INBOX", letter(b"new"))
        flow = Flow(self, qresync=True)
        now = flow.mailboxOpen("INBOX", {"changedSince": {"big": box["highestModseq"]},
                                         "uidValidity": {"big": box["uidValidity"]}})
        self.assertEqual(now["exists"], 9)
        self.assertEqual(flow.event("expunge"), {"path": "INBOX", "uid": 3, "vanished": True, "earlier": True})
        self.assertEqual(flow.event("expunge")["uid"], 7)
        self.assertEqual([flow.event("flags")["uid"], flow.event("flags")["uid"]], [9, 11])
        self.assertIn("(QRESYNC (", flow.said())
        idle = flow.start("idle")
        self.far.expunge("INBOX", "mark0")
        self.assertEqual(flow.event("expunge"), {"path": "INBOX", "uid": 6, "vanished": True, "earlier": False})
        flow.noop()
        flow.done(idle)
        self.assertIn("VANISHED 6", flow.said())
        flow.logout()

    def test_two_on_one_mailbox(self):
        """imaplib works beside it; both end with the same picture, and neither number is ever wrong."""
        self.fill()
        flow = Flow(self)
        flow.mailboxOpen("INBOX")
        for i in range(3):
            self.far.append("INBOX", letter(b"far%d" % i))
            flow.append("INBOX", letter(b"flow%d" % i).decode(), ["\\Seen"])
            flow.messageFlagsAdd({"subject": "far%d" % i}, ["\\Answered"], {"uid": True})
            self.far.flag("INBOX", "flow%d" % i, "+FLAGS", "\\Flagged")
            self.far.expunge("INBOX", "mark%d" % i)
            flow.messageDelete({"subject": "flow%d" % i} if i == 1 else {"uid": "999"}, {"uid": True})
        seen = flow.fetch("1:*", {"uid": True, "flags": True, "source": True}, {"uid": True})
        self.assertEqual([(m["uid"], set(m["flags"]) - {"\\Recent"}) for m in seen],
                         [(uid, flags) for uid, flags, _ in self.far.letters()])
        self.same([octets(m["source"]) for m in seen], self.maildrop(ALICE))
        self.assertEqual([m["seq"] for m in seen], list(range(1, len(seen) + 1)))
        box = flow.get("mailbox")
        self.assertEqual(box["exists"], len(seen))
        flow.logout()
