/* crowd.c - domains and people out of numbers.
 * Never knows a mailbox: whoever keeps one asks here whose it may be. */
#include "sim/mail/crowd.h"

#include <assert.h>

#define MILLION 1000000

/* ---- names: syllables that anybody can say ---- */

#define SYLLABLES     80
#define DOMAINS       ((uint64_t)SYLLABLES * SYLLABLES * SYLLABLES)
#define PEOPLE        ((uint64_t)SYLLABLES * SYLLABLES * DOMAINS) /* ka-lu . mo-re-ni */
/* Both spaces are products of 2 and 5: a factor that ends in 1, 3, 7 or 9 only mixes them. */
#define MIX_DOMAINS   UINT64_C(198491)
#define UNMIX_DOMAINS UINT64_C(102611) /* its inverse modulo DOMAINS */
#define MIX_PEOPLE    UINT64_C(2654435761)
#define UNMIX_PEOPLE  UINT64_C(2288725841) /* its inverse modulo PEOPLE */

static const char consonants[] = "bdfghjklmnprstvz";
static const char vowels[] = "aeiou";
#define VOWELS (sizeof vowels - 1)

static void put_syllable(struct buf *out, uint64_t number)
{
    buf_byte(out, consonants[number / VOWELS]);
    buf_byte(out, vowels[number % VOWELS]);
}

/* false: this is no syllable of ours. */
static bool take_syllable(slice *rest, uint64_t *number)
{
    const char *c = rest->len >= 2 ? strchr(consonants, ascii_lower(rest->ptr[0])) : NULL;
    const char *v = rest->len >= 2 ? strchr(vowels, ascii_lower(rest->ptr[1])) : NULL;
    if (!c || !v || *c == '\0' || *v == '\0') {
        return false;
    }
    *number = *number * SYLLABLES + (uint64_t)(c - consonants) * VOWELS + (uint64_t)(v - vowels);
    *rest = slice_from(*rest, 2);
    return true;
}

static uint64_t number_for(const struct crowd *c, const char *what, uint64_t n)
{
    char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(n >> 8 * i);
    }
    return slice_hash((slice){ bytes, sizeof bytes }, slice_hash(slice_of(what), c->config.seed));
}

void crowd_domain(const struct crowd *c, uint32_t domain, struct buf *out)
{
    uint64_t n = (domain * MIX_DOMAINS + number_for(c, "domains", 0) % DOMAINS) % DOMAINS;
    put_syllable(out, n / SYLLABLES / SYLLABLES);
    put_syllable(out, n / SYLLABLES % SYLLABLES);
    put_syllable(out, n % SYLLABLES);
    buf_addz(out, ".example");
}

bool crowd_has_domain(const struct crowd *c, slice domain)
{
    static const slice end = SLICE_INIT(".example");
    uint64_t n = 0;
    slice rest = domain;
    for (int i = 0; i < 3; i++) {
        if (!take_syllable(&rest, &n)) {
            return false;
        }
    }
    uint64_t mixed = n + DOMAINS - number_for(c, "domains", 0) % DOMAINS;
    return slice_eq_nocase(rest, end) && mixed * UNMIX_DOMAINS % DOMAINS < c->config.domains;
}

static void put_local(const struct crowd *c, uint32_t domain, uint32_t person, struct buf *out)
{
    uint64_t n = (person * MIX_PEOPLE + number_for(c, "people", domain) % PEOPLE) % PEOPLE;
    uint64_t given = n / DOMAINS, family = n % DOMAINS;
    put_syllable(out, given / SYLLABLES);
    put_syllable(out, given % SYLLABLES);
    buf_byte(out, '.');
    put_syllable(out, family / SYLLABLES / SYLLABLES);
    put_syllable(out, family / SYLLABLES % SYLLABLES);
    put_syllable(out, family % SYLLABLES);
}

/* ---- how many live where ---- */

#define BIG 5
static const uint64_t big_shares[BIG] = { 22, 12, 8, 5, 3 }; /* percent of all; the half */

/* What a domain weighs, in some unit. */
static uint64_t weight_of(uint32_t domain, bool big, uint64_t tail)
{
    if (!big) {
        return MILLION / (domain + 1u);
    }
    return domain < BIG ? tail * big_shares[domain] / 50 : MILLION / (domain - BIG + 1u);
}

static void settle(struct crowd *c)
{
    uint32_t domains = c->config.domains, free = c->config.people - domains;
    bool big = domains >= 4 * BIG;
    uint64_t tail = 0, sum = 0;
    for (uint32_t d = 0; big && d + BIG < domains; d++) {
        tail += MILLION / (d + 1u);
    }
    for (uint32_t d = 0; d < domains; d++) {
        sum += weight_of(d, big, tail);
    }
    uint32_t given = 0;
    for (uint32_t d = domains; d-- > 1;) {
        c->first[d] = 1 + (uint32_t)(free * weight_of(d, big, tail) / sum);
        given += c->first[d];
    }
    c->first[0] = c->config.people - given; /* what rounding left over, too */
    uint32_t next = 0;
    for (uint32_t d = 0; d <= domains; d++) {
        uint32_t size = d < domains ? c->first[d] : 0;
        c->first[d] = next;
        next += size;
    }
    assert(next == c->config.people);
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    while (b > 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

void crowd_init(struct crowd *c, const struct crowd_config *config, struct arena *lent)
{
    assert(config->domains > 0 && config->domains <= CROWD_DOMAINS_MAX);
    assert(config->people >= config->domains && config->people <= CROWD_PEOPLE_MAX);
    assert(MIX_PEOPLE % PEOPLE * UNMIX_PEOPLE % PEOPLE == 1);
    *c = (struct crowd){ .config = *config };
    c->first = arena_array(lent, config->domains + 1u, sizeof *c->first);
    settle(c);
    c->stride = (uint32_t)(config->people * UINT64_C(618) / 1000) | 1u; /* the golden section */
    while (common_divisor(c->stride, config->people) != 1) {
        c->stride++;
    }
    c->start = (uint32_t)(number_for(c, "readers", 0) % config->people);
}

uint32_t crowd_people(const struct crowd *c, uint32_t domain)
{
    return c->first[domain + 1] - c->first[domain];
}

uint32_t crowd_chance(const struct crowd *c, uint32_t domain, const char *what, uint32_t bound)
{
    return (uint32_t)(number_for(c, what, domain) % bound);
}

bool crowd_is_busy(const struct crowd *c, uint32_t domain)
{
    return crowd_chance(c, domain, "busy", MILLION) < c->config.busy;
}

enum crowd_person crowd_find(const struct crowd *c, uint32_t domain, slice local)
{
    uint64_t n = 0;
    for (int i = 0; i < 5; i++) {
        if (i == 2 && !slice_starts(local, SLICE("."))) {
            return CROWD_NOBODY;
        }
        local = i == 2 ? slice_from(local, 1) : local;
        if (!take_syllable(&local, &n)) {
            return CROWD_NOBODY;
        }
    }
    n = (n + PEOPLE - number_for(c, "people", domain) % PEOPLE) % PEOPLE * UNMIX_PEOPLE % PEOPLE;
    if (local.len > 0 || n >= crowd_people(c, domain)) {
        return CROWD_NOBODY;
    }
    uint64_t person = c->first[domain] + n;
    if (number_for(c, "unknown", person) % MILLION < c->config.unknown) {
        return CROWD_NOBODY;
    }
    return number_for(c, "full", person) % MILLION < c->config.full ? CROWD_FULL : CROWD_LIVES;
}

static uint32_t domain_of(const struct crowd *c, uint32_t person)
{
    uint32_t low = 0, high = c->config.domains;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (c->first[middle] <= person) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

void crowd_reader(const struct crowd *c, uint32_t n, struct buf *out)
{
    uint32_t person = (uint32_t)((c->start + (uint64_t)n * c->stride) % c->config.people);
    uint32_t domain = domain_of(c, person);
    put_local(c, domain, person - c->first[domain], out);
    buf_byte(out, '@');
    crowd_domain(c, domain, out);
}
