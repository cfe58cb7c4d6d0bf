#include "sim/actors/mail_host.h"

#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define BODY_MAX 2000

/* clang-format off */
static const char body[] =
    "'hosts':{" SMALL_ALICE "," SMALL_NET ",'mail.example.org':{'kind':'mail',"
    "'domain':'example.org','accounts':{'alice':'wonderland','dave':'d'},%s}},'script':["
    SMALL_DO("1min", "alice-laptop", "fetch") "]";

static const struct row {
    const char *why, *keys;
    uint16_t port;
    bool implicit;
    enum tls_policy policy;
    enum tls_versions versions;
    const char *received; /* as of a letter that was taken; NULL: it was not */
    const char *said;     /* by the server, once */
} rows[] = {
    { "none: in the clear as ever", "'pop':true", 587, false, TLS_POLICY_OPPORTUNISTIC,
      TLS_VERSIONS_ALL, "with ESMTPA id", "235 " },
    { "none: no port for it", "'pop':true", 465, true, TLS_POLICY_REQUIRED, TLS_VERSIONS_ALL, NULL,
      NULL },
    { "STARTTLS on submission", "'tls':'opportunistic'", 587, false, TLS_POLICY_REQUIRED,
      TLS_VERSIONS_ALL, "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n\tby "
      "mail.example.org with ESMTPSA id", "220 2.0.0 " },
    { "TLS first", "'tls':'opportunistic'", 465, true, TLS_POLICY_NONE, TLS_VERSIONS_ALL,
      "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n\tby mail.example.org with ESMTPSA",
      "235 " },
    { "the server is old", "'tls':'opportunistic','tls-versions':'1.2'", 465, true,
      TLS_POLICY_NONE, TLS_VERSIONS_ALL, "(using TLSv1.2 with cipher ", "235 " },
    { "the client is old", "'tls':'opportunistic'", 587, false, TLS_POLICY_OPPORTUNISTIC,
      TLS_VERSIONS_1_2, "(using TLSv1.2 with cipher ", "235 " },
    { "no version in common", "'tls':'opportunistic','tls-versions':'1.3'", 587, false,
      TLS_POLICY_OPPORTUNISTIC, TLS_VERSIONS_1_2, NULL, NULL },
    { "AUTH in the clear where TLS is offered", "'tls':'opportunistic'", 587, false,
      TLS_POLICY_NONE, TLS_VERSIONS_ALL, "with ESMTPA id", "235 " },
    { "required: nothing in the clear", "'tls':'required'", 587, false, TLS_POLICY_NONE,
      TLS_VERSIONS_ALL, NULL, "530 5.7.0 " },
    { "required: but on port 25 all may come", "'tls':'required'", 25, false, TLS_POLICY_NONE,
      TLS_VERSIONS_ALL, "with ESMTP id", "250 2.0.0 Ok: queued" },
    { "from server to server", "'tls':'required'", 25, false, TLS_POLICY_OPPORTUNISTIC,
      TLS_VERSIONS_ALL, "with ESMTPS id", "250 2.0.0 Ok: queued" },
    { "an old certificate", "'tls':'required','certificate':'expired'", 465, true, TLS_POLICY_NONE,
      TLS_VERSIONS_ALL, NULL, NULL },
};
/* clang-format on */

static bool received(struct actor *server, const char *text)
{
    struct account *a =
        directory_login(&mail_host_of(server)->directory, SLICE("alice"), SLICE("wonderland"));
    struct mail_item *item = mailbox_find(a->boxes[0], 1);
    struct buf scratch = { 0 };
    bool found =
        item && slice_find(message_header(item->message, &scratch), slice_of(text)) != SLICE_NONE;
    buf_deinit(&scratch);
    return found;
}

static void hold(const struct row *row)
{
    char text[BODY_MAX];
    struct small_world w;
    (void)snprintf(text, sizeof text, body, row->keys);
    cr_assert(small_world_new(&w, text), "%s", row->why);
    struct stage *s = world_stage(w.world);
    struct actor *client = stage_find(s, SLICE("alice-laptop"));
    struct actor *server = stage_find(s, SLICE("mail.example.org"));
    const struct smtp_client_config config = { .host = SLICE("raw.example.com"),
                                               .extensions = SMTP_ALL,
                                               .user = row->port == 25 ? SLICE("") : SLICE("alice"),
                                               .password = SLICE("wonderland"),
                                               .tls = row->policy };
    const slice to = SLICE("alice@example.org");
    struct message *message =
        message_from(SLICE("From: alice@example.org\r\nSubject: S\r\n\r\nT\r\n"));
    struct smtp_letter letter = {
        .from = SLICE("alice@example.org"), .to = &to, .to_count = 1, .message = message
    };
    const struct pump_tls tls = { .name = SLICE("mail.example.org"),
                                  .implicit = row->implicit,
                                  .must_verify = true,
                                  .versions = row->versions };
    const struct pump_service service = { &smtp_client_ops, &config, &tls };
    struct pump *p = pump_connect(client, network_ip_of(s->net, server->id), row->port,
                                  SLICE("submission"), &service, 0);
    pool_id id = pump_id(p);
    (void)world_run(w.world, SIM_SECOND);
    if (pump_by_id(s, id)) {
        pump_tell(p, ORDER_LETTER, &letter);
    }
    (void)world_run(w.world, 5 * SIM_SECOND);
    if (pump_by_id(s, id)) {
        pump_tell(p, ORDER_QUIT, NULL);
    }
    small_world_run(&w);
    size_t taken = small_world_fates(&w, FATE_DELIVERED);
    cr_expect_eq(taken, row->received != NULL, "%s: %zu", row->why, taken);
    cr_expect(!row->received || received(server, row->received), "%s: no \"%s\"", row->why,
              row->received);
    cr_expect(!row->said || small_world_said(&w, row->said) > 0, "%s: nobody said \"%s\"", row->why,
              row->said);
    cr_expect_eq(s->pumps.in_use, 0, "%s", row->why);
    cr_expect_eq(network_streams_in_use(s->net), 0, "%s", row->why);
    message_unref(&message);
    small_world_free(&w);
}

Test(mail_host, does_tls_as_it_is_told)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        hold(&rows[i]);
    }
}

Test(mail_host, a_world_without_tls_has_no_realm)
{
    struct small_world w;
    cr_assert(small_world_new(&w, SMALL_HOSTS
                              ",'script':[" SMALL_SEND("1s", "bob@example.net") "," SMALL_DO(
                                  "1min", "bob-pc", "fetch") "]"));
    small_world_run(&w);
    cr_expect_null(world_stage(w.world)->realm);
    small_world_free(&w);
}
