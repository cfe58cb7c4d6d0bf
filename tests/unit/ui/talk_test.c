#include "ui/talk.h"

#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>

/* What two say, in the order in which it is heard: 'C' or 'S' before each text. */
struct said {
    char who;
    const char *text;
};

static void play(struct trace *t, const char *service, const struct said *said, size_t count)
{
    trace_init(t, TRACE_LEVEL_LINES);
    struct trace_rec host = { .actor = 1, .kind = TRACE_HOST, .a = trace_name(t, SLICE("one")) };
    trace_put(t, host);
    host.actor = 2;
    trace_put(t, host);
    trace_put(t, (struct trace_rec){ .actor = 1,
                                     .flow = 1,
                                     .kind = TRACE_OPEN,
                                     .a = 2,
                                     .b = 99,
                                     .c = trace_name(t, slice_of(service)) });
    for (size_t i = 0; i < count; i++) {
        struct trace_rec r = { .actor = said[i].who == 'C' ? 1 : 2, .flow = 1, .kind = TRACE_SAID };
        trace_put_text(t, r, slice_of(said[i].text));
    }
}

/* Turns as text: "C ...|S ...|" lines, turns apart by ';', what is secret left out. */
static void told(const struct talk *t, struct buf *out)
{
    struct buf scratch;
    buf_init(&scratch);
    for (size_t i = 0; i < t->turn_count; i++) {
        for (int side = 0; side < 2; side++) {
            for (size_t k = 0; k < t->turns[i].side[side].count; k++) {
                const struct talk_line *l = &t->side[side].lines[t->turns[i].side[side].first + k];
                buf_byte(out, side ? 'S' : l->content ? 'L' : 'C');
                buf_byte(out, ' ');
                buf_add(out, talk_shown(t, l, false, &scratch));
                buf_byte(out, '|');
            }
        }
        buf_addz(out, t->turns[i].open ? "?;" : ";");
    }
    buf_deinit(&scratch);
}

#define HIDDEN "••••••••"

/* Where TLS begins, for which turns, and which record tells what came of it. */
Test(talk, knows_what_is_under_tls)
{
    struct trace t;
    struct cast c;
    struct talk talk;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_tls(&t);
    cast_init(&c, &t);
    cast_extend(&c);
    talk_init(&talk);
    cr_expect_eq(talk.sealed, TALK_WHOLE);
    uint64_t upgrade = cast_flow(&c, 1)->sealed;
    talk_build(&talk, &c, 1, upgrade - 1);
    cr_expect_eq(talk.sealed, TALK_WHOLE);
    cr_expect_eq(talk.tls, 0);
    talk_build(&talk, &c, 1, upgrade + 1);
    cr_expect_eq(talk.sealed, 3); /* the greeting, EHLO, STARTTLS */
    cr_expect_eq(talk.tls, upgrade + 1);
    talk_build(&talk, &c, 1, t.count);
    cr_expect_eq(talk.sealed, 3);
    cr_expect_eq(talk.turn_count, 5);
    cr_expect_eq(trace_at(&t, talk.tls)->kind, TRACE_SECURED);
    cr_expect_eq(trace_at(&t, talk.tls)->actor, SAMPLE_ALICE);
    talk_deinit(&talk);
    cast_deinit(&c);
    trace_deinit(&t);
}

/* Somebody on the way changes one line of an answer; the others arrive as they were said. */
Test(talk, knows_what_arrives_instead)
{
    static const char *const answers[][2] = {
        { "250-b\r\n250-STARTTLS\r\n250 SIZE\r\n", "250-b\r\n250-XXXXXXXX\r\n250 SIZE\r\n" },
        { "250 STARTTLS\r\n", "250 XXXXXXXX\r\n" },
    };
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct trace t;
        struct cast c;
        struct talk talk;
        trace_init(&t, TRACE_LEVEL_BYTES);
        uint32_t smtp = trace_name(&t, SLICE("smtp"));
        trace_put(&t, (struct trace_rec){
                          .kind = TRACE_OPEN, .actor = 1, .flow = 1, .a = 2, .b = 25, .c = smtp });
        const struct trace_rec said = { .kind = TRACE_SAID, .actor = 2, .flow = 1 };
        trace_put_text(&t, said, SLICE("220 b\r\n"));
        trace_put_text(&t, said, slice_of(answers[i][0]));
        const struct trace_rec tamper = { .kind = TRACE_TAMPER, .actor = 2, .flow = 1, .a = 1 };
        trace_put_text(&t, tamper, slice_of(answers[i][1]));
        cast_init(&c, &t);
        cast_extend(&c);
        talk_init(&talk);
        talk_build(&talk, &c, 1, t.count);
        size_t altered = 0;
        for (size_t k = 0; k < talk.side[1].count; k++) {
            slice arrives = talk_altered(&talk, &talk.side[1].lines[k]);
            altered += arrives.len > 0;
            cr_expect(arrives.len == 0 || slice_eq(slice_from(arrives, 4), SLICE("XXXXXXXX")),
                      "row %zu: %.*s", i, SLICE_ARG(arrives));
        }
        cr_expect_eq(altered, 1, "row %zu", i);
        talk_deinit(&talk);
        cast_deinit(&c);
        trace_deinit(&t);
    }
}

Test(talk, every_answer_stands_with_its_question)
{
    static const struct {
        const char *service;
        struct said said[12];
        const char *expect;
    } rows[] = {
        { "smtp",
          { { 'S', "220 hi\r\n" }, { 'C', "EHLO a\r\n" }, { 'S', "250-b\r\n250 SIZE\r\n" } },
          "S 220 hi|;C EHLO a|S 250-b|S 250 SIZE|;" },
        { "smtp", /* pipelined, the last answer is still to come */
          { { 'C', "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" },
            { 'C', "DATA\r\n" },
            { 'S', "250 1\r\n250 " },
            { 'S', "2\r\n" } },
          "C MAIL FROM:<a@b>|S 250 1|;C RCPT TO:<c@d>|S 250 2|;C DATA|?;" },
        { "smtp", /* a letter is one question, however long */
          { { 'C', "DATA\r\n" },
            { 'S', "354 go\r\n" },
            { 'C', "Subject: x\r\n\r\nQUIT\r\n" },
            { 'C', "..\r\n.\r\n" },
            { 'C', "QUIT\r\n" },
            { 'S', "250 ok\r\n" },
            { 'S', "221 bye\r\n" } },
          "C DATA|S 354 go|;L Subject: x|L |L QUIT|L ..|L .|S 250 ok|;C QUIT|S 221 bye|;" },
        { "smtp", /* one letter for a server that takes CRLF.CRLF only (RFC 5321 4.1.1.4) */
          { { 'C', "DATA\r\n" },
            { 'S', "354 go\r\n" },
            { 'C', "x\r\n\n.\r\nQUIT\r\n.\ny\r\n.\r" },
            { 'C', "\nQUIT\r\n" },
            { 'S', "554 no\r\n221 bye\r\n" } },
          "C DATA|S 354 go|;L x|L |L .|L QUIT|L .|L y|L .|S 554 no|;C QUIT|S 221 bye|;" },
        { "smtp", /* two for one that answers for two */
          { { 'C', "DATA\r\n" },
            { 'S', "354 go\r\n" },
            { 'C', "x\r\n\n.\r\nMAIL FROM:<a@b>\r\nDATA\r\ny\r\n.\r\n" },
            { 'S', "250 1\r\n250 2\r\n354 go\r\n250 3\r\n" } },
          "C DATA|S 354 go|;L x|L |L .|S 250 1|;C MAIL FROM:<a@b>|S 250 2|;C DATA|S 354 go|;"
          "L y|L .|S 250 3|;" },
        { "smtp", /* and nobody knows before it answers */
          { { 'C', "DATA\r\n" },
            { 'S', "354 go\r\n" },
            { 'C', "x\r\n\n.\r\nNOOP\r\n.\r\n" },
            { 'S', "250 1\r\n" } },
          "C DATA|S 354 go|;L x|L |L .|L NOOP|L .|S 250 1|;" },
        { "https", /* a question is all its lines, and so is an answer */
          { { 'C', "GET /a HTTP/1.1\r\nHost: b\r\n\r\n" },
            { 'S', "HTTP/1.1 200 OK\r\n\r\nyes\r\n" },
            { 'S', "no\r\n" },
            { 'C', "GET /c HTTP/1.1\r\n\r\n" } },
          "C GET /a HTTP/1.1|C Host: b|C |S HTTP/1.1 200 OK|S |S yes|S no|;"
          "C GET /c HTTP/1.1|C |?;" },
        { "submission",
          { { 'C', "AUTH PLAIN AGEAYg==\r\n" },
            { 'S', "235 ok\r\n" },
            { 'C', "AUTH LOGIN\r\n" },
            { 'S', "334 VXNlcm5hbWU6\r\n" },
            { 'C', "Ym9i\r\n" },
            { 'S', "235 ok\r\n" } },
          "C AUTH PLAIN " HIDDEN "|S 235 ok|;C AUTH LOGIN|S 334 VXNlcm5hbWU6|;C " HIDDEN
          "|S 235 ok|;" },
        { "pop3",
          { { 'S', "+OK hi\r\n" },
            { 'C', "USER bob\r\nPASS builder\r\nLIST\r\nQUIT\r\n" },
            { 'S', "+OK\r\n+OK\r\n+OK 1\r\n1 20\r\n.\r\n+OK bye\r\n" } },
          "S +OK hi|;C USER bob|S +OK|;C PASS " HIDDEN
          "|S +OK|;C LIST|S +OK 1|S 1 20|S .|;C QUIT|S +OK bye|;" },
        { "imap", /* answers by tag, in any order */
          { { 'S', "* OK hi\r\n" },
            { 'C', "a LOGIN bob builder\r\n" },
            { 'S', "a OK in\r\n" },
            { 'C', "b NOOP\r\nc FETCH 1 BODY[]\r\n" },
            { 'S', "* 1 FETCH (BODY[] {4}\r\nHi\r\n)\r\n" },
            { 'S', "b OK\r\nc OK\r\n" } },
          "S * OK hi|;C a LOGIN bob " HIDDEN
          "|S a OK in|;C b NOOP|S * 1 FETCH (BODY[] {4}|S Hi|S )|S b OK|;"
          "C c FETCH 1 BODY[]|S c OK|;" },
        { "imap", /* DONE ends IDLE, and what comes of it stands behind it */
          { { 'C', "a IDLE\r\n" },
            { 'S', "+ idling\r\n" },
            { 'S', "* 1 EXISTS\r\n" },
            { 'C', "DONE\r\n" },
            { 'S', "a OK done\r\n" },
            { 'C', "b IDLE\r\n" },
            { 'S', "+ idling\r\n" } },
          "C a IDLE|S + idling|S * 1 EXISTS|;C DONE|S a OK done|;C b IDLE|S + idling|?;" },
        { "imap",
          { { 'C', "a AUTHENTICATE PLAIN\r\n" },
            { 'S', "+ \r\n" },
            { 'C', "AGEAYg==\r\n" },
            { 'S', "a OK in\r\n" } },
          "C a AUTHENTICATE PLAIN|C " HIDDEN "|S + |S a OK in|;" },
        { "imap", /* a literal, and what stands behind it on its line (RFC 9051 4.3) */
          { { 'C', "a APPEND Sent {8}\r\n" },
            { 'S', "+ go\r\n" },
            { 'C', "x y\r\nab" },
            { 'C', "c\r\nb NOOP\r\n" },
            { 'S', "a OK kept\r\nb OK\r\n" } },
          "C a APPEND Sent {8}|L x y|L abc|C |S + go|S a OK kept|;C b NOOP|S b OK|;" },
        { "imap",
          { { 'C', "a LOGIN {3+}\r\nbob {7+}\r\nbuilder\r\n" }, { 'S', "a OK in\r\n" } },
          "C a LOGIN {3+}|C " HIDDEN "|C  {7+}|C " HIDDEN "|C |S a OK in|;" },
        { "imap", /* a brace in a name announces nothing */
          { { 'C', "a LOGIN \"bo{b\" {7+}\r\nbuilder\r\n" }, { 'S', "a OK in\r\n" } },
          "C a LOGIN \"bo{b\" " HIDDEN "|C " HIDDEN "|C |S a OK in|;" },
        { "smtp", /* chunks are no lines (RFC 3030 2) */
          { { 'C', "BDAT 5\r\nx: y\nBDAT 6 LAST\r\n\r\nQUIT" },
            { 'S', "250 1\r\n250 2\r\n" },
            { 'C', "QUIT\r\n" } },
          "C BDAT 5|L x: y|S 250 1|;C BDAT 6 LAST|L |L QUIT|S 250 2|;C QUIT|?;" },
    };
    struct talk talk, step;
    struct buf out, stepped;
    talk_init(&talk);
    buf_init(&out);
    buf_init(&stepped);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        size_t count = 0;
        while (count < COUNT(rows[i].said) && rows[i].said[count].text) {
            count++;
        }
        play(&t, rows[i].service, rows[i].said, count);
        cast_init(&c, &t);
        talk_init(&step);
        for (uint64_t n = 0; n <= t.count; n++) { /* however one comes there */
            talk_build(&talk, &c, 1, n);
            talk_follow(&step, &c, 1, n);
            buf_clear(&out);
            buf_clear(&stepped);
            told(&talk, &out);
            told(&step, &stepped);
            cr_expect_str_eq(buf_z(&stepped), buf_z(&out), "row %zu, record %zu", i, (size_t)n);
        }
        talk_deinit(&step);
        cr_expect_str_eq(buf_z(&out), rows[i].expect, "row %zu: %s", i, buf_z(&out));
        cast_deinit(&c);
        trace_deinit(&t);
    }
    buf_deinit(&stepped);
    buf_deinit(&out);
    talk_deinit(&talk);
}

/* The dot that the sender put before a dot, and only that (RFC 5321 4.5.2, RFC 1939 3). */
Test(talk, knows_which_dots_belong_to_the_wire)
{
    static const struct {
        const char *service;
        struct said said[4];
        const char *expect; /* all content, such dots as ':' */
    } rows[] = {
        { "smtp",
          { { 'C', "DATA\r\n" },
            { 'S', "354 go\r\n" },
            { 'C', "..\r\n.a\r\nb.\r\n\n.c\r\n.\r\n" } },
          ":.|:a|b.||.c|.|" },
        { "smtp",
          { { 'C', "DATA\r\n" }, { 'S', "354 go\r\n" }, { 'C', "a\r\n." }, { 'C', ".b\r\n.\r\n" } },
          "a|:.b|.|" },
        { "pop3", { { 'C', "RETR 1\r\n" }, { 'S', "+OK\r\n..a\r\nb\r\n.\r\n" } }, ":.a|b|" },
        { "imap",
          { { 'C', "a FETCH 1 BODY[]\r\n" },
            { 'S', "* 1 FETCH (BODY[] {5}\r\n..a\r\n)\r\na OK\r\n" } },
          "..a|" },
    };
    struct talk talk;
    talk_init(&talk);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct buf out = { 0 };
        size_t count = 0;
        while (count < COUNT(rows[i].said) && rows[i].said[count].text) {
            count++;
        }
        play(&t, rows[i].service, rows[i].said, count);
        cast_init(&c, &t);
        talk_build(&talk, &c, 1, t.count);
        for (int side = 0; side < 2; side++) {
            for (size_t k = 0; k < talk.side[side].count; k++) {
                const struct talk_line *l = &talk.side[side].lines[k];
                if (l->content) {
                    buf_addz(&out, l->stuffed ? ":" : "");
                    buf_add(&out, slice_from(talk_text(&talk, l), l->stuffed));
                    buf_byte(&out, '|');
                }
            }
        }
        cr_expect_str_eq(buf_z(&out), rows[i].expect, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
        cast_deinit(&c);
        trace_deinit(&t);
    }
    talk_deinit(&talk);
}

/* Byte by byte, as the wire has them: '*' for those that nobody may see. */
Test(talk, knows_which_octets_are_a_secret)
{
    static const struct {
        const char *service;
        struct said said[4];
        const char *hidden; /* of all that the client says */
    } rows[] = {
        { "smtp",
          { { 'C', "EHLO a\r\nAUTH PLAIN eHg=\r\n" } },
          "........"
          "...........****.." },
        { "smtp",
          { { 'C', "AUTH LOGIN\r\n" }, { 'S', "334 x\r\n" }, { 'C', "YQ==\r\nQUIT\r\n" } },
          "............"
          "****........" },
        { "pop3", { { 'C', "USER b\r\nPA" }, { 'C', "SS pw\r\n" } }, ".............**.." },
        { "imap", { { 'C', "a1 LOGIN b pw\r\na2 NOOP\r\n" } }, "...........**..........." },
        { "smtp", { { 'C', "DATA\r\n" } }, "......" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct talk talk;
        struct buf got;
        size_t said = 0;
        while (said < COUNT(rows[i].said) && rows[i].said[said].text) {
            said++;
        }
        play(&t, rows[i].service, rows[i].said, said);
        cast_init(&c, &t);
        talk_init(&talk);
        talk_build(&talk, &c, 1, t.count);
        buf_init(&got);
        for (uint64_t at = 0; at < talk.side[0].octets; at++) {
            buf_byte(&got, talk_is_secret(&talk, 0, at) ? '*' : '.');
        }
        cr_expect_str_eq(buf_z(&got), rows[i].hidden, "row %zu: %s", i, buf_z(&got));
        buf_deinit(&got);
        talk_deinit(&talk);
        cast_deinit(&c);
        trace_deinit(&t);
    }
}
