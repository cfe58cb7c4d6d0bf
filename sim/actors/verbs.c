/* verbs.c - what hands and fate can do in a script.
 * Only words and their arguments; the doing is in the actor that is meant, and for links in the
 * world. */
#include "sim/actors/verbs.h"

#include <stddef.h>

#define HOUR_MAX ((int64_t)(SIM_HOUR))

static const struct key no_keys[] = { KEY_ROW_END };
#define LASTS true

static const struct key attachment_keys[] = {
    { "name", KEY_TEXT, offsetof(struct letter_attachment, name), "", 0, 0, NULL,
      "what it is called; its ending tells its type; without it the name of the file" },
    { "text", KEY_TEXT, offsetof(struct letter_attachment, text), NULL, 0, 0, NULL,
      "what is in it" },
    { "file", KEY_FILE, offsetof(struct letter_attachment, file), "", 0, 0, "text",
      "what is in it: a file below the folder of the scenario, at most 10 MB" },
    KEY_ROW_END,
};
const struct key_shape letter_attachment_shape = { attachment_keys,
                                                   sizeof(struct letter_attachment), NULL };

static const struct key send_keys[] = {
    { "to", KEY_ADDRESSES, offsetof(struct verb_send, to), NULL, 0, 0, NULL,
      "recipients, shown in the To field" },
    { "cc", KEY_ADDRESSES, offsetof(struct verb_send, cc), "", 0, 0, NULL,
      "recipients, shown in the Cc field" },
    { "bcc", KEY_ADDRESSES, offsetof(struct verb_send, bcc), "", 0, 0, NULL,
      "recipients on the envelope only (RFC 5322 3.6.3)" },
    { "notify", KEY_CHOICES, offsetof(struct verb_send, notify), "", 1, 0,
      "never success failure delay",
      "what reports are asked for, for all recipients (RFC 3461 4.1); \"never\" stands alone" },
    { "ret", KEY_CHOICE, offsetof(struct verb_send, ret), "any", 0, 0, "any full headers",
      "how much of the letter a report of failure is to bring back (RFC 3461 4.3)" },
    { "envid", KEY_TEXT, offsetof(struct verb_send, envid), "", 0, 0, NULL,
      "a name for the letter, to be shown in reports about it (RFC 3461 4.4)" },
    LETTER_WORD_ROWS(struct verb_send, words),
    KEY_ROW_END,
};

static const struct key newsletter_keys[] = {
    { "readers", KEY_TEXTS, offsetof(struct verb_newsletter, readers), "crowd", 0, 0, NULL,
      "addresses; or \"crowd\", for everybody in it" },
    { "subject", KEY_TEXT, offsetof(struct verb_newsletter, subject), NULL, 0, 0, NULL,
      "the Subject field" },
    { "text", KEY_TEXT, offsetof(struct verb_newsletter, text), NULL, 0, 0, NULL,
      "the body, plain text" },
    { "html", KEY_TEXT, offsetof(struct verb_newsletter, html), "", 0, 0, NULL,
      "the body as HTML beside it (RFC 2046 5.1.4)" },
    KEY_ROW_END,
};

static const struct key read_keys[] = {
    { "subject", KEY_TEXT, offsetof(struct verb_read, subject), "", 0, 0, NULL,
      "which letter; without it the oldest unread one" },
    { "folder", KEY_TEXT, offsetof(struct verb_read, folder), "INBOX", 0, 0, NULL, "where it is" },
    KEY_ROW_END,
};

static const struct key new_uidvalidity_keys[] = {
    { "mailbox", KEY_TEXT, offsetof(struct verb_new_uidvalidity, mailbox), "", 0, 0, NULL,
      "whose, and which: \"bob/INBOX\"; \"bob\" for all of his; without it all on the host" },
    KEY_ROW_END,
};

static const struct key slow_keys[] = {
    { "latency", KEY_DURATION, offsetof(struct verb_slow, latency), "0s", 0, HOUR_MAX, NULL,
      "one way" },
    { "jitter", KEY_DURATION, offsetof(struct verb_slow, jitter), "0s", 0, HOUR_MAX, NULL,
      "at most so much more, drawn anew each time" },
    { "bandwidth", KEY_RATE, offsetof(struct verb_slow, rate), "0bit/s", 0, 0, NULL,
      "each way; 0bit/s is unlimited" },
    { "loss", KEY_PERCENT, offsetof(struct verb_slow, loss), "0%", 0, 0, NULL,
      "of segments and datagrams" },
    KEY_ROW_END,
};

const struct verb_kind verb_kinds[VERB_COUNT] = {
    [VERB_SEND] = { "send", "writes a letter and sends it", VERB_SENDER, sizeof(struct verb_send),
                    send_keys, false },
    [VERB_FETCH] = { "fetch", "asks the server for new mail, by POP3 or IMAP", VERB_DEVICE, 0,
                     no_keys, false },
    [VERB_READ] = { "read", "opens a letter; with IMAP the server learns that it was seen",
                    VERB_DEVICE, sizeof(struct verb_read), read_keys, false },
    [VERB_OFFLINE] = { "offline", "the device leaves the network; what it wants to do waits",
                       VERB_DEVICE, 0, no_keys, LASTS },
    [VERB_ONLINE] = { "online", "the device is back and does what waited", VERB_DEVICE, 0, no_keys,
                      false },
    [VERB_DOWN] = { "down", "the host is switched off", VERB_HOST, 0, no_keys, LASTS },
    [VERB_UP] = { "up", "the host is switched on again", VERB_HOST, 0, no_keys, false },
    [VERB_CUT] = { "cut", "the link carries nothing any more", VERB_LINK, 0, no_keys, LASTS },
    [VERB_MEND] = { "mend", "the link works as before", VERB_LINK, 0, no_keys, false },
    [VERB_SLOW] = { "slow", "the link gets these qualities", VERB_LINK, sizeof(struct verb_slow),
                    slow_keys, LASTS },
    [VERB_STRIP_STARTTLS] = { "strip-starttls",
                              "the link has somebody on it who wipes STARTTLS out", VERB_LINK, 0,
                              no_keys, LASTS },
    [VERB_CRASH] = { "crash",
                     "the host loses power at once: its connections vanish without a word (peers "
                     "learn it by waiting, or by a reset when it is back), what was on disk stays",
                     VERB_HOST, 0, no_keys, LASTS },
    [VERB_RESTART] = { "restart",
                       "the host is shut down in good order, and comes back: its servers say "
                       "goodbye (SMTP: 421) and take nobody in, then it is off; without \"for\" a "
                       "minute in all",
                       VERB_HOST, 0, no_keys, LASTS },
    [VERB_LOSSY] = { "lossy", "the link loses more than it used to", VERB_LINK,
                     sizeof(struct verb_lossy), verb_lossy_keys, LASTS },
    [VERB_PARTITION] = { "partition", "two groups of hosts cannot reach each other", VERB_WORLD,
                         sizeof(struct verb_partition), verb_partition_keys, LASTS },
    [VERB_HEAL] = { "heal", "all partitions are over", VERB_WORLD, 0, no_keys, false },
    [VERB_REFUSE] = { "refuse", "the host takes no new connections on a port", VERB_HOST,
                      sizeof(struct verb_refuse), verb_refuse_keys, LASTS },
    [VERB_DISK_FULL] = { "disk-full",
                         "the disk of the mail host is full: it takes no letter in (452 4.3.1), "
                         "and mailboxes must wait; what is in its queue stays",
                         VERB_HOST, 0, no_keys, LASTS },
    [VERB_SLOW_REPLIES] = { "slow-replies",
                            "the host's servers take their time: each of their replies comes late",
                            VERB_HOST, sizeof(struct verb_slow_replies), verb_slow_replies_keys,
                            LASTS },
    [VERB_TEMP_FAIL] = { "temp-fail", "the host's SMTP server refuses with a code of your choice",
                         VERB_HOST, sizeof(struct verb_temp_fail), verb_temp_fail_keys, LASTS },
    [VERB_CLOCK] = { "clock",
                     "the host's clock is wrong: so are the dates that it writes (Date, Received), "
                     "and for it certificates are good or not by that clock",
                     VERB_HOST, sizeof(struct verb_clock), verb_clock_keys, LASTS },
    [VERB_CHAOS] = { "chaos", "things go wrong by chance, drawn from the seed", VERB_WORLD,
                     sizeof(struct verb_chaos), verb_chaos_keys, LASTS },
    [VERB_CALM] = { "calm", "no more goes wrong by chance; what does already is over in its time",
                    VERB_WORLD, 0, no_keys, false },
    [VERB_REPAIR] = { "repair",
                      "the host's services work as before: ends refuse, disk-full, slow-replies, "
                      "temp-fail, clock and dns-fault",
                      VERB_HOST, 0, no_keys, false },
    [VERB_ZONE_SET] = { "zone",
                        "the zone is changed, at the name server \"host\", or at all of its "
                        "servers "
                        "at once, as where they are told (RFC 1996)",
                        VERB_ZONE, sizeof(struct verb_zone), verb_zone_keys, false },
    [VERB_DNS_FAULT] = { "dns-fault", "the name server does not answer as it should", VERB_SERVER,
                         sizeof(struct verb_dns_fault), verb_dns_fault_keys, LASTS },
    [VERB_NEWSLETTER] = { "newsletter",
                          "has its API write to many readers, each by a letter of his own",
                          VERB_APP, sizeof(struct verb_newsletter), newsletter_keys, false },
    [VERB_FLAG] = { "flag", "puts a mark on a letter, or takes it off", VERB_CLIENT,
                    sizeof(struct verb_flag), verb_flag_keys, false },
    [VERB_UNREAD] = { "unread", "marks a letter as one that nobody has read yet", VERB_CLIENT,
                      sizeof(struct verb_letter), verb_letter_keys, false },
    [VERB_MOVE] = { "move", "puts a letter into another folder", VERB_CLIENT,
                    sizeof(struct verb_move), verb_move_keys, false },
    [VERB_COPY] = { "copy", "puts a copy of a letter into another folder", VERB_CLIENT,
                    sizeof(struct verb_move), verb_move_keys, false },
    [VERB_DELETE] = { "delete",
                      "moves a letter to the trash; one that is there is deleted for good",
                      VERB_CLIENT, sizeof(struct verb_letter), verb_letter_keys, false },
    [VERB_EMPTY_TRASH] = { "empty-trash", "deletes for good what is in the trash", VERB_CLIENT, 0,
                           no_keys, false },
    [VERB_DRAFT] = { "draft", "writes a letter and keeps it, to be sent another day", VERB_CLIENT,
                     sizeof(struct verb_draft), verb_draft_keys, false },
    [VERB_CREATE_FOLDER] = { "create-folder", "makes a folder", VERB_CLIENT,
                             sizeof(struct verb_folder), verb_folder_keys, false },
    [VERB_RENAME_FOLDER] = { "rename-folder", "gives a folder another name", VERB_CLIENT,
                             sizeof(struct verb_folder), verb_rename_keys, false },
    [VERB_DELETE_FOLDER] = { "delete-folder", "deletes a folder, with all that is in it",
                             VERB_CLIENT, sizeof(struct verb_folder), verb_folder_keys, false },
    [VERB_SYNC] = { "sync",
                    "asks the server what is new, in all folders (IMAP) or in the only one (POP3)",
                    VERB_CLIENT, 0, no_keys, false },
    [VERB_LOSE] = { "lose", "is lost for good", VERB_CLIENT, 0, no_keys, false },
    [VERB_REPLACE] = { "replace",
                       "is replaced by a new one, which is set up for the same account and online",
                       VERB_CLIENT, 0, no_keys, false },
    [VERB_NEW_UIDVALIDITY] = { "new-uidvalidity",
                               "the server lost the index of mailboxes: the letters are there, "
                               "with new UIDs under a new UIDVALIDITY (RFC 9051 2.3.1.1)",
                               VERB_KEEPER, sizeof(struct verb_new_uidvalidity),
                               new_uidvalidity_keys, false },
};

#define API_TELLS  "an API tells by itself what became of a letter"
#define PLAIN_FORM "the form of a web mail takes plain text"
#define NO_REPORTS "the form of a web mail has no field for it"

const struct verb_limit verb_limits[VERB_LIMITS] = {
    { "send", "app", "eml", "an API is given the parts of a letter, and writes it" },
    { "send", "app", "notify", API_TELLS },
    { "send", "app", "ret", API_TELLS },
    { "send", "app", "envid", API_TELLS },
    { "send", "browser", "html", PLAIN_FORM },
    { "send", "browser", "attachments", PLAIN_FORM },
    { "send", "browser", "eml", PLAIN_FORM },
    { "send", "browser", "notify", NO_REPORTS },
    { "send", "browser", "ret", NO_REPORTS },
    { "send", "browser", "envid", NO_REPORTS },
};
