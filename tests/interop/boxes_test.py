"""boxes_test.py - the mail that is in the boxes from the start is what the scenario says, to the octet."""
import email
import email.policy
import json
import os
import time

from house import ALICE, BOB, CAROL, FILES, SCENARIO, Case, untraced


class Boxes(Case):
    def letters(self, address):
        with open(SCENARIO) as f:
            hosts = json.load(f)["hosts"].values()
        return [m for h in hosts for m in h.get("mail", [])
                if m["for"] == address and m.get("folder", "INBOX") == "INBOX"]

    def check_part(self, part, wanted):
        """An attachment as the scenario has it."""
        if "file" in wanted:
            name = wanted.get("name", os.path.basename(wanted["file"]))
            octets = self.read(os.path.join(FILES, os.path.basename(wanted["file"])))
        else:
            name, octets = wanted["name"], wanted["text"].replace("\n", "\r\n").encode()
        self.assertEqual(part.get_filename(), name)
        self.assertTrue(part.is_attachment())
        if part.get_content_type() == "message/rfc822":
            self.assertEqual(part["content-transfer-encoding"], "7bit")
            self.assertEqual(part.get_content().as_bytes(policy=email.policy.SMTP), octets)
        else:
            self.assertEqual(part.get_payload(decode=True), octets)

    def check(self, raw, wanted):
        if "eml" in wanted:
            self.assertEqual(untraced(raw), self.read(os.path.join(FILES, os.path.basename(wanted["eml"]))))
            return
        m = email.message_from_bytes(raw, policy=email.policy.default)
        self.assertEqual([], [d for p in m.walk() for d in p.defects])
        self.assertEqual(m["subject"], wanted["subject"])
        self.assertEqual(m["from"].addresses[0].addr_spec, wanted["from"])
        self.assertEqual(m["from"].addresses[0].display_name, wanted["name"])
        text = m.get_body(("plain",))
        self.assertEqual(text.get_content().replace("\r\n", "\n"), wanted["text"])
        html = m.get_body(("html",))
        self.assertEqual(html and html.get_content().replace("\r\n", "\n"), wanted.get("html"))
        attached = list(m.iter_attachments()) if m.is_multipart() else []
        self.assertEqual(len(attached), len(wanted.get("attachments", [])))
        for part, want in zip(attached, wanted.get("attachments", [])):
            self.check_part(part, want)
        self.assertTrue(raw.startswith(b"Return-Path: <%s>\r\nReceived: by " % wanted["from"].encode()))
        days = time.time() - m["date"].datetime.timestamp()
        self.assertLess(abs(days - age(wanted["age"])), 120, m["date"])

    def test_every_letter(self):
        for address in ALICE, BOB, CAROL:
            wanted = self.letters(address)
            found = self.maildrop(address)
            self.assertEqual(len(found), len(wanted))
            for raw, want in zip(found, wanted):
                with self.subTest(address=address, subject=want.get("subject", want.get("eml"))):
                    self.check(raw, want)


def age(text):
    return int(text[:-1]) * {"d": 86400, "h": 3600}[text[-1]]
