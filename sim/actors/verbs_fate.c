/* verbs_fate.c - the arguments of what fate does to hosts and links.
 * Only words; the doing is in the world (fate.c). */
#include "sim/actors/verbs.h"
#include "sim/base/vocabulary.h"

#include <assert.h>
#include <stddef.h>

const struct key verb_lossy_keys[] = {
    { "loss", KEY_PERCENT, offsetof(struct verb_lossy, loss), "30%", 0, 1000000, NULL,
      "of segments and datagrams, beside what the link loses anyway" },
    KEY_ROW_END,
};

const struct key verb_partition_keys[] = {
    { "hosts", KEY_HOSTS, offsetof(struct verb_partition, hosts), NULL, 0, 0, NULL,
      "the one group" },
    { "from", KEY_HOSTS, offsetof(struct verb_partition, from), "", 0, 0, NULL,
      "the other group; without it everybody else" },
    KEY_ROW_END,
};

const struct key verb_refuse_keys[] = {
    { "service", KEY_CHOICE, offsetof(struct verb_refuse, service), "all", 0, 0, REFUSE_SERVICES,
      "the service that is refused, on its usual port" },
    { "port", KEY_INT, offsetof(struct verb_refuse, port), "0", 0, 65535, NULL,
      "the port instead; 0: that of the service" },
    { "how", KEY_CHOICE, offsetof(struct verb_refuse, how), "refuse", 0, 0, "refuse drop",
      "refuse: at once, as where nobody listens (RST); drop: in silence, as behind a firewall" },
    { "from", KEY_HOSTS, offsetof(struct verb_refuse, from), "", 0, 0, NULL,
      "only connections from these hosts, as where a firewall stands before them; without it all" },
    KEY_ROW_END,
};

const struct key verb_slow_replies_keys[] = {
    { "delay", KEY_DURATION, offsetof(struct verb_slow_replies, delay), "30s", 1, (int64_t)SIM_DAY,
      NULL,
      "how late each reply is; who waits in vain, gives up by RFC 5321 "
      "4.5.3.2" },
    KEY_ROW_END,
};

const struct key verb_temp_fail_keys[] = {
    { "command", KEY_CHOICE, offsetof(struct verb_temp_fail, at), "rcpt", 0, 0, "mail rcpt data",
      "what is refused: the sender, each recipient, or the letter behind its final dot" },
    { "code", KEY_INT, offsetof(struct verb_temp_fail, code), "451", 400, 599, NULL,
      "the reply: 4xx for now, 5xx for good (RFC 5321 4.2.1)" },
    { "text", KEY_TEXT, offsetof(struct verb_temp_fail, text), "", 0, 0, NULL,
      "its words, with their enhanced status code; without it 4.3.0, or 5.3.0, and why" },
    { "to", KEY_ADDRESSES, offsetof(struct verb_temp_fail, to), "", 0, 0, NULL,
      "with \"command\": \"rcpt\": only these recipients" },
    KEY_ROW_END,
};

const struct key verb_clock_keys[] = {
    { "offset", KEY_OFFSET, offsetof(struct verb_clock, offset), NULL, -CLOCK_OFFSET_MAX,
      CLOCK_OFFSET_MAX, NULL, "how far it is ahead, such as \"+2h\"; behind: \"-10min\"" },
    KEY_ROW_END,
};

const struct key verb_chaos_keys[] = {
    { "rate", KEY_FREQUENCY, offsetof(struct verb_chaos, between), "1/h", (int64_t)SIM_SECOND,
      3650 * (int64_t)SIM_DAY, NULL,
      "how often on average something goes wrong somewhere; at most 1/s" },
    { "lasting", KEY_DURATION, offsetof(struct verb_chaos, lasting), "10min", (int64_t)SIM_SECOND,
      (int64_t)(30 * SIM_DAY), NULL, "how long each lasts at most" },
    { "faults", KEY_CHOICES, offsetof(struct verb_chaos, faults), "", 0, 0, CHAOS_FAULTS,
      "what may go wrong; without it any of these; dns: a resolver or name server has no power" },
    { "hosts", KEY_HOSTS, offsetof(struct verb_chaos, hosts), "", 0, 0, NULL,
      "whom it may befall, and their links; without it everybody" },
    KEY_ROW_END,
};

uint16_t verb_refuse_port(const struct verb_refuse *r)
{
    static const uint16_t ports[] = { 0, 25, 587, 465, 110, 995, 143, 993, 80, 443, 53 };
    assert(r->service < COUNT(ports));
    return r->port != 0 ? (uint16_t)r->port : ports[r->service];
}
