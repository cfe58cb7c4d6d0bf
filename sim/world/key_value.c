/* key_value.c - how a value of each key type is written, in JSON and as a fallback.
 * One row a type; a type that is a list or a map is made of scalars here too. */
#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/world/key.h"
#include "sim/world/names.h"

#include <assert.h>
#include <string.h>

/* Reads text into the C type at out; false: *why says it, or is empty for "is not a duration". */
typedef bool read_fn(struct key_reader *r, const struct key *k, slice text, void *out,
                     struct err *why);

static bool in_range(const struct key *k, int64_t v)
{
    return (k->min == 0 && k->max == 0) || (v >= k->min && v <= k->max);
}

static int64_t clamp(uint64_t v)
{
    return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

typedef void show_fn(struct buf *b, uint64_t v);

static void show_rate(struct buf *b, uint64_t v)
{
    fmt_u64(b, v);
    buf_addz(b, "bit/s");
}

static void show_percent(struct buf *b, uint64_t ppm)
{
    fmt_u64(b, ppm / 10000);
    if (ppm % 10000 > 0) {
        buf_byte(b, '.');
        fmt_u64_padded(b, ppm % 10000, 4, '0');
    }
    buf_byte(b, '%');
}

static bool range_check(const struct key *k, uint64_t v, slice text, show_fn *show, struct err *why)
{
    if (in_range(k, clamp(v))) {
        return true;
    }
    struct buf range;
    slice shown = names_clip(text);
    buf_init(&range);
    show(&range, (uint64_t)k->min);
    buf_addz(&range, "..");
    show(&range, (uint64_t)k->max);
    (void)err_set(why, "%.*s is not in %s", SLICE_ARG(shown), buf_z(&range));
    buf_deinit(&range);
    return false;
}

static bool read_bool(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    (void)r, (void)k, (void)why;
    bool yes = slice_eq(text, SLICE("true"));
    *(bool *)out = yes;
    return yes || slice_eq(text, SLICE("false"));
}

static bool read_int(struct key_reader *r, const struct key *k, slice text, void *out,
                     struct err *why)
{
    (void)r, (void)k, (void)why;
    uint64_t v;
    bool minus = slice_starts(text, SLICE("-"));
    if (!slice_to_u64(slice_from(text, minus), &v) || v > INT64_MAX) {
        return false;
    }
    *(int64_t *)out = minus ? -(int64_t)v : (int64_t)v;
    return true;
}

static bool read_duration(struct key_reader *r, const struct key *k, slice text, void *out,
                          struct err *why)
{
    (void)r;
    sim_time v;
    if (!parse_duration(text, &v) || !range_check(k, v, text, fmt_duration, why)) {
        return false;
    }
    *(sim_time *)out = v;
    return true;
}

static void show_offset(struct buf *b, uint64_t v)
{
    buf_byte(b, (int64_t)v < 0 ? '-' : '+');
    fmt_duration(b, (int64_t)v < 0 ? 0 - v : v);
}

static bool read_offset(struct key_reader *r, const struct key *k, slice text, void *out,
                        struct err *why)
{
    (void)r;
    int64_t v;
    if (!parse_offset(text, &v)) {
        return false;
    }
    *(int64_t *)out = v;
    return in_range(k, v) || range_check(k, UINT64_MAX, text, show_offset, why);
}

static bool read_frequency(struct key_reader *r, const struct key *k, slice text, void *out,
                           struct err *why)
{
    (void)r;
    sim_time v;
    if (!parse_frequency(text, &v)) {
        return false;
    }
    if (!in_range(k, (int64_t)(v < INT64_MAX ? v : INT64_MAX))) {
        struct buf range = { 0 };
        slice shown = names_clip(text);
        buf_addz(&range, "once in ");
        fmt_duration(&range, (sim_time)k->min);
        buf_addz(&range, " and once in ");
        fmt_duration(&range, (sim_time)k->max);
        (void)err_set(why, "%.*s is not between %s", SLICE_ARG(shown), buf_z(&range));
        buf_deinit(&range);
        return false;
    }
    *(sim_time *)out = v;
    return true;
}

static bool read_size(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    (void)r;
    uint64_t v;
    if (!parse_size(text, &v) || !range_check(k, v, text, fmt_size, why)) {
        return false;
    }
    *(uint64_t *)out = v;
    return true;
}

static bool read_rate(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    (void)r;
    uint64_t v;
    if (!parse_rate(text, &v) || !range_check(k, v, text, show_rate, why)) {
        return false;
    }
    *(uint64_t *)out = v;
    return true;
}

static bool read_percent(struct key_reader *r, const struct key *k, slice text, void *out,
                         struct err *why)
{
    (void)r;
    uint32_t v;
    if (!parse_percent(text, &v) || !range_check(k, v, text, show_percent, why)) {
        return false;
    }
    *(uint32_t *)out = v;
    return true;
}

static bool read_time(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    (void)r, (void)k, (void)why;
    return parse_rfc3339(text, out);
}

static bool read_text(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    (void)k, (void)why;
    *(slice *)out = arena_copy(r->arena, text);
    return true;
}

static bool read_choice(struct key_reader *r, const struct key *k, slice text, void *out,
                        struct err *why)
{
    (void)r;
    const char *words = k->of;
    if (key_choice(words, text, out)) {
        return true;
    }
    slice shown = names_clip(text), rest = slice_of(words);
    struct nearest near = nearest_to(text);
    char hint[128];
    for (slice w = slice_word(&rest); w.len > 0; w = slice_word(&rest)) {
        nearest_try(&near, w);
    }
    if (near.best.len > 0) {
        return err_set(why, "there is no \"%.*s\" here%s", SLICE_ARG(shown),
                       nearest_text(&near, hint, sizeof hint));
    }
    return err_set(why, "there is no \"%.*s\" here; one of: %.*s", SLICE_ARG(shown),
                   SLICE_ARG(slice_trim(slice_of(words))));
}

static bool read_host(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    (void)k;
    uint32_t id;
    if (r->hosts && (text.len == 0 || !intern_find(r->hosts, text, &id))) {
        slice shown = names_clip(text);
        struct nearest near = nearest_to(text);
        char hint[128];
        for (uint32_t i = 1; i < r->hosts->count && !problems_full(r->problems); i++) {
            nearest_try(&near, intern_name(r->hosts, i));
        }
        return err_set(why, "there is no host \"%.*s\"%s", SLICE_ARG(shown),
                       nearest_text(&near, hint, sizeof hint));
    }
    *(slice *)out = arena_copy(r->arena, text);
    return true;
}

static bool read_domain(struct key_reader *r, const struct key *k, slice text, void *out,
                        struct err *why)
{
    struct idna plain;
    slice domain = names_plain(text, &plain);
    return names_check_domain(domain, why) && read_text(r, k, domain, out, why);
}

static bool read_address(struct key_reader *r, const struct key *k, slice text, void *out,
                         struct err *why)
{
    return names_check_address(text, why) && read_text(r, k, text, out, why);
}

static bool read_ip(struct key_reader *r, const struct key *k, slice text, void *out,
                    struct err *why)
{
    (void)r, (void)k;
    return names_check_ip(text, out, why);
}

static bool read_folder(struct key_reader *r, const struct key *k, slice text, void *out,
                        struct err *why)
{
    return names_check_folder(text, why) && read_text(r, k, text, out, why);
}

static bool read_file(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    struct key_file *f = out;
    struct buf bytes = { 0 };
    uint64_t left = KEY_FILES_MAX - r->octets;
    (void)k;
    if (!names_check_path(text, why)) {
        return false;
    }
    if (!r->files) {
        return err_set(why, "this scenario is no file, so there is no folder to look in");
    }
    bool ok =
        r->files->read(r->files, text, left < KEY_FILE_MAX ? left : KEY_FILE_MAX, &bytes, why);
    if (ok) {
        r->octets += bytes.len;
        f->path = arena_copy(r->arena, text);
        f->bytes = arena_copy(r->arena, buf_slice(&bytes));
    }
    buf_deinit(&bytes);
    return ok;
}

static const struct type_row {
    const char *name, *example;
    size_t size;        /* of the C type */
    read_fn *read;      /* NULL: no scalar */
    enum key_type item; /* of a list; KEY_END: no list */
} types[KEY_TYPE_COUNT] = {
    [KEY_BOOL] = { "true or false", "true", sizeof(bool), read_bool, KEY_END },
    [KEY_INT] = { "a whole number", "1", sizeof(int64_t), read_int, KEY_END },
    [KEY_DURATION] = { "a duration", "5ms", sizeof(sim_time), read_duration, KEY_END },
    [KEY_SIZE] = { "a size", "10MB", sizeof(uint64_t), read_size, KEY_END },
    [KEY_RATE] = { "a rate", "5Mbit/s", sizeof(uint64_t), read_rate, KEY_END },
    [KEY_PERCENT] = { "a percentage", "0.5%", sizeof(uint32_t), read_percent, KEY_END },
    [KEY_TIME] = { "a date and time", "2026-09-07T09:00:00Z", sizeof(int64_t), read_time, KEY_END },
    [KEY_TEXT] = { "a text", "Hello", sizeof(slice), read_text, KEY_END },
    [KEY_CHOICE] = { "a word", "", sizeof(uint32_t), read_choice, KEY_END },
    [KEY_CHOICES] = { "a list of words", "", sizeof(uint32_t), NULL, KEY_END },
    [KEY_HOST] = { "the name of a host", "alice-laptop", sizeof(slice), read_host, KEY_END },
    [KEY_DOMAIN] = { "a domain", "example.org", sizeof(slice), read_domain, KEY_END },
    [KEY_ADDRESS] = { "an address", "alice@example.org", sizeof(slice), read_address, KEY_END },
    [KEY_FOLDER] = { "a mailbox", "INBOX", sizeof(slice), read_folder, KEY_END },
    [KEY_FILE] = { "a file", "photo.png", sizeof(struct key_file), read_file, KEY_END },
    [KEY_IP] = { "an IPv4 address", "192.0.2.1", sizeof(uint32_t), read_ip, KEY_END },
    [KEY_TEXTS] = { "a list of texts", "", sizeof(struct key_list), NULL, KEY_TEXT },
    [KEY_DOMAINS] = { "a list of domains", "", sizeof(struct key_list), NULL, KEY_DOMAIN },
    [KEY_ADDRESSES] = { "a list of addresses", "", sizeof(struct key_list), NULL, KEY_ADDRESS },
    [KEY_HOSTS] = { "a list of hosts", "", sizeof(struct key_list), NULL, KEY_HOST },
    [KEY_DURATIONS] = { "a list of durations", "", sizeof(struct key_durations), NULL,
                        KEY_DURATION },
    [KEY_TEXT_MAP] = { "an object of texts", "", sizeof(struct key_map), NULL, KEY_END },
    [KEY_OBJECTS] = { "a list of objects", "", sizeof(struct key_objects), NULL, KEY_END },
    [KEY_ADDRESS_MAP] = { "an object of addresses", "", sizeof(struct key_address_map), NULL,
                          KEY_END },
    [KEY_OFFSET] = { "an offset", "-3h", sizeof(int64_t), read_offset, KEY_END },
    [KEY_FREQUENCY] = { "a frequency", "3/h", sizeof(sim_time), read_frequency, KEY_END },
    [KEY_OBJECT_MAP] = { "an object of objects", "", sizeof(struct key_objects), NULL, KEY_END },
};

const char *key_type_name(enum key_type type)
{
    return types[type].name;
}

const char *key_example(enum key_type type)
{
    return types[type].example;
}

/* One scalar of the given type (that of k, or of its items). */
static bool scalar(struct key_reader *r, const struct key *k, enum key_type type, slice text,
                   const struct json_node *n, void *out)
{
    struct err why = { "" };
    if (types[type].read(r, k, text, out, &why)) {
        return true;
    }
    slice shown = names_clip(text);
    if (why.text[0] != '\0') {
        problem_add(r->problems, n, SPOT_VALUE, "%s", why.text);
    } else {
        problem_add(r->problems, n, SPOT_VALUE, "\"%.*s\" is not %s; try \"%s\"", SLICE_ARG(shown),
                    types[type].name, types[type].example);
    }
    return false;
}

static bool wrong_type(struct key_reader *r, const struct key *k, const struct json_node *n)
{
    const char *example = types[k->type].example;
    bool quoted = k->type != KEY_BOOL && k->type != KEY_INT;
    problem_add(r->problems, n, SPOT_VALUE, "this must be %s%s%s%s%s, not %s", types[k->type].name,
                *example ? " such as " : "", *example && quoted ? "\"" : "", example,
                *example && quoted ? "\"" : "", json_type_name(n));
    return false;
}

static bool whole_number(struct key_reader *r, const struct key *k, const struct json_node *n,
                         int64_t *v_r)
{
    int64_t v;
    if (!json_whole(n, &v)) {
        problem_add(r->problems, n, SPOT_VALUE, "this is not a whole number below 2^53");
        return false;
    }
    if (!in_range(k, v)) {
        problem_add(r->problems, n, SPOT_VALUE, "%lld is not in %lld..%lld", (long long)v,
                    (long long)k->min, (long long)k->max);
        return false;
    }
    *v_r = v;
    return true;
}

static bool list(struct key_reader *r, const struct key *k, const struct json_node *n, void *out)
{
    enum key_type item = types[k->type].item;
    size_t size = types[item].size;
    bool single = json_type(n) == JSON_STRING;
    if (!single && json_type(n) != JSON_ARRAY) {
        return wrong_type(r, k, n);
    }
    size_t count = single ? 1 : json_count(n);
    char *items = arena_array(r->arena, count, size);
    bool ok = true;
    const struct json_node *at = single ? n : json_first(n);
    for (size_t i = 0; i < count; i++, at = json_next(at)) {
        struct key one = *k;
        one.type = item;
        if (json_type(at) != JSON_STRING) {
            ok = wrong_type(r, &one, at);
        } else if (!scalar(r, k, item, json_text(at), at, items + i * size)) {
            ok = false;
        }
    }
    if (count == 0 && !k->fallback) {
        problem_add(r->problems, n, SPOT_VALUE, "this list is empty: %s", k->doc);
        ok = false;
    }
    if (item == KEY_DURATION) {
        *(struct key_durations *)out = (struct key_durations){ (void *)items, count };
    } else {
        *(struct key_list *)out = (struct key_list){ (void *)items, count };
    }
    return ok;
}

static bool map(struct key_reader *r, const struct key *k, const struct json_node *n,
                struct key_map *out)
{
    if (json_type(n) != JSON_OBJECT) {
        return wrong_type(r, k, n);
    }
    size_t count = json_count(n), at = 0;
    struct key_pair *pairs = arena_array(r->arena, count, sizeof *pairs);
    bool ok = true;
    for (const struct json_node *m = json_first(n); m; m = json_next(m)) {
        if (json_type(m) != JSON_STRING) {
            problem_add(r->problems, m, SPOT_VALUE, "this must be a text, not %s",
                        json_type_name(m));
            ok = false;
            continue;
        }
        pairs[at].name = arena_copy(r->arena, json_key(m));
        pairs[at++].value = arena_copy(r->arena, json_text(m));
    }
    *out = (struct key_map){ pairs, at };
    return ok;
}

static bool objects(struct key_reader *r, const struct key *k, const struct json_node *n,
                    struct key_objects *out)
{
    const struct key_shape *shape = k->of;
    bool ok = true;
    if (json_type(n) != JSON_ARRAY) {
        return wrong_type(r, k, n);
    }
    size_t count = json_count(n);
    if (count > (uint64_t)k->max) {
        problem_add(r->problems, n, SPOT_VALUE, "%zu of them; at most %lld are read", count,
                    (long long)k->max);
        return false;
    }
    char *items = arena_array(r->arena, count, shape->size);
    *out = (struct key_objects){ items, count };
    for (const struct json_node *e = json_first(n); e; e = json_next(e), items += shape->size) {
        if (!key_object(r, shape, e, items)) {
            ok = false;
        }
    }
    return ok;
}

/* Each name has one address or a list of them. */
static bool address_map(struct key_reader *r, const struct key *k, const struct json_node *n,
                        struct key_address_map *out)
{
    struct key one = *k;
    bool ok = true;
    one.type = KEY_ADDRESSES;
    one.fallback = NULL; /* nobody has no address */
    if (json_type(n) != JSON_OBJECT) {
        return wrong_type(r, k, n);
    }
    struct key_addresses *items = arena_array(r->arena, json_count(n), sizeof *items);
    *out = (struct key_address_map){ items, json_count(n) };
    for (const struct json_node *m = json_first(n); m; m = json_next(m), items++) {
        items->name = arena_copy(r->arena, json_key(m));
        if (!list(r, &one, m, &items->list)) {
            ok = false;
        }
    }
    return ok;
}

static bool object_map(struct key_reader *r, const struct key *k, const struct json_node *n,
                       struct key_objects *out)
{
    const struct key_shape *shape = k->of;
    bool ok = true;
    if (json_type(n) != JSON_OBJECT) {
        return wrong_type(r, k, n);
    }
    size_t count = json_count(n);
    char *items = arena_array(r->arena, count, shape->size);
    *out = (struct key_objects){ items, count };
    for (const struct json_node *m = json_first(n); m; m = json_next(m), items += shape->size) {
        if (!key_object(r, shape, m, items) ||
            !scalar(r, shape->name, shape->name->type, json_key(m), m,
                    items + shape->name->offset)) {
            ok = false;
        }
    }
    return ok;
}

/* Each word is a bit. */
static bool choices(struct key_reader *r, const struct key *k, const struct json_node *n,
                    uint32_t *out)
{
    bool ok = true, one = json_type(n) == JSON_STRING;
    uint32_t index;
    if (!one && json_type(n) != JSON_ARRAY) {
        return wrong_type(r, k, n);
    }
    for (const struct json_node *e = one ? n : json_first(n); e; e = one ? NULL : json_next(e)) {
        if (json_type(e) == JSON_STRING && scalar(r, k, KEY_CHOICE, json_text(e), e, &index)) {
            *out |= 1u << index;
        } else {
            ok = json_type(e) != JSON_STRING && wrong_type(r, k, e); /* false */
        }
    }
    if (ok && k->min == 1 && (*out & 1u) && *out != 1u) {
        slice words = slice_of(k->of), word = slice_word(&words);
        problem_add(r->problems, n, SPOT_VALUE, "\"%.*s\" stands alone", SLICE_ARG(word));
        return false;
    }
    return ok;
}

bool key_value(struct key_reader *r, const struct key *k, const struct json_node *n, void *out)
{
    enum json_type is = json_type(n);
    assert(k->type > KEY_END && k->type < KEY_TYPE_COUNT);
    memset(out, 0, types[k->type].size);
    if (k->type == KEY_TEXT_MAP) {
        return map(r, k, n, out);
    }
    if (k->type == KEY_OBJECTS) {
        return objects(r, k, n, out);
    }
    if (k->type == KEY_ADDRESS_MAP) {
        return address_map(r, k, n, out);
    }
    if (k->type == KEY_OBJECT_MAP) {
        return object_map(r, k, n, out);
    }
    if (k->type == KEY_CHOICES) {
        return choices(r, k, n, out);
    }
    if (types[k->type].item != KEY_END) {
        return list(r, k, n, out);
    }
    if (k->type == KEY_BOOL) {
        *(bool *)out = json_bool(n);
        return is == JSON_BOOL || wrong_type(r, k, n);
    }
    if (k->type == KEY_INT) {
        return is == JSON_NUMBER ? whole_number(r, k, n, out) : wrong_type(r, k, n);
    }
    return is == JSON_STRING ? scalar(r, k, k->type, json_text(n), n, out) : wrong_type(r, k, n);
}

/* Lists fall back to the words of the fallback. */
static void list_fallback(struct key_reader *r, const struct key *k, struct key_list *out)
{
    slice rest = slice_of(k->fallback), count_rest = rest;
    size_t count = 0;
    while (slice_word(&count_rest).len > 0) {
        count++;
    }
    slice *items = arena_array(r->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = slice_word(&rest);
    }
    *out = (struct key_list){ items, count };
}

static void choices_fallback(struct key_reader *r, const struct key *k, uint32_t *out)
{
    slice rest = slice_of(k->fallback), word;
    while ((word = slice_word(&rest)).len > 0) {
        struct err why = { "" };
        uint32_t index = 0;
        bool ok = types[KEY_CHOICE].read(r, k, word, &index, &why);
        assert(ok);
        (void)ok;
        *out |= 1u << index;
    }
}

void key_fallback(struct key_reader *r, const struct key *k, void *out)
{
    memset(out, 0, types[k->type].size);
    if (!k->fallback || k->fallback[0] == '\0') {
        return;
    }
    if (types[k->type].item != KEY_END) {
        assert(k->type != KEY_DURATIONS); /* those have no words to fall back to */
        list_fallback(r, k, out);
        return;
    }
    if (k->type == KEY_CHOICES) {
        choices_fallback(r, k, out);
        return;
    }
    assert(types[k->type].read);
    struct err why = { "" };
    /* No range: a fallback outside of it means "not given". */
    struct key free_range = *k;
    free_range.min = free_range.max = 0;
    bool ok = types[k->type].read(r, &free_range, slice_of(k->fallback), out, &why);
    assert(ok);
    (void)ok;
}
