/* sts.c - MTA-STS records and policies (RFC 8461).
 * Never knows the DNS or HTTPS, and never what becomes of a letter. */
#include "sim/mail/sts.h"

#include "sim/base/fmt.h"

static const char *const mode_names[STS_MODE_COUNT] = {
    [STS_NONE] = "none",
    [STS_TESTING] = "testing",
    [STS_ENFORCE] = "enforce",
};

const char *sts_mode_name(enum sts_mode mode)
{
    return mode_names[mode];
}

/* ---- fields, which both texts have ---- */

static bool is_alphanumeric(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* sts-ext-name; the names that are known are of this kind too. */
static bool is_name(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool inside = i > 0 && (c == '_' || c == '-' || c == '.');
        if (!is_alphanumeric(c) && !inside) {
            return false;
        }
    }
    return s.len >= 1 && s.len <= 32;
}

/* ---- the record ---- */

static bool is_id(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_alphanumeric(s.ptr[i])) {
            return false;
        }
    }
    return s.len >= 1 && s.len <= STS_ID_MAX;
}

/* sts-ext-value: visible, and neither "=" nor ";". */
static bool is_record_value(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c <= ' ' || c > '~' || c == '=' || c == ';') {
            return false;
        }
    }
    return s.len > 0;
}

bool sts_record_parse(slice txt, slice *id_r)
{
    slice rest = txt;
    *id_r = (slice){ 0 };
    if (!slice_eq(slice_trim(slice_cut(&rest, ';')), SLICE("v=STSv1")) ||
        !slice_starts(txt, SLICE("v="))) {
        return false;
    }
    while (rest.ptr) {
        slice value = slice_trim(slice_cut(&rest, ';'));
        if (value.len == 0 && !rest.ptr) {
            break; /* a semicolon may end it */
        }
        slice name = slice_cut(&value, '=');
        if (!is_name(name) || !is_record_value(value)) {
            return false;
        }
        if (slice_eq(name, SLICE("id")) && id_r->len == 0) {
            if (!is_id(value)) {
                return false;
            }
            *id_r = value;
        }
    }
    return id_r->len > 0;
}

bool sts_record_choose(const slice *txts, size_t count, slice *id_r)
{
    size_t left = 0, at = 0;
    *id_r = (slice){ 0 };
    for (size_t i = 0; i < count; i++) {
        if (slice_starts(txts[i], SLICE("v=STSv1;"))) {
            left++;
            at = i;
        }
    }
    return left == 1 && sts_record_parse(txts[at], id_r);
}

void sts_record_write(struct buf *out, slice id)
{
    buf_addz(out, "v=STSv1; id=");
    buf_add(out, id);
    buf_byte(out, ';');
}

/* ---- the policy ---- */

/* A domain of letters, digits and hyphens, perhaps behind "*.". */
static bool is_pattern(slice s)
{
    if (slice_starts(s, SLICE("*."))) {
        s = slice_from(s, 2);
    }
    if (s.len == 0 || s.len > 253) {
        return false;
    }
    slice rest = s;
    while (rest.ptr) {
        slice label = slice_cut(&rest, '.');
        for (size_t i = 0; i < label.len; i++) {
            bool hyphen = label.ptr[i] == '-' && i > 0 && i + 1 < label.len;
            if (!is_alphanumeric(label.ptr[i]) && !hyphen) {
                return false;
            }
        }
        if (label.len == 0 || label.len > 63) {
            return false;
        }
    }
    return true;
}

static bool is_policy_value(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7F) {
            return false;
        }
    }
    return s.len > 0;
}

enum seen { SEEN_VERSION = 1, SEEN_MODE = 2, SEEN_MAX_AGE = 4 };

static bool take_version(struct sts_policy *p, slice value)
{
    (void)p;
    return slice_eq(value, SLICE("STSv1"));
}

static bool take_mode(struct sts_policy *p, slice value)
{
    for (size_t i = 0; i < COUNT(mode_names); i++) {
        if (slice_eq(value, slice_of(mode_names[i]))) {
            p->mode = (enum sts_mode)i;
            return true;
        }
    }
    return false;
}

static bool take_max_age(struct sts_policy *p, slice value)
{
    uint64_t seconds;
    if (value.len > 10 || !slice_to_u64(value, &seconds)) {
        return false;
    }
    p->max_age = (uint32_t)(seconds < STS_MAX_AGE_MAX ? seconds : STS_MAX_AGE_MAX);
    return true;
}

static bool take_mx(struct sts_policy *p, slice value)
{
    if (p->mx_count < STS_MX_MAX) {
        p->mx[p->mx_count++] = value;
    }
    return is_pattern(value);
}

static const struct field {
    slice name;
    unsigned seen; /* 0: may come again */
    bool (*take)(struct sts_policy *p, slice value);
    const char *complaint;
} fields[] = {
    { SLICE_INIT("version"), SEEN_VERSION, take_version, "its version is not STSv1" },
    { SLICE_INIT("mode"), SEEN_MODE, take_mode, "its mode is none of enforce, testing, none" },
    { SLICE_INIT("max_age"), SEEN_MAX_AGE, take_max_age, "its max_age is no number of seconds" },
    { SLICE_INIT("mx"), 0, take_mx, "an mx of it is no pattern of host names" },
};

/* RFC 8461 3.2: of a field other than mx that comes again the first one counts; fields that nobody
 * knows are passed over. */
static const char *take_line(struct sts_policy *p, slice line, unsigned *seen)
{
    slice value = line;
    slice name = slice_cut(&value, ':');
    if (!value.ptr || !is_name(name) || !is_policy_value(value = slice_trim(value))) {
        return "a line of it is no field";
    }
    for (size_t i = 0; i < COUNT(fields); i++) {
        const struct field *f = &fields[i];
        if (!slice_eq(name, f->name) || (*seen & f->seen)) {
            continue;
        }
        *seen |= f->seen;
        return f->take(p, value) ? NULL : f->complaint;
    }
    return NULL;
}

static const char *missing(const struct sts_policy *p, unsigned seen)
{
    if (seen != (SEEN_VERSION | SEEN_MODE | SEEN_MAX_AGE)) {
        return "it lacks a version, a mode or a max_age";
    }
    return p->mode != STS_NONE && p->mx_count == 0 ? "it names no mx" : NULL;
}

bool sts_policy_parse(slice text, struct sts_policy *policy_r, const char **why_r)
{
    unsigned seen = 0;
    const char *why = NULL;
    *policy_r = (struct sts_policy){ 0 };
    while (text.len > 0 && !why) {
        slice line = slice_cut(&text, '\n');
        if (text.ptr && slice_ends(line, SLICE("\r"))) {
            line.len--;
        }
        why = take_line(policy_r, line, &seen);
    }
    why = why ? why : missing(policy_r, seen);
    *why_r = why;
    return !why;
}

void sts_policy_write(struct buf *out, const struct sts_policy *policy)
{
    buf_addz(out, "version: STSv1\r\nmode: ");
    buf_addz(out, mode_names[policy->mode]);
    for (size_t i = 0; i < policy->mx_count; i++) {
        buf_addz(out, "\r\nmx: ");
        buf_add(out, policy->mx[i]);
    }
    buf_addz(out, "\r\nmax_age: ");
    fmt_u64(out, policy->max_age);
    buf_addz(out, "\r\n");
}

bool sts_policy_allows(const struct sts_policy *policy, slice host)
{
    for (size_t i = 0; i < policy->mx_count; i++) {
        slice pattern = policy->mx[i], rest = host;
        if (slice_starts(pattern, SLICE("*."))) {
            slice label = slice_cut(&rest, '.');
            if (label.len > 0 && rest.ptr && slice_eq_nocase(slice_from(pattern, 2), rest)) {
                return true;
            }
        } else if (slice_eq_nocase(pattern, host)) {
            return true;
        }
    }
    return false;
}
