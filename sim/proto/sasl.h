/* sasl.h - SASL (RFC 4422): PLAIN (RFC 4616), LOGIN (draft-murchison-sasl-login), CRAM-MD5 (RFC
 * 2195) and SCRAM-SHA-256 (RFC 5802, RFC 7677), both sides, which SMTP, POP3 and IMAP wrap each in
 * its own way.
 *
 * Server: new; for each response of the client, decoded from base64, step; at SASL_SECRET the host
 * is asked for what it knows of `authcid`, and told by secret.  A response that stood on the
 * command's own line is given to the first step; without one it has step with no_response first.
 * Client: new; answer each challenge, as it stood on the line; the answer to an empty challenge is
 * also the initial response of a mechanism that has one.
 * Not done: channel binding (SCRAM-SHA-256-PLUS, RFC 5929). */
#ifndef MAILFLOW_PROTO_SASL_H
#define MAILFLOW_PROTO_SASL_H

#include "sim/base/buf.h"
#include "sim/base/crypt.h"
#include "sim/base/outq.h"

enum sasl_mechanism { /* bits, the weakest first as who listens learns from them */
                      SASL_LOGIN = 2,
                      SASL_PLAIN = 1,
                      SASL_CRAM_MD5 = 4,
                      SASL_SCRAM_SHA_256 = 8,
                      SASL_SHOWS_PASSWORD = SASL_LOGIN | SASL_PLAIN,
                      SASL_ALL = 15
};
#define SASL_ITERATIONS     4096   /* of SCRAM: a server's fewest, RFC 7677 4 */
#define SASL_ITERATIONS_MAX 100000 /* a client does not let itself be kept busy with more */

slice sasl_name(enum sasl_mechanism m);          /* "SCRAM-SHA-256" */
enum sasl_mechanism sasl_by_name(slice name);    /* 0: unknown */
bool sasl_takes_initial(enum sasl_mechanism m);  /* a response with the command itself */
enum sasl_mechanism sasl_strongest(uint32_t of); /* 0 of none */
uint32_t sasl_or_plain(uint32_t mechanisms);     /* where a configuration says none: PLAIN */
/* RFC 4422 3.4.1: he does not ask to be somebody else. */
bool sasl_is_himself(slice authzid, slice authcid);
/* RFC 4013, so that a name typed differently is the same name: blanks, what is mapped to nothing,
 * and no ASCII control characters (false).  Not done: NFKC, and the other prohibited characters.
 * Appended. */
bool sasl_prep(slice text, struct buf *out);

/* ---- server ---- */

/* What SCRAM needs of a password, and nobody can log in with (RFC 5802 3). */
struct sasl_verifier {
    uint8_t stored_key[CRYPT_SHA_256_SIZE], server_key[CRYPT_SHA_256_SIZE];
    uint32_t iterations; /* 0: not made yet */
};
/* What a host knows, borrowed for the call. */
struct sasl_secret {
    slice password;
    slice nonce; /* of the server, fresh each time, printable and without comma */
    slice salt;  /* SCRAM: of this user, always the same; for a user who does not exist, too */
    uint32_t iterations;
    struct sasl_verifier *verifier; /* NULL, or where it is kept: made once of password, salt and
                                       iterations.  The host clears it when one of them changes */
};

enum sasl_step {
    SASL_CHALLENGE, /* say it; the response comes next */
    SASL_SECRET,    /* ask the host about `authcid`, then sasl_server_secret() */
    SASL_PASSWORD,  /* PLAIN and LOGIN have told all: the host is asked whether it is right */
    SASL_PROVED,    /* right; who he is and whom he wants to be is told */
    SASL_WRONG,     /* the proof is not that of the password, or there is no such user */
    SASL_UNREADABLE /* no response of this mechanism */
};

struct sasl_server {
    slice challenge; /* raw: to be said in base64 */
    slice authzid;   /* empty: as himself */
    slice authcid, password;
    /* private */
    const struct sasl_row *row;
    slice host;
    struct buf raw, names, said, message;
    struct sasl_verifier verifier;
    size_t header_len; /* of SCRAM's gs2-header, the front of names */
    uint8_t at;
    bool known;
};
/* host: in the challenge of CRAM-MD5; must stay valid. */
struct sasl_server *sasl_server_new(enum sasl_mechanism m, slice host);
void sasl_server_free(struct sasl_server **s);
enum sasl_step sasl_server_begin(struct sasl_server *s); /* there is no initial response */
/* As it stood on the line; "=" is empty where it is an initial one (RFC 4954 4). */
enum sasl_step sasl_server_step(struct sasl_server *s, slice base64, bool initial);
/* exists: the user, where one was named.  secret may be the one of nobody then, but has a nonce,
 * a salt and iterations, so that who guesses names learns nothing (RFC 5802 9).  NULL: the host
 * does not lend any, and nothing can be proved. */
enum sasl_step sasl_server_secret(struct sasl_server *s, const struct sasl_secret *secret,
                                  bool exists);
/* The challenge in base64 behind "334 " or "+ ", whose blank also stands where it is empty. */
void sasl_server_say(const struct sasl_server *s, slice before, struct outq *out);

/* ---- client ---- */

/* What SCRAM made of a password, kept for the next connection (RFC 5802 3): as good as it. */
struct sasl_keys {
    uint8_t client_key[CRYPT_SHA_256_SIZE], server_key[CRYPT_SHA_256_SIZE];
    uint8_t of[CRYPT_SHA_256_SIZE]; /* SHA-256 of password, salt and iterations; all 0: none yet */
};
struct sasl_account { /* borrowed */
    slice user, password;
    slice nonce;            /* as above; without it there is no SCRAM */
    struct sasl_keys *keys; /* NULL, or where they are kept */
};
struct sasl_client {
    const struct sasl_row *row;
    struct sasl_account account;
    struct buf raw, message, said;
    uint8_t signature[CRYPT_SHA_256_SIZE]; /* what the server has to show */
    uint8_t at;
};
/* NULL: not with this account (a NUL or control character in a name, no nonce). */
struct sasl_client *sasl_client_new(enum sasl_mechanism m, const struct sasl_account *a);
/* With the strongest of these that is not in *tried_r, which it is added to.  NULL: there is none
 * that this account can say. */
struct sasl_client *sasl_client_strongest(uint32_t of, uint8_t *tried_r,
                                          const struct sasl_account *a);
void sasl_client_free(struct sasl_client **c);
enum sasl_mechanism sasl_client_mechanism(const struct sasl_client *c);
bool sasl_client_begins(const struct sasl_client *c); /* there is an initial response */
/* Appends a blank and the initial response to the line of the command, where there is one and the
 * line does not get longer than max by it; else it is as if nothing had been said. */
void sasl_client_initial(struct sasl_client **c, size_t max, struct buf *line);
/* Appends the response in base64.  false: say "*", this challenge is none, or a liar's. */
bool sasl_client_answer(struct sasl_client *c, slice base64, struct buf *out);
/* Appends the response, or "*": then all is cancelled, and *c is gone. */
void sasl_client_respond(struct sasl_client **c, slice base64, struct buf *out);
/* The server says that all is well: whether that may be so, all was said, and who knows the
 * password has shown it where the mechanism lets him (RFC 5802 3). */
bool sasl_client_believes(const struct sasl_client *c);

#endif
