#include "sim/world/scenario.h"

#include "sim/world/expect.h"
#include "tests/lib/small_vocabulary.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    cr_expect_eq(sc.hosts[3].ip, 0xc000024d);
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
    cr_expect(slice_eq(send->text, SLICE("Hi\r\nBob!")));
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
