#include "ui/model.h"

#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>

struct rig {
    struct trace t;
    struct cast c;
    struct model m;
};

static void rig_up(struct rig *r, uint32_t letters)
{
    trace_init(&r->t, TRACE_LEVEL_BYTES);
    if (letters) {
        sample_trace_many(&r->t, letters);
    } else {
        sample_trace_first_mail(&r->t);
    }
    cast_init(&r->c, &r->t);
    model_init(&r->m, &r->c);
}

static void rig_down(struct rig *r)
{
    model_deinit(&r->m);
    cast_deinit(&r->c);
    trace_deinit(&r->t);
}

static uint64_t record_of(const struct trace *t, uint32_t kind, uint32_t actor)
{
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind == kind && r->actor == actor) {
            return n;
        }
    }
    return 0;
}

Test(model, follows_the_letter_from_laptop_to_phone)
{
    /* after the first record of this kind and actor: what the boxes say */
    static const struct {
        uint32_t kind, actor;
        uint32_t drafts, sent, org_queue, net_mailbox, inbox;
    } rows[] = {
        { TRACE_COMPOSE, SAMPLE_ALICE, 1, 0, 0, 0, 0 },
        { TRACE_ENVELOPE, SAMPLE_ORG, 1, 0, 0, 0, 0 },
        { TRACE_ACCEPT, SAMPLE_ORG, 0, 1, 1, 0, 0 },
        { TRACE_STORED, SAMPLE_NET, 0, 1, 1, 1, 0 },
        { TRACE_OUTCOME, SAMPLE_ORG, 0, 1, 0, 1, 0 },
        { TRACE_FETCHED, SAMPLE_BOB, 0, 1, 0, 1, 1 },
    };
    struct rig r;
    rig_up(&r, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        model_seek(&r.m, record_of(&r.t, rows[i].kind, rows[i].actor));
        const struct model_host *alice = model_host(&r.m, SAMPLE_ALICE);
        cr_expect_eq(alice->drafts, rows[i].drafts, "row %zu: drafts %u", i, alice->drafts);
        cr_expect_eq(alice->sent, rows[i].sent, "row %zu: sent %u", i, alice->sent);
        cr_expect_eq(model_host(&r.m, SAMPLE_ORG)->queue, rows[i].org_queue, "row %zu: queue", i);
        cr_expect_eq(model_host(&r.m, SAMPLE_NET)->mailboxes, rows[i].net_mailbox,
                     "row %zu: mailbox", i);
        cr_expect_eq(model_host(&r.m, SAMPLE_BOB)->inbox, rows[i].inbox, "row %zu: inbox", i);
    }
    cr_expect_eq(model_host(&r.m, SAMPLE_NET)->queue, 0);
    rig_down(&r);
}

static uint64_t put_letter(struct trace *t, uint32_t kind, uint32_t actor, uint32_t b,
                           const char *text)
{
    struct trace_rec r = { .kind = kind, .actor = actor, .b = b };
    r.a = trace_name(t, SLICE("refused@example.org"));
    return trace_put_text(t, r, slice_of(text));
}

/* A server takes it for none of them: then it waits to be sent no more. */
Test(model, what_is_refused_for_good_leaves_the_outbox)
{
    struct rig r = { 0 };
    uint64_t at[5];
    static const uint32_t drafts[COUNT(at)] = { 1, 1, 1, 1, 0 };
    trace_init(&r.t, TRACE_LEVEL_BYTES);
    (void)trace_put(&r.t, (struct trace_rec){ .kind = TRACE_HOST, .actor = 1, .c = ROLE_MUA });
    at[0] = put_letter(&r.t, TRACE_COMPOSE, 1, 9, "a@x\nb@x, c@x\nS");
    at[1] = put_letter(&r.t, TRACE_ENVELOPE, 1, 0, "b@x\nc@x\n");
    at[2] = put_letter(&r.t, TRACE_OUTCOME, 1, FATE_FAILED, "b@x\ns: 550 no");
    at[3] = put_letter(&r.t, TRACE_ENVELOPE, 1, 0, "c@x\n"); /* who was put off, later */
    at[4] = put_letter(&r.t, TRACE_OUTCOME, 1, FATE_FAILED, "c@x\ns: 550 no");
    cast_init(&r.c, &r.t);
    cast_extend(&r.c);
    model_init(&r.m, &r.c);
    for (size_t i = 0; i < COUNT(at); i++) {
        model_seek(&r.m, at[i]);
        cr_expect_eq(model_host(&r.m, 1)->drafts, drafts[i], "%zu: %u", i,
                     model_host(&r.m, 1)->drafts);
        cr_expect_eq(model_host(&r.m, 1)->sent, 0);
    }
    rig_down(&r);
}

Test(model, labels_what_flies_only_while_it_flies)
{
    static const struct {
        enum model_motion motion;
        const char *label;
    } rows[] = {
        { MOTION_QUESTION, "A?" },          { MOTION_ANSWER, "A!" },
        { MOTION_CALL, "hello?" },          { MOTION_REPLY, "220" },
        { MOTION_REQUEST, "EHLO" },         { MOTION_REPLY, "250" },
        { MOTION_REQUEST, "AUTH" },         { MOTION_REPLY, "235" },
        { MOTION_REQUEST, "MAIL FROM +2" }, { MOTION_REPLY, "250 +2" },
        { MOTION_LETTER, "letter" },        { MOTION_REPLY, "250" },
        { MOTION_REQUEST, "QUIT" },         { MOTION_REPLY, "221" },
        { MOTION_QUESTION, "MX?" },         { MOTION_REQUEST, "LOGIN" },
        { MOTION_REQUEST, "FETCH" },
    };
    struct rig r;
    rig_up(&r, 0);
    size_t row = 0;
    struct buf label;
    buf_init(&label);
    for (uint64_t n = 1; n <= r.t.count; n++) {
        model_seek(&r.m, n);
        size_t flying = model_flights(&r.m);
        cr_assert_leq(flying, 2, "record %llu", (unsigned long long)n);
        if (flying == 0) {
            continue;
        }
        const struct model_flight *f = model_flight(&r.m, flying - 1);
        const struct trace_rec *rec = trace_at(&r.t, f->record);
        cr_expect(model_flying(f, rec->at) && !model_flying(f, rec->until));
        buf_clear(&label);
        model_flight_label(&r.m, f, &label);
        if (row < COUNT(rows) && f->record == n && f->motion == rows[row].motion &&
            slice_eq(buf_slice(&label), slice_of(rows[row].label))) {
            row++;
        }
    }
    cr_expect_eq(row, COUNT(rows), "missed row %zu (%s)", row,
                 row < COUNT(rows) ? rows[row].label : "");
    buf_deinit(&label);
    rig_down(&r);
}

/* The parts of a state that a picture is made of, as bytes. */
static uint64_t fingerprint(const struct model *m)
{
    uint64_t h = m->now.at ^ m->now.story << 20 ^ m->now.hop << 40 ^ m->now.flow;
    for (size_t i = 0; i < VEC_COUNT; i++) {
        const struct vec *v = &m->now.vec[i];
        h = slice_hash((slice){ v->count ? v->ptr : "", v->count * v->size }, h);
    }
    return h;
}

Test(model, is_the_same_wherever_it_is_come_from)
{
    static const uint64_t jumps[] = { 50000, 3, 4095, 4096, 4097, 99999, 12, 70000, 69999, 1, 0 };
    struct rig r, fresh;
    rig_up(&r, 6000);
    cr_assert_gt(r.t.count, 100000);
    model_seek(&r.m, r.t.count);
    for (size_t i = 0; i < COUNT(jumps); i++) {
        model_seek(&r.m, jumps[i]);
        fresh.t = r.t;
        model_init(&fresh.m, &r.c);
        model_seek(&fresh.m, jumps[i]);
        cr_expect_eq(fingerprint(&r.m), fingerprint(&fresh.m), "jump to %llu",
                     (unsigned long long)jumps[i]);
        model_deinit(&fresh.m);
    }
    rig_down(&r);
}

Test(model, whoever_reads_ahead_leaves_what_is_shown)
{
    static const uint64_t jumps[] = { 0, 5000, 4095, 60000, 3, 99999, 30000, 1 };
    struct rig r, fresh;
    rig_up(&r, 6000);
    for (size_t i = 0; i < COUNT(jumps); i++) {
        model_seek(&r.m, jumps[i]);
        uint64_t shown = fingerprint(&r.m);
        model_read_ahead(&r.m, 7001);
        cr_expect_eq(fingerprint(&r.m), shown, "at %llu", (unsigned long long)jumps[i]);
        fresh.t = r.t;
        model_init(&fresh.m, &r.c);
        model_seek(&fresh.m, jumps[i]);
        cr_expect_eq(fingerprint(&fresh.m), shown, "at %llu", (unsigned long long)jumps[i]);
        model_deinit(&fresh.m);
    }
    size_t rounds = 0;
    for (; !model_has_read(&r.m); rounds++) {
        model_read_ahead(&r.m, 7001);
    }
    cr_expect_leq(rounds, 15);
    cr_expect_eq(r.m.now.at, 1, "nobody went anywhere");
    cr_expect_gt(r.m.frames[r.m.frame_count - 1].at + r.m.stride, r.t.count);
    rig_down(&r);
}

Test(model, keeps_few_snapshots_of_a_long_trace)
{
    struct rig r;
    rig_up(&r, 20000);
    model_seek(&r.m, r.t.count);
    cr_expect_leq(r.m.frame_count, MODEL_KEYFRAMES);
    cr_expect_geq(r.m.frame_count, 4);
    cr_expect_leq(r.m.frame_bytes, MODEL_KEYFRAME_BYTES);
    cr_expect_leq(r.m.frames[0].at, r.m.stride + MODEL_KEYFRAME_FIRST);
    rig_down(&r);
}
