"""dns_test.py - dig asks the simulated resolver and the name server behind it, by UDP and TCP."""
from house import Case, need


class Dig(Case):
    def dig(self, host, *options):
        need("dig")
        port = self.house.port("domain", host, "udp")
        self.assertEqual(port, self.house.port("domain", host, "tcp"))
        return self.run_client("dig", "@127.0.0.1", "-p", port, "+tries=1", "+time=5", *options).decode()

    def check(self, host, *options):
        said = self.dig(host, "+noall", "+answer", "MX", "example.net", *options)
        self.assertEqual(said.split()[-3:], ["MX", "10", "mail.example.net."])
        said = self.dig(host, "+short", "A", "mail.example.net", *options)
        self.assertRegex(said, r"\A(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+\n\Z")
        said = self.dig(host, "A", "nobody.example.net", *options)
        self.assertIn("status: NXDOMAIN", said)
        self.assertIn("SOA", said)
        said = self.dig(host, "AAAA", "mail.example.net", *options)
        self.assertIn("status: NOERROR", said)
        self.assertIn("ANSWER: 0, AUTHORITY: 1", said)
        self.assertNotIn("WARNING", said)

    def test_resolver_by_udp(self):
        self.check("dns.example.net")

    def test_resolver_by_tcp(self):
        self.check("dns.example.net", "+tcp")

    def test_resolver_without_edns(self):
        self.check("dns.example.net", "+noedns")

    def test_name_server_by_udp(self):
        self.check("ns.names.test", "+norecurse")

    def test_name_server_by_tcp(self):
        self.check("ns.names.test", "+norecurse", "+tcp")
