/* imap_resync.c - mod-sequences in several commands: RFC 7162.
 * Never decides what changed; the mailbox remembers that. */
#include "sim/proto/imap_resync.h"

#include "sim/base/mem.h"

static void say_highest(uint64_t modseq, struct outq *out)
{
    outq_textz(out, "* OK [HIGHESTMODSEQ ");
    outq_u64(out, modseq);
    outq_textz(out, "] Highest\r\n");
}

void imap_now_aware(struct imap_server *s, struct outq *out)
{
    if (s->view.aware) {
        return;
    }
    s->view.aware = true;
    s->enabled |= IMAP_CONDSTORE;
    if (s->view.box) {
        say_highest(imap_view_highest(&s->view), out);
    }
}

bool imap_modseq_arg(struct imap_lex *l, uint64_t least, uint64_t *n_r)
{
    return lex_sp(l) && lex_number(l, n_r) && *n_r >= least && *n_r <= IMAP_MODSEQ_MAX;
}

struct imap_set imap_runs_in(struct imap_server *s, struct uid_runs *runs,
                             const struct imap_set *set)
{
    size_t most = runs->count + (set ? set->count : 0);
    struct imap_set in = { .ranges = arena_array(&s->arena, most, sizeof *in.ranges) };
    size_t at = 0;
    for (size_t i = 0; i < runs->count; i++) {
        struct uid_run run = runs->items[i];
        while (set && at < set->count && set->ranges[at].to < run.from) {
            at++;
        }
        if (!set) {
            in.ranges[in.count++] = (struct imap_range){ run.from, run.to };
        }
        for (size_t k = at; set && k < set->count && set->ranges[k].from <= run.to; k++) {
            struct imap_range r = set->ranges[k];
            in.ranges[in.count++] = (struct imap_range){ r.from > run.from ? r.from : run.from,
                                                         r.to < run.to ? r.to : run.to };
        }
    }
    mem_free(runs->items);
    *runs = (struct uid_runs){ 0 };
    return in;
}

void imap_say_earlier(const struct imap_set *set, struct outq *out)
{
    if (set->count == 0) {
        return;
    }
    outq_textz(out, "* VANISHED (EARLIER) ");
    for (size_t i = 0; i < set->count; i++) {
        outq_textz(out, i > 0 ? "," : "");
        imap_write_runs(out, &(struct uid_run){ set->ranges[i].from, set->ranges[i].to }, 1);
    }
    outq_textz(out, "\r\n");
}

/* RFC 7162 3.2 and 6: while a removal cannot be told, mod-sequences that were said may not be taken
 * for the highest; and once it was told, they may. */
void imap_highest_due(struct imap_server *s, bool tagged_ok, struct outq *out)
{
    struct imap_view *v = &s->view;
    bool vanished = v->vanished && !v->stale;
    bool due = v->box && v->aware && (vanished || (v->stale && v->said));
    v->vanished = v->vanished && !vanished;
    v->said = false;
    if (!due) {
        return;
    }
    if (!tagged_ok || s->code.len > 0) {
        say_highest(imap_view_highest(v), out);
        return;
    }
    s->code = imap_code_number(s, "HIGHESTMODSEQ ", imap_view_highest(v));
}
