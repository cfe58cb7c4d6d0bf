/* key_scalar.c - how one text or word of each key type is written.  One row a type.
 * Never knows JSON, nor what is made of such values: lists and maps are read by key_value.c. */
#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/world/key_types.h"
#include "sim/world/names.h"

bool key_in_range(const struct key *k, int64_t v)
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
    if (key_in_range(k, clamp(v))) {
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
    return key_in_range(k, v) || range_check(k, UINT64_MAX, text, show_offset, why);
}

static bool read_frequency(struct key_reader *r, const struct key *k, slice text, void *out,
                           struct err *why)
{
    (void)r;
    sim_time v;
    if (!parse_frequency(text, &v)) {
        return false;
    }
    if (!key_in_range(k, (int64_t)(v < INT64_MAX ? v : INT64_MAX))) {
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

/* What has a place of its own on the screen: one line, and not too long. */
static bool fits_a_line(const struct key *k, slice text, struct err *why)
{
    int64_t characters = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ' ' || c == 0x7f) {
            return err_set(why, "this must be one line, without tabs and the like");
        }
        characters += (c & 0xc0) != 0x80;
    }
    if (characters < k->min) {
        return err_set(why, "this is empty");
    }
    return characters <= k->max || err_set(why, "this has %lld characters; at most %lld have room",
                                           (long long)characters, (long long)k->max);
}

static bool read_text(struct key_reader *r, const struct key *k, slice text, void *out,
                      struct err *why)
{
    *(slice *)out = arena_copy(r->arena, text);
    return k->max == 0 || fits_a_line(k, text, why);
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

const struct key_type_row key_types[KEY_TYPE_COUNT] = {
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
    return key_types[type].name;
}
