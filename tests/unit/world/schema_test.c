#include "sim/world/schema.h"

#include "sim/world/json.h"
#include "tests/lib/small_vocabulary.h"

#include <criterion/criterion.h>

static const struct json_node *follow(const struct json_node *n, const char *path)
{
    slice rest = slice_of(path);
    while (n && rest.ptr) {
        slice part = slice_cut(&rest, '/');
        char key[64] = "";
        for (size_t i = 0; i < part.len && i + 1 < sizeof key; i++) {
            key[i] = part.ptr[i];
        }
        uint64_t index;
        if (json_type(n) == JSON_ARRAY && slice_to_u64(part, &index)) {
            for (n = json_first(n); n && index > 0; index--) {
                n = json_next(n);
            }
        } else {
            n = json_get(n, key);
        }
    }
    return n;
}

Test(schema, says_what_the_tables_say)
{
    static const struct {
        const char *path, *text; /* NULL: it must not be there */
    } rows[] = {
        { "$schema", "https://json-schema.org/draft/2020-12/schema" },
        { "required/0", "title" },
        { "required/1", "hosts" },
        { "properties/start/default", "2026-09-07T09:00:00Z" },
        { "properties/hosts/additionalProperties/anyOf/0/properties/kind/const", "mua" },
        { "properties/hosts/additionalProperties/anyOf/0/properties/read/enum/1", "imap" },
        { "properties/hosts/additionalProperties/anyOf/0/properties/read/default", "imap" },
        { "properties/hosts/additionalProperties/anyOf/0/required/1", "account" },
        { "properties/hosts/additionalProperties/anyOf/1/properties/accounts/additionalProperties/"
          "type",
          "string" },
        { "properties/links/items/anyOf/0/properties/between/anyOf/1/type", "array" },
        { "properties/script/items/anyOf/0/properties/do/const", "send" },
        { "properties/script/items/anyOf/0/properties/to/anyOf/0/format", "email" },
        { "properties/script/items/anyOf/0/required/3", "host" },
        { "properties/script/items/anyOf/7/properties/do/const", "cut" },
        { "properties/script/items/anyOf/7/required/2", NULL },
        { "properties/expect/items/anyOf/0/required/0", "mailbox" },
        { "properties/expect/items/anyOf/0/properties/messages/default", NULL },
        { "properties/story/items/anyOf/0/properties/on/properties/kind/enum/0", "world" },
    };
    struct problems problems;
    struct json j;
    struct buf text;
    buf_init(&text);
    scenario_schema(&small_vocabulary, &text);
    problems_init(&problems, SLICE("schema"));
    cr_assert(json_parse(&j, buf_slice(&text), text.len, &problems));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct json_node *n = follow(j.root, rows[i].path);
        cr_expect_eq(n == NULL, rows[i].text == NULL, "%s", rows[i].path);
        cr_expect(
            !n || (json_type(n) == JSON_STRING && slice_eq(json_text(n), slice_of(rows[i].text))),
            "%s", rows[i].path);
    }
    json_free(&j);
    problems_deinit(&problems);
    buf_deinit(&text);
}
