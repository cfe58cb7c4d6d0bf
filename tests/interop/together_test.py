"""together_test.py - two programs at once on one mailbox: NeoMutt has it open while mbsync works on it."""
import mbsync_test
import neomutt_test
from house import letter


class Together(neomutt_test.Reading, mbsync_test.Tree):
    def test_neomutt_sees_what_mbsync_does_and_the_reverse(self):
        for i in range(3):
            self.far.append("INBOX", letter(b"mark%d" % i))
        self.configure()
        self.sync()
        self.configure_neomutt()
        mutt = self.open_neomutt()
        mutt.shows("+INBOX has 8 letters")
        mutt.press("/~s mark2\rN$")  # toggles "new": now it is read
        mutt.shows("8 kept")
        self.near_letter("INBOX", b"near", "S")
        self.near_delete("INBOX", b"mark0")
        self.near_flags("INBOX", b"mark1", "F")
        self.sync()
        mutt.shows("externally modified")  # it asks once a second
        mutt.press("/~s near\rs=Kept\r$")
        mutt.shows("7 kept")
        self.sync()
        shown = self.both_show("while it is open")
        self.assertEqual({n: f for n, f in shown["INBOX"].items() if n.startswith(b"mark")},
                         {b"mark1": ["\\Flagged"], b"mark2": ["\\Seen"]})
        self.assertEqual(shown["Kept"], {b"near": ["\\Seen"]})
        mutt.press("/~s mark1\rd$")
        mutt.shows("6 kept")
        mutt.press("q")
        mutt.ends()
        self.sync()
        self.assertNotIn(b"mark1", self.both_show("at the end")["INBOX"])
