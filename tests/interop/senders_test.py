"""senders_test.py - curl as a browser at the web mail, and as a program at the e-mail API."""
import json
import os
import re
import time

from house import TOP, Case, need

WEB, API = "webmail.example.org", "api.example.org"


class Senders(Case):
    scenario = os.path.join(TOP, "tests", "interop", "senders.json")

    def curl(self, host, path, *options, service="https"):
        need("curl")
        name = "%s://%s%s" % (service, host, path)
        got = self.run_client("curl", "-sS", "--cacert", self.house.ca, "--connect-to",
                              "::127.0.0.1:%d" % self.house.port(service, host), "-w", "\n%{http_code}",
                              *options, name)
        body, _, status = got.rpartition(b"\n")
        return int(status), body.decode()

    def log_in(self, *options, password="wonderland", service="https"):
        return self.curl(WEB, "/login", "-c", self.path("jar"), "-b", self.path("jar"),
                         "--data-urlencode", "user=alice@example.org",
                         "--data-urlencode", "password=" + password, *options, service=service)

    def page(self, path, *options, service="https"):
        return self.curl(WEB, path, "-b", self.path("jar"), *options, service=service)

    def form_of(self, page):
        return re.search(r'name="form" value="([0-9a-f]{32})"', page).group(1)

    def inbox_of_bob(self):
        return self.run_client("curl", "-sS", "-u", "bob@example.org:builder", "imap://127.0.0.1:%d/INBOX;MAILINDEX=1"
                               % self.house.port("imap")).decode()

    def test_webmail(self):
        status, page = self.page("/")
        self.assertEqual(status, 200)
        self.assertIn('action="/login"', page)
        self.assertEqual(self.page("/inbox")[0], 303, "who has not logged in is sent to the form")
        status, page = self.log_in(password="wrong")
        self.assertEqual(status, 403)
        self.assertIn("Address or password is wrong", page)
        self.assertEqual(self.log_in()[0], 303)
        with open(self.path("jar")) as f:
            self.assertRegex(f.read(), "#HttpOnly_%s.*TRUE.*session\t[0-9a-f]{32}" % WEB)
        status, inbox = self.page("/inbox")
        self.assertEqual(status, 200)
        self.assertIn("Grüße &lt;script&gt;alert(1)&lt;/script&gt;", inbox)
        self.assertNotIn("<script", inbox)
        uid = re.search(r"/message\?uid=(\d+)", inbox).group(1)
        status, page = self.page("/message?uid=" + uid)
        self.assertEqual(status, 200)
        self.assertIn("Dear Alice &amp; all,\r\n\r\n&lt;img src=x&gt;\r\n", page)
        self.assertIn("&lt;b&gt;Carol&lt;/b&gt;", page)
        self.assertEqual(self.page("/message?uid=999")[0], 404)
        form = self.form_of(inbox)
        self.assertEqual(self.page("/send", "-d", "form=0&to=bob@example.org&text=x")[0], 403, "a form from elsewhere")
        self.assertEqual(self.page("/send", "-d", "form=%s&text=x" % form)[0], 422, "nobody to send it to")
        status, _ = self.page("/send", "-d", "form=" + form, "--data-urlencode", "to=bob@example.org",
                              "--data-urlencode", "subject=Grüße & mehr", "--data-urlencode", "text=One\n.\nTwo=2")
        self.assertEqual(status, 303)
        letter = self.inbox_of_bob()
        self.assertIn("with HTTPS id", letter)
        self.assertIn("from webmail.example.org", letter)
        self.assertIn("Subject: =?utf-8?", letter.replace("UTF-8", "utf-8"))
        self.assertIn("\r\nOne\r\n.\r\nTwo=2", letter)
        self.assertEqual(self.page("/logout", "-d", "form=" + form)[0], 303)
        self.assertEqual(self.page("/inbox")[0], 303, "the cookie is worth nothing any more")

    def test_cookies_are_not_to_be_guessed(self):
        seen = set()
        for _ in range(3):
            self.assertEqual(self.log_in(service="http")[0], 303)
            with open(self.path("jar")) as f:
                seen.add(re.search("session\t(\\w+)", f.read()).group(1))
        self.assertEqual(len(seen), 3)

    def api(self, path, *options, key="sk-1"):
        status, body = self.curl(API, path, "-H", "Authorization: Bearer " + key, *options, service="http")
        return status, json.loads(body)

    def post(self, body, *options, key="sk-1"):
        return self.api("/v1/messages", "-H", "Content-Type: application/json", "-d", json.dumps(body), *options, key=key)

    def test_api(self):
        letter = {"from": "The Shop <orders@shop.example>", "to": ["bob@example.org", "nobody@example.org"],
                  "subject": "Größe 42", "text": "Hello\n", "headers": {"X-Order": "7"}, "tags": ["order"]}
        self.assertEqual(self.post(letter, key="no")[0], 401)
        for change, status, field in (({"to": []}, 422, "to"), ({"from": "x"}, 422, "from"),
                                      ({"subject": "a\r\nBcc: x@y.example"}, 422, "subject"),
                                      ({"headers": {"From": "x"}}, 422, "headers.From"),
                                      ({"from": "a@b.example"}, 403, "from"), ({"unknown": 1}, 422, "unknown")):
            got = self.post({**letter, **change})
            self.assertEqual((got[0], got[1]["error"]["field"]), (status, field))
        self.assertEqual(self.api("/v1/messages", "-H", "Content-Type: application/json", "-d", '{"a":01}')[0], 400)
        self.assertEqual(self.api("/v1/messages", "-d", "a=b")[0], 415)
        status, said = self.post(letter, "-H", "Idempotency-Key: one")
        self.assertEqual((status, said["status"]), (202, "queued"))
        self.assertEqual(self.post(letter, "-H", "Idempotency-Key: one"), (202, said), "once more is not twice")
        self.assertEqual(self.post({**letter, "text": "x"}, "-H", "Idempotency-Key: one")[0], 422)
        deadline = time.monotonic() + 60
        while True:
            status, found = self.api("/v1/messages/" + said["id"])
            self.assertEqual(status, 200)
            states = {r["address"]: r["state"] for r in found["recipients"]}
            if "queued" not in states.values() or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.assertEqual(states, {"bob@example.org": "delivered", "nobody@example.org": "bounced"})
        self.assertEqual(found["tags"], ["order"])
        self.assertIn("550", found["recipients"][1]["reply"])
        letter = self.inbox_of_bob()
        self.assertIn("X-Order: 7\r\n", letter)
        self.assertIn("Return-Path: <bounce-1.1-bob=example.org@bounces.example.org>", letter)
        self.assertEqual(self.api("/v1/messages/none")[0], 404)
