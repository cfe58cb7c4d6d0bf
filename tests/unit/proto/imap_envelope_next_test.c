#include "sim/proto/imap.h"

#include <criterion/criterion.h>

Test(imap_envelope_next, says_what_each_element_means)
{
    static const struct {
        const char *text, *first, *second;
    } rows[] = {
        { "\"a\" \"b\"", "a", "b" },
        { "NIL \"\"", "", "" },
        { "nil \"NIL\"", "", "NIL" },
        { "\"say \\\"a b\\\" \\\\\" \"c\"", "say \"a b\" \\", "c" },
        { "{7}\r\na ) \"\\( \"b\"", "a ) \"\\(", "b" },
        { "{0}\r\n {1}\r\n)", "", ")" },
        { "((NIL NIL \"a )\" \"b\")(\"c\" NIL {2}\r\n(\" \"d\")) \"e\"",
          "((NIL NIL \"a )\" \"b\")(\"c\" NIL {2}\r\n(\" \"d\"))", "e" },
        { "(\"a\")(\"b\")", "(\"a\")", "(\"b\")" },
        { "17 x", "17", "x" },
        { "", "", "" },
        { "\"open", "open", "" },
        { "\"open\\", "open\\", "" },
        { "{9}\r\nshort", "short", "" },
        { "{9", "", "" },
        { "(open \"b\"", "(open \"b\"", "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena);
        slice rest = slice_of(rows[i].text);
        slice first = imap_envelope_next(&rest, &arena);
        slice second = imap_envelope_next(&rest, &arena);
        cr_expect(slice_eq(first, slice_of(rows[i].first)), "row %zu: %.*s", i, SLICE_ARG(first));
        cr_expect(slice_eq(second, slice_of(rows[i].second)), "row %zu: %.*s", i,
                  SLICE_ARG(second));
        arena_deinit(&arena);
    }
}
