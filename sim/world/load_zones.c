/* load_zones.c - zones written by hand: master-file lines, each checked where it stands.
 * Nothing is kept but the text; the world reads the lines again when it makes its zones. */
#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_edit.h"
#include "sim/world/load.h"
#include "sim/world/names.h"

/* ---- whose names and addresses */

static bool is_top(slice name)
{
    static const slice tops[] = { SLICE_INIT("com"), SLICE_INIT("net"), SLICE_INIT("org"),
                                  SLICE_INIT("arpa") };
    for (size_t i = 0; i < COUNT(tops); i++) {
        if (slice_eq_nocase(name, tops[i])) {
            return true;
        }
    }
    return false;
}

/* One label belongs to a host of this scenario, or to nobody. */
static bool is_harmless(slice name)
{
    return slice_find_byte(name, '.') == SLICE_NONE || names_domain_reserved(name) ||
           dns_name_under(name, SLICE("in-addr.arpa")) || dns_name_under(name, SLICE("ip6.arpa"));
}

bool load_zone_name(struct load *l, slice text, slice *origin_r, struct err *why)
{
    struct dns_name name;
    if (!dns_name_read(&name, text) || text.len == 0) {
        slice shown = names_clip(text);
        return err_set(why, "\"%.*s\" is not a zone; try \"example.org\"", SLICE_ARG(shown));
    }
    *origin_r = arena_copy(&l->sc->arena, dns_name_slice(&name));
    if (name.len == 0 || is_top(dns_name_slice(&name)) ||
        (is_harmless(dns_name_slice(&name)) && slice_find_byte(*origin_r, '.') != SLICE_NONE)) {
        return true;
    }
    return names_check_domain(*origin_r, why);
}

/* Documentation (RFC 3849), unique local (RFC 4193), loopback. */
static bool ip6_harmless(const uint8_t octets[16])
{
    static const uint8_t loopback[16] = { [15] = 1 };
    bool local = true;
    for (size_t i = 0; i < sizeof loopback; i++) {
        local = local && octets[i] == loopback[i];
    }
    return local || (octets[0] & 0xfe) == 0xfc ||
           (octets[0] == 0x20 && octets[1] == 0x01 && octets[2] == 0x0d && octets[3] == 0xb8);
}

/* 127.0.0.0/8 is what lists of bad senders answer with (RFC 5782 2.1, 2.3). */
static bool ip_harmless(uint32_t ip)
{
    return names_ip_reserved(ip) || ip >> 24 == 127;
}

static bool check_record(const struct dns_record *rr, struct err *why)
{
    if (!is_harmless(dns_name_slice(&rr->name)) || !is_harmless(dns_name_slice(&rr->target))) {
        bool owner = !is_harmless(dns_name_slice(&rr->name));
        return names_check_domain(dns_name_slice(owner ? &rr->name : &rr->target), why);
    }
    if ((rr->type == DNS_A && !ip_harmless(rr->a)) ||
        (rr->type == DNS_AAAA && !ip6_harmless(rr->aaaa))) {
        return err_set(why, "this address may belong to somebody; use 192.0.2.0/24, "
                            "198.51.100.0/24, 203.0.113.0/24, 198.18.0.0/15, 127.0.0.0/8, a "
                            "private network or 2001:db8::/32");
    }
    return true;
}

/* ---- lines */

/* The delegation that this record stands at or below, by the lines that were read; the origin of
 * the zone is none. */
static slice delegation_of(const struct dns_zone *z, const struct dns_record *rr)
{
    for (slice cut = dns_name_slice(&rr->name); cut.len > z->origin.len;
         cut = dns_name_parent(cut)) {
        const struct dns_record *at = dns_zone_find(z, cut, NULL);
        while (at && at->type != DNS_NS) {
            at = dns_zone_next(z, at);
        }
        if (at) {
            return cut;
        }
    }
    return (slice){ 0 };
}

/* RFC 1035 5.2: what lies in somebody else's zone is glue, or a mistake. */
static void check_glue(struct load *l, const struct dns_zone *z,
                       const struct json_node *const *places)
{
    for (size_t i = 0; i < z->count; i++) {
        const struct dns_record *rr = &z->records[i];
        slice cut = delegation_of(z, rr), name = dns_name_slice(&rr->name);
        bool address = rr->type == DNS_A || rr->type == DNS_AAAA;
        if (cut.len > 0 && !address && !(rr->type == DNS_NS && name.len == cut.len)) {
            problem_add(l->problems, places[i], SPOT_VALUE,
                        "%.*s has servers of its own (NS): only their addresses may stand here "
                        "(RFC 1035 5.2)",
                        SLICE_ARG(cut));
        }
    }
}

void load_zone_lines(struct load *l, const struct json_node *lines, slice origin)
{
    struct dns_edit edit;
    struct err why;
    slice zone = { 0 };
    bool list = lines && json_type(lines) == JSON_ARRAY;
    if (!lines || !load_zone_name(l, origin.len > 0 ? origin : SLICE("."), &zone, &why)) {
        return;
    }
    const struct json_node **places = mem_array(list ? json_count(lines) + 1 : 1, sizeof *places);
    dns_edit_init(&edit, zone, l->sc->ttl);
    for (const struct json_node *n = list ? json_first(lines) : lines; n;
         n = list ? json_next(n) : NULL) {
        size_t before = edit.set.count;
        if (json_type(n) != JSON_STRING) {
            continue; /* a problem already */
        }
        bool ok = dns_edit_line(&edit, json_text(n), &l->sc->arena, &why) &&
                  (edit.set.count == before || check_record(&edit.set.records[before], &why));
        if (edit.set.count > before) {
            places[before] = n;
        }
        if (!ok) {
            problem_add(l->problems, n, SPOT_VALUE, "%s", why.text);
        }
    }
    check_glue(l, &edit.set, places);
    dns_edit_deinit(&edit);
    mem_free(places);
}

static void begin(struct load *l, size_t count)
{
    l->sc->zones = arena_array(&l->sc->arena, count, sizeof *l->sc->zones);
}

static void same_zone(struct load *l, const struct json_node *n, slice origin)
{
    uint32_t id;
    struct buf lower = { 0 };
    buf_byte(&lower, '.'); /* so that the root has a text too */
    for (size_t i = 0; i < origin.len; i++) {
        buf_byte(&lower, ascii_lower(origin.ptr[i]));
    }
    if (intern_find(&l->ids, buf_slice(&lower), &id)) {
        problem_add(l->problems, n, SPOT_KEY, "this zone is here already, by another spelling");
    }
    (void)intern_id(&l->ids, buf_slice(&lower));
    buf_deinit(&lower);
}

static void entry(struct load *l, const struct json_node *n, size_t i)
{
    struct err why;
    slice origin = { 0 };
    (void)i;
    if (!load_zone_name(l, json_key(n), &origin, &why)) {
        problem_add(l->problems, n, SPOT_KEY, "%s", why.text);
        return;
    }
    same_zone(l, n, origin);
    size_t count = json_count(n), kept = 0;
    if (count > SCENARIO_LINES_MAX) {
        problem_add(l->problems, n, SPOT_VALUE, "%zu lines; at most %d are read", count,
                    SCENARIO_LINES_MAX);
        return;
    }
    slice *lines = arena_array(&l->sc->arena, count, sizeof *lines);
    for (const struct json_node *e = json_first(n); e; e = json_next(e)) {
        if (json_type(e) == JSON_STRING) {
            lines[kept++] = arena_copy(&l->sc->arena, json_text(e));
        } else {
            problem_add(l->problems, e, SPOT_VALUE, "this must be a text, not %s",
                        json_type_name(e));
        }
    }
    load_zone_lines(l, n, origin);
    l->sc->zones[l->sc->zone_count++] = (struct scenario_zone){
        .origin = arena_copy(&l->sc->arena, origin),
        .lines = { lines, kept },
    };
}

const struct section section_zones = {
    .name = "zones",
    .doc = "what is written in the DNS, by domain: master-file lines such as \"@ 300 IN MX 10 "
           "mail\" (RFC 1035 5.1), which take the place of what is generated for that name and "
           "type; \"- www A\" is how something goes",
    .lists = true,
    .entries_max = SCENARIO_ZONES_MAX,
    .begin = begin,
    .entry = entry,
};
