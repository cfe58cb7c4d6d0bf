/* model_fold.c - the fold of what concerns people: letters and where they are, faults, the story.
 * Never looks at bytes on the wire. */
#include "ui/model.h"

#include "ui/words.h"

uint32_t model_newest(const struct model *m, uint32_t letter)
{
    const struct vec *newest = &m->now.vec[VEC_NEWEST];
    return letter < newest->count ? *(uint32_t *)vec_at(newest, letter) : 0;
}

/* The newest copy of a letter at a host and place. */
static struct model_copy *copy_find(struct model *m, uint32_t letter, uint32_t host, uint8_t place)
{
    uint32_t at = model_newest(m, letter);
    while (at) {
        struct model_copy *c = vec_at(&m->now.vec[VEC_COPIES], at - 1);
        if (!c->gone && c->host == host && c->place == place) {
            return c;
        }
        at = c->older;
    }
    return NULL;
}

static bool is_inbox(const struct model *m, uint32_t mailbox)
{
    slice folder = trace_name_of(m->cast->trace, mailbox);
    (void)slice_cut(&folder, '/');
    return slice_eq(folder, SLICE("INBOX"));
}

/* What lies in the other folders of a device is in no number on the map. */
static void count(struct model *m, const struct model_copy *c, int by)
{
    struct model_host *h = model_host_slot(m, c->host);
    uint32_t *const counts[PLACE_COUNT] = { &h->drafts, &h->sent, &h->queue, &h->mailboxes,
                                            &h->inbox };
    if (c->place != PLACE_DEVICE || is_inbox(m, c->mailbox)) {
        *counts[c->place] += (uint32_t)by;
    }
}

static struct model_copy *copy_add(struct model *m, uint64_t n, const struct trace_rec *r,
                                   uint32_t host, uint8_t place)
{
    uint32_t letter;
    if (!cast_letter_find(m->cast, r->a, &letter)) {
        return NULL;
    }
    struct vec *newest = &m->now.vec[VEC_NEWEST];
    while (newest->count <= letter) {
        vec_push(newest);
    }
    struct model_copy *c = vec_push(&m->now.vec[VEC_COPIES]);
    uint32_t *head = vec_at(newest, letter);
    *c = (struct model_copy){
        .record = n,
        .letter = letter,
        .host = host,
        .mailbox = place == PLACE_MAILBOX || place == PLACE_DEVICE ? r->c : 0,
        .place = place,
        .older = *head,
    };
    *head = (uint32_t)model_copies(m);
    count(m, c, 1);
    return c;
}

static void copy_drop(struct model *m, struct model_copy *c)
{
    if (c && !c->gone) {
        c->gone = true;
        count(m, c, -1);
    }
}

static struct model_copy *copy_of(struct model *m, const struct trace_rec *r, uint32_t host,
                                  uint8_t place)
{
    uint32_t letter;
    return cast_letter_find(m->cast, r->a, &letter) ? copy_find(m, letter, host, place) : NULL;
}

static void on_compose(struct model *m, uint64_t n, const struct trace_rec *r)
{
    copy_add(m, n, r, r->actor, PLACE_DRAFT);
}

/* Of a letter that its writer still has: a server has said no to somebody on it. */
static void on_envelope(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_copy *draft = copy_of(m, r, r->actor, PLACE_DRAFT);
    slice rest = draft ? trace_payload_chunk(m->cast->trace, r->c, 0) : (slice){ 0 };
    (void)n;
    for (size_t many = 0; rest.len > 0; draft->left = (uint32_t)++many) {
        (void)slice_cut(&rest, '\n');
    }
}

/* The newest draft of a letter, wherever it was written. */
static struct model_copy *draft_find(struct model *m, uint32_t letter)
{
    uint32_t at = model_newest(m, letter);
    while (at) {
        struct model_copy *c = vec_at(&m->now.vec[VEC_COPIES], at - 1);
        if (!c->gone && c->place == PLACE_DRAFT) {
            return c;
        }
        at = c->older;
    }
    return NULL;
}

/* The writer's part is done when somebody else is responsible (RFC 5321 6.1); what a server writes
 * itself (a bounce) is in its own queue at once. */
static void on_accept(struct model *m, uint64_t n, const struct trace_rec *r)
{
    uint32_t letter;
    struct model_copy *draft =
        cast_letter_find(m->cast, r->a, &letter) ? draft_find(m, letter) : NULL;
    if (draft) {
        uint32_t writer = draft->host;
        copy_drop(m, draft);
        if (writer != r->actor) {
            copy_add(m, n, r, writer, PLACE_SENT);
        }
    }
    struct model_copy *c = copy_add(m, n, r, r->actor, PLACE_QUEUE);
    if (c) {
        c->left = r->c ? r->c : 1;
        c->uid = r->b;
    }
}

static void on_try(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_copy *c = copy_of(m, r, r->actor, PLACE_QUEUE);
    if (c) {
        c->attempt = n;
    }
}

static void on_outcome(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_copy *c = copy_of(m, r, r->actor, PLACE_QUEUE);
    c = c ? c : copy_of(m, r, r->actor, PLACE_DRAFT);
    if (!c || r->b == FATE_QUEUED) {
        return;
    }
    c->attempt = n;
    c->left -= c->left > 0;
    if (c->left == 0) {
        copy_drop(m, c);
    }
}

/* The newest copy that a host keeps in this mailbox after `after` (NULL: of all).  A UID that is
 * not known yet may be any. */
static struct model_copy *kept_copy(struct model *m, const struct trace_rec *r, uint32_t uid,
                                    const struct model_copy *after)
{
    uint32_t letter;
    uint32_t at = after                                      ? after->older
                  : cast_letter_find(m->cast, r->a, &letter) ? model_newest(m, letter)
                                                             : 0;
    while (at) {
        struct model_copy *c = vec_at(&m->now.vec[VEC_COPIES], at - 1);
        bool kept = c->place == PLACE_MAILBOX || c->place == PLACE_DEVICE;
        if (kept && !c->gone && c->host == r->actor && c->mailbox == r->c &&
            (c->uid == uid || c->uid == 0 || uid == 0)) {
            return c;
        }
        at = c->older;
    }
    return NULL;
}

/* A device stores, too: what is written on it, or moved there by hand. */
static void on_here(struct model *m, uint64_t n, const struct trace_rec *r)
{
    const struct cast_host *h = cast_host(m->cast, r->actor);
    uint8_t where = h && h->roles & ROLE_MUA ? PLACE_DEVICE : PLACE_MAILBOX;
    bool listed = r->kind == TRACE_LISTED;
    struct model_copy *c = kept_copy(m, r, r->b, NULL);
    while (c && c->uid != r->b && r->kind == TRACE_STORED) {
        c = kept_copy(m, r, r->b, c);
    }
    if (c) { /* fetched again, or what was only listed; its UID may be news */
        c->listed = c->listed && listed;
        c->uid = r->b > 0 ? r->b : c->uid;
    } else if ((c = copy_add(m, n, r, r->actor, where))) {
        c->listed = listed;
        c->uid = r->b;
    }
}

static void on_forgot(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_copy *c = kept_copy(m, r, r->b, NULL);
    (void)n;
    if (c) {
        c->listed = true;
    }
}

/* The record names the letter, not its UID: two copies of one letter get the same flags. */
static void on_flagged(struct model *m, uint64_t n, const struct trace_rec *r)
{
    (void)n;
    for (struct model_copy *c = kept_copy(m, r, 0, NULL); c; c = kept_copy(m, r, 0, c)) {
        c->flags = r->b;
    }
}

static void on_removed(struct model *m, uint64_t n, const struct trace_rec *r)
{
    (void)n;
    copy_drop(m, kept_copy(m, r, r->b, NULL));
}

/* A folder is called something else, or is gone with what was in it. */
static void on_folder(struct model *m, uint64_t n, const struct trace_rec *r)
{
    (void)n;
    for (size_t i = 0; (r->b == 0 || r->c != 0) && i < model_copies(m); i++) {
        struct model_copy *c = vec_at(&m->now.vec[VEC_COPIES], i);
        if (c->host == r->actor && !c->gone && r->b == 0 && c->mailbox == r->a) {
            copy_drop(m, c);
        } else if (c->host == r->actor && !c->gone && r->b != 0 && c->mailbox == r->c) {
            count(m, c, -1);
            c->mailbox = r->a;
            count(m, c, 1);
        }
    }
}

/* Lost: nothing of it works until there is a new one. */
static void on_device(struct model *m, uint64_t n, const struct trace_rec *r)
{
    for (size_t i = 0; i < model_copies(m); i++) {
        struct model_copy *c = vec_at(&m->now.vec[VEC_COPIES], i);
        if (c->host == r->actor && !c->gone) {
            copy_drop(m, c);
        }
    }
    model_fold_fault(m, n, r);
}

static void on_story(struct model *m, uint64_t n, const struct trace_rec *r)
{
    (void)r;
    m->now.story = n;
}

typedef void fold_fn(struct model *m, uint64_t n, const struct trace_rec *r);
static const struct row {
    fold_fn *fold; /* NULL: nothing to keep */
    bool hop;      /* a step of the letter's way; field a names the letter */
} rows[TRACE_KIND_COUNT] = {
    [TRACE_COMPOSE] = { on_compose, true },
    [TRACE_ENVELOPE] = { on_envelope, true },
    [TRACE_ACCEPT] = { on_accept, true },
    [TRACE_ATTEMPT] = { on_try, false },
    [TRACE_DEFER] = { on_try, true },
    [TRACE_OUTCOME] = { on_outcome, true },
    [TRACE_STORED] = { on_here, true },
    [TRACE_FETCHED] = { on_here, true },
    [TRACE_FLAGGED] = { on_flagged, false },
    [TRACE_REMOVED] = { on_removed, true },
    [TRACE_LISTED] = { on_here, false },
    [TRACE_FORGOT] = { on_forgot, false },
    [TRACE_FOLDER] = { on_folder, false },
    [TRACE_DEVICE] = { on_device, false },
    [TRACE_FAULT] = { model_fold_fault, false },
    [TRACE_STORY] = { on_story, false },
};

void model_fold(struct model *m, uint64_t n, const struct trace_rec *r)
{
    const struct row *row = &rows[r->kind];
    uint32_t letter;
    if (row->fold) {
        row->fold(m, n, r);
    }
    if (row->hop) {
        m->now.hop = n;
        m->now.letter = cast_letter_find(m->cast, r->a, &letter) ? letter + 1 : m->now.letter;
    }
    if (words_tell(r->kind) && !cast_is_echo(m->cast, n)) {
        m->now.happened = n;
        model_host_slot(m, r->actor)->activity = n;
    }
}
