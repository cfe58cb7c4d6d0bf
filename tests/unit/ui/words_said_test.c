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
