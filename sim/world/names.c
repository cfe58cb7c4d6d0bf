/* names.c - reserved names and ranges, and what was probably meant. */
#include "sim/world/names.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/base/ip6.h"
#include "sim/mail/address.h"

#include <stdio.h>

slice names_plain(slice domain, struct idna *keep)
{
    return !address_is_ascii(domain) && idna_ascii(domain, keep) ? idna_slice(keep) : domain;
}

bool names_domain_reserved(slice domain)
{
    static const slice zones[] = {
        SLICE_INIT("example"),     SLICE_INIT("test"),        SLICE_INIT("invalid"),
        SLICE_INIT("localhost"),   SLICE_INIT("example.com"), SLICE_INIT("example.net"),
        SLICE_INIT("example.org"),
    };
    for (size_t i = 0; i < COUNT(zones); i++) {
        if (slice_in_domain(domain, zones[i])) {
            return true;
        }
    }
    return false;
}

bool names_ip_reserved(uint32_t ip)
{
    static const struct {
        uint32_t net, bits;
    } ranges[] = {
        { 0xc0000200, 24 }, /* 192.0.2.0, RFC 5737 */
        { 0xc6336400, 24 }, /* 198.51.100.0 */
        { 0xcb007100, 24 }, /* 203.0.113.0 */
        { 0xc6120000, 15 }, /* 198.18.0.0, RFC 2544 */
        { 0x0a000000, 8 },  /* 10.0.0.0, RFC 1918 */
        { 0xac100000, 12 }, /* 172.16.0.0 */
        { 0xc0a80000, 16 }, /* 192.168.0.0 */
    };
    for (size_t i = 0; i < COUNT(ranges); i++) {
        if ((ip ^ ranges[i].net) >> (32 - ranges[i].bits) == 0) {
            return true;
        }
    }
    return false;
}

bool names_ip6_reserved(const uint8_t octets[16])
{
    static const struct {
        uint64_t net; /* the first 64 bits */
        uint32_t bits;
    } ranges[] = {
        { 0x20010db800000000, 32 }, /* 2001:db8::, RFC 3849 */
        { 0x3fff000000000000, 20 }, /* 3fff::, RFC 9637 */
        { 0x2001000200000000, 48 }, /* 2001:2::, RFC 5180 */
        { 0xfc00000000000000, 7 },  /* fc00::, RFC 4193 */
    };
    uint64_t net = 0;
    for (size_t i = 0; i < 8; i++) {
        net = net << 8 | octets[i];
    }
    for (size_t i = 0; i < COUNT(ranges); i++) {
        if ((net ^ ranges[i].net) >> (64 - ranges[i].bits) == 0) {
            return true;
        }
    }
    return false;
}

#define DOMAINS_ALLOWED "use .example, .test, .invalid or example.com, .net, .org"
#define RANGES_ALLOWED                                                                             \
    "use 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 198.18.0.0/15 or a private network"

bool names_check_domain(slice domain, struct err *why)
{
    slice shown = names_clip(domain);
    if (!domain_valid(domain)) {
        return err_set(why, "\"%.*s\" is not a domain name; try \"example.org\"", SLICE_ARG(shown));
    }
    if (!names_domain_reserved(domain)) {
        return err_set(why, "\"%.*s\" may belong to somebody; " DOMAINS_ALLOWED " (RFC 2606)",
                       SLICE_ARG(shown));
    }
    return true;
}

bool names_check_address(slice address, struct err *why)
{
    struct address a;
    slice shown = names_clip(address);
    if (!address_parse(address, &a) || a.local.len == 0 || a.domain.len == 0) {
        return err_set(why, "\"%.*s\" is not an address; try \"alice@example.org\"",
                       SLICE_ARG(shown));
    }
    if (a.domain.ptr[0] == '[') {
        uint32_t ip;
        uint8_t octets[IP6_OCTETS];
        slice inside = slice_sub(a.domain, 1, a.domain.len - 2);
        return slice_starts_nocase(inside, SLICE("IPv6:"))
                   ? names_check_ip6(slice_from(inside, 5), octets, why)
                   : names_check_ip(inside, &ip, why);
    }
    if (!names_domain_reserved(a.domain)) {
        return err_set(why, "\"%.*s\" may be somebody's address; " DOMAINS_ALLOWED " (RFC 2606)",
                       SLICE_ARG(shown));
    }
    return true;
}

bool names_check_host(slice name, struct err *why)
{
    slice shown = names_clip(name);
    if (!domain_valid(name)) {
        return err_set(why,
                       "\"%.*s\" is not a host name: letters, digits, hyphens and dots, such as "
                       "\"alice-laptop\" or \"mail.example.org\"",
                       SLICE_ARG(shown));
    }
    return slice_find_byte(name, '.') == SLICE_NONE || names_check_domain(name, why);
}

#define PATH_OCTETS_MAX   255
#define FOLDER_OCTETS_MAX 100

bool names_check_path(slice path, struct err *why)
{
    slice shown = names_clip(path), rest = path;
    if (path.len == 0 || path.len > PATH_OCTETS_MAX) {
        return err_set(why, "the name of a file has 1 to %d octets", PATH_OCTETS_MAX);
    }
    if (path.ptr[0] == '/') {
        return err_set(why, "\"%.*s\" begins at the root; name it from the scenario's folder on",
                       SLICE_ARG(shown));
    }
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == '\\' || path.ptr[i] == 127 || (unsigned char)path.ptr[i] < 32) {
            return err_set(why, "a file is named without backslashes and control characters");
        }
    }
    while (rest.ptr) {
        slice part = slice_cut(&rest, '/');
        if (part.len == 0 || slice_eq(part, SLICE(".")) || slice_eq(part, SLICE(".."))) {
            return err_set(why,
                           "\"%.*s\" has an empty part, \".\" or \"..\" in it; only files "
                           "below the scenario's folder are read",
                           SLICE_ARG(shown));
        }
    }
    return true;
}

/* What IMAP's list wildcards, quoting and modified UTF-7 leave alone (RFC 3501 5.1). */
bool names_check_folder(slice name, struct err *why)
{
    slice shown = names_clip(name), rest = name;
    bool good = name.len > 0 && name.len <= FOLDER_OCTETS_MAX;
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        good = c >= 32 && c < 127 && slice_find_byte(SLICE("%*&\"\\"), c) == SLICE_NONE;
    }
    while (good && rest.ptr) {
        slice part = slice_cut(&rest, '/');
        good = part.len > 0 && slice_trim(part).len == part.len;
    }
    return good || err_set(why,
                           "\"%.*s\" is not a name for a mailbox: ASCII without %%, *, &, quotes "
                           "and backslashes; \"/\" stands between a folder and one in it",
                           SLICE_ARG(shown));
}

bool names_check_ip(slice text, uint32_t *ip_r, struct err *why)
{
    slice shown = names_clip(text);
    if (!parse_ip4(text, ip_r)) {
        return err_set(why, "\"%.*s\" is not an IPv4 address; try \"192.0.2.1\"", SLICE_ARG(shown));
    }
    if (!names_ip_reserved(*ip_r)) {
        return err_set(why, "\"%.*s\" may belong to somebody; " RANGES_ALLOWED " (RFC 5737)",
                       SLICE_ARG(shown));
    }
    return true;
}

bool names_check_ip6(slice text, uint8_t octets_r[16], struct err *why)
{
    slice shown = names_clip(text);
    if (!parse_ip6(text, octets_r)) {
        return err_set(why, "\"%.*s\" is not an IPv6 address; try \"2001:db8::1\"",
                       SLICE_ARG(shown));
    }
    if (!names_ip6_reserved(octets_r)) {
        return err_set(why,
                       "\"%.*s\" may belong to somebody; use 2001:db8::/32, 3fff::/20 or fc00::/7 "
                       "(RFC 3849)",
                       SLICE_ARG(shown));
    }
    return true;
}

slice names_clip(slice s)
{
    size_t len = s.len < 60 ? s.len : 60;
    while (len > 0 && len < s.len && ((unsigned char)s.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    return slice_sub(s, 0, len);
}
