/* mua_pop.c - fetching by POP3: what is taken, what is left on the server and for how long, and
 * what is remembered of letters by UIDL (RFC 1939 7).  What a person does with a letter stays here:
 * POP3 has no word for it but DELE.
 * A server without UIDL gives no way to know a letter again: it is taken each time, and where
 * letters are left there, each visit brings all of them once more. */
#include "sim/actors/mua_box.h"

#include "sim/base/mem.h"

/* Letters stay on the server for a while, or for ever. */
static bool leaves(const struct mua *u)
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
    return !leaves(u) || old || unwanted ? POP3_DELETE : POP3_KEEP;
}

static void listed(struct mua *u, struct pump *p, const struct pop3_listed *what)
{
    struct mua_unique *unique = unique_of(u, what->uid);
    uint16_t wish = POP3_RETRIEVE;
    if (unique) {
        unique->visit = u->box->visit;
        if (unique->uid != 0 && !unique->wanted) {
            wish = done_with(u, unique);
        }
    } else if (leaves(u) && !u->box->no_uidl_told) {
        u->box->no_uidl_told = true;
        (void)actor_note(&u->base, SLICE("no UIDL"),
                         SLICE("The server gives its letters no names (RFC 1939 section 7): what "
                               "is left there cannot be known again, and is fetched each time"));
    }
    pump_answer(p, (struct session_answer){ .code = wish });
}

static void arrived(struct mua *u, struct pump *p, const struct session_event *ev)
{
    const struct pop3_listed *what = ev->detail;
    struct local_folder *inbox = u->box->inbox;
    struct mua_unique *unique = unique_of(u, what->uid);
    struct local_item *item =
        local_add(inbox, (struct local_item){ .uid = inbox->uid_next++, .size = what->size });
    if (unique) {
        item->unique = (uint32_t)(unique - u->box->unique);
        unique->since = u->base.stage->engine->now;
        unique->uid = item->uid;
        unique->wanted = false;
    }
    mua_take_text(u, inbox, item, ev->message, 0);
    pump_answer(p, (struct session_answer){ .code = done_with(u, unique) });
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
        u->box->visit++;
        mua_look_at_peer(u, p);
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
