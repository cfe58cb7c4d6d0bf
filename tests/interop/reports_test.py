"""reports_test.py - Python's parser reads the reports in tests/golden/reports as RFC 3464 and 6522 have them."""
import email
import email.policy
import glob
import os
import unittest

REPORTS = os.path.join(os.path.dirname(__file__), "..", "golden", "reports")
ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}


class Reports(unittest.TestCase):
    def check(self, m, action):
        self.assertEqual([], [d for p in m.walk() for d in p.defects])
        self.assertEqual(m.get_content_type(), "multipart/report")
        self.assertEqual(m.get_param("report-type"), "delivery-status")
        self.assertEqual(m["return-path"], "<>")
        text, status, original = m.iter_parts()
        self.assertEqual(text.get_content_type(), "text/plain")
        self.assertEqual(status.get_content_type(), "message/delivery-status")
        self.assertIn(original.get_content_type(), ("message/rfc822", "text/rfc822-headers"))
        whole, *recipients = status.get_payload()
        self.assertTrue(whole["reporting-mta"].startswith("dns;"))
        self.assertGreater(len(recipients), 0)
        for r in recipients:
            self.assertTrue(r["final-recipient"].startswith("rfc822;"))
            self.assertEqual(r["action"], action)
            self.assertRegex(r["status"], r"^[245]\.\d{1,3}\.\d{1,3}$")
            self.assertEqual(r["remote-mta"] is None, r["diagnostic-code"] is None)
            self.assertEqual(r["will-retry-until"] is not None, action == "delayed")
            for date in ("last-attempt-date", "will-retry-until"):
                if r[date]:
                    self.assertIsNotNone(email.utils.parsedate_to_datetime(r[date]))

    def test_reports_are_read_by_a_strangers_parser(self):
        files = glob.glob(os.path.join(REPORTS, "*.eml"))
        self.assertEqual({os.path.basename(f).split(".")[0].split("-")[0] for f in files}, ACTIONS)
        for path in files:
            with open(path, "rb") as f, self.subTest(path):
                m = email.message_from_binary_file(f, policy=email.policy.default)
                self.check(m, os.path.basename(path).split(".")[0].split("-")[0])
