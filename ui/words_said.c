/* words_said.c - what a line of SMTP, POP or IMAP means, in a few plain words.
 * Looks at the beginning of a line only; what it does not know is the letter itself, or talk. */
#include "ui/words.h"

enum { CLIENT, SERVER };
static const struct phrase {
    enum words_protocol protocol;
    int side;
    slice start; /* of the line, behind the tag for IMAP */
    const char *words;
} phrases[] = {
    { WORDS_SMTP, CLIENT, SLICE_INIT("EHLO"),
      "says hello, gives its name and asks what is offered" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("HELO"), "says hello and gives its name" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("AUTH"), "shows who it is, with a password" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("STARTTLS"), "wants to go on in secret" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("MAIL FROM"), "writes the sender on the envelope" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("RCPT TO"), "writes the recipient on the envelope" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("DATA\r"), "says that the letter itself comes next" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("RSET"), "starts over" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("NOOP"), "only shows that it is still there" },
    { WORDS_SMTP, CLIENT, SLICE_INIT("QUIT"), "says goodbye" },
    { WORDS_SMTP, CLIENT, SLICE_INIT(""), "sends the letter itself" },
    { WORDS_SMTP, SERVER, SLICE_INIT("220"), "is ready" },
    { WORDS_SMTP, SERVER, SLICE_INIT("221"), "says goodbye" },
    { WORDS_SMTP, SERVER, SLICE_INIT("235"), "accepts the password" },
    { WORDS_SMTP, SERVER, SLICE_INIT("250-"), "agrees and lists what it can do" },
    { WORDS_SMTP, SERVER, SLICE_INIT("25"), "agrees" },
    { WORDS_SMTP, SERVER, SLICE_INIT("334"), "asks for the next piece of the password" },
    { WORDS_SMTP, SERVER, SLICE_INIT("354"), "says: go on, end with a dot on a line of its own" },
    { WORDS_SMTP, SERVER, SLICE_INIT("4"), "says: not now, try again later" },
    { WORDS_SMTP, SERVER, SLICE_INIT("5"), "says no" },
    { WORDS_SMTP, SERVER, SLICE_INIT(""), "answers" },
    { WORDS_POP, CLIENT, SLICE_INIT("CAPA"), "asks what is offered" },
    { WORDS_POP, CLIENT, SLICE_INIT("STLS"), "wants to go on in secret" },
    { WORDS_POP, CLIENT, SLICE_INIT("USER"), "says whose mail it wants" },
    { WORDS_POP, CLIENT, SLICE_INIT("PASS"), "gives the password" },
    { WORDS_POP, CLIENT, SLICE_INIT("APOP"),
      "shows that it knows the password, and does not say it" },
    { WORDS_POP, CLIENT, SLICE_INIT("AUTH"), "shows who it is, with a password" },
    { WORDS_POP, CLIENT, SLICE_INIT("STAT"), "asks how many letters there are" },
    { WORDS_POP, CLIENT, SLICE_INIT("LIST"), "asks how long each letter is" },
    { WORDS_POP, CLIENT, SLICE_INIT("UIDL"), "asks for the lasting number of each letter" },
    { WORDS_POP, CLIENT, SLICE_INIT("RETR"), "asks for a letter" },
    { WORDS_POP, CLIENT, SLICE_INIT("TOP"), "asks for the beginning of a letter" },
    { WORDS_POP, CLIENT, SLICE_INIT("DELE"), "asks to delete a letter, when all is done" },
    { WORDS_POP, CLIENT, SLICE_INIT("QUIT"), "says goodbye; now deletions count" },
    { WORDS_POP, CLIENT, SLICE_INIT(""), "goes on" },
    { WORDS_POP, SERVER, SLICE_INIT("+OK"), "agrees" },
    { WORDS_POP, SERVER, SLICE_INIT("-ERR"), "says no" },
    { WORDS_POP, SERVER, SLICE_INIT("+"), "waits for more" },
    { WORDS_POP, SERVER, SLICE_INIT(""), "hands over what was asked for" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("LOGIN"), "says who it is, with a password" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("AUTHENTICATE"), "shows who it is, with a password" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("CAPABILITY"), "asks what is offered" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("STARTTLS"), "wants to go on in secret" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("SELECT"), "opens a mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("EXAMINE"), "opens a mailbox, only to look" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("LIST"), "asks which mailboxes there are" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("STATUS"), "asks how many letters there are" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UID FETCH"), "asks for letters" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("FETCH"), "asks for letters" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UID STORE"), "changes the marks on a letter" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("STORE"), "changes the marks on a letter" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UID SEARCH"), "searches" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("SEARCH"), "searches" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("APPEND"), "wants to put a letter into a mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UID MOVE"), "moves letters to another mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("MOVE"), "moves letters to another mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UID COPY"), "puts copies of letters into another mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("COPY"), "puts copies of letters into another mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("CREATE"), "makes a mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("RENAME"), "gives a mailbox another name" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("DELETE"), "deletes a mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("SUBSCRIBE"), "chooses a mailbox to be shown" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UNSUBSCRIBE"), "wants a mailbox shown no longer" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("ENABLE"), "switches extensions on" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("NAMESPACE"), "asks where mailboxes are" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("IDLE"), "wants to hear of news at once" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("ID"), "says what program it is" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("CLOSE"), "closes the mailbox, and clears it up" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UNSELECT"), "closes the mailbox" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("UID EXPUNGE"), "clears away what is marked as deleted" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("EXPUNGE"), "clears away what is marked as deleted" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("NOOP"), "asks for news" },
    { WORDS_IMAP, CLIENT, SLICE_INIT("LOGOUT"), "says goodbye" },
    { WORDS_IMAP, CLIENT, SLICE_INIT(""), "goes on" },
    { WORDS_IMAP, SERVER, SLICE_INIT("OK"), "agrees" },
    { WORDS_IMAP, SERVER, SLICE_INIT("NO"), "says no" },
    { WORDS_IMAP, SERVER, SLICE_INIT("BAD"), "does not understand" },
    { WORDS_IMAP, SERVER, SLICE_INIT("BYE"), "says goodbye" },
    { WORDS_IMAP, SERVER, SLICE_INIT(""), "hands over what was asked for" },
    { WORDS_HTTP, CLIENT, SLICE_INIT("GET"), "asks for a page" },
    { WORDS_HTTP, CLIENT, SLICE_INIT("POST"), "hands something in" },
    { WORDS_HTTP, CLIENT, SLICE_INIT(""), "asks" },
    { WORDS_HTTP, SERVER, SLICE_INIT("HTTP/1.1 2"), "hands over what was asked for" },
    { WORDS_HTTP, SERVER, SLICE_INIT("HTTP/1.1 3"), "says that it is elsewhere" },
    { WORDS_HTTP, SERVER, SLICE_INIT("HTTP/1.1 4"), "says no" },
    { WORDS_HTTP, SERVER, SLICE_INIT("HTTP/1.1 5"), "cannot help" },
    { WORDS_HTTP, SERVER, SLICE_INIT(""), "answers" },
    { WORDS_DNS, CLIENT, SLICE_INIT(""), "asks" },
    { WORDS_DNS, SERVER, SLICE_INIT(""), "answers" },
};

enum words_protocol words_protocol_of(const struct cast *c, uint32_t flow)
{
    static const struct {
        slice part;
        enum words_protocol protocol;
    } parts[] = {
        { SLICE_INIT("imap"), WORDS_IMAP },
        { SLICE_INIT("pop"), WORDS_POP },
        { SLICE_INIT("http"), WORDS_HTTP },
        { SLICE_INIT("api"), WORDS_HTTP },
    };
    const struct cast_flow *f = cast_flow(c, flow);
    if (f && f->dns) {
        return WORDS_DNS;
    }
    slice service = f ? trace_name_of(c->trace, f->service) : (slice){ 0 };
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (slice_find_nocase(service, parts[i].part) != SLICE_NONE) {
            return parts[i].protocol;
        }
    }
    return WORDS_SMTP;
}

const char *words_purpose(const struct cast *c, uint32_t flow)
{
    static const char *const purposes[] = {
        [WORDS_SMTP] = "to pass a letter on",    [WORDS_POP] = "to fetch mail",
        [WORDS_IMAP] = "to look into a mailbox", [WORDS_HTTP] = "to talk as browsers do",
        [WORDS_DNS] = "to ask for a name",
    };
    const struct cast_flow *f = cast_flow(c, flow);
    slice service = f ? trace_name_of(c->trace, f->service) : (slice){ 0 };
    if (slice_starts(service, SLICE("submission"))) {
        return "to hand in a letter";
    }
    return purposes[words_protocol_of(c, flow)];
}

/* The telling part of an IMAP line: behind the tag, or behind "* " and a number. */
static slice behind_tag(slice line)
{
    slice_word(&line);
    return slice_trim(line);
}

static const char *phrase_of(enum words_protocol protocol, int side, slice line)
{
    for (size_t i = 0; i < COUNT(phrases); i++) {
        const struct phrase *p = &phrases[i];
        if (p->protocol == protocol && p->side == side && slice_starts_nocase(line, p->start)) {
            return p->words;
        }
    }
    return "says something";
}

/* RFC 5321 4.2.1 and RFC 9110 15: 4yz and 5yz; RFC 1939 3: -ERR; RFC 9051 7.1: NO and BAD. */
bool words_is_refusal(enum words_protocol protocol, slice line)
{
    slice word = slice_word(&line);
    if (protocol == WORDS_IMAP) {
        word = slice_word(&line);
        return slice_eq_nocase(word, SLICE("NO")) || slice_eq_nocase(word, SLICE("BAD"));
    }
    if (protocol == WORDS_POP) {
        return slice_starts(word, SLICE("-ERR"));
    }
    if (protocol == WORDS_HTTP && slice_starts(word, SLICE("HTTP/"))) {
        word = slice_word(&line);
        return slice_starts(word, SLICE("4")) || slice_starts(word, SLICE("5"));
    }
    return protocol == WORDS_SMTP && word.len >= 3 && (word.ptr[0] == '4' || word.ptr[0] == '5');
}

static int side_of(const struct cast *c, const struct trace_rec *r)
{
    return cast_is_client(c, r->flow, r->actor) ? CLIENT : SERVER;
}

/* The greeting: the server speaks, and nobody has spoken before. */
static bool is_greeting(const struct cast *c, uint64_t record)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    const struct cast_flow *f = cast_flow(c, r->flow);
    for (uint64_t n = f ? f->first : 0; n && n < record; n = cast_next(c, n)) {
        if (trace_at(c->trace, n)->kind == TRACE_SAID) {
            return false;
        }
    }
    return side_of(c, r) == SERVER;
}

static const char *first_words(const struct cast *c, uint64_t record, slice line)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    enum words_protocol protocol = words_protocol_of(c, r->flow);
    int side = side_of(c, r);
    size_t end = slice_find_byte(line, '\n');
    if (is_greeting(c, record) && !slice_starts(line, SLICE("4")) &&
        !slice_starts(line, SLICE("5"))) {
        return "is ready";
    }
    bool more = end != SLICE_NONE && end + 1 < line.len;
    if (protocol == WORDS_POP && side == SERVER && more && slice_starts(line, SLICE("+OK"))) {
        return "hands over what was asked for";
    }
    if (protocol == WORDS_IMAP && side == CLIENT && slice_starts_nocase(line, SLICE("DONE"))) {
        return "has heard enough";
    }
    return phrase_of(protocol, side, protocol == WORDS_IMAP ? behind_tag(line) : line);
}

#define LOOKED_AT 2048 /* octets of what is said */

/* May this text hold several questions?  A letter's lines are none. */
static bool is_questions(const struct cast *c, uint64_t record, slice text)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    enum words_protocol protocol = words_protocol_of(c, r->flow);
    const char *letter = phrase_of(WORDS_SMTP, CLIENT, (slice){ 0 });
    return side_of(c, r) == CLIENT && (protocol == WORDS_SMTP || protocol == WORDS_POP) &&
           first_words(c, record, text) != letter;
}

/* ": 5.1.1 No such user here": why, in the server's own words. */
static void add_reason(enum words_protocol protocol, slice text, struct buf *out)
{
    slice line = slice_cut(&text, '\n');
    line = slice_sub(line, 0, slice_find_byte(line, '\r'));
    slice_word(&line);
    if (protocol == WORDS_IMAP || protocol == WORDS_HTTP) {
        slice_word(&line);
    }
    line = slice_trim(line);
    if (line.len && line.ptr[line.len - 1] == '.') {
        line.len--;
    }
    if (line.len) {
        buf_addz(out, ": ");
        buf_add(out, line);
    }
}

void words_said_all(const struct cast *c, uint64_t record, struct buf *out)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    struct buf scratch;
    buf_init(&scratch);
    slice rest = cast_payload(c, r->c, LOOKED_AT, &scratch);
    const char *last = first_words(c, record, rest);
    bool questions = is_questions(c, record, rest);
    buf_addz(out, last);
    if (side_of(c, r) == SERVER && words_is_refusal(words_protocol_of(c, r->flow), rest)) {
        add_reason(words_protocol_of(c, r->flow), rest, out);
    }
    slice_cut(&rest, '\n');
    while (rest.len && questions) {
        const char *words = phrase_of(words_protocol_of(c, r->flow), CLIENT, rest);
        slice_cut(&rest, '\n');
        if (words != last) {
            buf_addz(out, rest.len ? ", " : " and ");
            buf_addz(out, words);
        }
        last = words;
    }
    buf_deinit(&scratch);
}

uint32_t words_said_count(const struct cast *c, uint64_t record)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    struct buf scratch;
    buf_init(&scratch);
    slice rest = cast_payload(c, r->c, LOOKED_AT, &scratch);
    bool questions = is_questions(c, record, rest);
    uint32_t lines = 0;
    while (rest.len && questions) {
        slice_cut(&rest, '\n');
        lines++;
    }
    buf_deinit(&scratch);
    return lines > 1 ? lines : 1;
}
