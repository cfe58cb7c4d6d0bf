/* imap_cmd_list.c - LIST, with what RFC 5258, 5819 and 6154 add to it, and LSUB.
 * All names of the account and of its subscriptions are put into one tree; what is asked for is
 * chosen from that.  Never looks into a mailbox. */
#include "sim/proto/imap_list.h"
#include "sim/proto/imap_names.h"

#include <string.h>

#define PATTERNS_MAX 64 /* of one command */

enum list_option {
    SELECT_SUBSCRIBED = 1,
    SELECT_REMOTE = 2, /* there are no others: all is here */
    SELECT_RECURSIVE = 4,
    SELECT_USE = 8,
    RETURN_SUBSCRIBED = 16,
    RETURN_CHILDREN = 32,
    RETURN_USE = 64,
    RETURN_STATUS = 128
};

static const struct list_row {
    slice name;
    enum list_option bit;
    bool selects;
    uint32_t needs; /* enum imap_extension, beside LIST-EXTENDED */
} options[] = {
    { SLICE_INIT("SUBSCRIBED"), SELECT_SUBSCRIBED, true, 0 },
    { SLICE_INIT("REMOTE"), SELECT_REMOTE, true, 0 },
    { SLICE_INIT("RECURSIVEMATCH"), SELECT_RECURSIVE, true, 0 },
    { SLICE_INIT("SPECIAL-USE"), SELECT_USE, true, IMAP_SPECIAL_USE },
    { SLICE_INIT("SUBSCRIBED"), RETURN_SUBSCRIBED, false, 0 },
    { SLICE_INIT("CHILDREN"), RETURN_CHILDREN, false, 0 },
    { SLICE_INIT("SPECIAL-USE"), RETURN_USE, false, IMAP_SPECIAL_USE },
    { SLICE_INIT("STATUS"), RETURN_STATUS, false, IMAP_LIST_STATUS },
};

struct list {
    slice command; /* "LIST", "LSUB" */
    slice reference;
    slice patterns[PATTERNS_MAX];
    size_t pattern_count;
    uint32_t options; /* enum list_option */
    uint32_t status;  /* what of STATUS */
    bool lsub, extended;
};

/* ---- grammar ---- */

static bool parse_option(struct imap_server *s, struct imap_lex *l, struct list *w, bool selects)
{
    slice name;
    if (!lex_word(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(options); i++) {
        const struct list_row *o = &options[i];
        if (o->selects == selects && slice_eq_nocase(name, o->name) && imap_offers(s, o->needs)) {
            w->options |= o->bit;
            return o->bit != RETURN_STATUS || (lex_sp(l) && imap_status_items(s, l, &w->status));
        }
    }
    return false;
}

/* "(SUBSCRIBED REMOTE)", which may be empty. */
static bool parse_options(struct imap_server *s, struct imap_lex *l, struct list *w, bool selects)
{
    w->extended = true;
    if (!imap_offers(s, IMAP_LIST_EXTENDED) || !lex_char(l, '(')) {
        return false;
    }
    if (lex_char(l, ')')) {
        return true;
    }
    do {
        if (!parse_option(s, l, w, selects)) {
            return false;
        }
    } while (lex_sp(l));
    return lex_char(l, ')');
}

static bool parse_patterns(struct imap_server *s, struct imap_lex *l, struct list *w)
{
    bool many = imap_offers(s, IMAP_LIST_EXTENDED) && !w->lsub && lex_char(l, '(');
    w->extended = w->extended || many;
    do {
        if (w->pattern_count == PATTERNS_MAX ||
            !lex_list_mailbox(l, &w->patterns[w->pattern_count++])) {
            return false;
        }
    } while (many && lex_sp(l));
    return !many || lex_char(l, ')');
}

static bool parse_list(struct imap_server *s, struct imap_lex *l, struct list *w)
{
    slice word;
    if (!lex_sp(l) ||
        (lex_is(l, '(') && !w->lsub && (!parse_options(s, l, w, true) || !lex_sp(l))) ||
        !lex_astring(l, &w->reference) || !lex_sp(l) || !parse_patterns(s, l, w)) {
        return false;
    }
    if (!w->lsub && lex_sp(l) &&
        (!lex_word(l, &word) || !slice_eq_nocase(word, SLICE("RETURN")) || !lex_sp(l) ||
         !parse_options(s, l, w, false))) {
        return false;
    }
    /* RFC 5258 3.1: not by itself, nor with REMOTE alone */
    bool alone =
        (w->options & SELECT_RECURSIVE) && !(w->options & (SELECT_SUBSCRIBED | SELECT_USE));
    w->options |= w->options & SELECT_SUBSCRIBED ? RETURN_SUBSCRIBED : 0u;
    w->options |= w->options & SELECT_USE ? RETURN_USE : 0u;
    return lex_end(l) && !alone;
}

/* Reference and pattern are one name for us (RFC 9051 6.3.9); what they say in UTF-8. */
static void join_patterns(struct imap_server *s, struct list *w)
{
    slice front = imap_mailbox_meaning(s, w->reference);
    for (size_t i = 0; i < w->pattern_count; i++) {
        slice back = imap_mailbox_meaning(s, w->patterns[i]);
        bool wrong = (back.len == 0 && w->patterns[i].len > 0) ||
                     (front.len == 0 && w->reference.len > 0) || /* stands for no name at all */
                     (back.len == 0 && w->pattern_count > 1);    /* RFC 5258 3: ignored */
        char *both = arena_alloc(&s->arena, front.len + back.len + 1);
        memcpy(both, front.ptr ? front.ptr : "", front.len);
        memcpy(both + front.len, back.ptr ? back.ptr : "", back.len);
        w->patterns[i] = wrong ? (slice){ 0 } : (slice){ both, front.len + back.len };
    }
}

/* ---- choice ---- */

static bool is_selected(const struct list *w, const struct imap_name *n)
{
    bool by_use = !(w->options & SELECT_USE) || (n->box && n->box->use != MAILBOX_NO_USE);
    bool subscribed = !(w->lsub || (w->options & SELECT_SUBSCRIBED)) || n->subscribed;
    bool there = n->box || w->lsub || (w->options & SELECT_SUBSCRIBED);
    return by_use && subscribed && there;
}

static bool any_pattern(struct imap_server *s, const struct list *w, slice name)
{
    for (size_t i = 0; i < w->pattern_count; i++) {
        if (imap_list_matches(&s->arena, w->patterns[i], name)) {
            return true;
        }
    }
    return false;
}

/* ---- answers ---- */

struct words { /* of a list in parentheses */
    struct outq *out;
    bool any;
};

static void add_word(struct words *w, bool when, slice word)
{
    if (when && word.len > 0) {
        outq_textz(w->out, w->any ? " " : "");
        outq_text(w->out, word);
        w->any = true;
    }
}

static void say_attributes(const struct imap_server *s, const struct list *w,
                           const struct imap_name *n, bool only_above, struct outq *out)
{
    struct words a = { out, false };
    bool children = w->extended ? (w->options & RETURN_CHILDREN) != 0
                                : imap_offers(s, IMAP_CHILDREN) && !w->lsub;
    bool uses = imap_offers(s, IMAP_SPECIAL_USE) && (!w->extended || (w->options & RETURN_USE));
    bool name_only = (n->box && n->box->no_select) || (w->lsub && only_above);
    add_word(&a, !w->lsub && !n->box, SLICE("\\NonExistent"));
    add_word(&a, name_only, SLICE("\\Noselect"));
    add_word(&a, children && n->has_children, SLICE("\\HasChildren"));
    add_word(&a, children && !n->has_children, SLICE("\\HasNoChildren"));
    add_word(&a, n->subscribed && (w->options & RETURN_SUBSCRIBED), SLICE("\\Subscribed"));
    add_word(&a, n->box && uses, n->box ? mailbox_use_names[n->box->use] : SLICE(""));
}

static void say_name(const struct imap_server *s, const struct list *w, const struct imap_name *n,
                     bool only_above, struct outq *out)
{
    outq_textz(out, "* ");
    outq_text(out, w->command);
    outq_textz(out, " (");
    say_attributes(s, w, n, only_above, out);
    outq_textz(out, ") \"/\" ");
    imap_write_mailbox(s, n->name, out);
    if ((w->options & SELECT_RECURSIVE) && n->below) { /* RFC 5258 4 */
        struct words which = { out, false };
        outq_textz(out, " (\"CHILDINFO\" (");
        add_word(&which, (w->options & SELECT_SUBSCRIBED) != 0, SLICE("\"SUBSCRIBED\""));
        add_word(&which, (w->options & SELECT_USE) != 0, SLICE("\"SPECIAL-USE\""));
        outq_textz(out, "))");
    }
    outq_textz(out, "\r\n");
}

/* LSUB with "%" tells what lies above a subscribed name, too, as \Noselect (RFC 3501 6.3.9); LIST
 * does so where RECURSIVEMATCH asks for it and the name below is not told itself (RFC 5258 4). */
static bool tells_above(const struct list *w)
{
    slice last = w->patterns[w->pattern_count - 1];
    return w->lsub ? slice_ends(last, SLICE("%")) : (w->options & SELECT_RECURSIVE) != 0;
}

static void answer(struct imap_server *s, const struct list *w, struct imap_names *names,
                   struct outq *out)
{
    for (size_t i = 0; i < names->count; i++) {
        struct imap_name *n = &names->items[i];
        n->shown = any_pattern(s, w, n->name);
        n->selected = is_selected(w, n);
    }
    imap_names_climb(names);
    for (size_t i = 0; i < names->count; i++) {
        const struct imap_name *n = &names->items[i];
        bool above = tells_above(w) && n->below_hidden;
        if (!n->shown || (!n->selected && !above)) {
            continue;
        }
        say_name(s, w, n, !n->selected, out);
        if ((w->options & RETURN_STATUS) && n->selected && n->box && !n->box->no_select) {
            imap_say_status(s, n->box, w->status, out); /* RFC 5819 2 */
        }
    }
}

static enum imap_result begin(struct imap_server *s, struct session_io io, struct imap_lex *l,
                              bool lsub)
{
    struct list *w = arena_alloc(&s->arena, sizeof *w);
    w->command = lsub ? SLICE("LSUB") : SLICE("LIST");
    w->lsub = lsub;
    if (!parse_list(s, l, w)) {
        return IMAP_BAD;
    }
    if (!w->extended && w->patterns[0].len == 0) { /* asks for the separator only, 6.3.9 */
        outq_textz(io.out, "* ");
        outq_text(io.out, w->command);
        outq_textz(io.out, " (\\Noselect) \"/\" \"\"\r\n");
        return IMAP_OK;
    }
    join_patterns(s, w);
    struct imap_names names;
    imap_names_read(&names, s->account, &s->arena);
    if (w->status != 0) {
        imap_status_asked(s, w->status, io.out);
    }
    answer(s, w, &names, io.out);
    return IMAP_OK;
}

static enum imap_result list(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    return begin(s, io, l, false);
}

static enum imap_result lsub(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    return begin(s, io, l, true);
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("LIST"), .legal = IMAP_IN, .begin = list },
    { .name = SLICE_INIT("LSUB"), .legal = IMAP_IN, .begin = lsub },
};
const struct imap_family imap_family_list = { commands, COUNT(commands) };
