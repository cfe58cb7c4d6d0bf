/* imap_search_keys.c - what the keys of SEARCH mean (RFC 9051 6.4.4).
 * Strings are compared without the case of letters (ASCII, and those that fold.h knows), on the
 * octets as they stand and, where that finds nothing, on what they mean (imap_decode.h). */
#include "sim/proto/imap_search.h"

#include "sim/mail/date.h"
#include "sim/mail/fold.h"
#include "sim/mail/header.h"
#include "sim/proto/imap_decode.h"

#define DAY 86400

slice search_text(struct search_at *at)
{
    if (!at->text.ptr) {
        at->text = message_whole(at->item->message, &at->flat);
    }
    return at->text;
}

slice search_header(struct search_at *at)
{
    return message_header(at->item->message, &at->head);
}

void search_at_next(struct search_at *at)
{
    at->text = (slice){ 0 };
}

/* What is all ASCII has no need to be folded. */
static bool contains(slice text, const struct search_node *n)
{
    if (n->text.len == 0 || slice_find_nocase(text, n->text) != SLICE_NONE) {
        return true;
    }
    if (n->folded.len == 0) {
        return false;
    }
    struct buf folded;
    buf_init(&folded);
    fold_text(text, &folded);
    bool found = slice_find(buf_slice(&folded), n->folded) != SLICE_NONE;
    buf_deinit(&folded);
    return found;
}

static bool match_all(struct search_at *at, const struct search_node *n)
{
    (void)at;
    (void)n;
    return true;
}

/* Flags are those of the mailbox, not of what this session was told. */
static bool match_flag(struct search_at *at, const struct search_node *n)
{
    uint32_t flags = at->item->flags | (at->s->view.rows[at->row].flags & IMAP_RECENT);
    return ((flags & n->key->flag) != 0) != n->key->negated;
}

static bool match_new(struct search_at *at, const struct search_node *n)
{
    (void)n;
    return (at->s->view.rows[at->row].flags & IMAP_RECENT) != 0 &&
           (at->item->flags & FLAG_SEEN) == 0;
}

/* A keyword that the mailbox does not know is no letter's. */
static bool match_keyword(struct search_at *at, const struct search_node *n)
{
    uint32_t bit = mailbox_keyword(at->s->view.box, n->text, false);
    return ((at->item->flags & bit) != 0) != n->key->negated;
}

/* Only a field with an encoded-word in it means anything else than it says. */
static bool means(slice unfolded, const struct search_node *n)
{
    if (slice_find(unfolded, SLICE("=?")) == SLICE_NONE) {
        return false;
    }
    struct buf decoded;
    buf_init(&decoded);
    imap_decode_field(unfolded, &decoded);
    bool found = contains(buf_slice(&decoded), n);
    buf_deinit(&decoded);
    return found;
}

/* Any field of that name; an empty string asks only whether there is one. */
static bool field_contains(struct search_at *at, slice name, const struct search_node *n)
{
    struct header_field f;
    slice rest = search_header(at);
    bool found = false;
    while (!found && header_next(&rest, &f)) {
        if (slice_eq_nocase(f.name, name)) {
            struct buf flat;
            buf_init(&flat);
            header_unfold(f.body, &flat);
            found = contains(buf_slice(&flat), n) || means(buf_slice(&flat), n);
            buf_deinit(&flat);
        }
    }
    return found;
}

static bool match_field(struct search_at *at, const struct search_node *n)
{
    bool own = n->key->argument == SEARCH_FIELD;
    return field_contains(at, own ? n->name : n->key->field, n);
}

/* Without MIME a text means what it says. */
static bool text_means(struct search_at *at, const struct search_node *n)
{
    struct header_field f;
    slice header = search_header(at);
    if (!header_find(header, SLICE("Content-Type"), &f) &&
        !header_find(header, SLICE("Content-Transfer-Encoding"), &f)) {
        return false;
    }
    struct buf decoded;
    buf_init(&decoded);
    imap_decode_text(search_text(at), &decoded);
    bool found = contains(buf_slice(&decoded), n);
    buf_deinit(&decoded);
    return found;
}

static bool match_body(struct search_at *at, const struct search_node *n)
{
    size_t header = message_header_size(at->item->message);
    return contains(slice_from(search_text(at), header), n) || text_means(at, n);
}

static bool any_field_means(struct search_at *at, const struct search_node *n)
{
    struct header_field f;
    slice rest = search_header(at);
    bool found = false;
    while (!found && header_next(&rest, &f)) {
        struct buf flat;
        buf_init(&flat);
        header_unfold(f.body, &flat);
        found = means(buf_slice(&flat), n);
        buf_deinit(&flat);
    }
    return found;
}

static bool match_text(struct search_at *at, const struct search_node *n)
{
    return contains(search_text(at), n) || any_field_means(at, n) || text_means(at, n);
}

static int64_t day_of(int64_t unix_seconds)
{
    int64_t into = unix_seconds % DAY;
    return unix_seconds - (into < 0 ? into + DAY : into);
}

static bool match_before(struct search_at *at, const struct search_node *n)
{
    return day_of(at->item->internal_date) < n->day;
}

static bool match_on(struct search_at *at, const struct search_node *n)
{
    return day_of(at->item->internal_date) == n->day;
}

static bool match_since(struct search_at *at, const struct search_node *n)
{
    return day_of(at->item->internal_date) >= n->day;
}

/* The day that the Date field names, "disregarding time and timezone". */
static bool sent_day(struct search_at *at, int64_t *day_r)
{
    struct header_field f;
    if (!header_find(search_header(at), SLICE("Date"), &f)) {
        return false;
    }
    slice rest = f.body;
    size_t comma = slice_find_byte(rest, ',');
    rest = comma == SLICE_NONE ? rest : slice_from(rest, comma + 1);
    struct buf day;
    buf_init(&day);
    buf_add(&day, slice_word(&rest));
    buf_byte(&day, '-');
    buf_add(&day, slice_word(&rest));
    buf_byte(&day, '-');
    buf_add(&day, slice_word(&rest));
    bool ok = date_imap_day(buf_slice(&day), day_r);
    buf_deinit(&day);
    return ok;
}

static bool match_sent_before(struct search_at *at, const struct search_node *n)
{
    int64_t day;
    return sent_day(at, &day) && day < n->day;
}

static bool match_sent_on(struct search_at *at, const struct search_node *n)
{
    int64_t day;
    return sent_day(at, &day) && day == n->day;
}

static bool match_sent_since(struct search_at *at, const struct search_node *n)
{
    int64_t day;
    return sent_day(at, &day) && day >= n->day;
}

static bool match_larger(struct search_at *at, const struct search_node *n)
{
    return at->item->message->size > n->number;
}

static bool match_smaller(struct search_at *at, const struct search_node *n)
{
    return at->item->message->size < n->number;
}

/* RFC 5032 2: at that second both are true. */
static bool match_younger(struct search_at *at, const struct search_node *n)
{
    return at->item->internal_date >= at->now - (int64_t)n->number;
}

static bool match_older(struct search_at *at, const struct search_node *n)
{
    return at->item->internal_date <= at->now - (int64_t)n->number;
}

static bool match_modseq(struct search_at *at, const struct search_node *n)
{
    return at->item->modseq >= n->number;
}

static bool match_uid(struct search_at *at, const struct search_node *n)
{
    return imap_set_has_row(at->s, &n->set, at->row, true);
}

static bool match_numbers(struct search_at *at, const struct search_node *n)
{
    return imap_set_has_row(at->s, &n->set, at->row, false);
}

static bool match_not(struct search_at *at, const struct search_node *n)
{
    return !search_matches(at, n->left);
}

static bool match_or(struct search_at *at, const struct search_node *n)
{
    return search_matches(at, n->left) || search_matches(at, n->right);
}

static bool match_group(struct search_at *at, const struct search_node *n)
{
    return search_matches(at, n->left);
}

#define FLAG_KEYS(yes, no, bit)                                                                    \
    { .name = SLICE_INIT(yes), .matches = match_flag, .flag = (bit) },                             \
    {                                                                                              \
        .name = SLICE_INIT(no), .matches = match_flag, .flag = (bit), .negated = true              \
    }
#define FIELD_KEY(key, header)                                                                     \
    {                                                                                              \
        .name = SLICE_INIT(key), .argument = SEARCH_STRING, .matches = match_field,                \
        .field = SLICE_INIT(header)                                                                \
    }
#define KEY(key, takes, meaning)                                                                   \
    {                                                                                              \
        .name = SLICE_INIT(key), .argument = (takes), .matches = (meaning)                         \
    }
#define EXTENSION_KEY(key, takes, meaning, extension)                                              \
    {                                                                                              \
        .name = SLICE_INIT(key), .argument = (takes), .matches = (meaning), .needs = (extension)   \
    }

const struct search_key search_key_all_of = KEY("()", SEARCH_NO_ARGUMENT, match_group);
const struct search_key search_key_numbers = KEY("1:*", SEARCH_NO_ARGUMENT, match_numbers);

static const struct search_key keys[] = {
    KEY("ALL", SEARCH_NO_ARGUMENT, match_all),
    FLAG_KEYS("ANSWERED", "UNANSWERED", FLAG_ANSWERED),
    FLAG_KEYS("DELETED", "UNDELETED", FLAG_DELETED),
    FLAG_KEYS("DRAFT", "UNDRAFT", FLAG_DRAFT),
    FLAG_KEYS("FLAGGED", "UNFLAGGED", FLAG_FLAGGED),
    FLAG_KEYS("SEEN", "UNSEEN", FLAG_SEEN),
    FLAG_KEYS("RECENT", "OLD", IMAP_RECENT),
    KEY("NEW", SEARCH_NO_ARGUMENT, match_new),
    KEY("KEYWORD", SEARCH_KEYWORD, match_keyword),
    { .name = SLICE_INIT("UNKEYWORD"),
      .argument = SEARCH_KEYWORD,
      .matches = match_keyword,
      .negated = true },
    FIELD_KEY("BCC", "Bcc"),
    FIELD_KEY("CC", "Cc"),
    FIELD_KEY("FROM", "From"),
    FIELD_KEY("SUBJECT", "Subject"),
    FIELD_KEY("TO", "To"),
    KEY("HEADER", SEARCH_FIELD, match_field),
    KEY("BODY", SEARCH_STRING, match_body),
    KEY("TEXT", SEARCH_STRING, match_text),
    KEY("BEFORE", SEARCH_DATE, match_before),
    KEY("ON", SEARCH_DATE, match_on),
    KEY("SINCE", SEARCH_DATE, match_since),
    KEY("SENTBEFORE", SEARCH_DATE, match_sent_before),
    KEY("SENTON", SEARCH_DATE, match_sent_on),
    KEY("SENTSINCE", SEARCH_DATE, match_sent_since),
    KEY("LARGER", SEARCH_NUMBER, match_larger),
    KEY("SMALLER", SEARCH_NUMBER, match_smaller),
    KEY("UID", SEARCH_SET, match_uid),
    EXTENSION_KEY("YOUNGER", SEARCH_SECONDS, match_younger, IMAP_WITHIN),
    EXTENSION_KEY("OLDER", SEARCH_SECONDS, match_older, IMAP_WITHIN),
    EXTENSION_KEY("MODSEQ", SEARCH_MODSEQ, match_modseq, IMAP_CONDSTORE),
    KEY("NOT", SEARCH_KEY, match_not),
    KEY("OR", SEARCH_TWO_KEYS, match_or),
};

const struct search_key *search_key_find(slice name)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (slice_eq_nocase(name, keys[i].name)) {
            return &keys[i];
        }
    }
    return NULL;
}

bool search_matches(struct search_at *at, const struct search_node *n)
{
    for (; n; n = n->next) {
        if (!n->key->matches(at, n)) {
            return false;
        }
    }
    return true;
}
