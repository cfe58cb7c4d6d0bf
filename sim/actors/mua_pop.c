/* mua_pop.c - fetching by POP3: what is taken, what is left on the server and for how long, and
 * what is remembered of letters by UIDL (RFC 1939 7).  What a person does with a letter stays here:
 * POP3 has no word for it but DELE.
 * Without UIDL a letter is known by its Message-ID, which costs a TOP for each; one that has none,
 * or any where there is no TOP either, is taken each time: where letters are left there, each visit
 * brings it once more. */
#include "sim/actors/mua_box.h"

#include "sim/base/mem.h"

bool mua_pop_leaves(const struct mua *u)
{
    return u->config->keep || u->config->delete_when_deleted || u->config->keep_for > 0;
}

/* NULL: the server has no names for them. */
static struct mua_unique *unique_of(struct mua *u, slice uidl)
{
    struct mua_box *box = u->box;
    if (uidl.len == 0) {
        return NULL;
    }
    size_t i = intern_id(&box->uniques, uidl);
    while (i >= box->unique_cap) {
        size_t had = box->unique_cap;
        box->unique = mem_grow(box->unique, had, &box->unique_cap, sizeof *box->unique);
        for (size_t k = had; k < box->unique_cap; k++) {
            box->unique[k] = (struct mua_unique){ 0 };
        }
    }
    return &box->unique[i];
}

/* What becomes of a letter on the server that is here, or was. */
static uint16_t done_with(const struct mua *u, const struct mua_unique *unique)
{
    const struct mua_config *c = u->config;
    bool old =
        unique && c->keep_for > 0 && u->base.stage->engine->now - unique->since >= c->keep_for;
    bool unwanted = unique && c->delete_when_deleted && unique->unwanted;
    if (unique && unique->partial) { /* nobody else has its text */
        return unique->unwanted ? POP3_DELETE : POP3_KEEP;
    }
    return !mua_pop_leaves(u) || old || unwanted ? POP3_DELETE : POP3_KEEP;
}

static void tell_no_uidl(struct mua *u, bool by_header)
{
    if (!u->box->no_uidl_told) {
        u->box->no_uidl_told = true;
        (void)actor_note(&u->base, SLICE("no UIDL"),
                         by_header
                             ? SLICE("The server gives its letters no names (RFC 1939 section 7): "
                                     "their Message-IDs must do, at the price of a TOP for each")
                             : SLICE("The server gives its letters no names (RFC 1939 section 7): "
                                     "what is left there cannot be known again, and is fetched "
                                     "each time"));
    }
}

/* It is not here yet, or not whole. */
static uint16_t wish_for(const struct mua *u, const struct pop3_listed *what,
                         const struct mua_unique *unique)
{
    bool too_long = u->config->size_limit > 0 && what->size > u->config->size_limit;
    return too_long && unique && !unique->wanted && u->box->may_top ? POP3_TOP : POP3_RETRIEVE;
}

static void listed(struct mua *u, struct pump *p, const struct pop3_listed *what)
{
    struct mua_unique *unique = unique_of(u, what->uid);
    uint16_t wish = wish_for(u, what, unique);
    if (unique) {
        bool twice = unique->visit == u->box->visit; /* nobody says that it is the same letter */
        uint16_t fate = done_with(u, unique);
        unique->visit = u->box->visit;
        if (unique->uid != 0 && !unique->wanted && !(twice && fate == POP3_DELETE)) {
            wish = fate;
        }
    }
    if (mua_pop_leaves(u) && (!unique || what->by_header)) {
        tell_no_uidl(u, what->by_header);
    }
    pump_answer(p, (struct session_answer){ .code = wish });
}

static void arrived(struct mua *u, struct pump *p, const struct session_event *ev)
{
    const struct pop3_listed *what = ev->detail;
    struct local_folder *inbox = u->box->inbox;
    struct mua_unique *unique = unique_of(u, what->uid);
    struct local_item *item = unique && unique->uid != 0 ? local_find(inbox, unique->uid) : NULL;
    if (!item || item->message) {
        item =
            local_add(inbox, (struct local_item){ .uid = inbox->uid_next++, .size = what->size });
    }
    if (unique) {
        item->unique = (uint32_t)(unique - u->box->unique);
        unique->since = u->base.stage->engine->now;
        unique->uid = item->uid;
        unique->wanted = false;
        unique->partial = what->partial;
    }
    if (what->partial) {
        mua_learn(u, item, ev->message); /* it can be shown in a list */
        mua_tell_new(u, TRACE_LISTED, inbox, item);
    } else {
        mua_take_text(u, inbox, item, ev->message, 0);
    }
    pump_answer(p, (struct session_answer){ .code = done_with(u, unique) });
}

/* Who leaves letters where they do not stay should know (RFC 2449 6.7). */
static void ready(struct mua *u, struct pump *p, const struct pop3_offered *offered)
{
    uint32_t has = offered->offers;
    u->box->visit++;
    u->box->may_top = has == 0 || (has & POP3_HAS_TOP);
    if (mua_pop_leaves(u) && (has & POP3_HAS_EXPIRE) && offered->expire_days == 0 &&
        !u->box->expire_told) {
        u->box->expire_told = true;
        (void)actor_note(
            &u->base, SLICE("EXPIRE 0"),
            SLICE("The server keeps no letter that was fetched (RFC 2449 section 6.7): "
                  "what is to be left there goes all the same"));
    }
    mua_look_at_peer(u, p);
}

/* What the server does not list any more is not remembered: it may never come back, but for the
 * same letter (RFC 1939 7). */
static void forget_others(struct mua *u)
{
    for (size_t i = 0; i < u->box->unique_cap && i < u->box->uniques.count; i++) {
        if (u->box->unique[i].visit != u->box->visit) {
            u->box->unique[i] = (struct mua_unique){ 0 };
        }
    }
}

void mua_pop3_event(struct mua *u, struct pump *p, const struct session_event *ev)
{
    if (u->pump != p) {
        return;
    }
    switch ((enum pop3_client_event)ev->kind) {
    case POP3_EV_READY:
        ready(u, p, ev->detail);
        break;
    case POP3_EV_REFUSED: /* that letter stays where it is */
        break;
    case POP3_EV_LISTED:
        listed(u, p, ev->detail);
        break;
    case POP3_EV_MESSAGE:
        arrived(u, p, ev);
        break;
    case POP3_EV_DONE:
        forget_others(u);
        mua_task_done(u);
        break;
    case POP3_EV_FAILED:
        mua_line_failed(u, ev->text, ev->number == 1);
        break;
    }
}
