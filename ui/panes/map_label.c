/* map_label.c - the letter that the story follows, for the border of the map; and what moves, in
 * words of every day for people who have never heard of a protocol.
 * Never draws. */
#include "ui/panes/map.h"
#include "ui/words.h"

/* ---- what moves */

enum { OF_SMTP = 1, OF_POP = 2, OF_IMAP = 4, OF_HTTP = 8, OF_ALL = 15 };

/* By the label (model_flight_label), or its beginning. */
static const struct row {
    unsigned protocols;
    slice label;
    const char *words;
} asked[] = {
    { OF_SMTP, SLICE_INIT("EHLO"), "hello" },
    { OF_SMTP, SLICE_INIT("HELO"), "hello" },
    { OF_SMTP | OF_POP, SLICE_INIT("AUTH"), "it is me" },
    { OF_SMTP, SLICE_INIT("DATA"), "a letter?" },
    { OF_ALL, SLICE_INIT("STARTTLS"), "in secret?" },
    { OF_POP, SLICE_INIT("STLS"), "in secret?" },
    { OF_SMTP | OF_POP, SLICE_INIT("QUIT"), "goodbye" },
    { OF_SMTP | OF_POP, SLICE_INIT("RSET"), "once again" },
    { OF_POP, SLICE_INIT("USER"), "it is me" },
    { OF_POP, SLICE_INIT("PASS"), "it is me" },
    { OF_POP, SLICE_INIT("APOP"), "it is me" },
    { OF_POP, SLICE_INIT("STAT"), "any mail?" },
    { OF_POP, SLICE_INIT("LIST"), "any mail?" },
    { OF_POP, SLICE_INIT("UIDL"), "any mail?" },
    { OF_POP, SLICE_INIT("RETR"), "that one" },
    { OF_POP, SLICE_INIT("DELE"), "throw away" },
    { OF_POP | OF_IMAP, SLICE_INIT("CAPA"), "you can?" },
    { OF_IMAP, SLICE_INIT("LOGIN"), "it is me" },
    { OF_IMAP, SLICE_INIT("AUTHENTICATE"), "it is me" },
    { OF_IMAP, SLICE_INIT("ENABLE"), "shall we?" },
    { OF_IMAP, SLICE_INIT("LIST"), "what boxes?" },
    { OF_IMAP, SLICE_INIT("STATUS"), "any mail?" },
    { OF_IMAP, SLICE_INIT("CREATE"), "a new box" },
    { OF_IMAP, SLICE_INIT("SELECT"), "any mail?" },
    { OF_IMAP, SLICE_INIT("EXAMINE"), "any mail?" },
    { OF_IMAP, SLICE_INIT("FETCH"), "show me" },
    { OF_IMAP, SLICE_INIT("STORE"), "mark it" },
    { OF_IMAP, SLICE_INIT("MOVE"), "move it" },
    { OF_IMAP, SLICE_INIT("COPY"), "copy it" },
    { OF_IMAP, SLICE_INIT("APPEND"), "keep this" },
    { OF_IMAP, SLICE_INIT("EXPUNGE"), "throw away" },
    { OF_IMAP, SLICE_INIT("IDLE"), "call me" },
    { OF_IMAP, SLICE_INIT("DONE"), "enough" },
    { OF_IMAP, SLICE_INIT("NOOP"), "any news?" },
    { OF_IMAP, SLICE_INIT("LOGOUT"), "goodbye" },
    { OF_HTTP, SLICE_INIT("POST"), "do this" },
    { OF_HTTP, SLICE_INIT("GET"), "show me" },
}, answered[] = {
    { OF_SMTP, SLICE_INIT("220"), "welcome" },
    { OF_SMTP, SLICE_INIT("221"), "goodbye" },
    { OF_SMTP, SLICE_INIT("235"), "come in" },
    { OF_SMTP, SLICE_INIT("250"), "yes" },
    { OF_SMTP, SLICE_INIT("251"), "yes" },
    { OF_SMTP, SLICE_INIT("334"), "go on" },
    { OF_SMTP, SLICE_INIT("354"), "go ahead" },
    { OF_SMTP, SLICE_INIT("4"), "not now" },
    { OF_SMTP, SLICE_INIT("5"), "no" },
    { OF_POP, SLICE_INIT("+OK"), "yes" },
    { OF_POP, SLICE_INIT("-ERR"), "no" },
    { OF_IMAP, SLICE_INIT("OK"), "yes" },
    { OF_IMAP, SLICE_INIT("NO"), "no" },
    { OF_IMAP, SLICE_INIT("BAD"), "what?" },
    { OF_IMAP, SLICE_INIT("BYE"), "goodbye" },
    { OF_IMAP, SLICE_INIT("ENABLED"), "we shall" },
    { OF_IMAP, SLICE_INIT("LIST"), "these" },
    { OF_IMAP, SLICE_INIT("STATUS"), "so many" },
    { OF_IMAP, SLICE_INIT("FLAGS"), "look here" }, /* what SELECT tells begins with it */
    { OF_IMAP, SLICE_INIT("FETCH"), "a list" },    /* without a letter: that moves as one */
    { OF_IMAP, SLICE_INIT("EXISTS"), "new mail" },
    { OF_IMAP, SLICE_INIT("EXPUNGE"), "gone" },
    { OF_IMAP, SLICE_INIT("VANISHED"), "gone" },
    { OF_IMAP, SLICE_INIT("idling"), "I will" },
    { OF_IMAP, SLICE_INIT("+"), "go on" },
    { OF_HTTP, SLICE_INIT("2"), "yes" },
    { OF_HTTP, SLICE_INIT("3"), "look there" },
    { OF_HTTP, SLICE_INIT("4"), "no" },
    { OF_HTTP, SLICE_INIT("5"), "not now" },
};

static unsigned protocol_of(const struct stage *st, const struct model_flight *f)
{
    static const unsigned bits[] = { [WORDS_SMTP] = OF_SMTP,
                                     [WORDS_POP] = OF_POP,
                                     [WORDS_IMAP] = OF_IMAP,
                                     [WORDS_HTTP] = OF_HTTP,
                                     [WORDS_DNS] = 0 };
    return bits[words_protocol_of(st->model->cast, f->flow)];
}

static void add_row(const struct row *rows, size_t count, unsigned protocol, slice label,
                    struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].protocols & protocol && slice_starts_nocase(label, rows[i].label)) {
            buf_addz(out, rows[i].words);
            return;
        }
    }
}

/* "alice" of <alice@example.org>; <> is nobody. */
static slice local_part(slice address)
{
    size_t open = slice_find_byte(address, '<');
    address = open == SLICE_NONE ? address : slice_from(address, open + 1);
    address = slice_sub(address, 0, slice_find_byte(address, '>'));
    return slice_trim(slice_sub(address, 0, slice_find_byte(address, '@')));
}

/* Whose words these are: the envelope, in short. */
static bool add_envelope(const struct stage *st, const struct model_flight *f, struct buf *out)
{
    const struct trace_rec *said = trace_at(st->trace, f->said);
    slice text = said ? trace_payload_chunk(st->trace, said->c, 0) : (slice){ 0 };
    slice line = slice_cut(&text, '\n');
    bool from = slice_starts_nocase(line, SLICE("MAIL FROM:"));
    if (!from && !slice_starts_nocase(line, SLICE("RCPT TO:"))) {
        return false;
    }
    slice who = local_part(line);
    buf_addz(out, from ? "from " : "to ");
    buf_add(out, who.len ? who : SLICE("nobody"));
    return true;
}

static const char *question_words(const struct stage *st, const struct model_flight *f)
{
    enum { A = 1, PTR = 12, MX = 15, AAAA = 28 };
    const struct cast_flow *flow = cast_flow(st->model->cast, f->flow);
    switch (flow ? flow->type : 0) {
    case A:
    case AAAA:
        return "where?";
    case MX:
        return "mail to?";
    case PTR:
        return "who is it?";
    default:
        return "what?";
    }
}

/* What an answer comes to, by the header of the message (RFC 1035 4.1.1): nobody finds a thing
 * where there is none, and whom a server that asks nobody itself sends on is not there yet. */
static const char *answer_words(const struct stage *st, const struct model_flight *f)
{
    enum { HEADER = 12, OWN = 4, ASKS = 128, NO_NAME = 3 };
    const struct trace_rec *r = trace_at(st->trace, f->record);
    slice octets = r ? trace_payload_chunk(st->trace, r->c, 0) : (slice){ 0 };
    const unsigned char *at = (const unsigned char *)octets.ptr;
    if (octets.len < HEADER) {
        return "an answer";
    }
    unsigned code = at[3] & 15, answers = at[6] | at[7], referrals = at[8] | at[9];
    if (code) {
        return code == NO_NAME ? "not known" : "can't say";
    }
    if (answers) {
        return "there!";
    }
    return referrals && !(at[2] & OWN) && !(at[3] & ASKS) ? "ask there" : "nothing";
}

/* From here on the letter is the server's to look after (RFC 5321 6.1). */
static bool is_receipt(const struct stage *st, const struct model_flight *f, slice label)
{
    const struct model_conn *c = model_conn_of(st->model, f->flow);
    return c && c->carried[0].motion == MOTION_LETTER && slice_starts(label, SLICE("250"));
}

/* Once something was said under TLS, what goes there without words is no secret of theirs. */
static bool is_handshake(const struct stage *st, const struct model_flight *f, slice label)
{
    const struct model_conn *c = model_conn_of(st->model, f->flow);
    const struct cast_flow *flow = cast_flow(st->model->cast, f->flow);
    return slice_eq(label, SLICE("TLS")) && c && flow &&
           (!flow->secured || (c->said[0] < flow->secured && c->said[1] < flow->secured));
}

void map_plain_label(const struct stage *st, const struct model_flight *f, struct buf *out)
{
    struct buf label;
    buf_init(&label);
    model_flight_label(st->model, f, &label);
    slice text = buf_slice(&label);
    text = slice_starts(text, SLICE("▣ ")) ? slice_from(text, SLICE("▣ ").len) : text;
    unsigned protocol = protocol_of(st, f);
    if (f->motion == MOTION_REQUEST && (protocol != OF_SMTP || !add_envelope(st, f, out))) {
        add_row(asked, COUNT(asked), protocol, text, out);
    } else if (f->motion == MOTION_REPLY && is_receipt(st, f, text)) {
        buf_addz(out, "I have it");
    } else if (f->motion == MOTION_REPLY) {
        add_row(answered, COUNT(answered), protocol, text, out);
    } else if (f->motion == MOTION_QUESTION) {
        buf_addz(out, question_words(st, f));
    } else if (f->motion == MOTION_ANSWER) {
        buf_addz(out, answer_words(st, f));
    } else if (f->motion == MOTION_CALL && is_handshake(st, f, text)) {
        buf_addz(out, "a secret");
    }
    buf_deinit(&label);
}

/* ---- the letter */

/* "bob", "bob and 2 more" */
static void add_people(slice addresses, struct buf *out)
{
    slice first = slice_cut(&addresses, ','), who = local_part(first);
    uint32_t more = 0;
    while (addresses.len) {
        more += slice_trim(slice_cut(&addresses, ',')).len > 0;
    }
    buf_add(out, who.len ? who : SLICE("nobody"));
    if (more) {
        buf_addz(out, " and ");
        fmt_u64(out, more);
        buf_addz(out, " more");
    }
}

/* Is it on a line just now, and between whom? */
static const struct model_flight *flying(const struct stage *st)
{
    for (size_t i = 0; i < model_flights(st->model); i++) {
        const struct model_flight *f = model_flight(st->model, i);
        if (f->motion == MOTION_LETTER && model_flying(f, st->at.now)) {
            return f;
        }
    }
    return NULL;
}

static void add_place(const struct stage *st, const struct model_copy *copy, bool brief,
                      struct buf *out)
{
    static const struct {
        const char *words, *brief;
    } rows[PLACE_COUNT] = { [PLACE_DRAFT] = { "not sent yet, on ", "still on " },
                            [PLACE_SENT] = { "sent from ", "sent from " },
                            [PLACE_QUEUE] = { "waits on ", "on " },
                            [PLACE_MAILBOX] = { "in the mailbox on ", "on " },
                            [PLACE_DEVICE] = { "on ", "on " } };
    buf_addz(out, brief ? rows[copy->place].brief : rows[copy->place].words);
    buf_add(out, cast_host_name(st->model->cast, copy->host));
}

/* "and 2 other places", in brief "+2" */
static void add_more(uint32_t more, bool brief, struct buf *out)
{
    buf_addz(out, brief ? " +" : " and ");
    fmt_u64(out, more);
    buf_addz(out, brief ? "" : more == 1 ? " other place" : " other places");
}

/* The newest copy that still is somewhere; where many are, how many more. */
static void add_where(const struct stage *st, uint32_t letter, bool brief, struct buf *out)
{
    const int most = 1000; /* copies that are looked at */
    uint32_t at = model_newest(st->model, letter), more = 0;
    bool any = false;
    for (int i = 0; at && i < most; i++) {
        const struct model_copy *copy = model_copy(st->model, at - 1);
        bool here = !copy->gone && copy->place != PLACE_SENT;
        if (here && !any) {
            add_place(st, copy, brief, out);
        }
        more += here && any;
        any = any || here;
        at = copy->older;
    }
    if (more) {
        add_more(more, brief, out);
    }
    buf_addz(out, any ? "" : "nowhere any more");
}

/* What the letter is called, and whom it is from and for. */
static void add_letter(const struct cast *cast, uint32_t letter, bool people, struct buf *out)
{
    slice subject = cast_letter_line(cast, letter, 2);
    size_t start = out->len;
    if (subject.len) {
        buf_byte(out, '"');
        buf_add(out, text_fit(subject, 24));
        buf_addz(out, people && cast->letters[letter].compose ? "\" " : "\"");
    }
    if (people && cast->letters[letter].compose) {
        buf_addz(out, "from ");
        add_people(cast_letter_line(cast, letter, 0), out);
        buf_addz(out, " to ");
        add_people(cast_letter_line(cast, letter, 1), out);
    }
    if (out->len > start) {
        buf_addz(out, ": ");
    }
}

/* Where it is comes last and is never left out for want of room: the people go first, then the
 * name, then words. */
void map_caption(const struct pane *p, const struct stage *st, struct buf *out)
{
    enum { BESIDE = 10, ALL = 0, NO_PEOPLE, NO_NAME, BRIEF, FORMS }; /* BESIDE: not the caption's */
    const struct cast *cast = st->model->cast;
    const struct model_flight *f = flying(st);
    size_t start = out->len;
    (void)p;
    if (st->model->now.letter == 0) {
        return;
    }
    for (int form = ALL; form < FORMS; form++) {
        out->len = start;
        buf_addz(out, "✉ ");
        if (form < NO_NAME) {
            add_letter(cast, st->model->now.letter - 1, form == ALL, out);
        }
        if (f) {
            buf_addz(out, form == BRIEF ? "to " : "on its way to ");
            buf_add(out, cast_host_name(cast, f->to));
        } else {
            add_where(st, st->model->now.letter - 1, form == BRIEF, out);
        }
        if (text_width(slice_from(buf_slice(out), start)) <= st->w - BESIDE) {
            return;
        }
    }
}
