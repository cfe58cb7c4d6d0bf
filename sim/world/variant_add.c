/* variant_add.c - finds the place in the text, and puts the variant there.
 * Never changes what an author wrote, and never asks whether the variant makes sense: who loads it
 * learns that. */
#include "sim/world/variant_add.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/world/json.h"
#include "sim/world/variants.h"

struct place {
    const struct json_node *variants; /* NULL: there are none yet */
    size_t at;                        /* of their opening brace */
};

static void find_place(void *self, const struct json_node *n, size_t key, size_t value,
                       slice pointer)
{
    struct place *place = self;
    (void)key;
    if (slice_eq(pointer, SLICE("/" VARIANTS)) && json_type(n) == JSON_OBJECT) {
        place->variants = n;
        place->at = value;
    }
}

static void find_name(const struct json_node *root, slice stem, struct buf *name_r)
{
    uint64_t number = 0;
    do {
        buf_clear(name_r);
        buf_add(name_r, stem);
        fmt_u64(name_r, ++number);
    } while (variant_node(root, buf_slice(name_r)));
}

static void put_variant(slice name, slice members, struct buf *out)
{
    buf_addz(out, "\n    \"");
    buf_add(out, name);
    buf_addz(out, "\": { ");
    buf_add(out, members);
    buf_addz(out, " }");
}

/* Behind the last member of the file, before its closing brace. */
static void put_section(slice text, slice name, slice members, struct buf *out)
{
    size_t end = text.len;
    while (text.ptr[end - 1] != '}') {
        end--;
    }
    size_t last = end - 1;
    while ((unsigned char)text.ptr[last - 1] <= ' ') {
        last--;
    }
    buf_add(out, slice_sub(text, 0, last));
    buf_addz(out, ",\n  \"" VARIANTS "\": {");
    put_variant(name, members, out);
    buf_addz(out, "\n  }\n");
    buf_add(out, slice_from(text, end - 1));
}

bool variant_add(slice text, slice stem, slice members, struct buf *out, struct buf *name_r)
{
    struct json j;
    size_t at;
    struct err err;
    struct place place = { 0 };
    if (!json_read(&j, text, &at, &err)) {
        return false;
    }
    bool ok = json_type(j.root) == JSON_OBJECT && json_first(j.root);
    if (ok) {
        json_walk(&j, find_place, &place);
        find_name(j.root, stem, name_r);
    }
    if (ok && place.variants) {
        buf_add(out, slice_sub(text, 0, place.at + 1));
        put_variant(buf_slice(name_r), members, out);
        buf_addz(out, json_first(place.variants) ? "," : "");
        buf_add(out, slice_from(text, place.at + 1));
    } else if (ok && !json_get(j.root, VARIANTS)) {
        put_section(text, buf_slice(name_r), members, out);
    } else {
        ok = false;
    }
    json_free(&j);
    return ok;
}
