/* pop3_verbs.c - the commands of a POP3 server (RFC 1939 5, 6, 7; STLS: RFC 2595).
 * Never reads input and never asks the host: pop3_server.c does. */
#include "sim/proto/pop3_server.h"

#include "sim/mail/message.h"

bool pop3_offers(const struct pop3_server *s, enum pop3_offer what)
{
    return (s->config->offers & (uint32_t)what) != 0;
}

/* ---- replies ---- */

const slice pop3_code_names[POP3_CODE_COUNT] = {
    [POP3_IN_USE] = SLICE_INIT("IN-USE"),     [POP3_LOGIN_DELAY] = SLICE_INIT("LOGIN-DELAY"),
    [POP3_SYS_TEMP] = SLICE_INIT("SYS/TEMP"), [POP3_SYS_PERM] = SLICE_INIT("SYS/PERM"),
    [POP3_AUTH] = SLICE_INIT("AUTH"),
};

/* RFC 2449 6.4 and RFC 3206 6: codes of the first kind and of the second are offered apart. */
void pop3_refuse(const struct pop3_server *s, struct outq *out, enum pop3_code code, slice words)
{
    bool first = code == POP3_IN_USE || code == POP3_LOGIN_DELAY;
    outq_static(out, SLICE("-ERR "));
    if (code != POP3_NO_CODE &&
        pop3_offers(s, first ? POP3_HAS_RESP_CODES : POP3_HAS_AUTH_RESP_CODE)) {
        outq_static(out, SLICE("["));
        outq_static(out, pop3_code_names[code]);
        outq_static(out, SLICE("] "));
    }
    outq_text(out, words);
    outq_static(out, SLICE("\r\n"));
}

void pop3_error(struct outq *out, slice words_live_forever)
{
    outq_static(out, SLICE("-ERR "));
    outq_static(out, words_live_forever);
    outq_static(out, SLICE("\r\n"));
}

void pop3_nonsense(struct pop3_server *s, struct outq *out, slice words_live_forever)
{
    if (s->config->errors_max > 0 && ++s->errors >= s->config->errors_max) {
        words_live_forever = SLICE("too many errors");
        s->state = S_GONE;
    }
    pop3_error(out, words_live_forever);
}

static void say_two(struct outq *out, uint64_t a, uint64_t b)
{
    outq_u64(out, a);
    outq_text(out, SLICE(" "));
    outq_u64(out, b);
}

/* The slot of a message number; else says why not. */
static struct pop3_slot *slot_of(struct pop3_server *s, struct outq *out, slice number)
{
    uint32_t n = 0;
    if (!slice_to_u32(number, &n)) {
        pop3_error(out, SLICE("a message number is expected"));
    } else if (n == 0 || n > s->drop.count) {
        pop3_error(out, SLICE("no such message"));
    } else if (s->drop.slots[n - 1].marked) {
        pop3_error(out, SLICE("that message is deleted"));
    } else {
        return &s->drop.slots[n - 1];
    }
    return NULL;
}

/* ---- listings ---- */

/* "uidvalidity.uid" never comes back for another message (RFC 1939 7, UIDL). */
static void list_line(const struct pop3_server *s, const struct pop3_slot *slot,
                      enum pop3_busy what, struct outq *out)
{
    outq_u64(out, (uint64_t)(slot - s->drop.slots) + 1);
    outq_text(out, SLICE(" "));
    if (what == B_LIST) {
        outq_u64(out, pop3_drop_octets(slot));
    } else {
        outq_u64(out, s->drop.uid_validity);
        outq_text(out, SLICE("."));
        outq_u64(out, slot->uid);
    }
    outq_text(out, SLICE("\r\n"));
}

/* Queues about `room` bytes of the listing; it is over when busy has changed. */
static void list_more(struct pop3_server *s, size_t room, struct outq *out)
{
    size_t before = out->size;
    for (; s->at < s->drop.count; s->at++) {
        if (out->size - before >= room) {
            return;
        }
        if (!s->drop.slots[s->at].marked) {
            list_line(s, &s->drop.slots[s->at], s->busy, out);
        }
    }
    outq_static(out, SLICE(".\r\n"));
    s->busy = B_NOTHING;
}

static void list(struct pop3_server *s, struct outq *out, slice number, enum pop3_busy what)
{
    if (number.len > 0) {
        const struct pop3_slot *slot = slot_of(s, out, number);
        if (slot) {
            outq_text(out, SLICE("+OK "));
            list_line(s, slot, what, out);
        }
        return;
    }
    uint64_t sum;
    size_t count = pop3_drop_count(&s->drop, &sum);
    outq_text(out, SLICE("+OK "));
    outq_u64(out, count);
    outq_text(out, count == 1 ? SLICE(" message (") : SLICE(" messages ("));
    outq_u64(out, sum);
    outq_text(out, SLICE(" octets)\r\n"));
    s->at = 0;
    s->busy = what;
}

/* ---- commands ----  Each gets what stands behind its keyword and one blank. */

static void on_stat(struct pop3_server *s, struct outq *out, slice argument)
{
    (void)argument;
    uint64_t sum;
    size_t count = pop3_drop_count(&s->drop, &sum);
    outq_text(out, SLICE("+OK "));
    say_two(out, count, sum);
    outq_text(out, SLICE("\r\n"));
}

static void on_list(struct pop3_server *s, struct outq *out, slice argument)
{
    list(s, out, argument, B_LIST);
}

static void on_uidl(struct pop3_server *s, struct outq *out, slice argument)
{
    list(s, out, argument, B_UIDL);
}

static void on_retr(struct pop3_server *s, struct outq *out, slice argument)
{
    struct pop3_slot *slot = slot_of(s, out, argument);
    if (slot) {
        outq_text(out, SLICE("+OK "));
        outq_u64(out, pop3_drop_octets(slot));
        outq_text(out, SLICE(" octets\r\n"));
        s->sending = message_ref(slot->message);
        s->writer = (struct dot_writer){ 0 };
        s->busy = B_SENDING;
        s->retrieved = slot->uid;
        slot->read = true;
    }
}

static void on_top(struct pop3_server *s, struct outq *out, slice argument)
{
    uint64_t lines = 0;
    slice rest = argument;
    slice number = slice_word(&rest);
    if (!slice_to_u64(slice_trim(rest), &lines)) {
        pop3_error(out, SLICE("a message number and a number of lines are expected"));
        return;
    }
    const struct pop3_slot *slot = slot_of(s, out, number);
    if (slot) {
        outq_static(out, SLICE("+OK top of message follows\r\n"));
        struct message *m = slot->message;
        s->sending = message_new();
        message_add_part(s->sending, m, 0, message_lines_end(m, message_header_size(m), lines));
        s->writer = (struct dot_writer){ 0 };
        s->busy = B_SENDING;
    }
}

static void on_dele(struct pop3_server *s, struct outq *out, slice argument)
{
    struct pop3_slot *slot = slot_of(s, out, argument);
    if (slot) {
        slot->marked = true;
        outq_static(out, SLICE("+OK marked to be deleted\r\n"));
    }
}

static void on_rset(struct pop3_server *s, struct outq *out, slice argument)
{
    (void)argument;
    for (size_t i = 0; i < s->drop.count; i++) {
        s->drop.slots[i].marked = false;
    }
    outq_static(out, SLICE("+OK nothing is marked any more\r\n"));
}

static void on_noop(struct pop3_server *s, struct outq *out, slice argument)
{
    (void)s;
    (void)argument;
    outq_static(out, SLICE("+OK\r\n"));
}

static void on_stls(struct pop3_server *s, struct outq *out, slice argument)
{
    (void)argument;
    if (s->secured) {
        pop3_error(out, SLICE("TLS is up already"));
        return;
    }
    outq_static(out, SLICE("+OK begin TLS\r\n"));
    s->state = S_TLS;
    s->upgrade_due = true;
}

/* EXPIRE 0: who has read a letter has deleted it (RFC 2449 6.7). */
static void delete_read(struct pop3_server *s)
{
    for (size_t i = 0; i < s->drop.count; i++) {
        s->drop.slots[i].marked = s->drop.slots[i].marked || s->drop.slots[i].read;
    }
}

static void on_quit(struct pop3_server *s, struct outq *out, slice argument)
{
    (void)argument;
    s->at = 0;
    if (pop3_offers(s, POP3_HAS_EXPIRE) && s->config->expire_days == 0) {
        delete_read(s);
    }
    s->state = s->state == S_TRANSACTION ? S_UPDATE : S_GONE;
    if (s->state == S_GONE) {
        outq_static(out, SLICE("+OK bye\r\n"));
    }
}

enum arguments { ARG_NONE, ARG_ONE, ARG_MAY, ARG_LINE };

/* RFC 1939 5 and 7: a keyword outside its states gets -ERR. */
static const struct verb {
    slice name;
    unsigned legal_in;
    enum arguments arguments;
    enum pop3_offer offer; /* 0: every server has it */
    void (*run)(struct pop3_server *s, struct outq *out, slice argument);
} verbs[] = {
    { SLICE_INIT("USER"), S_AUTHORIZATION, ARG_ONE, POP3_HAS_USER, pop3_on_user },
    { SLICE_INIT("PASS"), S_AUTHORIZATION, ARG_LINE, POP3_HAS_USER, pop3_on_pass },
    { SLICE_INIT("APOP"), S_AUTHORIZATION, ARG_LINE, POP3_HAS_APOP, pop3_on_apop },
    { SLICE_INIT("AUTH"), S_AUTHORIZATION, ARG_LINE, POP3_HAS_SASL, pop3_on_auth },
    { SLICE_INIT("STLS"), S_AUTHORIZATION, ARG_NONE, POP3_HAS_STLS, on_stls },
    { SLICE_INIT("STAT"), S_TRANSACTION, ARG_NONE, 0, on_stat },
    { SLICE_INIT("LIST"), S_TRANSACTION, ARG_MAY, 0, on_list },
    { SLICE_INIT("RETR"), S_TRANSACTION, ARG_ONE, 0, on_retr },
    { SLICE_INIT("DELE"), S_TRANSACTION, ARG_ONE, 0, on_dele },
    { SLICE_INIT("NOOP"), S_TRANSACTION, ARG_NONE, 0, on_noop },
    { SLICE_INIT("RSET"), S_TRANSACTION, ARG_NONE, 0, on_rset },
    { SLICE_INIT("TOP"), S_TRANSACTION, ARG_LINE, POP3_HAS_TOP, on_top },
    { SLICE_INIT("UIDL"), S_TRANSACTION, ARG_MAY, POP3_HAS_UIDL, on_uidl },
    { SLICE_INIT("CAPA"), S_ANY, ARG_NONE, POP3_HAS_CAPA, pop3_on_capa },
    { SLICE_INIT("QUIT"), S_ANY, ARG_NONE, 0, on_quit },
};

static const struct verb *verb_of(const struct pop3_server *s, slice keyword)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        bool offered = verbs[i].offer == 0 || pop3_offers(s, verbs[i].offer);
        if (offered && slice_eq_nocase(verbs[i].name, keyword)) {
            return &verbs[i];
        }
    }
    return NULL;
}

void pop3_command(struct pop3_server *s, struct outq *out, slice line)
{
    slice argument = line;
    slice keyword = slice_cut(&argument, ' ');
    const struct verb *v = verb_of(s, keyword);
    if (!v || v->run != pop3_on_pass) { /* PASS follows USER at once (RFC 1939 7) */
        buf_clear(&s->user);
    }
    if (!v) {
        pop3_nonsense(s, out, SLICE("that command is not known here"));
        return;
    }
    if ((v->legal_in & s->state) == 0) {
        pop3_nonsense(s, out,
                      s->state == S_AUTHORIZATION ? SLICE("log in first")
                                                  : SLICE("already logged in"));
        return;
    }
    if (v->arguments != ARG_LINE) { /* a password may hold blanks, at its ends too */
        argument = slice_trim(argument);
        bool many = slice_find_byte(argument, ' ') != SLICE_NONE;
        bool wrong = v->arguments == ARG_NONE  ? argument.len > 0
                     : v->arguments == ARG_ONE ? argument.len == 0 || many
                                               : many;
        if (wrong) {
            pop3_nonsense(s, out, SLICE("wrong number of arguments"));
            return;
        }
    }
    s->errors = 0;
    v->run(s, out, argument);
}

bool pop3_go_on(struct pop3_server *s, size_t room, struct outq *out)
{
    if (s->busy == B_LIST || s->busy == B_UIDL) {
        list_more(s, room, out);
        return true;
    }
    if (s->busy == B_SENDING) {
        if (dot_write(&s->writer, s->sending, room, out)) {
            message_unref(&s->sending);
            s->busy = B_NOTHING;
        }
        return true;
    }
    return false;
}
