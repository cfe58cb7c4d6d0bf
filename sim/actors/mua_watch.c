/* mua_watch.c - new mail is looked for without being asked: every so often, or by IDLE, where the
 * server tells (RFC 2177).  A connection that is lost is made again, later and later.
 * Never knows what new mail is. */
#include "sim/actors/mua_box.h"

/* RFC 2177 3: again at least every 29 minutes, as servers log out who is silent for 30. */
#define IDLE_AGAIN (28 * SIM_MINUTE)
#define RETRY_MIN  (5 * SIM_SECOND)
#define RETRY_MAX  (5 * SIM_MINUTE)

enum wake { WAKE_POLL = 1, WAKE_IDLE_AGAIN, WAKE_RETRY };

static void wake_in(struct mua *u, sim_time delay, enum wake why)
{
    actor_wake(&u->base, delay, ++u->wakes << 8 | why);
}

static bool watches(const struct mua *u)
{
    return u->config->watch != MUA_BUTTON && !u->offline;
}

static void look(struct mua *u)
{
    for (size_t i = 0; i < u->task_count; i++) {
        if (u->tasks[i].kind == TASK_FETCH || u->tasks[i].kind == TASK_SYNC) {
            return;
        }
    }
    mua_add_task(u, (struct mua_task){ .kind = TASK_FETCH });
}

/* It is off until then, so that no wake-up of its own would reach it. */
static void bought(void *self, uint64_t arg)
{
    (void)arg;
    mua_set_up_anew(self);
}

void mua_watch_start(struct mua *u)
{
    if (u->config->from > 0) {
        u->lost = true;
        actor_power(&u->base, false);
        engine_in(u->base.stage->engine, u->config->from, bought, u, 0);
    } else if (watches(u)) {
        wake_in(u, 0, WAKE_POLL);
    }
}

void mua_watch_back(struct mua *u)
{
    u->failures = 0;
    if (watches(u)) {
        look(u);
    } else {
        mua_tell_soon(u);
    }
}

static bool idles(const struct mua *u)
{
    return u->line && u->line->pump && (u->line->at == AT_IDLE || u->line->at == AT_IDLE_ENDS);
}

void mua_watch_again(struct mua *u)
{
    if (watches(u) && !idles(u)) {
        wake_in(u, u->config->every, WAKE_POLL);
    }
}

void mua_watch_failed(struct mua *u)
{
    sim_time delay = RETRY_MIN << (u->failures < 6 ? u->failures : 6);
    if (!watches(u)) {
        return;
    }
    u->failures++;
    wake_in(u,
            u->config->watch == MUA_POLL ? u->config->every
            : delay < RETRY_MAX          ? delay
                                         : RETRY_MAX,
            WAKE_RETRY);
}

void mua_watch_wake(struct mua *u, uint64_t cookie)
{
    if (cookie >> 8 != u->wakes || !watches(u)) {
        return;
    }
    if ((cookie & 0xff) != WAKE_IDLE_AGAIN) {
        look(u);
    } else if (idles(u) && u->line->waiting && !mua_line_works(u)) {
        mua_line_tell(u, AT_IDLE_ENDS, IMAP_ORDER_DONE, NULL);
    }
}

static bool may_idle(const struct mua *u)
{
    return watches(u) && u->config->watch == MUA_IDLE && (u->line->offers & IMAP_IDLE) != 0;
}

bool mua_watch_inbox(struct mua *u)
{
    const struct mua_line *line = u->line;
    bool there = line->open == u->box->inbox && line->live;
    return may_idle(u) && !there && mua_sync_folder(u, u->box->inbox);
}

bool mua_watch_idle(struct mua *u)
{
    if (!may_idle(u)) {
        return false;
    }
    u->line->waiting = false;
    mua_line_tell(u, AT_IDLE, IMAP_ORDER_IDLE, NULL);
    wake_in(u, IDLE_AGAIN, WAKE_IDLE_AGAIN);
    return true;
}

void mua_watch_news(struct mua *u)
{
    if (!mua_line_works(u)) {
        look(u);
    }
}
