#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/base/buf.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* What a host with these keys answers to a stranger who says all at once. */
struct asked_row {
    const char *why, *keys;
    uint16_t port;
    const char *said, *heard;
};

/* clang-format off */
static const struct asked_row asked_rows[] = {
    { "PLAIN and LOGIN where nothing is said of it", "", 587, "EHLO a\r\n",
      "250-AUTH PLAIN LOGIN\r\n" },
    { "the mechanisms that are named", "'auth-mechanisms':['cram-md5','scram-sha-256'],", 587,
      "EHLO a\r\nAUTH PLAIN\r\n",
      "250-AUTH SCRAM-SHA-256 CRAM-MD5\r\n" },
    { "and no other", "'auth-mechanisms':'cram-md5',", 587, "EHLO a\r\nAUTH PLAIN\r\n",
      "\r\n504 5.5.4 " },
    { "not the password in the clear", "'auth-needs-tls':true,", 587, "EHLO a\r\nAUTH PLAIN\r\n",
      "\r\n523 5.7.10 " },
    { "an extension that is off is not there", "'chunking':false,'dsn':false,'smtputf8':false,",
      25, "EHLO a\r\n", "\r\n250 8BITMIME\r\n" },
    { "no SMTPUTF8 without 8BITMIME (RFC 6531 3.1)", "'8bitmime':false,", 25, "EHLO a\r\n",
      "CODES\r\n250-CHUNKING\r\n250 DSN\r\n" },
    { "VRFY says nothing where it is off", "", 25, "EHLO a\r\nVRFY alice\r\n", "\r\n252 2.0.0 " },
    { "and the truth where it is on", "'vrfy':true,", 25, "EHLO a\r\nVRFY Alice\r\n",
      "\r\n250 2.1.5 <Alice@example.org>\r\n" },
    { "of an address", "'vrfy':true,", 25, "EHLO a\r\nVRFY <alice@example.org>\r\n",
      "\r\n250 2.1.5 <alice@example.org>\r\n" },
    { "of nobody", "'vrfy':true,", 25, "EHLO a\r\nVRFY eve\r\n", "\r\n550 5.1.1 " },
    { "but nothing of others' people", "'vrfy':true,", 25, "EHLO a\r\nVRFY bob@example.net\r\n",
      "\r\n252 2.0.0 " },
    { "EXPN says nothing where it is off", "'aliases':{'us':['alice@example.org','dave@example.org']},", 25,
      "EHLO a\r\nEXPN us\r\n", "\r\n252 2.0.0 " },
    { "and the members where it is on", "'expn':true,'aliases':{'us':['alice@example.org','dave@example.org']},", 25,
      "EHLO a\r\nEXPN us\r\n", "@example.org>\r\n250 2.1.5 <dave@example.org>\r\n" },
    { "a mailing list's too", "'expn':true,'lists':{'l@example.org':{'owner':'dave@example.org','members':['alice@example.org','dave@example.org']}},", 25,
      "EHLO a\r\nEXPN l\r\n", "250-2.1.5 <alice@example.org>\r\n250 2.1.5 <dave@example.org>" },
    { "not in UTF-8 to who did not ask for that (RFC 6531 3.7.4.2)",
      "'expn':true,'aliases':{'us':['zo\xc3\xab@example.com','dave@example.org']},", 25,
      "EHLO a\r\nEXPN us\r\n", "\r\n252 2.6.8 " },
    { "but to who did", "'expn':true,'aliases':{'us':['zo\xc3\xab@example.com']},", 25,
      "EHLO a\r\nEXPN us SMTPUTF8\r\n", "\r\n250 2.1.5 <zo\xc3\xab@example.com>\r\n" },
    { "which EHLO says (RFC 5321 3.5.2)", "'expn':true,", 25, "EHLO a\r\n", "\r\n250 EXPN\r\n" },
    { "a person is no list", "'expn':true,'aliases':{'us':['alice@example.org','dave@example.org']},", 25,
      "EHLO a\r\nEXPN alice\r\n", "\r\n550 5.1.1 " },
    { "STARTTLS that cannot be had today", "'tls':'opportunistic','starttls-fails':true,", 25,
      "EHLO a\r\nSTARTTLS\r\nNOOP\r\n", "\r\n454 4.7.0 TLS not available at the moment\r\n250 " },
    { "a bare LF is refused", "", 25, "EHLO a\r\nNOOP\nNOOP\r\n",
      "\r\n500 5.5.2 a bare CR or LF" },
    { "or is text", "'bare-newlines':'keep',", 25, "EHLO a\r\nNOOP\nNOOP\r\n",
      "\r\n500 5.5.2 unknown command" },
    { "or an end", "'bare-newlines':'end',", 25, "EHLO a\r\nNOOP\nNOOP\r\n",
      "\r\n250 2.0.0 ok\r\n250 2.0.0 ok\r\n" },
};
/* clang-format on */

Test(mail_login, keys_mean_what_they_say)
{
    for (size_t i = 0; i < COUNT(asked_rows); i++) {
        const struct asked_row *row = &asked_rows[i];
        struct small_world w;
        struct buf body = { 0 };
        buf_addz(&body, "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail',");
        buf_addz(&body, row->keys);
        buf_addz(&body, "'domain':'example.org','accounts':{'alice':'wonderland','dave':'d'}}}");
        cr_assert(small_world_new(&w, buf_z(&body)), "%s", row->why);
        struct stage *s = world_stage(w.world);
        struct actor *server = stage_find(s, SLICE("mail.example.org"));
        struct stranger x = { .first = slice_of(row->said) };
        stranger_call(&x, stage_find(s, SLICE("alice-laptop")), network_ip_of(s->net, server->id),
                      row->port);
        small_world_run(&w);
        cr_expect(slice_find(buf_slice(&x.got), slice_of(row->heard)) != SLICE_NONE,
                  "%s: no \"%s\" in \"%s\"", row->why, row->heard, buf_z(&x.got));
        stranger_deinit(&x);
        small_world_free(&w);
        buf_deinit(&body);
    }
}

/* A device and its server agree on a mechanism, and the login is on record. */
/* clang-format off */
#define LAPTOP(how) "'alice-laptop':{'kind':'mua','account':'alice@example.org'," how "}"
#define SERVER(how) "'mail.example.org':{'kind':'mail','domain':'example.org'," how "," \
    "'accounts':{'alice':'wonderland','dave':'d'}}"
#define ALL "'auth-mechanisms':['plain','login','cram-md5','scram-sha-256']"
#define SEND_TWO ",'script':[" SMALL_SEND("1s", "bob@example.net") "," \
    SMALL_SEND("9s", "bob@example.net") "],'expect':["
#define ARRIVED "{'mailbox':'bob@example.net','messages':2}]"
static const struct small_row login_rows[] = {
    { "the best of all: SCRAM, with a fresh nonce each time",
      "'hosts':{" LAPTOP("'read':'pop'") "," SERVER(ALL) "," SMALL_NET "}" SEND_TWO
      "{'said':'AUTH SCRAM-SHA-256 biws','service':'submission','count':2},"
      "{'said':'wonderland','count':0},{'said':'235','service':'submission','count':2}," ARRIVED },
    { "CRAM-MD5 where there is no SCRAM",
      "'hosts':{" LAPTOP("'read':'pop'") "," SERVER("'auth-mechanisms':['plain','cram-md5']") ","
      SMALL_NET "}" SEND_TWO "{'said':'AUTH CRAM-MD5','service':'submission','line':true,'count':2},"
      "{'said':'235','service':'submission','count':2}," ARRIVED },
    { "LOGIN where the device wants it",
      "'hosts':{" LAPTOP("'auth-mechanism':'login'") "," SERVER(ALL) "," SMALL_NET "}" SEND_TWO
      "{'said':'334 UGFzc3dvcmQ6','service':'submission','line':true,'count':2}," ARRIVED },
    { "a wrong password is refused without having been sent",
      "'hosts':{" LAPTOP("'password':'rabbit'") "," SERVER("'auth-mechanisms':'scram-sha-256'") ","
      SMALL_NET "},'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'said':'535 5.7.8','service':'submission','by':'server','count':1},"
      "{'mailbox':'bob@example.net','messages':0}]" },
};
/* clang-format on */

Test(mail_login, proofs_of_a_password)
{
    SMALL_WORLDS_HOLD(login_rows);
}
