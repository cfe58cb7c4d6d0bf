/* whatif.c - the rows of whatif.h, in words and as they are written in a scenario.
 * Never runs anything. */
#include "ui/whatif.h"

#include "sim/base/json_text.h"
#include "ui/canvas.h"

#define SERVERS " mail mta mx store "
#define SENDERS " mail mta mx "
#define KEEPERS " mail store "
#define LINKS   ""
#define FOR     "|1min|10min|2h|1d"
#define FOR_SAY "[ for $]"
#define LASTS   "[,\"for\":\"$\"]"

const struct whatif_row whatif_rows[] = {
    /* what may befall a host */
    { "is switched off" FOR_SAY, FOR, "\"do\":\"down\"" LASTS,
      SERVERS " nameserver resolver api app webmail ", false },
    { "loses power, and is back after $", "5s|1min|10min|1h", "\"do\":\"crash\",\"for\":\"$\"",
      SERVERS " nameserver resolver api webmail ", false },
    { "is restarted in good order", NULL, "\"do\":\"restart\",\"for\":\"1min\"", SERVERS, false },
    { "is offline" FOR_SAY, FOR, "\"do\":\"offline\"" LASTS, " mua browser ", false },
    { "is lost for good", NULL, "\"do\":\"lose\"", " mua ", false },
    { "refuses callers of $", "all|smtp|submission|submissions|imap|imaps|pop3|pop3s",
      "\"do\":\"refuse\",\"service\":\"$\"", SERVERS, false },
    { "ignores callers of $, as behind a firewall",
      "all|smtp|submission|submissions|imap|imaps|pop3|pop3s",
      "\"do\":\"refuse\",\"service\":\"$\",\"how\":\"drop\"", SERVERS, false },
    { "answers each recipient with $", "451|452|550|554", "\"do\":\"temp-fail\",\"code\":$",
      SERVERS, false },
    { "refuses each letter after its last line, with $", "451|550|554",
      "\"do\":\"temp-fail\",\"command\":\"data\",\"code\":$", SERVERS, false },
    { "answers $ late", "10s|1min|6min|11min", "\"do\":\"slow-replies\",\"delay\":\"$\"", SERVERS,
      false },
    { "has a full disk", NULL, "\"do\":\"disk-full\"", SERVERS, false },
    { "has a wrong clock: $", "+2h|-2h|+400d|-400d", "\"do\":\"clock\",\"offset\":\"$\"", NULL,
      false },
    { "fails: $ to each question", "servfail|refused|silent|lame|truncate",
      "\"do\":\"dns-fault\",\"what\":\"$\"", " nameserver ", false },
    { "answers each question $ late", "3s|10s|1min",
      "\"do\":\"dns-fault\",\"what\":\"slow\",\"delay\":\"$\"", " nameserver ", false },
    /* a link */
    { "is cut" FOR_SAY, FOR, "\"do\":\"cut\"" LASTS, LINKS, false },
    { "is slow: $ one way", "300ms|1s|5s", "\"do\":\"slow\",\"latency\":\"$\"", LINKS, false },
    { "carries only $", "9600bit/s|56kbit/s|1Mbit/s",
      "\"do\":\"slow\",\"latency\":\"100ms\",\"bandwidth\":\"$\"", LINKS, false },
    { "loses $ of all it carries", "5%|20%|50%", "\"do\":\"lossy\",\"loss\":\"$\"", LINKS, false },
    { "has somebody on it who wipes out STARTTLS", NULL, "\"do\":\"strip-starttls\"", LINKS,
      false },
    /* knobs */
    { "has full mailboxes", NULL, "\"quota\":\"1B\"", KEEPERS, true },
    { "tries again after $ at first", "1min|15min|1h", "\"retry\":\"$\"", SENDERS, true },
    { "gives letters up after $", "10min|1h|1d", "\"give-up\":\"$\"", SENDERS, true },
    { "asks strangers to come again after $", "5min|1h", "\"greylist\":\"$\"", SERVERS, true },
    { "has TLS: $", "none|opportunistic|required", "\"tls\":\"$\"", SERVERS, true },
    { "has a certificate that is $", "expired|wrong-name|self-signed|unknown-authority",
      "\"certificate\":\"$\"", SERVERS, true },
    { "calls other servers with TLS: $", "none|opportunistic|required", "\"send-tls\":\"$\"",
      SENDERS, true },
    { "uses PIPELINING: $", "false|true", "\"pipelining\":$", SERVERS, true },
    { "speaks IMAP: $", "false|true", "\"imap\":$", KEEPERS, true },
    { "speaks POP3: $", "false|true", "\"pop\":$", KEEPERS, true },
    { "reads mail by $", "pop|imap", "\"read\":\"$\"", " mua ", true },
    { "leaves letters on the POP server: $", "true|false", "\"keep\":$", " mua ", true },
    { "keeps its letters: $", "online|cache", "\"mode\":\"$\"", " mua ", true },
    { "looks for new mail by $", "button|poll|idle", "\"watch\":\"$\"", " mua ", true },
    { "calls its server with TLS: $", "none|opportunistic|required|implicit", "\"tls\":\"$\"",
      " mua ", true },
};
const size_t whatif_row_count = COUNT(whatif_rows);

/* ---- whom it can befall */

static bool is_crowd(const struct cast *c, uint32_t actor)
{
    return cast_host(c, actor)->roles & ROLE_CROWD;
}

static void put_target(struct whatif_target *out, size_t most, size_t *count,
                       struct whatif_target t)
{
    if (*count < most) {
        out[*count] = t;
    }
    ++*count;
}

size_t whatif_targets(const struct cast *c, struct whatif_target *out, size_t most)
{
    size_t count = 0;
    for (uint32_t i = 1; i < c->host_count; i++) {
        if (c->hosts[i].name != 0 && !is_crowd(c, i)) {
            put_target(out, most, &count, (struct whatif_target){ .host = i });
        }
    }
    for (size_t i = 0; i < c->edge_count; i++) {
        const struct cast_edge *e = &c->edges[i];
        if (e->link != 0 && e->a != 0 && e->b != 0) {
            put_target(out, most, &count, (struct whatif_target){ e->a, e->b, e->link });
        }
    }
    for (uint32_t i = 1; i < c->host_count; i++) {
        if (c->hosts[i].line != 0 && !is_crowd(c, i)) {
            put_target(out, most, &count,
                       (struct whatif_target){ .host = i, .link = c->hosts[i].line });
        }
    }
    return count;
}

void whatif_target_say(const struct cast *c, struct whatif_target t, struct buf *out)
{
    buf_addz(out, t.link != 0 && t.other == 0 ? "the internet line of " : "");
    buf_addz(out, t.other != 0 ? "the link " : "");
    buf_add(out, cast_host_name(c, t.host));
    if (t.other != 0) {
        buf_addz(out, " \u2500 ");
        buf_add(out, cast_host_name(c, t.other));
    }
}

bool whatif_fits(const struct whatif_row *row, const struct cast *c, struct whatif_target t)
{
    const struct cast_host *h = cast_host(c, t.host);
    bool of_link = row->kinds && row->kinds[0] == '\0';
    if (!h || of_link != (t.link != 0)) {
        return false;
    }
    slice kinds = slice_of(row->kinds ? row->kinds : ""), kind = trace_name_of(c->trace, h->kind);
    while (kinds.len > 0 && !slice_eq(slice_cut(&kinds, ' '), kind)) {
        if (kinds.len == 0) {
            return false;
        }
    }
    return true;
}

/* ---- values */

size_t whatif_values(const struct whatif_row *row)
{
    size_t count = row->values ? 1 : 0;
    for (const char *v = row->values; v && *v; v++) {
        count += *v == '|';
    }
    return count;
}

slice whatif_value(const struct whatif_row *row, size_t i)
{
    slice rest = slice_of(row->values ? row->values : "");
    slice value = slice_cut(&rest, '|');
    while (i-- > 0) {
        value = slice_cut(&rest, '|');
    }
    return value;
}

slice whatif_value_say(const struct whatif_row *row, size_t i)
{
    static const struct {
        slice value, say;
    } words[] = { { SLICE_INIT("true"), SLICE_INIT("yes") },
                  { SLICE_INIT("false"), SLICE_INIT("no") },
                  { SLICE_INIT("all"), SLICE_INIT("all services") } };
    slice value = whatif_value(row, i);
    for (size_t n = 0; n < COUNT(words); n++) {
        if (slice_eq(value, words[n].value)) {
            return words[n].say;
        }
    }
    return value;
}

/* $ becomes the value; what stands in brackets goes where there is none.  Returns how many octets
 * stand in front of the value. */
static size_t fill_in(const char *pattern, slice value, struct buf *out)
{
    size_t begin = out->len, before = SLICE_NONE;
    bool left_out = false;
    for (const char *p = pattern; *p; p++) {
        if (*p == '[' || *p == ']') {
            left_out = *p == '[' && value.len == 0;
        } else if (*p == '$' && !left_out) {
            before = out->len - begin;
            buf_add(out, value);
        } else if (!left_out) {
            buf_byte(out, *p);
        }
    }
    return before;
}

/* ---- the change */

size_t whatif_row_say(const struct whatif_row *row, size_t value, struct buf *out)
{
    return fill_in(row->say, whatif_value_say(row, value), out);
}

void whatif_say(const struct whatif *w, const struct cast *c, struct buf *out)
{
    whatif_target_say(c, w->target, out);
    buf_byte(out, ' ');
    (void)whatif_row_say(w->row, w->value, out);
    if (!w->row->knob && w->at == 0) {
        buf_addz(out, ", from the start");
    } else if (!w->row->knob) {
        buf_addz(out, ", from ");
        fmt_duration(out, w->at);
        buf_addz(out, " on");
    }
}

static void put_host_key(const struct whatif *w, const struct cast *c, struct buf *out)
{
    buf_addz(out, "\"hosts\":{");
    json_put_text(out, cast_host_name(c, w->target.host));
    buf_addz(out, ":{");
    (void)fill_in(w->row->json, whatif_value(w->row, w->value), out);
    buf_addz(out, "}}");
}

static void put_step(const struct whatif *w, const struct cast *c, struct buf *out)
{
    buf_addz(out, "\"add\":{\"script\":[{\"at\":\"");
    fmt_duration(out, w->at);
    buf_addz(out, w->target.other ? "\",\"link\":[" : "\",\"host\":");
    json_put_text(out, cast_host_name(c, w->target.host));
    if (w->target.other) {
        buf_byte(out, ',');
        json_put_text(out, cast_host_name(c, w->target.other));
        buf_byte(out, ']');
    }
    buf_byte(out, ',');
    (void)fill_in(w->row->json, whatif_value(w->row, w->value), out);
    buf_addz(out, "}]}");
}

void whatif_patch(const struct whatif *w, const struct cast *c, struct buf *out)
{
    if (w->row->knob) {
        put_host_key(w, c, out);
    } else {
        put_step(w, c, out);
    }
}
