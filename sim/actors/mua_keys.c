/* mua_keys.c - what a scenario may say of a device with a mail client. */
#include "sim/actors/mua.h"

#include <stddef.h>

#define KEY(member) offsetof(struct mua_config, member)

const struct key mua_keys[] = {
    { "account", KEY_ADDRESS, KEY(account), NULL, 0, 0, NULL, "whose device this is" },
    { "name", KEY_TEXT, KEY(name), "", 0, 0, NULL, "the person's name, shown in the From field" },
    { "read", KEY_CHOICE, KEY(read), "imap", 0, 0, "imap pop", "how mail is fetched" },
    { "keep", KEY_BOOL, KEY(keep), "false", 0, 0, NULL,
      "POP3: leave the letters on the server, and know them again by UIDL (RFC 1939 7)" },
    { "keep-for", KEY_DURATION, KEY(keep_for), "0s", 0, 3650 * SIM_DAY, NULL,
      "POP3: leave them there for so long after they were fetched; the first visit after that "
      "deletes them; 0s: see \"keep\"" },
    { "delete-when-deleted", KEY_BOOL, KEY(delete_when_deleted), "false", 0, 0, NULL,
      "POP3: leave them there until they are deleted here; the next visit tells the server" },
    { "size-limit", KEY_SIZE, KEY(size_limit), "0B", 0, 0, NULL,
      "POP3: of a longer letter only the header (TOP, RFC 1939 7), until it is read; 0B: none is "
      "too "
      "long" },
    { "pop-pipelining", KEY_BOOL, KEY(pop_pipelining), "false", 0, 0, NULL,
      "POP3: ask for the next letters before the last has come, where the server offers it (RFC "
      "2449 "
      "6.6); mpop does, most others do not" },
    { "mode", KEY_CHOICE, KEY(mode), "cache", 0, 0, "cache online",
      "IMAP: cache: what was fetched stays here, can be read and changed offline, and the server "
      "is told later (RFC 4549); online: only what is shown is here, and all is done there" },
    { "sent", KEY_CHOICE, KEY(sent), "none", 0, 0, "none local server",
      "where a copy of what was sent is kept: nowhere; on this device alone; in the folder for it "
      "on the IMAP server (\\Sent, RFC 6154), where all devices see it.  POP3 has no such folder: "
      "server means local" },
    { "resync", KEY_CHOICE, KEY(resync), "best", 0, 0, "best qresync condstore flags",
      "IMAP: the dearest way to learn what has changed that is not used: best and qresync: QRESYNC "
      "where the server offers it, else CONDSTORE (RFC 7162), else the flags of all letters "
      "(RFC 4549 4.3.1); condstore: not QRESYNC; flags: neither" },
    { "watch", KEY_CHOICE, KEY(watch), "button", 0, 0, "button poll idle",
      "when new mail is looked for: when a hand says \"fetch\"; every so often; the IMAP server "
      "tells (IDLE, RFC 2177), which becomes poll where it cannot" },
    { "every", KEY_DURATION, KEY(every), "10min", SIM_SECOND, SIM_DAY, NULL, "how often it polls" },
    { "from", KEY_DURATION, KEY(from), "0s", 0, 3650 * SIM_DAY, NULL,
      "the device is new: it is bought and set up then, and off before; 0s: it was always there" },
    { "download", KEY_CHOICE, KEY(download), "whole", 0, 0, "whole headers",
      "IMAP: whole letters at once, or only what a list shows until one is read" },
    { "server", KEY_HOST, KEY(server), "", 0, 0, NULL,
      "the host that sends for the account and keeps its mail; without it the one of its domain" },
    { "password", KEY_TEXT, KEY(password), "", 0, 0, NULL,
      "what the device says; without it the right one" },
    { "pipelining", KEY_BOOL, KEY(pipelining), "true", 0, 0, NULL,
      "use PIPELINING where the server offers it (RFC 2920)" },
    { "auth-mechanism", KEY_CHOICE, KEY(auth_mechanism), "best", 0, 0,
      "best plain login cram-md5 scram-sha-256",
      "how it proves its password, when it sends and when it reads; best: the one of those offered "
      "that tells least to who listens: SCRAM-SHA-256 (RFC 7677), CRAM-MD5 (RFC 2195), PLAIN (RFC "
      "4616), LOGIN; by POP3 SCRAM, CRAM-MD5, APOP (RFC 1939 7), USER; by IMAP, where none of them "
      "is offered, the command LOGIN (RFC 9051 6.2.3)" },
    { HOST_KEY_DIRECT, KEY_BOOL, KEY(direct), "false", 0, 0, NULL,
      "skip the server and call the mail exchanger of each recipient on port 25, once and with no "
      "password, as malware and some scripts do (RFC 5321 2.1); the account need not exist" },
    { "8bit-text", KEY_BOOL, KEY(eight_bit), "false", 0, 0, NULL,
      "text that is not ASCII goes as it is where the server offers 8BITMIME (RFC 6152), and not "
      "as "
      "quoted-printable" },
    { "tls", KEY_CHOICE, KEY(tls), "opportunistic", 0, 0, "none opportunistic required implicit",
      "opportunistic: where the server offers it, with any certificate, and without where it fails "
      "(RFC 7435); required: by STARTTLS or STLS, with a good certificate, or nothing is sent; "
      "implicit: the same on the ports 465, 993 and 995 (RFC 8314 3)" },
    KEY_ROW_END,
};
