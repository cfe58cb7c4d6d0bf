#include "tests/lib/lesson_trace.h"
#include "ui/words.h"

#include <criterion/criterion.h>

Test(words_said, who_says_no)
{
    static const struct {
        enum words_protocol protocol;
        const char *line;
        bool no;
    } rows[] = {
        { WORDS_SMTP, "550 5.1.1 no such user", true },
        { WORDS_SMTP, "250 ok", false },
        { WORDS_POP, "-ERR no", true },
        { WORDS_POP, "+OK", false },
        { WORDS_IMAP, "a1 NO [AUTHENTICATIONFAILED] no", true },
        { WORDS_IMAP, "* OK ready", false },
        { WORDS_HTTP, "HTTP/1.1 404 Not Found", true },
        { WORDS_HTTP, "HTTP/1.1 503", true },
        { WORDS_HTTP, "HTTP/1.1 200 OK", false },
        { WORDS_HTTP, "GET /404 HTTP/1.1", false },
        { WORDS_HTTP, "404", false },
        { WORDS_DNS, "5", false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(words_is_refusal(rows[i].protocol, slice_of(rows[i].line)), rows[i].no, "%s",
                     rows[i].line);
    }
}

/* Who is written to stands in the record: one letter may be sent twice, to others. */
Test(words_said, who_wrote_what_to_whom)
{
    static const char *const rows[] = {
        "Ready to go on dave-pc: the letter \"Hello\" from dave@example.org to bob@example.net.",
        ("Out of mail.example.org comes what nobody is known to have written: the letter "
         "\"Urgent\" from boss@example.org to bob@example.net."),
        "Ready to go on dave-pc: the letter \"Hello\" from dave@example.org to carol@example.com.",
    };
    struct trace t;
    struct err err;
    struct cast c;
    size_t seen = 0;
    cr_assert(lesson_trace(&t, "scenarios/smtp-smuggling.json", &err), "%s", err.text);
    cast_init(&c, &t);
    cast_extend(&c);
    for (uint64_t n = 1; n <= t.count && seen < COUNT(rows); n++) {
        struct buf b = { 0 };
        if (trace_at(&t, n)->kind == TRACE_COMPOSE) {
            words_of(&c, n, &b);
            cr_expect_str_eq(buf_z(&b), rows[seen], "%s", buf_z(&b));
            seen++;
        }
        buf_deinit(&b);
    }
    cr_expect_eq(seen, COUNT(rows));
    cast_deinit(&c);
    trace_deinit(&t);
}
