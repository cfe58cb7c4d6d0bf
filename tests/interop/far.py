"""far.py - the server's side of a test: what is in which mailbox, by Python's imaplib.

Names of mailboxes are Python's strings here; on the wire they are modified UTF-7 (RFC 3501 5.1.3).
"""
import base64
import imaplib
import re

from house import ALICE, CAROL, NET, ORG, PASSWORDS


def to_utf7(name):
    """Modified UTF-7, as IMAP4rev1 has names."""
    def shift(found):
        octets = base64.b64encode(found.group().encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return "&" + octets.decode() + "-"
    return re.sub(r"[^\x20-\x7e]+", shift, name.replace("&", "&-"))


def from_utf7(name):
    def shift(found):
        text = found.group(1).replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be") if text else "&"
    return re.sub(r"&([^-]*)-", shift, name)


def quoted(name):
    return '"%s"' % to_utf7(name).replace("\\", "\\\\").replace('"', '\\"')


class Far:
    """One connection; every answer must be OK."""

    def __init__(self, case, address=ALICE, port=None, password=None):
        self.case = case
        port = port or case.house.port("imap", NET if address == CAROL else ORG)
        self.c = imaplib.IMAP4("127.0.0.1", port, timeout=20)
        case.addCleanup(self.hang_up)
        self.c.login(address, password or PASSWORDS[address])

    def hang_up(self):
        if self.c:
            self.c.shutdown()
            self.c = None

    def bye(self):
        self.c.logout()
        self.c = None

    def ok(self, answer):
        self.case.assertEqual(answer[0], "OK", answer)
        return answer[1]

    def select(self, name="INBOX"):
        return int(self.ok(self.c.select(quoted(name)))[0])

    def uid(self, *command):
        return self.ok(self.c.uid(*command))

    def create(self, *names):
        for name in names:
            self.ok(self.c.create(quoted(name)))

    def append(self, name, octets, flags=""):
        self.ok(self.c.append(quoted(name), "(%s)" % flags, None, octets))

    def flag(self, name, marker, change, flags):
        """+FLAGS or -FLAGS for the letter with this word in its subject."""
        self.select(name)
        found = self.uid("SEARCH", "SUBJECT", '"%s"' % marker)[0].decode()
        self.case.assertRegex(found, r"^\d+$", "one letter about %s in %s" % (marker, name))
        self.uid("STORE", found, change, "(%s)" % flags)

    def expunge(self, name, marker):
        self.flag(name, marker, "+FLAGS", "\\Deleted")
        self.ok(self.c.expunge())

    def names(self):
        """Those that can be selected."""
        rows = [row.decode() for row in self.ok(self.c.list()) if not re.match(rb"(?i)[^)]*\\No(select|nExistent)", row)]
        return {from_utf7(re.sub(r'\\(.)', r"\1", r.split(' "/" ', 1)[1].strip('"'))) for r in rows}

    def validity(self, name="INBOX"):
        return int(re.search(rb"UIDVALIDITY (\d+)", self.ok(self.c.status(quoted(name), "(UIDVALIDITY)"))[0]).group(1))

    def letters(self, name="INBOX"):
        """[(UID, flags, octets)] by UID; flags without \\Recent, which is no flag of the letter."""
        found = []
        if self.select(name) == 0:
            return found
        for row in self.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])"):
            if isinstance(row, tuple):
                said, octets = row
                flags = re.search(rb"FLAGS \(([^)]*)\)", said).group(1).decode().split()
                found.append((int(re.search(rb"UID (\d+)", said).group(1)), frozenset(flags) - {"\\Recent"}, octets))
        return found

    def picture(self):
        """What every mailbox shows: {name: sorted [(octets, flags)]}."""
        return {name: sorted((octets, sorted(flags)) for _, flags, octets in self.letters(name))
                for name in self.names()}
