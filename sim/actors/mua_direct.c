/* mua_direct.c - a program that skips its server: it finds the mail exchanger of each recipient
 * itself, and calls it on port 25.  RFC 5321 2.1 leaves that to servers that can queue and retry,
 * and this one cannot: it takes the best exchanger, once, and has no password for it.  Malware and
 * careless scripts are made so, and firewalls and RFC 6409 1 stand against it.
 * Never knows what is said there. */
#include "sim/actors/mua.h"

static slice domain_of(slice address)
{
    struct address a;
    return address_parse(address, &a) ? a.domain : SLICE("");
}

/* The recipients from `first` on that have its domain get a letter of their own. */
static struct mua_task part_of(struct mua *u, const struct mua_task *task, size_t first)
{
    struct arena *arena = u->base.stage->arena;
    struct mua_task part = *task;
    slice domain = domain_of(task->to[first]);
    part.to = arena_array(arena, task->to_count, sizeof *part.to);
    part.fates = arena_array(arena, task->to_count, sizeof *part.fates);
    part.asked = task->asked ? arena_array(arena, task->to_count, sizeof *part.asked) : NULL;
    part.to_count = 0;
    for (size_t i = first; i < task->to_count; i++) {
        if (domain_same(domain_of(task->to[i]), domain)) {
            if (part.asked) {
                part.asked[part.to_count] = task->asked[i];
            }
            part.to[part.to_count++] = task->to[i];
        }
    }
    part.message = message_ref(task->message);
    part.ascii = task->ascii ? message_ref(task->ascii) : NULL;
    return part;
}

static bool is_new(const struct mua_task *task, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (domain_same(domain_of(task->to[i]), domain_of(task->to[at]))) {
            return false;
        }
    }
    return true;
}

void mua_direct_add(struct mua *u, struct mua_task task)
{
    for (size_t i = 0; i < task.to_count; i++) {
        if (is_new(&task, i)) {
            mua_add_task(u, part_of(u, &task, i));
        }
    }
    message_unref(&task.message);
    message_unref(&task.ascii);
}

static void exchanger_known(struct actor *self, uint64_t user, const struct dns_stub_answer *answer)
{
    struct mua *u = mua_of(self);
    struct buf name = { 0 };
    (void)user;
    if (!u->busy) {
        return;
    }
    if (!answer || answer->rcode != DNS_NOERROR || answer->null_mx) {
        mua_task_failed(u, SLICE("The letter stays in the outbox: no server is known that takes "
                                 "mail for that domain"));
        return;
    }
    buf_add(&name, dns_name_slice(answer->mx_count > 0 ? &answer->mx[0].host : &answer->name));
    u->called = mua_text(u, &name);
    mua_find_server(u);
}

void mua_direct_find(struct mua *u)
{
    lookup_start(&u->lookups, domain_of(u->tasks[0].to[0]), DNS_MX, exchanger_known, 0);
}
