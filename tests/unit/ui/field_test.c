#include "ui/field.h"

#include <criterion/criterion.h>

#include "ui/files.h"

/* The tests run in the top directory. */
static void read_page(struct buf *out)
{
    struct err err = { "" };
    cr_assert(file_read("docs/filter.md", 1 << 20, out, &err), "%s", err.text);
}

Test(field, every_name_is_on_the_page_with_what_it_is)
{
    static const char *const types[] = {
        [FIELD_T_NONE] = "there or not", [FIELD_T_TEXT] = "text",  [FIELD_T_NUM] = "number",
        [FIELD_T_BOOL] = "yes or no",    [FIELD_T_IP] = "address", [FIELD_T_TIME] = "time",
    };
    struct buf page, row;
    buf_init(&page);
    buf_init(&row);
    read_page(&page);
    for (unsigned f = 1; f < FIELD_ROWS; f++) {
        const char *name = field_row_name((enum field)f);
        if (!name[0])
            continue;
        buf_clear(&row);
        buf_addz(&row, "| `");
        buf_addz(&row, name);
        buf_addz(&row, "` | ");
        buf_addz(&row, types[field_type((enum field)f)]);
        buf_addz(&row, field_is_wiresharks((enum field)f) ? " | yes | " : " |  | ");
        buf_addz(&row, field_doc((enum field)f));
        buf_addz(&row, " |\n");
        cr_expect(slice_find(buf_slice(&page), buf_slice(&row)) != SLICE_NONE, "%s", buf_z(&row));
    }
    buf_deinit(&page);
    buf_deinit(&row);
}

Test(field, every_name_is_found_and_is_there_once)
{
    struct buf name;
    buf_init(&name);
    for (unsigned f = 1; f < FIELD_COUNT; f++) {
        buf_clear(&name);
        field_name((enum field)f, &name);
        enum field found = field_find(buf_slice(&name));
        /* "host" is a host of any record; that kind is asked for by its kind */
        bool host = f == FIELD_KINDS + TRACE_HOST && found == FIELD_HOST;
        bool part = f >= FIELD_PARTS + 3 * TRACE_HOST && f < FIELD_PARTS + 3 * TRACE_HOST + 3;
        cr_expect(name.len == 0 || found == (enum field)f || host || part, "%s", buf_z(&name));
        cr_expect(name.len == 0 || field_doc((enum field)f)[0], "%s", buf_z(&name));
        cr_expect(field_label((enum field)f)[0] || f == FIELD_KINDS || f >= FIELD_PARTS, "%u", f);
    }
    cr_expect_eq(field_find(SLICE("outcome.fate")), FIELD_PARTS + 3 * TRACE_OUTCOME + 1);
    cr_expect_eq(field_find(SLICE("")), FIELD_NONE);
    buf_deinit(&name);
}

Test(field, words_and_numbers_stand_for_each_other)
{
    static const struct {
        enum field field;
        const char *word;
        uint64_t number;
    } rows[] = {
        { FIELD_DNS_QTYPE, "mx", 15 },          { FIELD_DNS_TYPE, "AAAA", 28 },
        { FIELD_DNS_RCODE, "NXDOMAIN", 3 },     { FIELD_TLS_TYPE, "handshake", 22 },
        { FIELD_TLS_SHAKE, "client_hello", 1 }, { FIELD_DNS_CLASS, "IN", 1 },
    };
    uint64_t number = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(field_word(rows[i].field, slice_of(rows[i].word), &number) &&
                      number == rows[i].number,
                  "%s", rows[i].word);
        const char *word = field_number_word(rows[i].field, rows[i].number);
        cr_expect(word && slice_eq_nocase(slice_of(word), slice_of(rows[i].word)));
    }
    cr_expect(!field_word(FIELD_SMTP_CODE, SLICE("MX"), &number));
    cr_expect_null(field_number_word(FIELD_DNS_QTYPE, 9999));
}
