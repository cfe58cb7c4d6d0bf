/* mail_list_request.c - what is written to a list's -request address: a Service Responder (RFC 3834
 * 1), which answers whoever asked in a way that it understands.
 * Anybody can write anybody's address into MAIL FROM, so nothing is done before who has that
 * address says so (RFC 3834 2): the list asks back from an address with a word in it that nobody
 * else knows, and the answer to that is his yes.  A machine's answer is none.
 * Never knows what is posted. */
#include "sim/actors/mail_list.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

#define PATIENCE (3 * SIM_DAY) /* as Mailman has it */

static void address_with(const struct list *l, const char *role, slice word, struct buf *out)
{
    buf_add(out, l->fields.local);
    buf_addz(out, role);
    buf_addz(out, word.len > 0 ? "+" : "");
    buf_add(out, word);
    buf_byte(out, '@');
    buf_add(out, l->fields.domain);
}

static void answer(struct mail_host *m, const struct entry *e, const struct list *l, slice to,
                   slice from, slice text)
{
    reply_send(m, &(struct reply){ .letter = e->message,
                                   .from = from,
                                   .name = l->config->description,
                                   .to = to,
                                   .text = text });
}

static void answer_from_owner(struct mail_host *m, const struct entry *e, const struct list *l,
                              slice to, const char *text)
{
    struct buf owner = { 0 };
    address_with(l, "-owner", SLICE(""), &owner);
    answer(m, e, l, to, buf_slice(&owner), slice_of(text));
    buf_deinit(&owner);
}

/* ---- what was asked ---- */

static void forget_old(struct list *l, sim_time now)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->asked_count; i++) {
        if (l->asked[i].until > now) {
            l->asked[kept++] = l->asked[i];
        }
    }
    l->asked_count = kept;
}

/* Who asks twice is asked back with the same word, for that long again. */
static const struct list_wish *remember(struct mail_host *m, struct list *l, slice who, bool leaves)
{
    struct stage *s = mail_stage(m);
    sim_time until = s->engine->now + PATIENCE;
    for (size_t i = 0; i < l->asked_count; i++) {
        if (l->asked[i].leaves == leaves && slice_eq_nocase(l->asked[i].who, who)) {
            l->asked[i].until = until;
            return &l->asked[i];
        }
    }
    buf_clear(&m->text);
    fmt_hex(&m->text, stage_random(s, &l->rng), 16);
    l->asked = mem_grow(l->asked, l->asked_count, &l->asked_cap, sizeof *l->asked);
    l->asked[l->asked_count] =
        (struct list_wish){ .who = arena_copy(s->arena, who),
                            .word = arena_copy(s->arena, buf_slice(&m->text)),
                            .leaves = leaves,
                            .until = until };
    return &l->asked[l->asked_count++];
}

/* false: the address to answer to would be none (RFC 5321 4.5.3.1.1). */
static bool ask_back(struct mail_host *m, struct entry *e, size_t i, struct list *l, bool leaves)
{
    struct address made;
    struct buf from = { 0 }, text = { 0 };
    const struct list_wish *wish = remember(m, l, entry_from(e), leaves);
    address_with(l, "-request", wish->word, &from);
    bool good = address_parse(buf_slice(&from), &made);
    if (good) {
        buf_addz(&text, "Somebody has asked that ");
        buf_add(&text, wish->who);
        buf_addz(&text, leaves ? " be taken off " : " be a member of ");
        buf_add(&text, l->config->address);
        buf_addz(&text, ".\nIf it was you: answer this letter, with any text, within ");
        fmt_duration(&text, PATIENCE);
        buf_addz(&text, ".\nIf it was not: nothing happens if you do nothing.\n");
        list_note(m, l, wish->who,
                  leaves ? " is asked whether he wants to leave " : " is asked whether he wants ");
        queue_delivered(m, e, i, SLICE("the list asks back"));
        answer(m, e, l, entry_from(e), buf_slice(&from), buf_slice(&text));
    }
    buf_deinit(&from);
    buf_deinit(&text);
    return good;
}

/* The word came back.  false: it is nobody's, or too old. */
static bool confirmed(struct mail_host *m, struct entry *e, size_t i, struct list *l, slice word)
{
    size_t at = 0;
    while (at < l->asked_count && !slice_eq_nocase(l->asked[at].word, word)) {
        at++;
    }
    if (at == l->asked_count) {
        return false;
    }
    struct list_wish wish = l->asked[at];
    struct member *is = list_member(l, wish.who);
    l->asked[at] = l->asked[--l->asked_count];
    if (wish.leaves && is) {
        list_remove_member(l, is);
    } else if (!wish.leaves && !is) {
        list_add_member(l, wish.who);
    }
    list_note(m, l, wish.who, wish.leaves ? " is no member any more of " : " is a member now of ");
    queue_delivered(m, e, i, SLICE("the list has done what was asked"));
    answer_from_owner(m, e, l, wish.who,
                      wish.leaves ? "You are no member of this list any more.\n"
                                  : "You are a member of this list now.\n");
    return true;
}

/* false: no command. */
static bool obeyed(struct mail_host *m, struct entry *e, size_t i, struct list *l)
{
    struct header_field f = { 0 };
    (void)header_find(message_header(e->message, &mail_stage(m)->scratch), SLICE("Subject"), &f);
    bool join = slice_eq_nocase(f.body, SLICE("subscribe"));
    bool leave = slice_eq_nocase(f.body, SLICE("unsubscribe"));
    if ((join || leave) && join == !list_member(l, entry_from(e))) {
        return ask_back(m, e, i, l, leave);
    }
    const char *text = join    ? "You are a member of this list already.\n"
                       : leave ? "You are no member of this list.\n"
                       : slice_eq_nocase(f.body, SLICE("help"))
                           ? "The subject is the command: subscribe, unsubscribe or help.\n"
                           : NULL;
    if (text) {
        queue_delivered(m, e, i, SLICE("the list has answered"));
        answer_from_owner(m, e, l, entry_from(e), text);
    }
    return text != NULL;
}

void list_requested(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r)
{
    struct list *l = r->list;
    forget_old(l, mail_stage(m)->engine->now);
    bool done = !reply_unwanted(m, e) &&
                (r->detail.len > 0 ? confirmed(m, e, i, l, r->detail) : obeyed(m, e, i, l));
    if (!done) {
        list_to_owner(m, e, i, l, "list request: ");
    }
}
