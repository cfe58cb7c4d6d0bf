"""offlineimap_test.py - OfflineIMAP: a Maildir and the server, kept the same both ways."""
import os

from both_ways import BothWays
from house import ALICE, maildir, need

RC = """[general]
accounts = house
metadata = %(folder)s/memory
ui = basic
socktimeout = 20

[Account house]
localrepository = near
remoterepository = far
utf8foldernames = yes

[Repository near]
type = Maildir
localfolders = %(folder)s/Mail
sep = .

[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = %(port)d
remoteuser = %(user)s
remotepass = wonderland
auth_mechanisms = %(auth)s
ssl = no
starttls = no
"""


class Offlineimap(BothWays):
    """Names are on this side in UTF-8, with dots between them."""

    def near_name(self, name):
        return name.replace("/", ".")

    def far_name(self, folder):
        return folder.replace(".", "/")

    def near_delete(self, name, marker):
        os.remove(self.near_file(name, marker))

    def configure(self, auth="LOGIN"):
        self.write("rc", RC % {"folder": self.folder, "port": self.house.port("imap"), "user": ALICE, "auth": auth})

    def sync(self):
        need("offlineimap")
        self.run_client("offlineimap", "-c", self.path("rc"), "-o")
        self.assertNotIn(b"ERROR", self.said)

    def memory(self):
        """UIDVALIDITY of what it knows, and which letters it has."""
        found = {}
        for folder, _, files in os.walk(self.path("memory")):
            if os.path.basename(folder) == "FolderValidity":
                found.update({os.path.join(folder, name): self.read(os.path.join(folder, name)) for name in files})
        self.assertTrue(found)
        return found, {name: [p for p, _ in maildir(self.near(name))] for name in self.near_picture()}

    def test_folders_and_flags_both_ways(self):
        self.configure()
        self.whole_job(self.sync, self.memory)
