/* verbs_dns.c - the arguments of what becomes of names: zones that change, name servers that fail.
 * Only words; the doing is in the world and in the name server. */
#include "sim/actors/verbs.h"

#include <assert.h>
#include <stddef.h>

const struct key verb_zone_keys[] = {
    { "domain", KEY_TEXT, offsetof(struct verb_zone, domain), NULL, 0, 0, NULL,
      "the zone, such as \"example.net\"" },
    { "set", KEY_TEXTS, offsetof(struct verb_zone, set), NULL, 0, 0, "domain",
      "master-file lines: each name's records of one type take the place of those that are there; "
      "\"- www A\" takes them away" },
    KEY_ROW_END,
};

#define X(name, word, doc) word " "
const struct key verb_dns_fault_keys[] = {
    { "what", KEY_CHOICE, offsetof(struct verb_dns_fault, what), NULL, 0, 0, DNS_FAULTS(X),
      "what is wrong: it answers SERVFAIL or REFUSED; it is lame, so that it knows nothing of its "
      "zones; it answers with wrong records, or not at all, or so that one must ask by TCP; or it "
      "is slow" },
    { "domain", KEY_TEXT, offsetof(struct verb_dns_fault, domain), "", 0, 0, NULL,
      "only for questions about names at or below it; with \"wrong\": the zone" },
    { "records", KEY_TEXTS, offsetof(struct verb_dns_fault, records), "", 0, 0, "domain",
      "with \"wrong\": the master-file lines that it answers with instead" },
    { "delay", KEY_DURATION, offsetof(struct verb_dns_fault, delay), "3s", 1, (int64_t)SIM_HOUR,
      NULL, "with \"slow\": how late each answer is" },
    KEY_ROW_END,
};
#undef X

const char *verb_dns_fault_text(const struct verb_dns_fault *f)
{
    static const char *const texts[] = {
#define X(name, word, doc) [DNS_FAULT_##name] = (doc),
        DNS_FAULTS(X)
#undef X
    };
    assert(f->what < DNS_FAULT_COUNT);
    return texts[f->what];
}
