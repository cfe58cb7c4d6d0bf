/* mail_keys.c - what a scenario may say of a mail host, a row each.
 * Only words; what they mean is done by the part that each group names. */
#include "sim/actors/mail_host.h"

#include <stddef.h>

#define KEY(member) offsetof(struct mail_config, member)
#define MINUTE      ((int64_t)SIM_MINUTE)
#define DAY         ((int64_t)SIM_DAY)

#define X(name, word) word " "
static const char certificate_words[] = TLS_FAULTS(X);
#undef X

/* As the bits of enum imap_extension, in their order. */
static const char imap_words[] =
    "literal+ sasl-ir uidplus unselect idle move special-use namespace imap4rev2 literal- id "
    "enable esearch searchres list-extended list-status children status=size condstore qresync "
    "binary appendlimit quota sort thread within preview utf8=accept create-special-use";

const struct key mail_keys[] = {
    { "domain", KEY_DOMAINS, KEY(domains), NULL, 0, 0, NULL,
      "the mail domain or domains that this host is responsible for" },
    { "accounts", KEY_TEXT_MAP, KEY(accounts), "", 0, 0, NULL,
      "user names and passwords; each user has a mailbox in each of the domains" },
    { "folders", KEY_TEXTS, KEY(folders), "", 0, 0, NULL,
      "mailboxes that each account has from the start besides INBOX, subscribed; Sent, Drafts, "
      "Trash, Junk and Archive are known for what they are (RFC 6154)" },
    { "mail", KEY_OBJECTS, KEY(mail), "", 0, MAIL_KEPT_MAX, &mail_kept_shape,
      "letters that are in the mailboxes from the start" },
    { "next", KEY_HOST, KEY(next), "", 0, 0, NULL,
      "the host that gets the mail for our domains, by SMTP; without it the mailboxes are here" },
    { "preference", KEY_INT, KEY(preference), "10", 0, 65535, NULL,
      "in the MX record made for this host; the lowest is tried first (RFC 5321 5.1)" },
    { "auth", KEY_BOOL, KEY(auth), "true", 0, 0, NULL,
      "submission: offer AUTH and take nothing without it (RFC 6409 4.3); false trusts whoever "
      "calls" },
    { "tls", KEY_CHOICE, KEY(tls), "none", 0, 0, "none opportunistic required",
      "offer STARTTLS (RFC 3207, 2595, 9051), and TLS from the first octet on ports 465, 993 and "
      "995 (RFC 8314); required: nobody logs in or submits without it, but port 25 stays open to "
      "all (RFC 3207 4)" },
    { "certificate", KEY_CHOICE, KEY(certificate), "good", 0, 0, certificate_words,
      "what is wrong with the host's certificate" },
    { "tls-versions", KEY_CHOICE, KEY(tls_versions), "any", 0, 0, "any 1.2 1.3",
      "the versions of TLS that the host speaks: 1.2 (RFC 5246), 1.3 (RFC 8446), or both" },
    { "send-tls", KEY_CHOICE, KEY(send_tls), "opportunistic", 0, 0, "none opportunistic required",
      "TLS with the servers that it calls; opportunistic: where it is offered, with any "
      "certificate, and in the clear where it fails (RFC 7435); required: letters wait until it "
      "works" },
    { "mta-sts", KEY_CHOICE, KEY(mta_sts), "none", 0, 0, "none testing enforce",
      "publish an MTA-STS policy for the host's domains (RFC 8461): a TXT record _mta-sts, a name "
      "mta-sts, and the policy there by HTTPS" },
    { "mta-sts-max-age", KEY_DURATION, KEY(mta_sts_max_age), "7d", 0, 365 * DAY, NULL,
      "how long others may keep that policy" },
    { "mta-sts-mx", KEY_TEXTS, KEY(mta_sts_mx), "", 0, 0, NULL,
      "the mail exchangers that it names, such as \"*.example.net\"; without them this host" },
    { "honour-mta-sts", KEY_BOOL, KEY(honour_mta_sts), "false", 0, 0, NULL,
      "as a sender: look for the policies of other domains, or of the smarthost, and keep to "
      "them" },
    { "pipelining", KEY_BOOL, KEY(pipelining), "true", 0, 0, NULL,
      "offer and use PIPELINING (RFC 2920)" },
    { "size", KEY_BOOL, KEY(size), "true", 0, 0, NULL, "offer and use SIZE (RFC 1870)" },
    { "size-max", KEY_SIZE, KEY(size_max), "10MiB", 1024, 1 << 30, NULL,
      "the largest letter that is accepted" },
    { "8bitmime", KEY_BOOL, KEY(eight_bit), "true", 0, 0, NULL,
      "offer and use 8BITMIME (RFC 6152)" },
    { "enhanced-status-codes", KEY_BOOL, KEY(enhanced_codes), "true", 0, 0, NULL,
      "offer ENHANCEDSTATUSCODES (RFC 2034)" },
    { "chunking", KEY_BOOL, KEY(chunking), "true", 0, 0, NULL,
      "offer CHUNKING: BDAT, so many octets, instead of DATA (RFC 3030)" },
    { "send-chunking", KEY_BOOL, KEY(send_chunking), "false", 0, 0, NULL,
      "use CHUNKING with servers that offer it; Exim and Exchange do, Postfix does not" },
    { "dsn", KEY_BOOL, KEY(dsn), "true", 0, 0, NULL,
      "offer and use DSN: what a sender asks to be told of each recipient (RFC 3461)" },
    { "smtputf8", KEY_BOOL, KEY(smtputf8), "true", 0, 0, NULL,
      "offer and use SMTPUTF8: addresses and header fields in UTF-8 (RFC 6531); not without "
      "8bitmime" },
    { "auth-mechanisms", KEY_CHOICES, KEY(auth_mechanisms), "plain login", 0, 0,
      "plain login cram-md5 scram-sha-256",
      "how users may log in, to send and to read: RFC 4616, LOGIN as everybody does it, RFC 2195, "
      "RFC 7677" },
    { "auth-needs-tls", KEY_BOOL, KEY(auth_needs_tls), "false", 0, 0, NULL,
      "offer what shows the password, plain and login, and USER of POP3 and LOGIN of IMAP, under "
      "TLS only "
      "(RFC 4954 4, RFC 9051 6.2.3)" },
    { "bare-newlines", KEY_CHOICE, KEY(bare_newlines), "refuse", 0, 0, "refuse keep end",
      "what a CR or LF that is not CRLF means to the SMTP server (RFC 5321 2.3.8): refuse the "
      "command or letter; keep it as text, and pass it on; end a line at a bare LF, and so a "
      "letter at LF . LF.  One that keeps before one that ends is open to SMTP smuggling "
      "(CVE-2023-51764)" },
    { "vrfy", KEY_BOOL, KEY(vrfy), "false", 0, 0, NULL,
      "answer VRFY with what is true; else with 252 (RFC 5321 3.5.3, 7.3)" },
    { "expn", KEY_BOOL, KEY(expn), "false", 0, 0, NULL,
      "answer EXPN with whom an alias stands for; else with 252" },
    { "starttls-fails", KEY_BOOL, KEY(starttls_fails), "false", 0, 0, NULL,
      "SMTP: offer STARTTLS, and answer it with 454 (RFC 3207 4)" },
    { "pop", KEY_BOOL, KEY(pop), "true", 0, 0, NULL, "run a POP3 server where mailboxes are" },
    { "pop-capabilities", KEY_CHOICES, KEY(pop_capabilities),
      "user capa sasl top uidl pipelining resp-codes auth-resp-code", 0, 0,
      "user apop capa sasl top uidl pipelining resp-codes auth-resp-code expire implementation",
      "what the POP3 server has (RFC 1939 7, RFC 2449 6): \"apop\" shows a timestamp in the "
      "greeting; "
      "\"sasl\" is AUTH with the \"auth-mechanisms\"; \"expire\" says how long letters are kept" },
    { "pop-login-delay", KEY_DURATION, KEY(pop_login_delay), "0s", 0, DAY, NULL,
      "POP3: who logs in again sooner gets -ERR [LOGIN-DELAY] (RFC 2449 6.5); 0s: never" },
    { "pop-expire", KEY_DURATION, KEY(pop_expire), "3650d", 0, 3650 * DAY, NULL,
      "POP3: letters of that age go when their owner logs in, in whole days (RFC 2449 6.7); 0s: "
      "what "
      "was retrieved goes at QUIT; 3650d: never.  Needs \"expire\" in \"pop-capabilities\"" },
    { "pop-update-fails", KEY_BOOL, KEY(pop_update_fails), "false", 0, 0, NULL,
      "POP3: QUIT removes nothing, and says so (RFC 1939 6)" },
    { "imap", KEY_BOOL, KEY(imap), "true", 0, 0, NULL, "run an IMAP server where mailboxes are" },
    { "imap-without", KEY_CHOICES, KEY(imap_without), "", 0, 0, imap_words,
      "extensions that the IMAP server neither lists nor understands; IMAP4rev1 (RFC 3501) is "
      "always there.  What needs one of them goes with it: imap4rev2 (RFC 9051) nearly all of "
      "them, "
      "qresync condstore and enable, searchres esearch, list-status list-extended" },
    { "retry", KEY_DURATION, KEY(retry), "5min", MINUTE, DAY, NULL,
      "wait after the first failed try; it doubles with each further one (as Postfix: "
      "minimal_backoff_time)" },
    { "retry-max", KEY_DURATION, KEY(retry_max), "4000s", MINUTE, DAY, NULL,
      "the longest wait between tries (as Postfix: maximal_backoff_time)" },
    { "retry-schedule", KEY_DURATIONS, KEY(retry_schedule), "", MINUTE, 30 * DAY, NULL,
      "the waits one by one, instead of \"retry\" and \"retry-max\"; the last one repeats" },
    { "give-up", KEY_DURATION, KEY(give_up), "5d", MINUTE, 30 * DAY, NULL,
      "the age at which a letter that could not be delivered is bounced (RFC 5321 4.5.4.1; as "
      "Postfix: maximal_queue_lifetime)" },
    { "give-up-bounces", KEY_DURATION, KEY(give_up_bounces), "2d", MINUTE, 30 * DAY, NULL,
      "the same for reports and all else with the null reverse-path, where it is shorter (as Exim: "
      "ignore_bounce_errors_after)" },
    { "delay-notice", KEY_DURATION, KEY(delay_notice), "4h", 0, 30 * DAY, NULL,
      "the age at which the writer is told that a letter still waits (RFC 3461 5.2.5; as Sendmail: "
      "Timeout.queuewarn); 0s: never" },
    { "connections", KEY_INT, KEY(connections), "100", 1, 100000, NULL,
      "so many at a time to all destinations together (as Postfix: default_process_limit)" },
    { "connections-per-destination", KEY_INT, KEY(connections_per_destination), "20", 1, 100000,
      NULL,
      "so many at a time to one; the letters behind them stand in line (as Postfix: "
      "default_destination_concurrency_limit)" },
    { "recipients-per-transaction", KEY_INT, KEY(recipients_per_transaction), "50", 1, 1000, NULL,
      "more of them make another transaction (as Postfix: default_destination_recipient_limit)" },
    { "letters-per-connection", KEY_INT, KEY(letters_per_connection), "500", 1, 1000000, NULL,
      "a connection carries so many of those that stand in line, one after the other (as Exim: "
      "connection_max_messages)" },
    { "rate-per-destination", KEY_INT, KEY(rate_per_destination), "0", 0, 1000000, NULL,
      "letters a minute to one destination; 0: as many as there are" },
    { "reuse", KEY_DURATION, KEY(reuse), "0s", 0, 5 * MINUTE, NULL,
      "how long a connection is kept when no letter is left for it, in case there is one soon; 0s: "
      "QUIT at once" },
    { "smarthost", KEY_HOST, KEY(smarthost), "", 0, 0, NULL,
      "the host that gets everything that is not for us, instead of the MX of each domain" },
    { "smarthost-port", KEY_INT, KEY(smarthost_port), "25", 1, 65535, NULL,
      "where it listens: 25, or 587 for submission" },
    { "smarthost-user", KEY_TEXT, KEY(smarthost_user), "", 0, 0, NULL,
      "who we are there (RFC 4954); without it nobody logs in" },
    { "smarthost-password", KEY_TEXT, KEY(smarthost_password), "", 0, 0, NULL, "and the password" },
    { "fallback", KEY_HOST, KEY(fallback), "", 0, 0, NULL,
      "the host that gets, instead of a second try, what its own exchangers did not take at the "
      "first, and goes on trying (as Exim: fallback_hosts; Postfix: smtp_fallback_relay)" },
    { "relay-for", KEY_TEXTS, KEY(relay_for), "", 0, 0, NULL,
      "port 25 takes mail for anybody from these: names of hosts, or networks such as "
      "\"192.0.2.0/24\"" },
    { "relay-domains", KEY_DOMAINS, KEY(relay_domains), "", 0, 0, NULL,
      "it takes mail for these domains from anybody and sends it on to their better MX: a backup "
      "MX, with \"preference\" in their lists (RFC 5321 5.1)" },
    { "open-relay", KEY_BOOL, KEY(open_relay), "false", 0, 0, NULL,
      "port 25 passes on anything for anybody, as servers did until spam came" },
    { "hops-max", KEY_INT, KEY(hops_max), "100", 1, 1000, NULL,
      "a letter with more Received fields runs in a loop: 554 5.4.6 (RFC 5321 6.3 asks for at "
      "least 100)" },
    { "aliases", KEY_ADDRESS_MAP, KEY(aliases), "", 0, 0, NULL,
      "names that stand for others: \"info\" in each of our domains, or \"info@example.org\"; the "
      "recipient is replaced, the reverse-path kept (RFC 5321 3.9.1)" },
    { "forwards", KEY_ADDRESS_MAP, KEY(forwards), "", 0, 0, NULL,
      "users whose mail goes elsewhere; who names himself as well keeps a copy" },
    { "keep", KEY_BOOL, KEY(keep), "false", 0, 0, NULL,
      "everybody keeps a copy of what is forwarded" },
    { "delivered-to", KEY_BOOL, KEY(delivered_to), "true", 0, 0, NULL,
      "write for whom a letter was expanded or forwarded, in a field Delivered-To (RFC 9228), and "
      "do not do so twice: it would run in a loop" },
    { "plus", KEY_BOOL, KEY(plus), "false", 0, 0, NULL, "alice+news is alice (RFC 5233)" },
    { "recipient-delimiter", KEY_TEXT, KEY(recipient_delimiter), "+", 0, 0, NULL,
      "what stands between the two" },
    { "plus-folders", KEY_BOOL, KEY(plus_folders), "false", 0, 0, NULL,
      "a letter for alice+news goes into her mailbox \"news\", where she has one" },
    { "catch-all", KEY_TEXT, KEY(catch_all), "", 0, 0, NULL,
      "the user who gets what is for nobody else" },
    { "srs", KEY_BOOL, KEY(srs), "false", 0, 0, NULL,
      "forward under an address of our own, in which the sender's can be found again" },
    { "accept-unknown", KEY_BOOL, KEY(accept_unknown), "false", 0, 0, NULL,
      "take letters for users that do not exist, and report it later: backscatter, where the "
      "sender is forged" },
    { "lists", KEY_OBJECT_MAP, KEY(lists), "", 0, 0, &mail_list_shape,
      "mailing lists by their addresses (RFC 5321 3.9.2)" },
    { "vacation", KEY_OBJECT_MAP, KEY(vacation), "", 0, 0, &mail_absence_shape,
      "users who are away, and what their correspondents are told (RFC 3834)" },
    { "discard", KEY_OBJECT_MAP, KEY(discard), "", 0, 0, &mail_discard_shape,
      "rules by name; a letter for which all of one is true is thrown away" },
    { "check-from", KEY_BOOL, KEY(check_from), "false", 0, 0, NULL,
      "submission: From and Sender must be the user's own address too (550 5.7.1, RFC 6409 6.1)" },
    { "add-sender", KEY_BOOL, KEY(add_sender), "false", 0, 0, NULL,
      "submission: say who sent it where From says somebody else (RFC 6409 8.1)" },
    { "quota", KEY_SIZE, KEY(quota), "", 1, (int64_t)1 << 40, NULL,
      "how much each account may keep; what does not fit is refused for now (452 4.2.2)" },
    { "quotas", KEY_TEXT_MAP, KEY(quotas), "", 0, 0, NULL,
      "users who may keep another amount: { \"bob\": \"20kB\" }" },
    { "disk", KEY_SIZE, KEY(disk), "", 1, (int64_t)1 << 40, NULL,
      "how much all mailboxes and the queue may take; when it is full no letter is taken for now "
      "(452 4.3.1)" },
    { "greylist", KEY_DURATION, KEY(greylist), "", 0, DAY, NULL,
      "who was never here with this sender and recipient is asked to come again, and may after so "
      "long (450 4.7.1, RFC 6647)" },
    { "greylist-window", KEY_DURATION, KEY(greylist_window), "24h", MINUTE, 30 * DAY, NULL,
      "who does not come again within this time is new again" },
    { "greylist-keep", KEY_DURATION, KEY(greylist_keep), "35d", MINUTE, 365 * DAY, NULL,
      "how long who has come again is remembered since he was last seen" },
    { "greylist-network", KEY_INT, KEY(greylist_network), "24", 8, 32, NULL,
      "so many bits of a client's address count: a pool of hosts of one network is one client" },
    { "greylist-trust", KEY_INT, KEY(greylist_trust), "5", 0, 1000, NULL,
      "a client that has come again for so many letters is not greylisted any more; 0: never" },
    { "dnsbl", KEY_DOMAINS, KEY(dnsbl), "", 0, 0, NULL,
      "lists of addresses from which no mail is taken: 192.0.2.1 is looked up as "
      "1.2.0.192.LIST (RFC 5782); 554 5.7.1" },
    { "dnsbl-at", KEY_CHOICE, KEY(dnsbl_at), "rcpt", 0, 0, "rcpt connect",
      "when who is listed is told so: at each recipient, or instead of the greeting" },
    { "check-sender-domain", KEY_BOOL, KEY(check_sender_domain), "false", 0, 0, NULL,
      "refuse senders to whose domain nobody could answer (550 5.1.8)" },
    { "check-helo", KEY_BOOL, KEY(check_helo), "false", 0, 0, NULL,
      "refuse strangers who say HELO with no full name, or with ours" },
    { "max-connections", KEY_INT, KEY(max_connections), "0", 0, 100000, NULL,
      "at once, from one address (421 4.7.0); 0: any number" },
    { "max-recipients", KEY_INT, KEY(max_recipients), "1000", 1, 1000, NULL,
      "of one letter (452 4.5.3): the rest is to come in a further one.  Fewer than 100 breaks RFC "
      "5321 4.5.3.1.8" },
    { "rate-letters", KEY_INT, KEY(rate_letters), "0", 0, 1000000, NULL,
      "in an hour, of one user or one address (450 4.7.1); 0: any number" },
    { "rate-recipients", KEY_INT, KEY(rate_recipients), "0", 0, 1000000, NULL,
      "likewise, counted by recipients" },
    KEY_ROW_END,
};
