/* imap_client_code.c - capabilities, and the codes in brackets of status responses (RFC 9051 7.1).
 * A code that is unknown or malformed says nothing. */
#include "sim/proto/imap_client.h"

#include "sim/proto/sasl.h"

/* ---- capabilities ---- */

static const struct {
    slice name;
    uint32_t bits;
} known[] = {
    { SLICE_INIT("LITERAL+"), IMAP_LITERAL_PLUS },
    { SLICE_INIT("LITERAL-"), IMAP_LITERAL_MINUS },
    { SLICE_INIT("SASL-IR"), IMAP_SASL_IR },
    { SLICE_INIT("UIDPLUS"), IMAP_UIDPLUS },
    { SLICE_INIT("UNSELECT"), IMAP_UNSELECT },
    { SLICE_INIT("IDLE"), IMAP_IDLE },
    { SLICE_INIT("MOVE"), IMAP_MOVE },
    { SLICE_INIT("SPECIAL-USE"), IMAP_SPECIAL_USE },
    { SLICE_INIT("NAMESPACE"), IMAP_NAMESPACE },
    { SLICE_INIT("IMAP4rev2"), IMAP_REV2 },
    { SLICE_INIT("ID"), IMAP_ID },
    { SLICE_INIT("ENABLE"), IMAP_ENABLE },
    { SLICE_INIT("ESEARCH"), IMAP_ESEARCH },
    { SLICE_INIT("SEARCHRES"), IMAP_SEARCHRES },
    { SLICE_INIT("LIST-EXTENDED"), IMAP_LIST_EXTENDED },
    { SLICE_INIT("LIST-STATUS"), IMAP_LIST_STATUS },
    { SLICE_INIT("CHILDREN"), IMAP_CHILDREN },
    { SLICE_INIT("STATUS=SIZE"), IMAP_STATUS_SIZE },
    { SLICE_INIT("CONDSTORE"), IMAP_CONDSTORE },
    { SLICE_INIT("QRESYNC"), IMAP_QRESYNC | IMAP_CONDSTORE }, /* RFC 7162 3.2.3 */
    { SLICE_INIT("BINARY"), IMAP_BINARY },
    { SLICE_INIT("APPENDLIMIT"), IMAP_APPENDLIMIT },
    { SLICE_INIT("QUOTA"), IMAP_QUOTA },
    { SLICE_INIT("SORT"), IMAP_SORT },
    { SLICE_INIT("WITHIN"), IMAP_WITHIN },
    { SLICE_INIT("PREVIEW"), IMAP_PREVIEW },
};

/* RFC 9051 appendix E, 2 and 3: what it took over.  Of SPECIAL-USE these are the attributes, which
 * come by themselves; LIST has no such option. */
#define IMAP_IN_REV2                                                                               \
    (IMAP_NAMESPACE | IMAP_UNSELECT | IMAP_UIDPLUS | IMAP_ESEARCH | IMAP_SEARCHRES | IMAP_ENABLE | \
     IMAP_IDLE | IMAP_SASL_IR | IMAP_LIST_EXTENDED | IMAP_LIST_STATUS | IMAP_MOVE |                \
     IMAP_LITERAL_MINUS | IMAP_CHILDREN | IMAP_STATUS_SIZE)

/* A server that speaks both does IMAP4rev1 until IMAP4rev2 is switched on (RFC 9051 6.3.1). */
static void imply(struct imap_client *c)
{
    if (c->rev2 || ((c->offers & IMAP_REV2) != 0 && !c->rev1)) {
        c->offers |= IMAP_IN_REV2;
        c->utf8 = true;
    }
}

static void read_word(struct imap_client *c, slice word)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        c->offers |= slice_eq_nocase(word, known[i].name) ? known[i].bits : 0;
    }
    if (slice_starts_nocase(word, SLICE("AUTH="))) {
        c->mechanisms |= (uint32_t)sasl_by_name(slice_from(word, 5));
    }
    if (slice_starts_nocase(word, SLICE("APPENDLIMIT="))) {
        c->offers |= IMAP_APPENDLIMIT;
    }
    if (slice_starts_nocase(word, SLICE("THREAD="))) {
        c->offers |= IMAP_THREAD;
    }
    c->starttls |= slice_eq_nocase(word, SLICE("STARTTLS"));
    c->login_disabled |= slice_eq_nocase(word, SLICE("LOGINDISABLED"));
    c->rev1 |= slice_eq_nocase(word, SLICE("IMAP4rev1"));
}

void imap_client_read_capabilities(struct imap_client *c, slice words)
{
    c->capable = true;
    c->offers = c->mechanisms = 0;
    c->starttls = c->login_disabled = c->rev1 = false;
    slice word;
    while ((word = slice_word(&words)).len > 0) {
        read_word(c, word);
    }
    imply(c);
}

void imap_client_read_enabled(struct imap_client *c, slice words)
{
    slice word;
    while ((word = slice_word(&words)).len > 0) {
        c->qresync |= slice_eq_nocase(word, SLICE("QRESYNC"));
        c->utf8 |= slice_eq_nocase(word, SLICE("UTF8=ACCEPT"));
        c->rev2 |= slice_eq_nocase(word, SLICE("IMAP4rev2"));
    }
    imply(c);
}

/* ---- codes ---- */

bool imap_client_code(slice text, slice *name_r, slice *rest_r)
{
    size_t close = slice_find_byte(text, ']');
    if (text.len == 0 || text.ptr[0] != '[' || close == SLICE_NONE) {
        return false;
    }
    *rest_r = slice_sub(text, 1, close - 1);
    *name_r = slice_cut(rest_r, ' ');
    return true;
}

void imap_client_hear_alert(struct imap_client *c, slice text)
{
    slice name;
    slice rest;
    if (imap_client_code(text, &name, &rest) && slice_eq_nocase(name, SLICE("ALERT"))) {
        c->alert = slice_trim(slice_from(text, slice_find_byte(text, ']') + 1));
    }
}

static bool tell_number(struct session_event *ev_r, enum imap_client_event kind, slice rest)
{
    uint32_t number;
    return slice_to_u32(rest, &number) && imap_client_say(ev_r, kind, number, (slice){ 0 });
}

static bool code_capability(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    (void)ev_r;
    imap_client_read_capabilities(c, rest);
    return false;
}

/* A mailbox begins to be spoken of. */
static bool code_validity(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    c->leaving = false;
    return tell_number(ev_r, IMAP_EV_VALIDITY, rest);
}

static bool code_next(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    (void)c;
    return tell_number(ev_r, IMAP_EV_NEXT, rest);
}

static bool code_modseq(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    (void)c;
    uint64_t number;
    return slice_to_u64(rest, &number) && number > 0 &&
           imap_client_say(ev_r, IMAP_EV_MODSEQ, number, (slice){ 0 });
}

static bool code_no_modseq(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    (void)c;
    (void)rest;
    return imap_client_say(ev_r, IMAP_EV_MODSEQ, 0, (slice){ 0 });
}

static bool code_closed(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    (void)rest;
    (void)ev_r;
    c->leaving = false;
    imap_numbers_clear(&c->numbers);
    return false;
}

static bool tell_copied(struct imap_client *c, slice validity, slice from, slice to,
                        struct session_event *ev_r)
{
    c->copied = (struct imap_copied){ .from = from, .to = to };
    if (!slice_to_u32(validity, &c->copied.uid_validity) || !imap_client_is_set(c, to) ||
        (from.len > 0 && !imap_client_is_set(c, from))) {
        return false;
    }
    (void)imap_client_say(ev_r, IMAP_EV_COPIED, 0, (slice){ 0 });
    ev_r->detail = &c->copied;
    return true;
}

static bool code_appended(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    slice validity = slice_cut(&rest, ' ');
    if (!slice_to_u32(rest, &c->append_uid)) {
        c->append_uid = 0;
    }
    return tell_copied(c, validity, (slice){ 0 }, rest, ev_r);
}

static bool code_copied(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    slice validity = slice_cut(&rest, ' ');
    slice from = slice_cut(&rest, ' ');
    return from.len > 0 && tell_copied(c, validity, from, rest, ev_r);
}

static bool code_modified(struct imap_client *c, slice rest, struct session_event *ev_r)
{
    return imap_client_is_set(c, rest) && imap_client_say(ev_r, IMAP_EV_MODIFIED, 0, rest);
}

bool imap_client_read_code(struct imap_client *c, slice text, struct session_event *ev_r)
{
    static const struct {
        slice name;
        bool (*read)(struct imap_client *c, slice rest, struct session_event *ev_r);
        bool of_mailbox;
    } codes[] = {
        { SLICE_INIT("CAPABILITY"), code_capability, false },
        { SLICE_INIT("UIDVALIDITY"), code_validity, true },
        { SLICE_INIT("UIDNEXT"), code_next, true },
        { SLICE_INIT("HIGHESTMODSEQ"), code_modseq, true },
        { SLICE_INIT("NOMODSEQ"), code_no_modseq, true },
        { SLICE_INIT("CLOSED"), code_closed, true },
        { SLICE_INIT("APPENDUID"), code_appended, false },
        { SLICE_INIT("COPYUID"), code_copied, true },
        { SLICE_INIT("MODIFIED"), code_modified, true },
    };
    slice name;
    slice rest;
    if (!imap_client_code(text, &name, &rest)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(codes); i++) {
        if (slice_eq_nocase(name, codes[i].name)) {
            bool heard = codes[i].of_mailbox ? imap_client_looks(c) : c->logged_in || i == 0;
            return heard && codes[i].read(c, rest, ev_r); /* RFC 9051 11.3 */
        }
    }
    return false;
}
