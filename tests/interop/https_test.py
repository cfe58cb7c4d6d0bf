"""https_test.py - programs that speak HTTP over TLS: curl, http.client.  What they get is the MTA-STS policy."""
import http.client
import os
import socket
import ssl

from house import NET, TOP, Case, need

NAME = "mta-sts.example.net"
PATH = "/.well-known/mta-sts.txt"
POLICY = b"version: STSv1\r\nmode: enforce\r\nmx: mail.example.net\r\nmax_age: 604800\r\n"


class Https(Case):
    scenario = os.path.join(TOP, "scenarios", "starttls-stripping.json")

    def curl(self, *options, status=0):
        need("curl")
        return self.run_client("curl", "-sS", "--cacert", self.house.ca, "--connect-to",
                               "::127.0.0.1:%d" % self.house.port("https", NET), *options, status=status)

    def url(self, path, name=NAME):
        return "https://%s%s" % (name, path)

    def test_curl(self):
        self.same(self.curl(self.url(PATH)), POLICY)
        both = self.curl(self.url(PATH), self.url("/none"), "-w", "|%{http_code} %{num_connects}|")
        self.same(both, POLICY + b"|200 1|404 Not Found\n|404 0|", "two on one connection")
        head = self.curl("-I", self.url(PATH)).split(b"\r\n")
        self.assertEqual(head[0], b"HTTP/1.1 200 OK")
        self.assertIn(b"Content-Length: %d" % len(POLICY), head)
        self.assertEqual(head[-2:], [b"", b""], "the head and nothing behind it")
        got = self.curl("-d", "x" * 3000, "-H", "Expect: 100-continue", "-w", "|%{http_code}", self.url(PATH))
        self.assertTrue(got.endswith(b"|405"), got)
        got = self.curl("-d", "x" * 5000, "-w", "|%{http_code}", self.url(PATH))
        self.assertTrue(got.endswith(b"|413"), got)
        got = self.curl("-w", "|%{http_code}", "-H", "Host: mail.example.org", self.url(PATH))
        self.assertTrue(got.endswith(b"|421"), got)

    def test_curl_wants_the_right_name(self):
        self.curl(self.url(PATH, "mta-sts.example.org"), status=60)

    def test_http_client(self):
        context = ssl.create_default_context(cafile=self.house.ca)
        plain = socket.create_connection(("127.0.0.1", self.house.port("https", NET)), timeout=20)
        client = http.client.HTTPConnection(NAME)
        client.sock = context.wrap_socket(plain, server_hostname=NAME)
        client.request("GET", PATH)
        got = client.getresponse()
        self.assertEqual((got.status, got.getheader("Content-Type")), (200, "text/plain"))
        self.same(got.read(), POLICY)
        client.request("POST", "/x", body=iter([b"one", b"two"]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
        got = client.getresponse()
        self.assertEqual((got.status, got.read()), (404, b"404 Not Found\n"))
        client.request("GET", PATH, headers={"Connection": "close"})
        self.same(client.getresponse().read(), POLICY, "the third on one connection")
        client.close()
