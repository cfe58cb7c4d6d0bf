/* cmd_serve_say.c - which port is what, for people (with commands to paste) and for programs; and
 * what had happened when all was over. */
#include "ui/cmd_serve.h"

#include "sim/base/json_text.h"
#include "sim/base/safe.h"
#include "ui/report.h"

static slice host_name(const struct serve *s, host_id host)
{
    return network_name_of(world_stage(s->world)->net, host);
}

/* The port here for a port of the host; 0: it is not open. */
static uint16_t real_port(const struct serve *s, host_id host, uint16_t port)
{
    const struct gateway_door *doors;
    size_t count = gateway_doors(s->gateway, &doors);
    for (size_t i = 0; i < count; i++) {
        if (doors[i].host == host && doors[i].port == port && !doors[i].datagrams) {
            return doors[i].real_port;
        }
    }
    return 0;
}

static host_id host_of(const struct serve *s, const struct scenario_account *a)
{
    const struct actor *host = stage_find(world_stage(s->world), s->scenario.hosts[a->host].name);
    return host ? host->id : 0;
}

static void put_address(const struct scenario_account *a, struct buf *out)
{
    buf_add(out, a->user);
    buf_byte(out, '@');
    buf_add(out, a->domain);
}

/* ---- for people ---- */

static void pad(struct buf *out, size_t from, size_t width)
{
    size_t used = out->len - from;
    buf_fill(out, ' ', used < width ? width - used : 1);
}

static void table_ports(const struct serve *s, struct buf *out)
{
    const struct gateway_door *doors;
    size_t count = gateway_doors(s->gateway, &doors);
    buf_addz(out, "  port here       stands for      on host\n");
    for (size_t i = 0; i < count; i++) {
        bool both = i + 1 < count && doors[i].datagrams && !doors[i + 1].datagrams &&
                    doors[i + 1].host == doors[i].host &&
                    doors[i + 1].real_port == doors[i].real_port;
        size_t from = out->len;
        buf_addz(out, "  ");
        fmt_u64(out, doors[i].real_port);
        buf_addz(out, both ? " udp, tcp" : doors[i].datagrams ? " udp" : "");
        pad(out, from, 18);
        from = out->len;
        buf_addz(out, doors[i].service);
        buf_byte(out, ' ');
        fmt_u64(out, doors[i].port);
        pad(out, from, 16);
        safe_text(out, host_name(s, doors[i].host), SAFE_KEEP_NOTHING);
        buf_byte(out, '\n');
        i += both;
    }
}

#define ACCOUNTS_SHOWN 12

static void table_accounts(const struct serve *s, struct buf *out)
{
    const struct scenario *sc = &s->scenario;
    if (sc->account_count == 0) {
        return;
    }
    buf_addz(out, "\n  account                       password\n");
    for (size_t i = 0; i < sc->account_count && i < ACCOUNTS_SHOWN; i++) {
        size_t from = out->len;
        buf_addz(out, "  ");
        put_address(&sc->accounts[i], out);
        pad(out, from, 32);
        safe_text(out, sc->accounts[i].password, SAFE_KEEP_NOTHING);
        buf_byte(out, '\n');
    }
    if (sc->account_count > ACCOUNTS_SHOWN) {
        buf_addz(out, "  and ");
        fmt_u64(out, sc->account_count - ACCOUNTS_SHOWN);
        buf_addz(out, " more\n");
    }
}

/* What is printed is to be pasted: in single quotes everything but a quote is itself. */
static void put_quoted(slice text, struct buf *out)
{
    buf_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'') {
            buf_addz(out, "'\\''");
        } else {
            buf_byte(out, text.ptr[i]);
        }
    }
    buf_byte(out, '\'');
}

struct
    words { /* of a command: $A the address, $M likewise within a URL, $L login and password, $W the
                 password, $P the port, $S that of submissions, $C the file of the authority */
    const struct serve *serve;
    const struct scenario_account *account;
    uint16_t port;
};

static void put_word(const struct words *w, char what, struct buf *out)
{
    struct buf text = { 0 };
    put_address(w->account, &text);
    if (what == 'A') {
        buf_add(out, buf_slice(&text));
    } else if (what == 'M') { /* in an address of RFC 3986 3.2.1 the @ is taken */
        buf_add(out, w->account->user);
        buf_addz(out, "%40");
        buf_add(out, w->account->domain);
    } else if (what == 'L') {
        buf_byte(&text, ':');
        buf_add(&text, w->account->password);
        put_quoted(buf_slice(&text), out);
    } else if (what == 'W') {
        put_quoted(w->account->password, out);
    } else if (what == 'P') {
        fmt_u64(out, w->port);
    } else if (what == 'S') {
        fmt_u64(out, real_port(w->serve, host_of(w->serve, w->account), 465));
    } else if (what == 'D') {
        buf_add(out, w->account->domain);
    } else if (what == 'C') {
        put_quoted(slice_of(w->serve->ca ? w->serve->ca : "ca.pem"), out);
    }
    buf_deinit(&text);
}

static void put_command(const struct words *w, const char *pattern, struct buf *out)
{
    buf_addz(out, "  ");
    for (const char *c = pattern; *c; c++) {
        if (*c == '$' && c[1]) {
            put_word(w, *++c, out);
        } else {
            buf_byte(out, *c);
        }
    }
    buf_byte(out, '\n');
}

/* Each with the port that it needs; the secure ones take the place of their plain brothers. */
static const struct paste {
    uint16_t port, not_with; /* left out where the second is open */
    const char *pattern;
} pastes[] = {
    { 25, 0, "swaks --server 127.0.0.1:$P --from stranger@example.com --to $A" },
    { 587, 465,
      "swaks --server 127.0.0.1:$P --auth PLAIN --auth-user $A --auth-password $W \\\n"
      "        --from $A --to $A" },
    { 465, 0,
      "swaks --server 127.0.0.1:$P --tls-on-connect --tls-verify --tls-ca-path $C \\\n"
      "        --auth PLAIN --auth-user $A --auth-password $W \\\n"
      "        --from $A --to $A" },
    { 143, 993, "curl -u $L 'imap://127.0.0.1:$P/INBOX?ALL'" },
    { 993, 0, "curl --cacert $C -u $L 'imaps://127.0.0.1:$P/INBOX?ALL'" },
    { 110, 995, "curl -u $L pop3://127.0.0.1:$P/" },
    { 995, 0, "curl --cacert $C -u $L pop3s://127.0.0.1:$P/" },
    { 443, 0,
      "curl --cacert $C --connect-to ::127.0.0.1:$P \\\n"
      "        https://mta-sts.$D/.well-known/mta-sts.txt" },
    { 143, 993, "mutt -e \"set imap_idle=yes\" -f 'imap://$M@127.0.0.1:$P/INBOX'" },
    { 993, 465,
      "mutt -e \"set imap_idle=yes certificate_file=$C\" -f 'imaps://$M@127.0.0.1:$P/INBOX'" },
    { 993, 0,
      "mutt -e \"set imap_idle=yes certificate_file=$C\" \\\n"
      "        -e \"set copy=no from=$A smtp_url=smtps://$M@127.0.0.1:$S\" \\\n"
      "        -f 'imaps://$M@127.0.0.1:$P/INBOX'" },
};

static bool service_is_secure(uint16_t port)
{
    return port == 443 || port == 465 || port == 993 || port == 995;
}

static void table_pastes(const struct serve *s, const struct scenario_account *a, struct buf *out)
{
    struct words w = { .serve = s, .account = a };
    host_id host = host_of(s, w.account);
    bool secure = false;
    buf_addz(out, "\nTo try it:\n");
    for (size_t i = 0; i < COUNT(pastes); i++) {
        const struct paste *p = &pastes[i];
        bool sends = !strstr(p->pattern, "$S") || real_port(s, host, 465) != 0;
        w.port = real_port(s, host, p->port);
        if (w.port != 0 && sends && (p->not_with == 0 || real_port(s, host, p->not_with) == 0)) {
            put_command(&w, p->pattern, out);
            secure = secure || service_is_secure(p->port);
        }
    }
    if (secure && !s->ca) {
        buf_addz(out, "  (serve --ca ca.pem writes the file that these name)\n");
    }
}

static void put_setting(const struct serve *s, const struct scenario_account *a, const char *what,
                        const uint16_t ports[2], struct buf *out)
{
    uint16_t secure = real_port(s, host_of(s, a), ports[1]);
    uint16_t port = secure ? secure : real_port(s, host_of(s, a), ports[0]);
    if (port == 0) {
        return;
    }
    buf_addz(out, "  ");
    buf_addz(out, what);
    buf_addz(out, " server localhost, port ");
    fmt_u64(out, port);
    buf_addz(out, secure ? ", SSL/TLS, normal password"
                         : ", no connection security, password "
                           "transmitted insecurely");
    buf_byte(out, '\n');
}

static void table_settings(const struct serve *s, const struct scenario_account *a, struct buf *out)
{
    static const uint16_t imap[] = { 143, 993 }, pop[] = { 110, 995 }, smtp[] = { 587, 465 };
    buf_addz(out, "\nIn Thunderbird, a new account, user name ");
    put_address(a, out);
    buf_addz(out, ", configured by hand:\n");
    put_setting(s, a, "IMAP", imap, out);
    put_setting(s, a, "or POP3", pop, out);
    put_setting(s, a, "SMTP", smtp, out);
    if (s->ca) {
        buf_addz(out, "  before, in its settings: Certificates, Authorities, Import: ");
        buf_addz(out, s->ca);
        buf_addz(out, " (a new one at each start)\n");
    }
}

/* NULL: nobody's server is open (a real one stands behind it). */
static const struct scenario_account *first_account(const struct serve *s)
{
    const struct gateway_door *doors;
    size_t count = gateway_doors(s->gateway, &doors);
    for (size_t i = 0; i < s->scenario.account_count; i++) {
        const struct scenario_account *a = &s->scenario.accounts[i];
        for (size_t k = 0; k < count; k++) {
            if (doors[k].host == host_of(s, a)) {
                return a;
            }
        }
    }
    return NULL;
}

void serve_table(const struct serve *s, struct buf *out)
{
    safe_text(out, s->scenario.title, SAFE_KEEP_NOTHING);
    buf_addz(out, ": open on 127.0.0.1\n\n");
    table_ports(s, out);
    table_accounts(s, out);
    const struct scenario_account *a = first_account(s);
    if (a) {
        table_pastes(s, a, out);
        table_settings(s, a, out);
    }
    buf_addz(out, "\nCtrl-C ends it.\n");
}

/* ---- for programs ---- */

static void json_ports(const struct serve *s, struct buf *out)
{
    const struct gateway_door *doors;
    size_t count = gateway_doors(s->gateway, &doors);
    json_put_key(out, "ports");
    buf_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        buf_addz(out, i > 0 ? ",{" : "{");
        json_field_text(out, "host", host_name(s, doors[i].host));
        json_field_text(out, "service", slice_of(doors[i].service));
        json_field_text(out, "transport", slice_of(doors[i].datagrams ? "udp" : "tcp"));
        json_field_u64(out, "simulated", doors[i].port);
        json_field_u64(out, "port", doors[i].real_port);
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

static void json_accounts(const struct serve *s, struct buf *out)
{
    json_put_key(out, "accounts");
    buf_byte(out, '[');
    for (size_t i = 0; i < s->scenario.account_count; i++) {
        const struct scenario_account *a = &s->scenario.accounts[i];
        struct buf address = { 0 };
        put_address(a, &address);
        buf_addz(out, i > 0 ? ",{" : "{");
        json_field_text(out, "address", buf_slice(&address));
        json_field_text(out, "password", a->password);
        json_field_text(out, "host", s->scenario.hosts[a->host].name);
        buf_byte(out, '}');
        buf_deinit(&address);
    }
    buf_byte(out, ']');
}

void serve_json(const struct serve *s, struct buf *out)
{
    buf_byte(out, '{');
    json_field_bool(out, "ready", true);
    json_field_text(out, "file", slice_of(s->file));
    json_field_text(out, "title", s->scenario.title);
    json_field_text(out, "address", SLICE("127.0.0.1"));
    json_ports(s, out);
    json_accounts(s, out);
    if (s->ca) {
        json_field_text(out, "ca", slice_of(s->ca));
    }
    buf_addz(out, "}\n");
}

/* ---- the end ---- */

static void put_count(struct buf *out, uint64_t count, const char *one, const char *many)
{
    fmt_u64(out, count);
    buf_byte(out, ' ');
    buf_addz(out, count == 1 ? one : many);
}

static void summary_letters(const struct report *r, struct buf *out)
{
    uint64_t fates[8] = { 0 };
    for (size_t i = 0; i < r->letter_count; i++) {
        for (size_t k = 0; k < r->letters[i].count; k++) {
            uint32_t fate = r->letters[i].outcomes[k].fate;
            fates[fate < COUNT(fates) ? fate : 0]++;
        }
    }
    put_count(out, r->letter_count, "letter", "letters");
    for (uint32_t f = 0; f <= FATE_QUEUED; f++) {
        if (fates[f] > 0) {
            buf_addz(out, ", ");
            fmt_u64(out, fates[f]);
            buf_byte(out, ' ');
            buf_addz(out, trace_fate_name(f));
        }
    }
    buf_byte(out, '\n');
}

static void summary_trace(const struct trace *t, struct buf *out)
{
    put_count(out, t->count, "record", "records");
    buf_addz(out, " in ");
    fmt_size(out, trace_size(t));
    if (!trace_is_whole(t)) {
        buf_addz(out, "; of ");
        fmt_u64(out, t->payload_count);
        buf_addz(out, " texts the oldest ");
        fmt_u64(out, t->limit.dropped);
        buf_addz(out, " were let go");
        buf_addz(out, t->limit.full      ? ", then nothing was recorded any more"
                      : t->limit.thinned ? ", then only outlines were recorded"
                                         : "");
    }
    buf_addz(out, ".\n");
}

void serve_summary(const struct serve *s, struct buf *out)
{
    const struct gateway_counts *c = gateway_counts(s->gateway);
    struct report report;
    report_make(&report, &s->trace);
    buf_addz(out, "\nServed for ");
    fmt_clock(out, gateway_uptime(s->gateway));
    buf_addz(out, ": ");
    put_count(out, c->connections, "connection", "connections");
    buf_addz(out, " (at most ");
    fmt_u64(out, c->open_most);
    buf_addz(out, " at once), ");
    fmt_u64(out, c->refused);
    buf_addz(out, " refused, ");
    fmt_u64(out, c->resets);
    buf_addz(out, " broken off, ");
    put_count(out, c->datagrams, "datagram", "datagrams");
    buf_addz(out, ".\n");
    summary_letters(&report, out);
    summary_trace(&s->trace, out);
    report_free(&report);
}
