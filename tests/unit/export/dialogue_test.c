#include "sim/export/dialogue.h"

#include <criterion/criterion.h>

/* "C:" and "S:" lines, each a protocol line with its CRLF; "C+" and "S+" are bytes without one; ^ is a bare LF. */
static void play(struct trace *t, const char *protocol, slice script, size_t piece)
{
    trace_init(t, TRACE_LEVEL_BYTES);
    trace_put(t, (struct trace_rec){ .kind = TRACE_OPEN, .actor = 1, .a = 2, .flow = 7 });
    uint32_t name = trace_name(t, slice_of(protocol));
    trace_put(
        t, (struct trace_rec){ .kind = TRACE_SESSION, .actor = 2, .flow = 7, .a = name, .b = 1 });
    trace_put(t, (struct trace_rec){ .kind = TRACE_SESSION, .actor = 1, .flow = 7, .a = name });
    while (script.len > 0) {
        slice line = slice_cut(&script, '\n');
        struct buf said;
        buf_init(&said);
        buf_add(&said, slice_from(line, 2));
        buf_addz(&said, line.ptr[1] == ':' ? "\r\n" : "");
        for (size_t at = 0; at < said.len; at++) {
            said.ptr[at] = said.ptr[at] == '^' ? '\n' : said.ptr[at];
        }
        for (size_t at = 0; at < said.len; at += piece) {
            slice bytes = slice_sub(buf_slice(&said), at, piece);
            struct trace_rec rec = { .kind = TRACE_SAID,
                                     .flow = 7,
                                     .actor = line.ptr[0] == 'S' ? 2 : 1 };
            rec.a = (uint32_t)bytes.len;
            rec.at = t->count;
            trace_put_text(t, rec, bytes);
        }
        buf_deinit(&said);
    }
}

/* What is shown: mark, "|" content, "-" more, "&" continued, "!" without its end. */
static void show(const struct dialogue *d, struct buf *out)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct dialogue_line *l = &d->lines[i];
        buf_addz(out, l->server ? "<" : ">");
        buf_addz(out, l->content ? "|" : "");
        buf_addz(out, l->more ? "-" : "");
        buf_addz(out, l->continued ? "&" : "");
        buf_addz(out, l->ended ? "" : "!");
        buf_byte(out, ' ');
        buf_add(out, dialogue_text(d, l));
        buf_byte(out, '\n');
    }
}

Test(dialogue, finds_lines_and_content_however_they_are_cut)
{
    static const struct {
        const char *protocol;
        slice script;
        const char *shown;
    } rows[] = {
        { "smtp",
          SLICE_INIT("S:220-one\nS:220 two\nC:EHLO a\nS:250-x\nS:250 SIZE\nC:DATA\nS:354 go\n"
                     "C:Subject: x\nC:\nC:..\nC:.\nS:250 2.0.0\nC:QUIT"),
          "<- 220-one\n< 220 two\n> EHLO a\n<- 250-x\n< 250 SIZE\n> DATA\n< 354 go\n"
          ">| Subject: x\n>| \n>| ..\n> .\n< 250 2.0.0\n> QUIT\n" },
        { "smtp", SLICE_INIT("C:BDAT 6\nC:a\nC+bcd\nC:BDAT 3 LAST\nC:x\nS:250 ok"),
          "> BDAT 6\n>| a\n>|! bcd\n> BDAT 3 LAST\n>| x\n< 250 ok\n" },
        { "smtp", SLICE_INIT("C+a\rb^\nC:c\nC+QU"), "> a\rb\nc\n>! QU\n" },
        { "pop3",
          SLICE_INIT(
              "S:+OK hi\nC:LIST\nC:RETR 1\nC:LIST 1\nS:+OK\nS:1 4\nS:.\nS:+OK 4\nS:a\nS:..\nS:.\n"
              "S:+OK 1 4\nC:RETR 2\nS:-ERR no\nC:STAT\nS:+OK"),
          "< +OK hi\n> LIST\n> RETR 1\n> LIST 1\n<- +OK\n<- 1 4\n< .\n<- +OK 4\n<|- a\n<|- ..\n"
          "< .\n< +OK 1 4\n> RETR 2\n< -ERR no\n> STAT\n< +OK\n" },
        { "pop3",
          SLICE_INIT("S:+OK\nC:AUTH PLAIN\nS:+ \nC:UkVUUg==\nS:+OK\nC:RETR 1\nS:+OK\nS:x\nS:."),
          "< +OK\n> AUTH PLAIN\n< + \n> UkVUUg==\n< +OK\n> RETR 1\n<- +OK\n<|- x\n< .\n" },
        { "imap",
          SLICE_INIT("C:a APPEND x {6}\nS:+ go\nC:1\nC:2\nC:\nS:* 1 FETCH (BODY[] {4}\nS:ab\nS:)\n"
                     "C:b LOGIN {0+}\nC: x"),
          "> a APPEND x {6}\n< + go\n>| 1\n>| 2\n>& \n< * 1 FETCH (BODY[] {4}\n<| ab\n<& )\n"
          "> b LOGIN {0+}\n>&  x\n" },
        { "imap", SLICE_INIT("S:* 1 FETCH (X {3}\nS+abc\nS: Y 1)"),
          "< * 1 FETCH (X {3}\n<|! abc\n<&  Y 1)\n" },
        { "http",
          SLICE_INIT(
              "C:POST / HTTP/1.1\nC:content-length: 5\nC:\nC:a\nC+bc\nS:HTTP/1.1 204 No\nS:"),
          "> POST / HTTP/1.1\n> content-length: 5\n> \n>| a\n>|! bc\n< HTTP/1.1 204 No\n< \n" },
        { "gopher", SLICE_INIT("C:DATA\nS:354\nC:x"), "> DATA\n< 354\n> x\n" },
    };
    struct buf shown;
    buf_init(&shown);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t piece = 1; piece <= 20; piece++) {
            struct trace t;
            struct dialogue d;
            play(&t, rows[i].protocol, rows[i].script, piece);
            dialogue_build(&d, &t, 7, t.count);
            buf_clear(&shown);
            show(&d, &shown);
            cr_expect_str_eq(buf_z(&shown), rows[i].shown, "row %zu in pieces of %zu", i, piece);
            dialogue_deinit(&d);
            trace_deinit(&t);
        }
    }
    buf_deinit(&shown);
}

Test(dialogue, a_line_belongs_to_the_record_it_begins_in)
{
    struct trace t;
    struct dialogue d;
    play(&t, "smtp", SLICE("S:220 hello\nC:QUIT"), 4);
    dialogue_build(&d, &t, 7, t.count);
    cr_assert_eq(d.count, 2);
    cr_expect_eq(d.lines[0].record, 4);
    cr_expect_eq(d.lines[0].at, 3);
    cr_expect_eq(d.lines[1].record, 7);
    cr_expect_eq(d.lines[1].actor, 1);
    dialogue_deinit(&d);
    dialogue_build(&d, &t, 7, 5);
    cr_assert_eq(d.count, 1);
    cr_expect(!d.lines[0].ended && slice_eq(dialogue_text(&d, &d.lines[0]), SLICE("220 hell")));
    dialogue_deinit(&d);
    dialogue_build(&d, &t, 8, t.count);
    cr_expect_eq(d.count, 0, "another flow");
    dialogue_deinit(&d);
    trace_deinit(&t);
}
