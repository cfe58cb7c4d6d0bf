"""imaplib_test.py - every command that Python's imaplib has, and by hand those that it has not."""
import imaplib
import re

from far import Far, quoted
from house import ALICE, Quiet, letter

ROOM = "R\u00e4ume/Gro\u00dfer Saal"


class Commands(Quiet):
    def setUp(self):
        super().setUp()
        self.far = Far(self)
        self.c = self.far.c
        self.ok = self.far.ok

    def no(self, answer, code=""):
        self.assertEqual(answer[0], "NO", answer)
        self.assertIn(code, answer[1][0].decode())

    def by_hand(self, command):
        """All lines up to the one with the tag."""
        self.c.send(b"hand " + command.encode() + b"\r\n")
        rows = []
        while not rows or not rows[-1].startswith(b"hand "):
            rows.append(self.c.readline())
            self.assertNotEqual(rows[-1], b"", rows)
        self.assertTrue(rows[-1].startswith(b"hand OK"), rows)
        return b"".join(rows).decode()

    def fill(self, *markers):
        for marker in markers:
            self.far.append("INBOX", letter(marker))

    # ---- mailboxes

    def test_mailboxes(self):
        c, ok = self.c, self.ok
        self.assertEqual(ok(c.namespace()), [b'(("" "/")) NIL NIL'])
        self.far.create("Work", "Work/Old/2020", ROOM)
        self.no(c.create("Work"), "ALREADYEXISTS")
        self.no(c.create("inbox"))
        ok(c.subscribe(quoted(ROOM)))
        ok(c.subscribe("Work/Old"))
        ok(c.subscribe("Work/Old/2020"))
        ok(c.unsubscribe("Work/Old"))
        self.assertIn(quoted(ROOM).strip('"').encode(), b" ".join(ok(c.lsub())))
        self.assertEqual(ok(c.lsub('""', "Work/*")), [b'() "/" Work/Old/2020'])
        self.assertEqual(ok(c.lsub('""', "Work/%")), [b'(\\Noselect) "/" Work/Old'], "RFC 3501 6.3.9")
        self.assertEqual(self.tops(c.list('""', "%")), {"INBOX", "Sent", "Drafts", "Archive", "Work", "R&AOQ-ume"})
        self.assertEqual(self.tops(c.list("Work/", "%/%")), {"Work/Old/2020"})
        ok(c.rename("Work", "Play"))
        self.assertIn("Play/Old/2020", self.far.names())
        self.no(c.rename("Play", "Sent"), "ALREADYEXISTS")
        self.no(c.rename("Nowhere", "There"), "NONEXISTENT")
        ok(c.delete("Play"))
        self.assertIn("Play/Old/2020", self.far.names(), "those below it stay")
        self.no(c.delete("INBOX"))
        self.no(c.delete("Nowhere"), "NONEXISTENT")
        self.no(c.select("Nowhere"), "NONEXISTENT")

    def tops(self, answer):
        return {re.search(r' "/" "?([^"]*)"?$', row.decode()).group(1) for row in self.ok(answer)}

    def test_inbox_is_renamed_by_moving_what_is_in_it(self):
        there = self.maildrop(ALICE)
        validity = self.far.validity()
        self.ok(self.c.rename("INBOX", "Before"))
        self.assertEqual(self.maildrop(ALICE), [])
        self.same([m for _, _, m in self.far.letters("Before")], there)
        self.assertEqual(self.far.validity(), validity)
        self.assertIn("INBOX", self.far.names())

    def test_a_name_that_was_deleted_gets_another_uidvalidity(self):
        self.far.create("Work")
        before = self.far.validity("Work")
        self.ok(self.c.delete("Work"))
        self.far.create("Work")
        self.assertGreater(self.far.validity("Work"), before)

    def test_status_without_opening(self):
        self.fill(b"one", b"two")
        said = self.ok(self.c.status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT HIGHESTMODSEQ)"))[0].decode()
        self.assertTrue(said.startswith("INBOX ("))
        said = dict(re.findall(r"([A-Z]+) (\d+)", said))
        self.assertGreater(int(said.pop("HIGHESTMODSEQ")), 1)
        self.assertEqual(said, {"MESSAGES": "7", "UIDNEXT": "8", "UIDVALIDITY": str(self.far.validity()), "UNSEEN": "4",
                                "RECENT": "7"})

    # ---- a mailbox that is open

    def test_examine_changes_nothing(self):
        self.ok(self.c.select("INBOX", readonly=True))
        self.ok(self.c.fetch("4:5", "(BODY[])"))
        self.no(self.c.store("1", "+FLAGS", "(\\Deleted)"))
        self.no(self.c.expunge())
        self.ok(self.c.close())
        self.assertEqual([bool(flags & {"\\Seen"}) for _, flags, _ in self.far.letters()], [True] * 3 + [False] * 2)

    def test_close_and_unselect(self):
        self.far.select()
        self.ok(self.c.store("1", "+FLAGS", "(\\Deleted)"))
        self.ok(self.c.unselect())
        self.assertEqual(self.far.select(), 5, "UNSELECT removes nothing")
        self.ok(self.c.check())
        self.ok(self.c.close())
        self.assertEqual(self.far.select(), 4, "CLOSE does")

    def test_parts_and_pieces(self):
        self.far.select()
        whole = self.maildrop(ALICE)[3]
        header = whole[: whole.index(b"\r\n\r\n") + 4]

        def body(what):
            return self.ok(self.c.fetch("4", "(%s)" % what))[0][1]
        self.same(body("RFC822.HEADER"), header)
        self.same(body("BODY.PEEK[TEXT]"), whole[len(header):])
        self.same(body("BODY.PEEK[]<100.50>"), whole[100:150])
        self.same(body("BODY.PEEK[]<%d.99>" % (len(whole) - 9)), whole[-9:])
        self.assertRegex(body("BODY.PEEK[HEADER.FIELDS (SUBJECT TO)]"), rb"(?s)\A(To|Subject): .*\r\n\r\n\Z")
        self.assertNotRegex(body("BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT)]"), rb"(?m)^Subject:")
        self.assertIn(b"Content-Type: image/png", body("BODY.PEEK[2.MIME]"))
        self.assertIn(b"Gr=C3=BC=C3=9Fe", body("BODY.PEEK[1]"))

    def test_numbers_move_up_and_uids_stay(self):
        self.fill(b"one", b"two", b"three")
        self.far.select()
        self.ok(self.c.store("1:2,6", "+FLAGS.SILENT", "(\\Deleted)"))
        self.assertEqual(self.ok(self.c.expunge()), [b"1", b"1", b"4"])
        self.assertEqual(self.far.uid("SEARCH", "ALL"), [b"3 4 5 7 8"])
        self.assertEqual(self.ok(self.c.search(None, "ALL")), [b"1 2 3 4 5"])
        self.assertEqual(self.ok(self.c.search("UTF-8", "SUBJECT", '"two"')), [b"4"])
        self.no(self.c.search("KLINGON", "ALL"), "BADCHARSET")

    def test_uid_expunge_takes_only_those(self):
        self.far.select()
        self.ok(self.c.store("1:3", "+FLAGS.SILENT", "(\\Deleted)"))
        self.ok(self.c.uid("EXPUNGE", "2:99"))
        self.assertEqual(self.far.uid("SEARCH", "ALL"), [b"1 4 5"])

    def test_copy_and_move(self):
        self.far.create(ROOM)
        self.far.select()
        self.no(self.c.copy("1", "Nowhere"), "TRYCREATE")
        self.ok(self.c.copy("1:2", quoted(ROOM)))
        self.assertRegex(self.c.response("COPYUID")[1][-1], rb"^\d+ 1:2 1:2$")
        self.ok(self.c.uid("MOVE", "4:5", quoted(ROOM)))
        self.assertEqual(self.far.uid("SEARCH", "ALL"), [b"1 2 3"])
        there = self.far.letters(ROOM)
        self.assertEqual([uid for uid, _, _ in there], [1, 2, 3, 4])
        self.assertEqual([bool(f & {"\\Seen"}) for _, f, _ in there], [True, True, False, False])

    def test_keywords(self):
        self.far.select()
        self.ok(self.c.store("1", "+FLAGS", "($Forwarded Work)"))
        self.ok(self.c.store("1", "-FLAGS", "(Work)"))
        self.ok(self.c.store("2", "FLAGS", "($Junk)"))
        self.assertEqual([flags for _, flags, _ in self.far.letters()][:2],
                         [{"\\Seen", "$Forwarded"}, {"$Junk"}])

    def test_append_with_a_date_and_flags(self):
        self.no(self.c.append("Nowhere", None, None, letter(b"one")), "TRYCREATE")
        self.ok(self.c.append("Sent", "(\\Seen $Sent)", '"07-Sep-2026 09:00:00 +0200"', letter(b"one")))
        self.assertRegex(self.c.response("APPENDUID")[1][-1], rb"^\d+ 2$")
        self.far.select("Sent")
        said = self.ok(self.c.fetch("2", "(INTERNALDATE RFC822.SIZE FLAGS)"))[0].decode()
        self.assertIn("RFC822.SIZE %d" % len(letter(b"one")), said)
        self.assertIn("$Sent", said)
        self.assertEqual(imaplib.Internaldate2tuple(said.encode()), imaplib.Internaldate2tuple(
            b'INTERNALDATE "07-Sep-2026 07:00:00 +0000"'))

    # ---- extensions

    def test_sort_and_thread(self):
        self.fill(b"Zebra", b"Re: apple", b"apple")
        self.far.append("INBOX", letter(b"answer", b"References: <Zebra@laptop.example.org>\r\n"))
        self.far.select()
        found = self.ok(self.c.sort("(SUBJECT)", "UTF-8", "UID 6:9"))
        self.assertIn(found, ([b"9 7 8 6"], [b"9 8 7 6"]))
        self.assertEqual(self.ok(self.c.sort("(REVERSE SIZE)", "UTF-8", "ALL"))[0].split()[0],
                         max(enumerate(self.maildrop(ALICE), 1), key=lambda m: len(m[1]))[0].__str__().encode())
        self.assertEqual(self.ok(self.c.uid("SORT", "(ARRIVAL)", "UTF-8", "UID 7:*")), [b"7 8 9"])
        self.assertIn(b"(6 9)", self.ok(self.c.thread("REFERENCES", "UTF-8", "ALL"))[0])
        self.assertRegex(self.ok(self.c.uid("THREAD", "ORDEREDSUBJECT", "UTF-8", "UID 7:8"))[0], rb"^\((7 8|8 7)\)$")
        self.no(self.c.sort("(SUBJECT)", "KLINGON", "ALL"), "BADCHARSET")

    def test_search_returns(self):
        self.fill(b"one", b"two")
        self.far.select()
        said = self.by_hand("UID SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN")
        self.assertRegex(said, r'\* ESEARCH \(TAG "hand"\) UID (?=.*MIN 4\b)(?=.*MAX 7\b)(?=.*COUNT 4\b)(?=.*ALL 4:7\b)')
        self.assertNotRegex(self.by_hand("SEARCH RETURN (SAVE) FLAGGED"), r"\* E?SEARCH")
        self.by_hand("UID STORE $ +FLAGS.SILENT (Work)")
        self.assertEqual(self.far.uid("SEARCH", "KEYWORD", "Work"), [b"3"])
        known = re.search(rb"MODSEQ \((\d+)\)", self.far.uid("FETCH", "3", "(MODSEQ)")[0]).group(1).decode()
        self.assertRegex(self.by_hand("UID SEARCH MODSEQ " + known), r"\* SEARCH 3 \(MODSEQ %s\)\r\n" % known)
        self.assertEqual(self.far.uid("SEARCH", "YOUNGER", "86400"), [b"4 5 6 7"])

    def test_list_extended(self):
        said = self.by_hand('LIST (SPECIAL-USE) "" "*" RETURN (CHILDREN STATUS (MESSAGES))')
        self.assertRegex(said, r'\* LIST \([^)]*\\Sent[^)]*\) "/" Sent\r\n')
        self.assertIn("* STATUS Sent (MESSAGES 1)\r\n", said)
        self.assertNotIn("INBOX", said)

    def test_preview_quota_and_id(self):
        self.far.select()
        self.assertRegex(self.by_hand("FETCH 5 (PREVIEW)"), r'PREVIEW "How many chairs\?')
        self.assertIn('* ID ("name" "mailflow"', self.by_hand('ID ("name" "tests")'))
        self.assertTrue(self.ok(self.c.getquotaroot("INBOX")))

    def test_enable_utf8(self):
        self.ok(self.c.enable("UTF8=ACCEPT"))
        self.assertTrue(self.c.utf8_enabled)
        self.assertEqual(self.ok(self.c.create('"%s"' % ROOM)), [b"done"])
        self.assertIn(ROOM.encode(), [row[1] for row in self.ok(self.c.list()) if isinstance(row, tuple)], "a literal")
        self.ok(self.c.select('"%s"' % ROOM))
        self.ok(self.c.append('"%s"' % ROOM, None, None, letter(b"one").replace(b"<bob@", "<b\u00f6b@".encode())))

    def test_condstore_by_hand(self):
        said = self.by_hand("SELECT INBOX (CONDSTORE)")
        known = re.search(r"HIGHESTMODSEQ (\d+)", said).group(1)
        said = self.by_hand("UID STORE 2 (UNCHANGEDSINCE %s) +FLAGS (\\Flagged)" % known)
        self.assertRegex(said, r"\* 2 FETCH \(.*MODSEQ \(\d+\)")
        said = self.by_hand("UID STORE 1:3 (UNCHANGEDSINCE %s) +FLAGS.SILENT ($New)" % known)
        self.assertIn("[MODIFIED 2]", said)
        said = self.by_hand("UID FETCH 1:* (FLAGS) (CHANGEDSINCE %s)" % known)
        self.assertEqual(re.findall(r"UID (\d+)", said), ["1", "2", "3"])

    def test_qresync_by_hand(self):
        self.fill(b"one", b"two")
        said = self.by_hand("SELECT INBOX (CONDSTORE)")
        known, validity = (re.search(w + r" (\d+)", said).group(1) for w in ("HIGHESTMODSEQ", "UIDVALIDITY"))
        self.far.expunge("INBOX", "one")
        self.far.flag("INBOX", "two", "+FLAGS", "\\Answered")
        self.ok(self.c.unselect())
        self.assertIn("ENABLED", self.by_hand("ENABLE QRESYNC"))
        said = self.by_hand("SELECT INBOX (QRESYNC (%s %s 1:7))" % (validity, known))
        self.assertIn("* VANISHED (EARLIER) 6\r\n", said)
        self.assertRegex(said, r"\* 6 FETCH \(UID 7 FLAGS \([^)]*\\Answered[^)]*\) MODSEQ \(\d+\)\)\r\n")
        said = self.by_hand("UID FETCH 1:7 (FLAGS) (CHANGEDSINCE %s VANISHED)" % known)
        self.assertIn("* VANISHED (EARLIER) 6\r\n", said)
        self.by_hand("UID STORE 1,7 +FLAGS.SILENT (\\Deleted)")
        self.assertIn("* VANISHED 1,7\r\n", self.by_hand("EXPUNGE"))

    def test_idle_by_hand(self):
        other = Far(self)
        self.far.select()
        self.c.send(b"hand IDLE\r\n")
        self.assertTrue(self.c.readline().startswith(b"+ "))
        other.append("INBOX", letter(b"one"))
        self.assertEqual(self.c.readline(), b"* 6 EXISTS\r\n")
        other.flag("INBOX", "one", "+FLAGS", "\\Flagged")
        while b"FETCH" not in (row := self.c.readline()):
            self.assertRegex(row, rb"^\* \d+ (EXISTS|RECENT)")
        self.assertRegex(row, rb"^\* 6 FETCH \(.*\\Flagged")
        other.expunge("INBOX", "timetable")
        while b"EXPUNGE" not in (row := self.c.readline()):
            self.assertRegex(row, rb"^\* 3 FETCH ")
        self.assertEqual(row, b"* 3 EXPUNGE\r\n")
        self.c.send(b"DONE\r\n")
        while not (row := self.c.readline()).startswith(b"hand "):
            pass
        self.assertTrue(row.startswith(b"hand OK"))
