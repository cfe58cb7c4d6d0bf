#include "sim/mail/subject.h"

#include <criterion/criterion.h>

/* RFC 5256 2.1, and the grammar of section 5. */
Test(subject, comes_down_to_its_base)
{
    static const struct {
        const char *subject, *base;
        bool reply;
    } rows[] = {
        { "", "", false },
        { "Hello", "Hello", false },
        { "  a \t b\r\n c ", "a b c", false },
        { "Re: Hello", "Hello", true },
        { "RE:Hello", "Hello", true },
        { "re : Hello", "Hello", true },
        { "Fw: Fwd: re: Hello", "Hello", true },
        { "Re[2]: Hello", "Hello", true },
        { "Re [a b] : Hello", "Hello", true },
        { "[list] Re: Hello", "Hello", true },
        { "[a] [b] Hello", "Hello", false },
        { "[list]", "[list]", false },
        { "Re: [list]", "[list]", true },
        { "Hello (fwd)", "Hello", true },
        { "Hello (FWD) (fwd) ", "Hello", true },
        { "[fwd: Hello]", "Hello", true },
        { "[Fwd: Re: [fwd: Hello (fwd)]]", "Hello", true },
        { "[fwd: Hello", "[fwd: Hello", false },
        { "Red: Hello", "Red: Hello", false },
        { "Re Hello", "Re Hello", false },
        { "Reply: Hello", "Reply: Hello", false },
        { "[a[b] Re: Hello", "[a[b] Re: Hello", false },
        { "Re:", "", true },
        { "(fwd)", "", true },
        { "Re: re", "re", true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        bool reply;
        subject_base(slice_of(rows[i].subject), &out, &reply);
        cr_expect_str_eq(buf_z(&out), rows[i].base, "row %zu: %s", i, buf_z(&out));
        cr_expect_eq(reply, rows[i].reply, "row %zu", i);
        buf_deinit(&out);
    }
}
