#include "sim/mail/list_fields.h"

#include <criterion/criterion.h>

#define LETTER                                                                                     \
    "From: alice@example.org\r\nList-Id: old <sub.example.net>\r\nTo: friends@example.org\r\n"     \
    "Subject: Hello\r\nReply-To: alice@example.net\r\nList-Archive: "                              \
    "<http://a.test>\r\n\r\nText\r\n"

static const struct list_fields plain = { .local = SLICE_INIT("friends"),
                                          .domain = SLICE_INIT("example.org") };

static void letter(const struct list_fields *l, const char *original, struct buf *out)
{
    bool footer;
    struct message *m = message_from(slice_of(original)), *sent = list_letter(l, m, &footer);
    buf_clear(out);
    message_copy(sent, out);
    cr_expect_eq(sent->size, out->len);
    message_unref(&sent);
    message_unref(&m);
}

Test(list_fields, says_what_list_it_is_and_changes_nothing_else)
{
    struct buf out = { 0 };
    letter(&plain, LETTER, &out);
    cr_expect_str_eq(
        buf_z(&out),
        "List-Id: <friends.example.org>\r\nList-Post: <mailto:friends@example.org>\r\n"
        "List-Help: <mailto:friends-request@example.org?subject=help>\r\n"
        "List-Subscribe: <mailto:friends-request@example.org?subject=subscribe>\r\n"
        "List-Unsubscribe: <mailto:friends-request@example.org?subject=unsubscribe>\r\n"
        "List-Owner: <mailto:friends-owner@example.org>\r\nPrecedence: list\r\n"
        "From: alice@example.org\r\nTo: friends@example.org\r\nSubject: Hello\r\n"
        "Reply-To: alice@example.net\r\nList-Archive: <http://a.test>\r\n\r\nText\r\n");
    buf_deinit(&out);
}

Test(list_fields, changes_what_it_is_told_to)
{
    struct list_fields l = plain;
    struct buf out = { 0 };
    static const struct {
        const char *original, *has, *has_not;
    } rows[] = {
        { LETTER, "\r\nSubject: [friends] Hello\r\n", "\r\nSubject: Hello\r\n" },
        { LETTER, "\r\nReply-To: friends@example.org\r\n", "alice@example.net" },
        { LETTER, "\r\nList-Archive: <https://lists.example.org/friends>\r\n", "a.test" },
        { LETTER, "\r\n\r\nText\r\n-- \r\nOne\r\nTwo\r\n", "\n\n" },
        { LETTER, "List-Id: Old friends <friends.example.org>\r\n", "sub.example.net" },
        { LETTER, "\r\nList-Post: NO\r\n", "mailto:friends@" },
        { "Subject: Re: [Friends] Hello\r\n\r\n", "\r\nSubject: Re: [Friends] Hello\r\n",
          "[friends]" },
        { "X: y\r\n\r\n", "\r\nSubject: [friends]\r\n", "-- " },
        { "Content-Type: text/html\r\n\r\n<p>\r\n", "\r\n\r\n<p>\r\n", "-- \r\n" },
        { "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n", "AAAA\r\n", "-- \r\n" },
    };
    l.subject_prefix = SLICE("[friends]");
    l.footer = SLICE("One\nTwo\n");
    l.archive = SLICE("https://lists.example.org/friends");
    l.description = SLICE("Old friends");
    l.reply_to_list = l.closed = true;
    for (size_t i = 0; i < COUNT(rows); i++) {
        letter(&l, rows[i].original, &out);
        cr_expect_neq(slice_find(buf_slice(&out), slice_of(rows[i].has)), SLICE_NONE, "row %zu: %s",
                      i, buf_z(&out));
        cr_expect_eq(slice_find(buf_slice(&out), slice_of(rows[i].has_not)), SLICE_NONE,
                     "row %zu: %s", i, buf_z(&out));
    }
    buf_deinit(&out);
}

Test(list_fields, knows_its_own_letters)
{
    struct buf out = { 0 };
    letter(&plain, LETTER, &out);
    cr_expect(list_has_seen(&plain, buf_slice(&out)));
    cr_expect(!list_has_seen(&plain, SLICE(LETTER)));
    cr_expect(list_has_seen(&plain, SLICE("List-ID: \"<x.y>\" <FRIENDS.example.org>\r\n\r\n")));
    cr_expect(!list_has_seen(&plain, SLICE("List-ID: <friends.example.org.test>\r\n\r\n")));
    cr_expect(!list_has_seen(&plain, SLICE("X-List-ID: <friends.example.org>\r\n\r\n")));
    buf_deinit(&out);
}
