#include "sim/mail/mime_tree.h"

#include "sim/base/fmt.h"

#include <criterion/criterion.h>

/* "mixed(plain:2 rfc822(alternative(...)))": subtypes with the size of each leaf's body. */
static void show(const struct mime_tree *t, size_t part, struct buf *out)
{
    const struct mime_part *p = &t->parts[part];
    buf_add(out, p->subtype);
    if (p->kind == MIME_LEAF) {
        buf_byte(out, ':');
        fmt_u64(out, p->body_len);
        return;
    }
    buf_byte(out, '(');
    for (size_t c = p->child; c != MIME_NO_PART; c = t->parts[c].next) {
        buf_addz(out, c == p->child ? "" : " ");
        show(t, c, out);
    }
    buf_byte(out, ')');
}

#define MULTI "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

Test(mime_tree, reads_the_parts)
{
    static const struct {
        const char *letter, *shown;
    } rows[] = {
        { "", "PLAIN:0" },
        { "Subject: x\r\n\r\nabc\r\n", "PLAIN:5" },
        { "\r\nabc", "PLAIN:3" },
        { "Content-Type: text/html\r\n\r\nabc", "html:3" },
        { "Content-Type: (c) text (c) / (c) html (c)\r\n\r\nabc", "html:3" },
        { "Content-Type: text\r\n\r\nabc", "PLAIN:3" },
        { MULTI "--b\r\n\r\none\r\n--b\r\n\r\nthree\r\n--b--\r\n", "mixed(PLAIN:3 PLAIN:5)" },
        { MULTI "pre\r\n--b \t\r\n\r\none\r\n--b--\r\nepilogue --b\r\n--b\r\n", "mixed(PLAIN:3)" },
        { MULTI "--b\r\n\r\nno end", "mixed(PLAIN:6)" },
        { MULTI "--b\r\n\r\n--bc\r\n-- b\r\n --b\r\n--b--", "mixed(PLAIN:16)" },
        { MULTI "--b\r\n--b\r\n--b--", "mixed(PLAIN:0 PLAIN:0)" },
        { MULTI "nothing", "PLAIN:7" },
        { "Content-Type: multipart/mixed\r\n\r\n--\r\n", "PLAIN:4" },
        { "Content-Type: multipart/mixed; boundary=\"a b\"\r\n\r\n--a b\n\nx\n--a b--\n",
          "mixed(PLAIN:1)" },
        { "Content-Type: multipart/mixed; x; y=(;); boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
          "mixed(PLAIN:1)" },
        { "Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nabc", "rfc822(PLAIN:3)" },
        { "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nA: b\r\n\r\nabc\r\n--b--",
          "digest(RFC822(PLAIN:3))" },
        { "Content-Type: message/delivery-status\r\n\r\nA: b\r\n", "delivery-status:6" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mime_tree t;
        struct buf out = { 0 };
        mime_tree_read(&t, slice_of(rows[i].letter));
        show(&t, 0, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].shown, "row %zu: %s", i, buf_z(&out));
        mime_tree_deinit(&t);
        buf_deinit(&out);
    }
}

/* Letters within letters, and many parts: both are bounded, and nothing of it recurses further. */
Test(mime_tree, is_bounded)
{
    struct buf letter = { 0 };
    for (size_t i = 0; i < 5000; i++) {
        buf_addz(&letter, "Content-Type: message/rfc822\r\n\r\n");
    }
    struct mime_tree t;
    mime_tree_read(&t, buf_slice(&letter));
    cr_expect_eq(t.count, MIME_DEPTH_MAX + 1);
    mime_tree_deinit(&t);
    buf_clear(&letter);
    buf_addz(&letter, MULTI);
    for (size_t i = 0; i < 5000; i++) {
        buf_addz(&letter, "--b\r\n\r\n");
    }
    mime_tree_read(&t, buf_slice(&letter));
    cr_expect_eq(t.count, MIME_PARTS_MAX);
    mime_tree_deinit(&t);
    buf_deinit(&letter);
}

Test(mime_tree, finds_parts_by_number)
{
    static const char letter[] = MULTI
        "--b\r\n\r\none\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\ntwo\r\n--c\r\n\r\n"
        "three\r\n--c--\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\nfour\r\n--b--";
    static const struct {
        uint32_t numbers[3];
        size_t count;
        const char *body; /* its front; NULL: there is none */
    } rows[] = {
        { { 1 }, 1, "one" },    { { 2 }, 1, "Content-Type: multipart/alt" },
        { { 2, 1 }, 2, "two" }, { { 2, 2 }, 2, "three" },
        { { 3 }, 1, "A: b" },   { { 3, 1 }, 2, "four" },
        { { 3, 2 }, 2, NULL },  { { 3, 1, 1 }, 3, NULL },
        { { 1, 1 }, 2, NULL },  { { 4 }, 1, NULL },
        { { 2, 3 }, 2, NULL },  { { 2, 1, 1 }, 3, NULL },
    };
    struct mime_tree t;
    mime_tree_read(&t, slice_of(letter));
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t at = mime_part_at(&t, rows[i].numbers, rows[i].count);
        cr_expect_eq(at == MIME_NO_PART, rows[i].body == NULL, "row %zu", i);
        if (at != MIME_NO_PART && rows[i].body) {
            slice body = mime_part_body(&t, at);
            cr_expect(slice_starts(body, slice_of(rows[i].body)), "row %zu: %.*s", i,
                      SLICE_ARG(body));
        }
    }
    mime_tree_deinit(&t);
}
