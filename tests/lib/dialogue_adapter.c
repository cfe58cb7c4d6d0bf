/* dialogue_adapter.c - what the adapters of the transcript runner share.
 * Never knows a protocol. */
#include "tests/lib/dialogue_adapter.h"

#include "sim/mail/message.h"

#include <criterion/criterion.h>

static bool set_yes(slice value, bool *yes_r)
{
    *yes_r = slice_eq(value, SLICE("yes"));
    return *yes_r || slice_eq(value, SLICE("no"));
}

static bool set_size(slice value, size_t *size_r)
{
    uint64_t n = 0;
    bool good = slice_to_u64(value, &n);
    *size_r = (size_t)n;
    return good;
}

static bool set_tls(slice value, enum tls_policy *policy_r)
{
    static const char *const names[] = { [TLS_POLICY_NONE] = "none",
                                         [TLS_POLICY_OPPORTUNISTIC] = "opportunistic",
                                         [TLS_POLICY_REQUIRED] = "required" };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (slice_eq(value, slice_of(names[i]))) {
            *policy_r = (enum tls_policy)i;
            return true;
        }
    }
    return false;
}

static bool set_few(slice value, uint8_t *few_r)
{
    uint32_t n;
    bool good = slice_to_u32(value, &n) && n <= UINT8_MAX;
    *few_r = (uint8_t)n;
    return good;
}

bool dialogue_set(const struct dialogue_key *keys, size_t count, slice name, slice value)
{
    const struct dialogue_key *k = keys;
    while (k < keys + count && !slice_eq(name, slice_of(k->name))) {
        k++;
    }
    if (k == keys + count) {
        return false;
    }
    if (k->text) {
        *k->text = value;
        return true;
    }
    return k->yes    ? set_yes(value, k->yes)
           : k->size ? set_size(value, k->size)
           : k->few  ? set_few(value, k->few)
           : k->time ? parse_duration(value, k->time)
                     : set_tls(value, k->tls);
}

bool dialogue_set_bits(const struct dialogue_bits *words, size_t count, slice value,
                       uint32_t *bits_r)
{
    slice word;
    *bits_r = 0;
    while ((word = slice_word(&value)).len > 0) {
        size_t i = 0;
        while (i < count && !slice_eq(word, slice_of(words[i].word))) {
            i++;
        }
        if (i == count) {
            return false;
        }
        *bits_r |= words[i].bits;
    }
    return true;
}

void dialogue_add_number(struct buf *log, uint64_t n)
{
    buf_byte(log, ' ');
    fmt_u64(log, n);
}

void dialogue_add_text(struct buf *log, slice s)
{
    if (s.len > 0) {
        buf_byte(log, ' ');
        dialogue_escape(log, s);
    }
}

void dialogue_add_letter(struct buf *log, const struct message *m, size_t shown)
{
    struct buf text = { 0 };
    message_copy(m, &text);
    cr_expect_eq(text.len, m->size);
    dialogue_add_number(log, text.len);
    if (text.len <= shown) {
        dialogue_add_text(log, buf_slice(&text));
    } else {
        buf_byte(log, ' ');
        fmt_hex(log, slice_hash(buf_slice(&text), 0), 16);
    }
    buf_deinit(&text);
}

struct session_answer dialogue_answer(slice decision)
{
    uint32_t code = 0;
    slice number = slice_word(&decision);
    cr_assert(number.len == 0 || (slice_to_u32(number, &code) && code < 1000),
              "\"%.*s\" is no reply code", SLICE_ARG(number));
    return (struct session_answer){ .code = (uint16_t)code, .text = slice_trim(decision) };
}
