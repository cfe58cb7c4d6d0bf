/* variant_add.c - finds the place in the text, and puts the what-if there.
 * Never changes what an author wrote, and never asks whether the variant makes sense: who loads it
 * learns that. */
#include "sim/world/variant_add.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/base/json_text.h"
#include "sim/world/json.h"
#include "sim/world/variants.h"

struct place {
    const char *section;
    slice pointer;
    const struct json_node *all; /* of the section; NULL: there is none yet */
    size_t at;                   /* of its opening brace */
};

static void find_place(void *self, const struct json_node *n, size_t key, size_t value,
                       slice pointer)
{
    struct place *place = self;
    (void)key;
    if (slice_eq(pointer, place->pointer) && json_type(n) == JSON_OBJECT) {
        place->all = n;
        place->at = value;
    }
}

static struct place place_of(const struct json *j)
{
    const struct json_node *asks = json_get(j->root, WHAT_IFS);
    bool room = !asks || json_count(asks) < SCENARIO_WHAT_IFS_MAX;
    struct place place = room ? (struct place){ WHAT_IFS, SLICE("/" WHAT_IFS), NULL, 0 }
                              : (struct place){ VARIANTS, SLICE("/" VARIANTS), NULL, 0 };
    json_walk(j, find_place, &place);
    return place;
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

/* A question may be so long and no longer (variants.c). */
static slice clipped(slice ask)
{
    size_t len = 0, characters = 0;
    while (len < ask.len) {
        characters += ((unsigned char)ask.ptr[len] & 0xc0) != 0x80;
        if (characters > VARIANT_ASK_MAX) {
            break;
        }
        len++;
    }
    return slice_sub(ask, 0, len);
}

static void put_one(const struct place *p, slice name, slice ask, slice members, struct buf *out)
{
    bool asks = slice_eq(slice_of(p->section), SLICE(WHAT_IFS));
    buf_addz(out, "\n    \"");
    buf_add(out, name);
    buf_addz(out, asks ? "\": { \"" WHAT_IF_ASK "\": " : "\": { \"title\": ");
    json_put_text(out, clipped(ask));
    buf_addz(out, ", ");
    buf_add(out, members);
    buf_addz(out, " }");
}

/* Where the last member of the file ends, in front of its closing brace. */
static size_t last_end(slice text)
{
    size_t end = text.len;
    while (text.ptr[end - 1] != '}') {
        end--;
    }
    for (end--; (unsigned char)text.ptr[end - 1] <= ' ';) {
        end--;
    }
    return end;
}

static void put(const struct place *p, slice text, slice name, slice ask, slice members,
                struct buf *out)
{
    size_t cut = p->all ? p->at + 1 : last_end(text);
    buf_add(out, slice_sub(text, 0, cut));
    if (!p->all) {
        buf_addz(out, ",\n  \"");
        buf_addz(out, p->section);
        buf_addz(out, "\": {");
    }
    put_one(p, name, ask, members, out);
    if (!p->all) {
        buf_addz(out, "\n  }");
    } else if (json_first(p->all)) {
        buf_byte(out, ',');
    }
    buf_add(out, slice_from(text, cut));
}

bool variant_add(slice text, slice stem, slice ask, slice members, struct buf *out,
                 struct buf *name_r)
{
    struct json j;
    size_t at;
    struct err err;
    if (!json_read(&j, text, &at, &err)) {
        return false;
    }
    bool ok = json_type(j.root) == JSON_OBJECT && json_first(j.root);
    if (ok) {
        struct place place = place_of(&j);
        find_name(j.root, stem, name_r);
        ok = place.all || !json_get(j.root, place.section);
        if (ok) {
            put(&place, text, buf_slice(name_r), ask, members, out);
        }
    }
    json_free(&j);
    return ok;
}
