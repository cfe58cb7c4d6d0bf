/* change.c - STORE (RFC 9051 6.4.6, RFC 7162 3.1.3), COPY, MOVE (RFC 6851), EXPUNGE and UID EXPUNGE
 * (RFC 4315), APPEND. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

/* "(\Seen Work)", and what that is in this mailbox, which learns the keywords where `add`. */
uint32_t flags_by_chance(struct client *c, struct box *b, bool add, struct buf *out)
{
    struct play *p = c->play;
    uint32_t flags = 0;
    const char *before = "";
    buf_byte(out, '(');
    for (size_t i = 0; i < F_SYSTEM_COUNT; i++) {
        if (chance(p, i == 1 ? 35 : 20)) {
            flags |= 1U << i;
            buf_addz(out, before);
            buf_addz(out, model_flags[i]);
            before = " ";
        }
    }
    while (chance(p, 25)) {
        struct buf name = { 0 };
        truth_keyword_name((size_t)pick(p, p->crowded ? KEYWORD_NAMES : 6), &name);
        for (size_t i = 0; i < name.len && chance(p, 10); i++) {
            name.ptr[i] = ascii_upper(name.ptr[i]);
        }
        flags |= truth_keyword(b, buf_slice(&name), add);
        buf_addz(out, before);
        buf_add(out, buf_slice(&name));
        before = " ";
        buf_deinit(&name);
    }
    buf_byte(out, ')');
    return flags;
}

/* ---- STORE ---- */

struct store {
    bool uid, silent, conditional;
    int mode;
    uint32_t flags;
    uint64_t since;
    struct number_set set;
    bool dead;
};

static bool listed(slice set, uint64_t n)
{
    uint64_t from, to;
    while (set.len > 0 && eat_range(&set, &from, &to)) {
        if (n >= from && n <= to) {
            return true;
        }
    }
    return false;
}

/* RFC 7162 3.1.3: what was changed since is refused; but a server that knows that other flags were
 * changed than those that are to be, and how, may do it. */
static void check_condition(struct client *c, const struct store *st, const struct mail *m,
                            bool refused)
{
    bool changed = st->conditional && m->modseq > st->since;
    uint32_t then = truth_flags_at(m, st->since);
    bool others =
        st->mode != 0 && st->since >= m->past[0].modseq && ((then ^ m->flags) & st->flags) == 0;
    if (refused && !changed) {
        model_fail(c->play, "UID %u was not changed since, and STORE was refused", m->uid);
    } else if (!refused && changed && !others) {
        model_fail(c->play, "UID %u was changed since, and STORE was done", m->uid);
    }
}

/* In rows' order, as the server does it; the client believes what it asked for. */
static void store_rows(struct client *c, struct store *st, slice modified)
{
    struct box *b = client_box(c);
    for (size_t i = 0; i < c->count && !c->play->failed; i++) {
        struct mail *m = row_mail(c, i);
        struct row *row = &c->rows[i];
        if (!set_has_row(c, &st->set, i, st->uid)) {
            continue;
        }
        st->dead = st->dead || !m->alive;
        bool refused = listed(modified, st->uid ? m->uid : i + 1);
        if (!m->alive) {
            continue;
        }
        check_condition(c, st, m, refused);
        if (refused) {
            continue;
        }
        uint32_t before = row->flags;
        truth_flags(b, row->mail,
                    st->mode > 0   ? m->flags | st->flags
                    : st->mode < 0 ? m->flags & ~st->flags
                                   : st->flags);
        row->flags = st->mode > 0   ? before | st->flags
                     : st->mode < 0 ? before & ~st->flags
                                    : st->flags;
        row->flags_known = row->flags_known || st->mode == 0;
    }
}

static void check_told(struct client *c, const struct store *st, const size_t *mails, size_t count)
{
    struct box *b = client_box(c);
    for (size_t i = 0; i < count && !st->silent; i++) {
        if (b->mails[mails[i]].alive && !(b->mails[mails[i]].got[c->id] & GOT_FLAGS)) {
            model_fail(c->play, "the new flags of UID %u were not told", b->mails[mails[i]].uid);
        }
    }
}

static void write_store(struct client *c, struct store *st, struct buf *line)
{
    struct play *p = c->play;
    buf_addz(line, st->uid ? "UID STORE " : "STORE ");
    set_write(&st->set, line);
    if (st->conditional) {
        st->since =
            chance(p, 60) && c->highest > 0 ? c->highest : pick(p, client_box(c)->modseq + 2);
        buf_addz(line, " (UNCHANGEDSINCE ");
        buf_number(line, st->since);
        buf_byte(line, ')');
    }
    buf_addz(line, st->mode > 0 ? " +FLAGS" : st->mode < 0 ? " -FLAGS" : " FLAGS");
    buf_addz(line, st->silent ? ".SILENT " : " ");
}

void step_store(struct client *c)
{
    struct play *p = c->play;
    struct store st = { .uid = chance(p, 50),
                        .silent = chance(p, 30),
                        .mode = (int)pick(p, 3) - 1 };
    struct buf line = { 0 };
    st.set = set_by_chance(c, st.uid);
    st.conditional = (c->style == STYLE_CONDSTORE || c->aware) && chance(p, 40);
    bool fits = st.uid || set_fits(c, &st.set);
    bool goes = fits && !c->read_only;
    write_store(c, &st, &line);
    st.flags = flags_by_chance(c, client_box(c), goes && st.mode >= 0, &line);
    c->aware = c->aware || (fits && st.conditional);
    client_says(c, st.uid ? 0 : PERMIT_NO_EXPUNGE, buf_slice(&line));
    slice tagged = client_peek(c);
    slice modified;
    size_t *mails = mem_array(c->count + 1, sizeof *mails);
    size_t count = 0;
    modified = tagged_code(tagged, "MODIFIED ", &modified) ? modified : (slice){ 0 };
    if (goes) {
        for (size_t i = 0; i < c->count; i++) {
            uint64_t number = st.uid ? row_mail(c, i)->uid : i + 1;
            if (set_has_row(c, &st.set, i, st.uid) && !listed(modified, number)) {
                mails[count++] = c->rows[i].mail;
            }
        }
        store_rows(c, &st, modified);
    }
    (void)client_hears(c);
    if (!fits   ? !eat(&tagged, "BAD")
        : !goes ? !eat(&tagged, "NO")
                : !eat(&tagged, "OK") && (!st.dead || st.uid || !eat(&tagged, "NO"))) {
        model_fail(p, "another answer to STORE was due");
    }
    if (goes) {
        check_told(c, &st, mails, count);
    }
    mem_free(mails);
    buf_deinit(&line);
}

/* ---- COPY and MOVE ---- */

struct copies {
    size_t *from, *to; /* mails, pair by pair */
    size_t count;
    bool dead;
};

static void copy_rows(struct client *c, const struct number_set *set, bool uid, struct box *to,
                      struct copies *k)
{
    struct box *b = client_box(c);
    for (size_t i = 0; i < c->count; i++) {
        bool in = set_has_row(c, set, i, uid);
        k->dead = k->dead || (in && !row_mail(c, i)->alive);
        if (in && row_mail(c, i)->alive) {
            k->from[k->count++] = c->rows[i].mail;
        }
    }
    if (k->dead && !uid) {
        k->count = 0; /* a COPY that fails leaves nothing behind (RFC 9051 6.4.7) */
    }
    for (size_t i = 0; i < k->count; i++) {
        struct mail m = b->mails[k->from[i]];
        k->to[i] = truth_append(to, m.letter, truth_flags_in(to, b, m.flags), m.date);
    }
}

/* RFC 4315 3: the UIDs of both sides, in the same order. */
static void check_copyuid(struct client *c, slice code, const struct box *from, struct box *to,
                          const struct copies *k)
{
    uint64_t validity, a = 1, a_to = 0, b = 1, b_to = 0;
    slice others = code;
    to->uid_validity =
        to->uid_validity || !eat_number(&others, &validity) ? to->uid_validity : (uint32_t)validity;
    bool ok = eat_number(&code, &validity) && validity == to->uid_validity && eat(&code, " ");
    others = slice_from(code, slice_find_byte(code, ' ') + 1);
    code = slice_sub(code, 0, slice_find_byte(code, ' '));
    for (size_t i = 0; i < k->count && ok; i++) {
        ok = (a <= a_to || eat_range(&code, &a, &a_to)) &&
             (b <= b_to || eat_range(&others, &b, &b_to)) && a++ == from->mails[k->from[i]].uid &&
             b++ == to->mails[k->to[i]].uid;
    }
    if (!ok || code.len > 0 || others.len > 0 || a <= a_to || b <= b_to) {
        model_fail(c->play, "COPYUID is wrong");
    }
}

static bool find_copyuid(struct client *c, slice *code_r)
{
    slice all = buf_slice(&c->heard);
    size_t at = slice_find(all, SLICE("[COPYUID "));
    *code_r = slice_from(all, at == SLICE_NONE ? all.len : at + 9);
    *code_r = slice_sub(*code_r, 0, slice_find_byte(*code_r, ']'));
    return at != SLICE_NONE;
}

void step_copy(struct client *c)
{
    struct play *p = c->play;
    struct buf line = { 0 };
    struct box *to = &p->boxes[pick(p, BOXES)];
    bool uid = chance(p, 50), move = chance(p, 50);
    struct number_set set = set_by_chance(c, uid);
    struct copies k = { mem_array(c->count + 1, sizeof(size_t)),
                        mem_array(c->count + 1, sizeof(size_t)), 0, false };
    bool fits = uid || set_fits(c, &set);
    bool goes = fits && !(move && c->read_only);
    buf_addz(&line, uid ? "UID " : "");
    buf_addz(&line, move ? "MOVE " : "COPY ");
    set_write(&set, &line);
    buf_byte(&line, ' ');
    buf_add(&line, to->name);
    if (goes) {
        copy_rows(c, &set, uid, to, &k);
        for (size_t i = 0; i < k.count && move; i++) {
            truth_remove(client_box(c), k.from[i]);
        }
    }
    client_says(c, 0, buf_slice(&line));
    slice code;
    bool told = find_copyuid(c, &code);
    if (told != (k.count > 0)) {
        model_fail(p, "COPYUID of what was not copied, or none");
    } else if (told) {
        check_copyuid(c, code, client_box(c), to, &k);
    }
    slice tagged = client_hears(c);
    bool no = fits && (!goes || (k.dead && !uid));
    if (!eat(&tagged, !fits ? "BAD" : no ? "NO" : "OK")) {
        model_fail(p, "another answer to COPY was due");
    }
    mem_free(k.from);
    mem_free(k.to);
    buf_deinit(&line);
}

/* ---- EXPUNGE ---- */

/* Of what this session knows of: nobody loses what he was not told of. */
void expunge_rows(struct client *c, const struct number_set *set)
{
    for (size_t i = 0; i < c->count && !c->read_only; i++) {
        const struct mail *m = row_mail(c, i);
        if (m->alive && (m->flags & F_DELETED) && (!set || set_has_row(c, set, i, true))) {
            truth_remove(client_box(c), c->rows[i].mail);
        }
    }
}

void step_expunge(struct client *c)
{
    struct buf line = { 0 };
    bool uid = chance(c->play, 40);
    struct number_set set = set_by_chance(c, true);
    buf_addz(&line, uid ? "UID EXPUNGE " : "EXPUNGE");
    if (uid) {
        set_write(&set, &line);
    }
    expunge_rows(c, uid ? &set : NULL);
    slice tagged = client_does(c, 0, buf_slice(&line));
    if (!eat(&tagged, c->read_only ? "NO" : "OK")) {
        model_fail(c->play, "another answer to EXPUNGE was due");
    }
    belief_agrees(c);
    buf_deinit(&line);
}

/* ---- APPEND ---- */

static const char *const month = "Sep-2026";

static int64_t write_date(struct play *p, struct buf *out)
{
    unsigned day = 1 + (unsigned)pick(p, 9);
    buf_addz(out, "\" ");
    buf_number(out, day);
    buf_byte(out, '-');
    buf_addz(out, month);
    buf_addz(out, " 09:00:01 +0000\" ");
    return START_DATE + ((int64_t)day - 7) * 86400;
}

void step_append(struct client *c)
{
    struct play *p = c->play;
    struct buf line = { 0 };
    struct box *b = &p->boxes[pick(p, BOXES)];
    const struct letter *letter = &p->letters[pick(p, LETTERS)];
    uint32_t flags = 0;
    int64_t date = START_DATE + (int64_t)p->step * 3600;
    buf_addz(&line, "APPEND ");
    buf_add(&line, b->name);
    buf_byte(&line, ' ');
    if (chance(p, 70)) {
        flags = flags_by_chance(c, b, true, &line);
        buf_byte(&line, ' ');
    }
    if (chance(p, 50)) {
        date = write_date(p, &line);
    }
    bool waits = chance(p, 50);
    buf_byte(&line, '{');
    buf_number(&line, letter->text.len);
    buf_addz(&line, waits ? "}\r\n\1" : "+}\r\n");
    buf_add(&line, buf_slice(&letter->text));
    size_t mail = truth_append(b, letter, flags, date);
    slice tagged = client_does(c, 0, buf_slice(&line));
    slice code;
    uint64_t validity, uid;
    if (!tagged_code(tagged, "APPENDUID ", &code) || !eat_number(&code, &validity) ||
        !eat(&code, " ") || !eat_number(&code, &uid) || uid != b->mails[mail].uid ||
        (b->uid_validity && validity != b->uid_validity)) {
        model_fail(p, "APPENDUID is wrong");
    }
    buf_deinit(&line);
}
