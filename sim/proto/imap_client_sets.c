/* imap_client_sets.c - responses that are sets of messages: SEARCH, ESEARCH, VANISHED.
 * Never goes through what a range claims, only through what is written. */
#include "sim/proto/imap_client.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* "1:3,7" of numbers in any order; sorts them. */
static slice as_set(struct arena *a, uint32_t *numbers, size_t count)
{
    struct buf text = { 0 };
    qsort(numbers, count, sizeof *numbers, ascending);
    for (size_t i = 0; i < count;) {
        size_t last = i;
        while (last + 1 < count && numbers[last + 1] - numbers[last] <= 1) {
            last++;
        }
        buf_addz(&text, i > 0 ? "," : "");
        fmt_u64(&text, numbers[i]);
        if (numbers[last] > numbers[i]) {
            buf_byte(&text, ':');
            fmt_u64(&text, numbers[last]);
        }
        i = last + 1;
    }
    slice set = count > 0 ? arena_copy(a, buf_slice(&text)) : SLICE("");
    buf_deinit(&text);
    return set;
}

static bool found(struct imap_client *c, slice set, uint64_t modseq, struct session_event *ev_r)
{
    c->set_told = true;
    return imap_client_say(ev_r, IMAP_EV_SET, modseq, set);
}

/* "* SEARCH 2 84 882 (MODSEQ 917162500)": RFC 3501 7.2.5, RFC 7162 3.1.6. */
bool imap_client_read_search(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    size_t most = l->rest.len / 2; /* a blank and a digit each */
    uint32_t *numbers = arena_array(&c->arena, most + 1, sizeof *numbers);
    size_t count = 0;
    uint64_t modseq = 0;
    while (lex_sp(l)) {
        uint64_t number;
        slice word;
        if (lex_char(l, '(')) {
            if (!lex_word(l, &word) || !slice_eq_nocase(word, SLICE("MODSEQ")) || !lex_sp(l) ||
                !lex_number(l, &modseq) || !lex_char(l, ')')) {
                return false;
            }
        } else if (lex_end(l)) {
            break; /* "* SEARCH " of old servers */
        } else if (!lex_number(l, &number) || number == 0 || number > UINT32_MAX) {
            return false;
        } else {
            numbers[count++] = (uint32_t)number;
        }
    }
    return lex_end(l) && found(c, as_set(&c->arena, numbers, count), modseq, ev_r);
}

bool imap_client_is_set(struct imap_client *c, slice text)
{
    struct imap_set set;
    return slice_find_byte(text, '*') == SLICE_NONE && imap_set_parse(text, &c->arena, &set);
}

/* "(TAG "a7")": of another command it is not ours (RFC 4466 2.6.2).  true where there is none. */
static bool is_ours(const struct imap_client *c, struct imap_lex *l)
{
    struct imap_lex before = *l;
    slice name;
    slice tag;
    if (!lex_sp(l) || !lex_char(l, '(')) {
        *l = before;
        return true;
    }
    return lex_word(l, &name) && slice_eq_nocase(name, SLICE("TAG")) && lex_sp(l) &&
           lex_astring(l, &tag) && lex_char(l, ')') && imap_client_is_own_tag(c, tag);
}

/* "* ESEARCH (TAG "a7") UID ALL 2,10:11 MODSEQ 12": without ALL nothing was found (RFC 4731 3.1).
 */
bool imap_client_read_esearch(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    slice set = SLICE("");
    uint64_t modseq = 0;
    if (!is_ours(c, l)) {
        return false;
    }
    while (lex_sp(l)) {
        slice name;
        slice value;
        if (!lex_word(l, &name)) {
            return false;
        }
        if (slice_eq_nocase(name, SLICE("UID"))) {
            continue;
        }
        if (!lex_sp(l) || !lex_skip_value(l, &value)) {
            return false;
        }
        bool all = slice_eq_nocase(name, SLICE("ALL"));
        bool mod = slice_eq_nocase(name, SLICE("MODSEQ"));
        if ((all && !imap_client_is_set(c, value)) || (mod && !slice_to_u64(value, &modseq))) {
            return false;
        }
        set = all ? value : set;
    }
    return lex_end(l) && found(c, set, modseq, ev_r);
}

/* RFC 7162 3.2.10: EARLIER speaks of what was before, and moves no numbers. */
bool imap_client_read_vanished(struct imap_client *c, struct imap_lex *l,
                               struct session_event *ev_r)
{
    slice word;
    struct imap_set set;
    if (!lex_sp(l)) {
        return false;
    }
    bool earlier = lex_char(l, '(');
    if (earlier && (!lex_word(l, &word) || !slice_eq_nocase(word, SLICE("EARLIER")) ||
                    !lex_char(l, ')') || !lex_sp(l))) {
        return false;
    }
    slice text = l->rest;
    bool ok = slice_find_byte(text, '*') == SLICE_NONE && lex_set(l, &set) && lex_end(l);
    if (!ok || c->leaving) {
        return false;
    }
    if (!earlier) {
        imap_set_resolve(&set, 0);
        for (size_t i = set.count; i > 0; i--) {
            imap_numbers_vanish(&c->numbers, set.ranges[i - 1].from, set.ranges[i - 1].to);
        }
    }
    return imap_client_say(ev_r, IMAP_EV_VANISHED, earlier, text);
}
