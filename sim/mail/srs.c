/* srs.c - the Sender Rewriting Scheme.
 * Never knows who forwards, or why.  Hash and day are read without case: some host on the way may
 * have changed it. */
#include "sim/mail/srs.h"

#include "sim/base/base64.h"
#include "sim/base/crypt.h"
#include "sim/mail/address.h"

#define HASH_CHARS 4
#define DAY_CHARS  2
#define DAYS       1024 /* two digits of base 32 */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* The first octets of an HMAC (RFC 2104 5 allows that); three make four characters. */
static void add_hash(struct buf *out, slice secret, slice a, slice b)
{
    uint8_t digest[CRYPT_SHA_256_SIZE];
    struct buf text = { 0 };
    buf_add_lower(&text, a);
    buf_byte(&text, '=');
    buf_add_lower(&text, b);
    crypt_hmac_sha_256(secret, buf_slice(&text), digest);
    buf_deinit(&text);
    base64_encode((slice){ (const char *)digest, 3 }, out);
}

static bool hash_is(slice hash, slice secret, slice a, slice b)
{
    struct buf right = { 0 };
    add_hash(&right, secret, a, b);
    bool yes = slice_eq_nocase(hash, buf_slice(&right));
    buf_deinit(&right);
    return yes;
}

static uint32_t day_of(int64_t unix_now)
{
    return (uint32_t)((unix_now / 86400) % DAYS);
}

static bool read_day(slice text, uint32_t *day_r)
{
    *day_r = 0;
    for (size_t i = 0; i < text.len; i++) {
        size_t digit = slice_find_byte(slice_of(digits), ascii_upper(text.ptr[i]));
        if (digit == SLICE_NONE) {
            return false;
        }
        *day_r = *day_r * 32 + (uint32_t)digit;
    }
    return text.len == DAY_CHARS;
}

/* "SRS0" and what some write for the first "=". */
static bool takes_tag(slice *local, const char *tag)
{
    if (local->len < 5 || !slice_starts_nocase(*local, slice_of(tag)) ||
        slice_find_byte(SLICE("=+-"), local->ptr[4]) == SLICE_NONE) {
        return false;
    }
    *local = slice_from(*local, 5);
    return true;
}

/* hash, then first=rest: what follows SRS1's tag. */
static void add_srs1(struct buf *out, slice first, slice rest, slice secret)
{
    buf_addz(out, "SRS1=");
    add_hash(out, secret, first, rest);
    buf_byte(out, '=');
    buf_add(out, first);
    buf_byte(out, '=');
    buf_add(out, rest);
}

static void add_srs0(struct buf *out, const struct address *sender, slice secret, int64_t now)
{
    uint32_t day = day_of(now);
    struct buf signed_part = { 0 };
    buf_byte(&signed_part, digits[day / 32]);
    buf_byte(&signed_part, digits[day % 32]);
    buf_byte(&signed_part, '=');
    buf_add(&signed_part, sender->domain);
    buf_addz(out, "SRS0=");
    add_hash(out, secret, buf_slice(&signed_part), sender->local);
    buf_byte(out, '=');
    buf_add(out, buf_slice(&signed_part));
    buf_byte(out, '=');
    buf_add(out, sender->local);
    buf_deinit(&signed_part);
}

bool srs_forward(slice sender, slice domain, slice secret, int64_t unix_now, struct buf *out)
{
    struct address a, made;
    size_t before = out->len;
    if (!address_parse(sender, &a) || a.domain.len == 0 || a.local.ptr[0] == '"') {
        return false;
    }
    slice local = a.local, rest = a.local;
    bool again = takes_tag(&rest, "SRS1");
    (void)slice_cut(&rest, '='); /* another's hash */
    slice first = slice_cut(&rest, '=');
    if (again && first.len > 0 && rest.len > 1) {
        add_srs1(out, first, rest, secret);
    } else if (takes_tag(&local, "SRS0") && local.len > 0) {
        struct buf tail = { 0 };
        buf_byte(&tail, '=');
        buf_add(&tail, local);
        add_srs1(out, a.domain, buf_slice(&tail), secret);
        buf_deinit(&tail);
    } else { /* also what only begins like one of the scheme */
        add_srs0(out, &a, secret, unix_now);
    }
    buf_byte(out, '@');
    buf_add(out, domain);
    if (!address_parse(slice_from(buf_slice(out), before), &made)) {
        out->len = before;
        return false;
    }
    return true;
}

/* "HHHH=first==HHHH=TT=domain=local" */
static enum srs_result reverse_srs1(slice rest, slice secret, struct buf *out)
{
    slice hash = slice_cut(&rest, '=');
    slice first = slice_cut(&rest, '=');
    if (first.len == 0 || rest.len < 2 || hash.len != HASH_CHARS ||
        !hash_is(hash, secret, first, rest)) {
        return SRS_FORGED;
    }
    buf_addz(out, "SRS0");
    buf_add(out, rest); /* with its own separator */
    buf_byte(out, '@');
    buf_add(out, first);
    return SRS_GOOD;
}

/* "HHHH=TT=domain=local" */
static enum srs_result reverse_srs0(slice rest, slice secret, int64_t unix_now, struct buf *out)
{
    slice hash = slice_cut(&rest, '=');
    slice signed_part = rest;
    slice day_text = slice_cut(&rest, '=');
    slice domain = slice_cut(&rest, '=');
    uint32_t day;
    signed_part = slice_sub(signed_part, 0, day_text.len + 1 + domain.len);
    if (domain.len == 0 || rest.len == 0 || !read_day(day_text, &day) || hash.len != HASH_CHARS ||
        !hash_is(hash, secret, signed_part, rest)) {
        return SRS_FORGED;
    }
    if ((day_of(unix_now) + DAYS - day) % DAYS > SRS_DAYS) {
        return SRS_TOO_OLD;
    }
    buf_add(out, rest);
    buf_byte(out, '@');
    buf_add(out, domain);
    return SRS_GOOD;
}

enum srs_result srs_reverse(slice local, slice secret, int64_t unix_now, struct buf *out)
{
    if (takes_tag(&local, "SRS0")) {
        return reverse_srs0(local, secret, unix_now, out);
    }
    return takes_tag(&local, "SRS1") ? reverse_srs1(local, secret, out) : SRS_NONE;
}
