/* look.c - FETCH (RFC 9051 6.4.5, RFC 7162 3.1.4, 3.2.6), NOOP and CHECK. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

struct look {
    bool uid, sets_seen, vanished;
    uint64_t since; /* CHANGEDSINCE; 0: none */
    uint32_t asked;
    struct number_set set;
    size_t *mails; /* that must be answered */
    size_t count;
    bool dead; /* one of the set is gone, and the client was not told */
};

static const struct {
    const char *text;
    uint32_t got;
} items[] = {
    { "FLAGS", GOT_FLAGS },      { "UID", GOT_UID },
    { "RFC822.SIZE", GOT_SIZE }, { "INTERNALDATE", GOT_DATE },
    { "BODY.PEEK[]", GOT_BODY }, { "BODY.PEEK[HEADER.FIELDS (SUBJECT)]", GOT_SUBJECT },
    { "BODY[]", GOT_BODY },      { "MODSEQ", GOT_MODSEQ },
};

static void write_items(struct client *c, struct look *l, struct buf *out)
{
    bool condstore = c->style == STYLE_CONDSTORE || c->aware;
    const char *before = "(";
    for (size_t i = 0; i < COUNT(items); i++) {
        bool may = (l->asked & items[i].got) == 0 && (condstore || items[i].got != GOT_MODSEQ);
        if (may && chance(c->play, i < 2 ? 60 : i < 6 ? 12 : 8)) {
            l->asked |= items[i].got;
            l->sets_seen = l->sets_seen || slice_eq(slice_of(items[i].text), SLICE("BODY[]"));
            buf_addz(out, before);
            buf_addz(out, items[i].text);
            before = " ";
        }
    }
    if (l->asked == 0) {
        l->asked = GOT_FLAGS;
        buf_addz(out, "(FLAGS");
    }
    buf_byte(out, ')');
    c->aware = c->aware || (l->asked & GOT_MODSEQ);
}

static void write_modifiers(struct client *c, struct look *l, struct buf *out)
{
    if ((c->style != STYLE_CONDSTORE && !c->aware) || !chance(c->play, 35)) {
        return;
    }
    l->since = chance(c->play, 50) && c->highest > 0 ? c->highest
                                                     : 1 + pick(c->play, client_box(c)->modseq + 2);
    l->vanished = l->uid && c->qresync && chance(c->play, 50);
    l->asked |= GOT_MODSEQ;
    c->aware = true;
    buf_addz(out, " (CHANGEDSINCE ");
    buf_number(out, l->since);
    buf_addz(out, l->vanished ? " VANISHED)" : ")");
}

/* Whom it is about; and \Seen is set by it (RFC 9051 6.4.5, BODY[]). */
static void find_mails(struct client *c, struct look *l)
{
    struct box *b = client_box(c);
    l->mails = mem_array(c->count + 1, sizeof *l->mails);
    for (size_t i = 0; i < c->count; i++) {
        const struct mail *m = row_mail(c, i);
        if (!set_has_row(c, &l->set, i, l->uid)) {
            continue;
        }
        l->dead = l->dead || !m->alive;
        if (m->alive && m->modseq > l->since) {
            l->mails[l->count++] = c->rows[i].mail;
        }
    }
    for (size_t i = 0; i < l->count && l->sets_seen && !c->read_only; i++) {
        truth_flags(b, l->mails[i], b->mails[l->mails[i]].flags | F_SEEN);
    }
}

static bool is_one(const struct look *l, size_t mail)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->mails[i] == mail) {
            return true;
        }
    }
    return false;
}

static void check(struct client *c, const struct look *l, uint64_t star)
{
    struct box *b = client_box(c);
    for (size_t i = 0; i < l->count; i++) {
        const struct mail *m = &b->mails[l->mails[i]];
        if (m->alive && (m->got[c->id] & l->asked) != l->asked) {
            model_fail(c->play, "UID %u was not shown in full", m->uid);
        }
    }
    for (size_t i = 0; i < b->count; i++) {
        const struct mail *m = &b->mails[i];
        uint32_t only = GOT_FLAGS | GOT_UID | GOT_MODSEQ | GOT_ANY;
        if (m->alive && !is_one(l, i) && (m->got[c->id] & ~only)) {
            model_fail(c->play, "UID %u was shown, and nobody asked for it", m->uid);
        }
        if (l->vanished && !m->alive && m->gone_at > l->since && set_has(&l->set, m->uid, star) &&
            !(m->got[c->id] & GOT_GONE)) {
            model_fail(c->play, "UID %u vanished, and was left out", m->uid);
        }
    }
}

/* Who was not changed since, and of whom the client knows all, is not shown. */
static void check_unchanged(struct client *c, const struct look *l, const bool *known)
{
    struct box *b = client_box(c);
    for (size_t i = 0; l->since > 0 && i < b->count; i++) {
        if (known[i] && !is_one(l, i) && b->mails[i].alive && b->mails[i].got[c->id]) {
            model_fail(c->play, "UID %u was not changed since, and is shown", b->mails[i].uid);
        }
    }
}

void step_fetch(struct client *c)
{
    struct look l = { .uid = chance(c->play, 50) };
    struct buf line = { 0 };
    l.set = set_by_chance(c, l.uid);
    buf_addz(&line, l.uid ? "UID FETCH " : "FETCH ");
    set_write(&l.set, &line);
    buf_byte(&line, ' ');
    bool fits = l.uid || set_fits(c, &l.set);
    bool aware = c->aware;
    write_items(c, &l, &line);
    write_modifiers(c, &l, &line);
    l.asked |= l.uid ? GOT_UID : 0;
    uint64_t star = c->count > 0 ? row_mail(c, c->count - 1)->uid : 0;
    bool *known = mem_array(client_box(c)->count + 1, sizeof *known);
    for (size_t i = 0; i < c->count; i++) {
        known[c->rows[i].mail] =
            c->rows[i].flags_known && c->rows[i].flags == row_mail(c, i)->flags;
    }
    if (fits) {
        find_mails(c, &l);
    }
    c->asked = l.asked;
    c->pauses = l.since == 0 && !l.sets_seen;
    c->earlier = NULL;
    struct number_set asked = l.set;
    for (size_t i = 0; i < asked.count; i++) {
        asked.parts[i].a = asked.parts[i].a == SET_STAR ? star : asked.parts[i].a;
        asked.parts[i].b = asked.parts[i].b == SET_STAR ? star : asked.parts[i].b;
    }
    c->earlier = &asked;
    slice tagged = client_does(
        c, (l.uid ? 0 : PERMIT_NO_EXPUNGE) | (l.vanished ? PERMIT_EARLIER : 0), buf_slice(&line));
    c->asked = 0;
    c->pauses = false;
    c->earlier = NULL;
    for (size_t i = 0; i < l.count; i++) { /* it may have gone meanwhile */
        l.dead = l.dead || !client_box(c)->mails[l.mails[i]].alive;
    }
    if (!fits) {
        c->aware = aware;
    }
    if (fits ? !eat(&tagged, "OK") && (!l.dead || l.uid || !eat(&tagged, "NO"))
             : !eat(&tagged, "BAD")) {
        model_fail(c->play, "another answer to FETCH was due");
    }
    if (fits) {
        check(c, &l, star);
        check_unchanged(c, &l, known);
    }
    mem_free(known);
    mem_free(l.mails);
    buf_deinit(&line);
}

void step_noop(struct client *c)
{
    bool check = c->box != NOBODY && chance(c->play, 20);
    slice tagged = client_does(c, 0, check ? SLICE("CHECK") : SLICE("NOOP"));
    if (!eat(&tagged, "OK")) {
        model_fail(c->play, "NOOP was refused");
    }
    belief_agrees(c);
}
