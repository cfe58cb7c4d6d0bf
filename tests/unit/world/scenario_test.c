#include "sim/world/scenario.h"

#include "sim/world/expect.h"
#include "tests/lib/small_vocabulary.h"

#include <criterion/criterion.h>

static const char first_mail[] =
    "{ \"$schema\": \"schema.json\", \"title\": \"Your first e-mail\",\n"
    "  \"hosts\": {\n"
    "    \"alice-laptop\": { \"kind\": \"mua\", \"account\": \"alice@example.org\" },\n"
    "    \"mail.example.org\": { \"kind\": \"mail\", \"domain\": \"example.org\",\n"
    "       \"accounts\": { \"alice\": \"wonderland\", \"al\": \"x\" }, \"relay\": "
    "\"mail.example.net\" },\n"
    "    \"mail.example.net\": { \"kind\": \"mail\", \"domain\": \"Example.net\",\n"
    "       \"accounts\": { \"bob\": \"builder\" }, \"spam\": \"0.5%\" },\n"
    "    \"bob-phone\": { \"kind\": \"mua\", \"account\": \"bob@example.net\", \"read\": "
    "\"pop3\",\n"
    "       \"ip\": \"192.0.2.77\" } },\n"
    "  \"links\": [ { \"between\": [\"alice-laptop\", \"mail.example.org\"], \"latency\": "
    "\"12ms\" },\n"
    "     { \"host\": \"bob-phone\", \"latency\": \"300ms\", \"down\": true } ],\n"
    "  \"script\": [\n"
    "    { \"at\": \"1s\", \"host\": \"alice-laptop\", \"do\": \"send\", \"to\": "
    "\"bob@example.net\",\n"
    "      \"subject\": \"Hello\", \"text\": \"Hi\\r\\nBob!\" },\n"
    "    { \"at\": \"20s\", \"host\": \"bob-phone\", \"do\": \"fetch\", \"repeat\": 3, \"every\": "
    "\"10s\" },\n"
    "    { \"at\": \"2s\", \"do\": \"slow\", \"link\": [\"mail.example.org\", \"alice-laptop\"],\n"
    "      \"bandwidth\": \"5Mbit/s\" },\n"
    "    { \"at\": \"3s\", \"do\": \"mend\", \"host\": \"bob-phone\" } ],\n"
    "  \"expect\": [ { \"at\": \"30s\", \"device\": \"bob-phone\", \"messages\": 1 },\n"
    "     { \"said\": \"QUIT\\r\\n\", \"service\": \"smtp\", \"count\": 1 } ],\n"
    "  \"story\": [ { \"on\": { \"kind\": \"said\", \"contains\": \"RCPT TO\" }, \"say\": "
    "\"Now!\" },\n"
    "     { \"at\": \"2min\", \"say\": \"The end.\" } ] }\n";

static bool load(struct scenario *sc, const char *text, struct buf *problems_r)
{
    struct problems problems;
    problems_init(&problems, SLICE("x.json"));
    bool ok = scenario_load(sc, slice_of(text), &small_vocabulary, &problems);
    cr_assert_eq(ok, !problems_any(&problems));
    problems_text(&problems, problems_r);
    problems_deinit(&problems);
    return ok;
}

Test(scenario, is_plain_data_with_every_default_filled_in)
{
    struct scenario sc;
    struct buf text;
    buf_init(&text);
    cr_assert(load(&sc, first_mail, &text), "%s", buf_z(&text));
    cr_expect(slice_eq(sc.title, SLICE("Your first e-mail")));
    cr_expect_eq(sc.seed, 1);
    cr_expect_eq(sc.start, 1788771600);
    cr_expect_eq(sc.until, 2 * SIM_MINUTE + SIM_HOUR); /* the last moment is the story's */
    cr_assert_eq(sc.host_count, 4);
    const struct small_mua *phone = sc.hosts[3].config;
    cr_expect_eq(sc.hosts[3].kind, &small_mua_kind);
    cr_expect(sc.hosts[3].ip_count == 1 && sc.hosts[3].ips[0].ip == 0xc000024d);
    cr_expect_eq(phone->read, 0);
    cr_expect_eq(phone->poll, 0);
    cr_expect_eq(((const struct small_mua *)sc.hosts[0].config)->read, 1);
    const struct small_mail *mail = sc.hosts[1].config;
    cr_expect_eq(mail->size_max, 10000000);
    cr_expect_eq(mail->accounts.count, 2);
    cr_expect(slice_eq(mail->relay, SLICE("mail.example.net"))); /* it comes later in the file */
    cr_expect_eq(((const struct small_mail *)sc.hosts[2].config)->spam, 5000);
    cr_expect_eq(sc.account_count, 3);
    const struct scenario_account *bob = scenario_account_find(&sc, SLICE("BOB@example.NET"));
    cr_assert(bob != NULL);
    cr_expect_eq(bob->host, 2);
    cr_expect(scenario_account_find(&sc, SLICE("eve@example.net")) == NULL);
    cr_expect_eq(scenario_host_find(&sc, SLICE("bob-phone")), 3);
    cr_expect_eq(scenario_host_find(&sc, SLICE("nobody")), SCENARIO_NONE);

    cr_assert_eq(sc.link_count, 2);
    cr_expect_eq(sc.links[0].latency, 12 * SIM_MS);
    cr_expect_eq(sc.links[1].b, SCENARIO_NONE);
    cr_expect(sc.links[1].down);

    cr_assert_eq(sc.step_count, 4);
    const struct verb_send *send = sc.steps[0].args;
    cr_expect_eq(sc.steps[0].verb, &verb_kinds[VERB_SEND]);
    cr_expect_eq(sc.steps[0].times, 1);
    cr_assert_eq(send->to.count, 1);
    cr_expect(slice_eq(send->to.items[0], SLICE("bob@example.net")));
    cr_expect(slice_eq(send->words.text, SLICE("Hi\r\nBob!")));
    cr_expect_eq(sc.steps[1].times, 3);
    cr_expect_eq(sc.steps[1].every, 10 * SIM_SECOND);
    cr_expect_eq(sc.steps[1].args, NULL);
    cr_expect_eq(sc.steps[2].link, 0); /* whichever way round it is named */
    cr_expect_eq(((const struct verb_slow *)sc.steps[2].args)->rate, 5000000);
    cr_expect_eq(sc.steps[3].link, SCENARIO_NONE);
    cr_expect_eq(sc.steps[3].host, 3); /* his way into the internet */

    cr_assert_eq(sc.expect_count, 2);
    cr_expect_eq(sc.expects[0].at, 30 * SIM_SECOND);
    cr_expect_eq(sc.expects[1].at, SIM_FOREVER);
    cr_expect_str_eq(sc.expects[1].kind->name, "said");
    cr_assert_eq(sc.story_count, 2);
    cr_expect_eq(sc.stories[0].on.kind, TRACE_SAID);
    cr_expect_eq(sc.stories[0].on.nth, 1);
    cr_expect(sc.stories[1].timed);
    scenario_free(&sc);
    scenario_free(&sc);
    buf_deinit(&text);
}

Test(scenario, tells_ten_mistakes_in_one_go_each_with_its_place)
{
    static const char text[] =
        "{\n"
        "  \"title\": 7,\n"
        "  \"sead\": 1,\n"
        "  \"hosts\": {\n"
        "    \"a\": { \"kind\": \"mua\", \"account\": \"alice@gmail.com\" },\n"
        "    \"mail.example.org\": { \"kind\": \"mial\" },\n"
        "    \"b\": { \"kind\": \"mua\", \"account\": \"bob@example.net\", \"pol\\u006c\": \"2d\" "
        "},\n"
        "    \"m/~\\u00e4\": { \"kind\": \"mail\", \"domain\": \"example.net\", \"accounts\": { "
        "\"bobby\": \"x\" },\n"
        "      \"ip\": \"8.8.8.8\" }\n"
        "  },\n"
        "  \"links\": [ { \"between\": [\"a\", \"b\"], \"latency\": \"5 parsecs\" } ],\n"
        "  \"until\": \"1min\",\n"
        "  \"script\": [\n"
        "    { \"at\": \"90s\", \"do\": \"sned\", \"host\": \"a\" },\n"
        "    { \"at\": \"90s\", \"do\": \"fetch\", \"host\": \"bb\" } ],\n"
        "  \"story\": [ { \"\xc3\xa4\xc3\xb6\": 1, \"say\": \"x\", \"on\": { \"kind\": \"seid\" } "
        "} ]\n"
        "}\n";
    static const char expected[] =
        "x.json:2:12: /title: this must be a text such as \"Hello\", not a number\n"
        "x.json:3:3: /sead: unknown key \"sead\", did you mean \"seed\"?\n"
        "x.json:5:38: /hosts/a/account: \"alice@gmail.com\" may be somebody's address; use "
        ".example, .test, .invalid or example.com, .net, .org (RFC 2606)\n"
        "x.json:6:35: /hosts/mail.example.org/kind: there is no kind of host \"mial\", did you "
        "mean \"mail\"?\n"
        "x.json:7:38: /hosts/b/account: no host has the account \"bob@example.net\", did you mean "
        "\"bobby@example.net\"?\n"
        "x.json:7:70: /hosts/b/poll: 2d is not in 1s..1d\n"
        "x.json:8:5: /hosts/m~1~0\xc3\xa4: \"m/~\xc3\xa4\" is not a host name: letters, digits, "
        "hyphens and dots, such as \"alice-laptop\" or \"mail.example.org\"\n"
        "x.json:9:13: /hosts/m~1~0\xc3\xa4/ip: \"8.8.8.8\" may belong to somebody; use "
        "192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 198.18.0.0/15 or a private network (RFC "
        "5737)\n"
        "x.json:11:50: /links/0/latency: \"5 parsecs\" is not a duration; try \"5ms\"\n"
        "x.json:14:26: /script/0/do: nobody knows how to \"sned\", did you mean \"send\"?\n"
        "x.json:15:13: /script/1/at: 90s is after the end of the run (\"until\": \"1min\")\n"
        "x.json:15:43: /script/1/host: there is no host \"bb\", did you mean \"b\"?\n"
        "x.json:16:16: /story/0/\xc3\xa4\xc3\xb6: unknown key \"\xc3\xa4\xc3\xb6\"\n"
        "x.json:16:53: /story/0/on/kind: there is no \"seid\" here, did you mean \"said\"?\n";
    struct scenario sc;
    struct buf seen;
    buf_init(&seen);
    cr_expect(!load(&sc, text, &seen));
    cr_expect_str_eq(buf_z(&seen), expected);
    buf_deinit(&seen);
}

#define HOSTS                                                                                      \
    "\"hosts\":{\"a\":{\"kind\":\"mua\",\"account\":\"x@m.test\"},\"m\":{\"kind\":\"mail\","       \
    "\"domain\":"                                                                                  \
    "\"m.test\",\"accounts\":{\"x\":\"p\"}}}"
#define FRAME(more) "{\"title\":\"t\",\n" HOSTS ",\n" more "}"
static const struct {
    const char *text, *says; /* NULL: nothing is wrong */
} mistakes[] = {
    { "[]", "x.json:1:1: a scenario is an object, not an array" },
    { "{}", "x.json:1:1: \"hosts\" is missing: the computers, by name\n"
            "x.json:1:1: \"title\" is missing: the name of the lesson, in one line" },
    { FRAME("\"seed\":0"), NULL },
    { FRAME("\"seed\":-1"), "x.json:3:8: /seed: -1 is not in 0..4294967295" },
    { FRAME("\"seed\":4294967295"), NULL },
    { FRAME("\"seed\":4294967296"), "x.json:3:8: /seed: 4294967296 is not in 0..4294967295" },
    { FRAME("\"start\":\"1969-12-31T23:59:59Z\""),
      "x.json:3:9: /start: mail begins in 1970 here, not before" },
    { FRAME("\"start\":\"9980-01-01T00:00:00Z\""), NULL },
    { FRAME("\"start\":\"9980-01-01T00:00:01Z\""),
      "x.json:3:9: /start: the year has four digits in a letter (RFC 5322 3.3); begin before "
      "9980" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"host\":\"a\",\"do\":\"send\",\"to\":\"x@m.test\","
            "\"subject\":\"S\",\"text\":\"T\",\"notify\":[\"never\"]}]"),
      NULL },
    { FRAME("\"script\":[{\"at\":\"1s\",\"host\":\"a\",\"do\":\"send\",\"to\":\"x@m.test\","
            "\"subject\":\"S\",\"text\":\"T\",\"notify\":[\"delay\",\"never\"]}]"),
      "x.json:3:95: /script/0/notify: \"never\" stands alone" },
    { FRAME("\"links\":{}"),
      "x.json:3:9: /links: \"links\" must be an array of objects, not an object" },
    { FRAME("\"links\":[7]"), "x.json:3:10: /links/0: this must be an object, not a number" },
    { FRAME("\"links\":[{}]"), "x.json:3:10: /links/0: give either \"between\" with two hosts, "
                               "or \"host\" with one" },
    { FRAME("\"links\":[{\"between\":[\"a\",\"a\"]}]"),
      "x.json:3:21: /links/0/between: this link would join a host to itself" },
    { FRAME("\"links\":[{\"between\":[\"a\"]}]"),
      "x.json:3:21: /links/0/between: a link has two ends, not 1" },
    { FRAME("\"links\":[{\"between\":[\"a\",\"z9\"]}]"),
      "x.json:3:26: /links/0/between/1: there is no host \"z9\"" },
    { FRAME("\"links\":[{\"between\":[\"a\",\"m\"]},{\"between\":[\"m\",\"a\"]}]"),
      "x.json:3:43: /links/1/between: this link is here already" },
    { FRAME("\"links\":[{\"visitors\":true,\"latency\":\"1s\"},{\"host\":\"a\"}]"), NULL },
    { FRAME("\"links\":[{\"visitors\":false,\"host\":\"a\"}]"), NULL },
    { FRAME("\"links\":[{\"host\":\"a\",\"visitors\":true}]"),
      "x.json:3:33: /links/0/visitors: a link is that of visitors, or has its ends; not both" },
    { FRAME("\"links\":[{\"visitors\":true},{\"visitors\":true}]"),
      "x.json:3:40: /links/1/visitors: this link is here already" },
    { FRAME("\"links\":[{\"id\":\"i\",\"host\":\"a\"},{\"id\":\"i\",\"host\":\"m\"}]"),
      "x.json:3:38: /links/1/id: this id is taken already" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"cut\",\"link\":[\"a\",\"m\"]}]"),
      "x.json:3:40: /script/0/link: \"links\" has no link between these two" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"fetch\"}]"),
      "x.json:3:11: /script/0: \"host\" is missing: who is to \"fetch\"?" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"fetch\",\"host\":\"m\"}]"),
      "x.json:3:42: /script/0/host: only a person's device can \"fetch\"; \"m\" is a host of "
      "kind \"mail\"" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"down\",\"host\":\"m\"}]"), NULL },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"up\",\"host\":\"m\",\"link\":[\"a\",\"m\"]}]"),
      "x.json:3:43: /script/0/link: \"up\" is not done to a link; name a \"host\"" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"up\",\"host\":\"m\",\"repeat\":2}]"),
      "x.json:3:52: /script/0/repeat: \"repeat\" needs \"every\", such as \"10min\"" },
    { FRAME("\"until\":\"1h\",\"script\":[{\"at\":\"1s\",\"do\":\"up\",\"host\":\"m\","
            "\"repeat\":3,\"every\":\"30min\"}]"),
      "x.json:3:65: /script/0/repeat: 3601s is after the end of the run (\"until\": \"1h\")" },
    { FRAME("\"script\":[{\"at\":\"1s\",\"do\":\"up\",\"host\":\"m\",\"repeat\":9999,\"every\":"
            "\"9d\"}]"),
      "x.json:3:52: /script/0/repeat: this goes on for more than ten years" },
    { FRAME("\"expect\":[{\"at\":\"1s\"}]"),
      "x.json:3:11: /expect/0: an expectation needs one of the keys mailbox, device, outcome, "
      "said, readable, refused, deferred, queue, dns, cache, connections, secured, unsecured, "
      "counter, attempt, held, report, same, pending, synced" },
    { FRAME("\"expect\":[{\"queue\":\"m\",\"said\":\"x\"}]"),
      "x.json:3:12: /expect/0/queue: \"said\" and \"queue\" are two expectations; write two "
      "entries" },
    { FRAME("\"expect\":[{\"mailbox\":\"y@m.test\"}]"),
      "x.json:3:22: /expect/0/mailbox: no host has the account \"y@m.test\", did you mean "
      "\"x@m.test\"?" },
    { FRAME("\"expect\":[{\"device\":\"m\"}]"),
      "x.json:3:21: /expect/0/device: \"m\" is a host of kind \"mail\", which is no device" },
    { FRAME("\"expect\":[{\"said\":\"\"}]"), "x.json:3:19: /expect/0/said: this is empty" },
    { FRAME("\"until\":\"1h\",\"expect\":[{\"said\":\"x\",\"at\":\"2h\"}]"),
      "x.json:3:41: /expect/0/at: 2h is after the end of the run (\"until\": \"1h\")" },
    { FRAME("\"story\":[{\"say\":\"x\"}]"), "x.json:3:10: /story/0: give either \"at\", a "
                                            "moment, or \"on\", what it waits for" },
    { FRAME("\"story\":[{\"say\":\"x\",\"on\":{}}]"),
      "x.json:3:26: /story/0/on: \"kind\" is missing: the kind of record, as docs/trace.md "
      "lists them" },
    { "{\"title\":\"t\",\"hosts\":{\n\"m\":{\"kind\":\"mail\",\"domain\":\"m.test\"},\n"
      "\"n\":{\"kind\":\"mail\",\"domain\":\"M.test\"}}}",
      "x.json:3:29: /hosts/n/domain: \"M.test\" is served by \"m\" already" },
    { "{\"title\":\"t\",\"hosts\":{\n\"m\":{\"kind\":\"mail\",\"domain\":\"m.test\",\"next\":"
      "\"n\"},\n"
      "\"n\":{\"kind\":\"mail\",\"domain\":\"m.test\"}}}",
      NULL },
    { "{\"title\":\"t\",\"hosts\":{\n\"m\":{\"kind\":\"mail\",\"domain\":\"m.test\","
      "\"accounts\":{\"al\":\"\",\"Al\":\"\",\"a b\":\"\"}}}}",
      "x.json:2:58: /hosts/m/accounts/Al: this account is here already, by another spelling\n"
      "x.json:2:66: /hosts/m/accounts/a b: \"a b\" is not what stands before the @ of an "
      "address; try \"alice\"" },
    { "{\"title\":\"t\",\"hosts\":{\n\"r\":{\"kind\":\"resolver\",\"ip\":\"10.0.0.1\"},\n"
      "\"q\":{\"kind\":\"resolver\",\"ip\":\"10.0.0.1\"}}}",
      "x.json:3:29: /hosts/q/ip: \"r\" has this address already" },
    { "{\"title\":\"t\",\"hosts\":{\n\"r\":{\"kind\":\"resolver\"},\n\"r\":{\"kind\":\"mua\"}}"
      "}",
      "x.json:3:1: /hosts/r: this key is here twice (first at line 2)" },
    { "{\"title\":\"t\",\"hosts\":{\n\"r\":{\"kind\":\"resolver\"},\n\"R\":{\"kind\":"
      "\"resolver\"}}}",
      "x.json:3:1: /hosts/R: \"r\" is the same name: host names are compared without case" },
};

Test(scenario, each_mistake_is_found)
{
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct scenario sc;
        struct buf seen;
        buf_init(&seen);
        bool ok = load(&sc, mistakes[i].text, &seen);
        seen.len -= seen.len > 0;
        cr_expect_eq(ok, mistakes[i].says == NULL, "row %zu: %s", i, buf_z(&seen));
        cr_expect_str_eq(buf_z(&seen), mistakes[i].says ? mistakes[i].says : "");
        scenario_free(&sc);
        buf_deinit(&seen);
    }
}

Test(scenario, too_many_hosts_are_refused_and_a_thousand_are_not)
{
    static const struct {
        size_t count;
        bool ok;
    } rows[] = { { SCENARIO_HOSTS_MAX, true }, { SCENARIO_HOSTS_MAX + 1, false } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc;
        struct buf text, seen;
        buf_init(&text);
        buf_init(&seen);
        buf_addz(&text, "{\"title\":\"t\",\"hosts\":{");
        for (size_t h = 0; h < rows[i].count; h++) {
            buf_addz(&text, h > 0 ? ",\"h" : "\"h");
            fmt_u64(&text, h);
            buf_addz(&text, "\":{\"kind\":\"resolver\"}");
        }
        buf_addz(&text, "}}");
        cr_expect_eq(load(&sc, buf_z(&text), &seen), rows[i].ok, "%s", buf_z(&seen));
        cr_expect(rows[i].ok || slice_eq(buf_slice(&seen),
                                         SLICE("x.json:1:22: /hosts: 1001 hosts; at most 1000 are "
                                               "read\n")),
                  "%s", buf_z(&seen));
        scenario_free(&sc);
        buf_deinit(&text);
        buf_deinit(&seen);
    }
}

Test(scenario, too_many_deeds_are_refused_however_they_are_spread)
{
    static const struct {
        size_t steps, times;
        const char *says; /* NULL: nothing is wrong */
    } rows[] = {
        { 10, 10000, NULL },
        { 11, 10000, "110000 deeds, repetitions counted; at most 100000 are done" },
        { 10000, 10000, "100000000 deeds, repetitions counted; at most 100000 are done" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc;
        struct buf text, seen, says;
        buf_init(&text);
        buf_init(&seen);
        buf_init(&says);
        buf_addz(&text,
                 "{\"title\":\"t\",\"hosts\":{\"r\":{\"kind\":\"resolver\"}},\n\"script\":[");
        for (size_t n = 0; n < rows[i].steps; n++) {
            buf_addz(&text, n > 0 ? "," : "");
            buf_addz(&text,
                     "{\"at\":\"1s\",\"do\":\"up\",\"host\":\"r\",\"every\":\"1s\",\"repeat\":");
            fmt_u64(&text, rows[i].times);
            buf_byte(&text, '}');
        }
        buf_addz(&text, "]}");
        if (rows[i].says) {
            buf_addz(&says, "x.json:2:10: /script: ");
            buf_addz(&says, rows[i].says);
            buf_byte(&says, '\n');
        }
        cr_expect_eq(load(&sc, buf_z(&text), &seen), rows[i].says == NULL, "row %zu", i);
        cr_expect_str_eq(buf_z(&seen), buf_z(&says), "row %zu", i);
        scenario_free(&sc);
        buf_deinit(&text);
        buf_deinit(&seen);
        buf_deinit(&says);
    }
}

Test(scenario, what_no_one_wrote_is_there_with_its_defaults)
{
    static const char *const texts[] = {
        "{\"title\":\"t\",\"hosts\":{},\"links\":[{\"host\":\"dns.isp.test\"}]}",
        "{\"title\":\"t\",\"hosts\":{\"r\":{\"kind\":\"resolver\",\"cache\":false}}}",
    };
    static const char *const names[] = { "dns.isp.test", "r" };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct scenario sc;
        struct problems problems;
        problems_init(&problems, SLICE("x.json"));
        cr_assert(scenario_load(&sc, slice_of(texts[i]), &small_vocabulary_implied, &problems));
        cr_assert_eq(sc.host_count, 1);
        const struct small_resolver *r = sc.hosts[0].config;
        cr_expect(slice_eq(sc.hosts[0].name, slice_of(names[i])));
        cr_expect_eq(r->cache, i == 0);
        cr_expect_eq(r->timeout, 5 * SIM_SECOND);
        scenario_free(&sc);
        problems_deinit(&problems);
    }
}
