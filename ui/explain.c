/* explain.c - see explain.h.  Rows by field and value; sections as of the RFCs named. */
#include "ui/explain.h"

/* What a field is, whatever it holds. */
static const struct {
    const char *text, *rfc;
} fields[FIELD_ROWS] = {
    [FIELD_TCP_SRC] = { "The program at the sender's end; the answer comes back to it.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_DST] = { "The service that is called: 25 relay, 587 and 465 submission, 143 and 993 "
                        "IMAP, 110 and 995 POP3.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_SEQ] = { "Where the first octet of the data stands in all that this side sends. The "
                        "SYN has 0 here; a real SYN begins anywhere.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_ACK] = { "Everything before this number has arrived; this octet is awaited next.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_LEN] = { "Octets of data behind the header.", "RFC 9293, 3.1" },
    [FIELD_TCP_SYN] = { "Asks for a connection, and says where the numbers begin.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_FIN] = { "The sender has no more data; the other side may go on.", "RFC 9293, 3.1" },
    [FIELD_TCP_RST] = { "The connection is broken off at once; data under way is lost.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_PSH] = { "Hand the data to the program now, do not wait for more.",
                        "RFC 9293, 3.1" },
    [FIELD_TCP_AGAIN] = { "No acknowledgement came in time, so it is sent once more.",
                          "RFC 9293, 3.8.1" },
    [FIELD_UDP_SRC] = { "The port that the answer goes to.", "RFC 768" },
    [FIELD_UDP_DST] = { "The port that is asked; 53 is DNS.", "RFC 768" },
    [FIELD_TLS_RECORD] = { "TLS packs all it sends into records, each with five octets of header "
                           "in the clear.",
                           "RFC 8446, 5.1" },
    [FIELD_TLS_TYPE] = { "What the record holds. In TLS 1.3 all that is encrypted says "
                         "application_data.",
                         "RFC 8446, 5.1" },
    [FIELD_TLS_VERSION] = { "Kept at an old number so that old boxes on the way let it pass; TLS "
                            "1.3 says its version elsewhere.",
                            "RFC 8446, 5.1" },
    [FIELD_TLS_LENGTH] = { "Octets of the record behind this header: at most 16384, and a little "
                           "more where it is encrypted.",
                           "RFC 8446, 5.1" },
    [FIELD_TLS_SHAKE] = { "A step of the handshake in which keys are agreed on.", "RFC 8446, 4" },
    [FIELD_TLS_NAME] = { "The client says in the clear whom it wants, so that a server with many "
                         "names can show the right certificate.",
                         "RFC 6066, 3" },
    [FIELD_TLS_SEALED] = { "Encrypted: only the two ends have the key. Its length is all that "
                           "anybody else sees.",
                           "RFC 8446, 5.2" },
    [FIELD_SMTP_LINE] = { "A command is one line: a verb, and what it needs.", "RFC 5321, 4.1.1" },
    [FIELD_SMTP_COMMAND] = { "The verb: what the server is asked to do.", "RFC 5321, 4.1.1" },
    [FIELD_SMTP_PARAMETER] = { "What the verb is about.", "RFC 5321, 4.1.2" },
    [FIELD_SMTP_PATH] = { "An address on the envelope. Empty brackets are the sender of a notice "
                          "that must not be answered.",
                          "RFC 5321, 4.1.2" },
    [FIELD_SMTP_ESMTP] = { "An extension that EHLO offered: a keyword, often with a value.",
                           "RFC 5321, 4.1.2" },
    [FIELD_SMTP_RESPONSE] = { "A reply is one or more lines with the same three digits.",
                              "RFC 5321, 4.2.1" },
    [FIELD_SMTP_CODE] = { "Programs decide by the digits, people read the text.", "RFC 5321, 4.2" },
    [FIELD_SMTP_DIGIT1] = { "The first digit says whether it went well.", "RFC 5321, 4.2.1" },
    [FIELD_SMTP_DIGIT2] = { "The second digit says what it is about.", "RFC 5321, 4.2.1" },
    [FIELD_SMTP_DIGIT3] = { "The third digit tells replies of one kind apart.", "RFC 5321, 4.2.1" },
    [FIELD_SMTP_MORE] = { "A hyphen: more lines follow. The last one has a blank here.",
                          "RFC 5321, 4.2.1" },
    [FIELD_SMTP_REPLY_TEXT] = { "For people; but behind EHLO each line is an extension.",
                                "RFC 5321, 4.2" },
    [FIELD_SMTP_ENHANCED] = { "Says more than three digits can: class, subject, detail.",
                              "RFC 3463, 2" },
    [FIELD_SMTP_CLASS] = { "The class says whether it went well.", "RFC 3463, 2" },
    [FIELD_SMTP_SUBJECT] = { "The subject says where the matter lies.", "RFC 3463, 2" },
    [FIELD_SMTP_DETAIL] = { "The detail names the matter itself, within its subject.",
                            "RFC 3463, 3" },
    [FIELD_SMTP_PROOF] = { "The client shows who it is, in Base64, which hides nothing.",
                           "RFC 4954, 4" },
    [FIELD_SMTP_EOM] = { "A dot on a line of its own ends the letter. A line of the letter that "
                         "begins with a dot is sent with one more.",
                         "RFC 5321, 4.1.1.4" },
    [FIELD_IMAP_REQUEST] = { "A command: a tag, a verb, what it needs.", "RFC 9051, 2.2.1" },
    [FIELD_IMAP_TAG] = { "The client makes up a tag for each command; the answer that ends it has "
                         "the same one.",
                         "RFC 9051, 2.2.1" },
    [FIELD_IMAP_REQUEST_TAG] = { "The client makes up a tag for each command; the answer that ends "
                                 "it has the same one, so that several can be open at once.",
                                 "RFC 9051, 2.2.1" },
    [FIELD_IMAP_UID] = { "The numbers in this command are UIDs, which stay with a letter; without "
                         "it they are places in the list.",
                         "RFC 9051, 6.4.9" },
    [FIELD_IMAP_COMMAND] = { "The verb: what the server is asked to do.", "RFC 9051, 6" },
    [FIELD_IMAP_FOLDER] = { "The mailbox that is meant; INBOX is there for everybody.",
                            "RFC 9051, 5.1" },
    [FIELD_IMAP_ARGUMENTS] = { "Atoms, numbers, strings in quotes, lists in parentheses.",
                               "RFC 9051, 4" },
    [FIELD_IMAP_RESPONSE] = { "The answer that ends a command.", "RFC 9051, 2.2.2" },
    [FIELD_IMAP_RESPONSE_TAG] = { "The tag of the command that is over with this line.",
                                  "RFC 9051, 2.2.2" },
    [FIELD_IMAP_UNTAGGED] = { "A star: news or data, and the command is not over yet.",
                              "RFC 9051, 2.2.2" },
    [FIELD_IMAP_GO_ON] = { "A plus: the server waits for the rest of the command.",
                           "RFC 9051, 7.6" },
    [FIELD_IMAP_STATUS] = { "How the command ended.", "RFC 9051, 7.1" },
    [FIELD_IMAP_CODE] = { "A word for programs, in brackets in front of the text for people.",
                          "RFC 9051, 7.1" },
    [FIELD_IMAP_NUMBER] = { "How many letters; or, before FETCH and EXPUNGE, which place in the "
                            "list.",
                            "RFC 9051, 7.4" },
    [FIELD_IMAP_DATA] = { "What this line tells about.", "RFC 9051, 7" },
    [FIELD_IMAP_TEXT] = { "The data itself, or a text for people.", "RFC 9051, 7" },
    [FIELD_IMAP_LITERAL] = { "A literal: so many octets follow behind this line, whatever they "
                             "are, then the line goes on.",
                             "RFC 9051, 4.3" },
    [FIELD_IMAP_LITERAL_BYTES] = { "The octets of a literal: counted, never looked into.",
                                   "RFC 9051, 4.3" },
    [FIELD_POP_REQUEST] = { "A command: a keyword, and what it needs.", "RFC 1939, 3" },
    [FIELD_POP_COMMAND] = { "What the server is asked to do.", "RFC 1939, 3" },
    [FIELD_POP_PARAMETER] = { "What it is about: a name, a letter's number.", "RFC 1939, 3" },
    [FIELD_POP_RESPONSE] = { "The first line of an answer; some have more, up to a dot.",
                             "RFC 1939, 3" },
    [FIELD_POP_INDICATOR] = { "POP3 knows two answers: +OK and -ERR.", "RFC 1939, 3" },
    [FIELD_POP_DESCRIPTION] = { "For people; behind STAT it is how many letters, and their octets.",
                                "RFC 1939, 3" },
    [FIELD_POP_CODE] = { "A word for programs that says why not.", "RFC 2449, 8" },
    [FIELD_POP_DATA] = { "A line of the answer.", "RFC 1939, 3" },
    [FIELD_POP_END] = { "A dot on a line of its own ends the answer.", "RFC 1939, 3" },
    [FIELD_HTTP_METHOD] = { "What is to be done with the target.", "RFC 9110, 9" },
    [FIELD_HTTP_URI] = { "What is asked for.", "RFC 9112, 3.2" },
    [FIELD_HTTP_CODE] = { "How it ended: 2 well, 3 elsewhere, 4 no, 5 the server cannot.",
                          "RFC 9110, 15" },
    [FIELD_HTTP_DATA] = { "A header field, or the content.", "RFC 9112, 2.1" },
    [FIELD_IMF_FROM] = { "Who wrote it, as the letter says. The envelope may say another.",
                         "RFC 5322, 3.6.2" },
    [FIELD_IMF_TO] = { "Whom it is written to. Who gets it, the envelope decides.",
                       "RFC 5322, 3.6.3" },
    [FIELD_IMF_CC] = { "Who is to know of it, too.", "RFC 5322, 3.6.3" },
    [FIELD_IMF_SUBJECT] = { "What it is about, for people only.", "RFC 5322, 3.6.5" },
    [FIELD_IMF_DATE] = { "When its writer was done with it.", "RFC 5322, 3.6.1" },
    [FIELD_IMF_ID] = { "One name for this letter in all the world, and on all its ways.",
                       "RFC 5322, 3.6.4" },
    [FIELD_IMF_FIELD] = { "A field of the header: a name, a colon, a text that may go on in lines "
                          "that begin with a blank.",
                          "RFC 5322, 2.2" },
    [FIELD_IMF_BLANK] = { "A blank line ends the header.", "RFC 5322, 2.1" },
    [FIELD_IMF_BODY] = { "The text of the letter: lines, which no server looks into.",
                         "RFC 5322, 2.3" },
    [FIELD_IMF_STUFFED] = { "This dot belongs to the way and not to the letter: the receiver takes "
                            "it off.",
                            "RFC 5321, 4.5.2" },
    [FIELD_DNS_ID] = { "Made up by who asks; the answer repeats it. Hard to guess is safe.",
                       "RFC 1035, 4.1.1" },
    [FIELD_DNS_FLAGS] = { "Sixteen bits: who speaks, what was wanted, how it ended.",
                          "RFC 1035, 4.1.1" },
    [FIELD_DNS_RESPONSE] = { "QR: 0 is a question, 1 an answer.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_OPCODE] = { "The kind of question; 0 is the plain one.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_AA] = { "AA: 1 says that this server is itself responsible for the name; 0 that it "
                       "has it from elsewhere.",
                       "RFC 1035, 4.1.1" },
    [FIELD_DNS_TC] = { "TC: 1 says that the answer was cut to fit; ask again by TCP.",
                       "RFC 1035, 4.1.1" },
    [FIELD_DNS_RD] = { "RD: 1 asks the server to go and find it out.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_RA] = { "RA: 1 says that this server finds things out for others.",
                       "RFC 1035, 4.1.1" },
    [FIELD_DNS_Z] = { "Kept for later, always 0.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_AD] = { "AD: 1 says that the answering resolver checked the signatures.",
                       "RFC 4035, 3.2.3" },
    [FIELD_DNS_CD] = { "CD: 1 asks not to check signatures: the asker does that itself.",
                       "RFC 4035, 3.2.2" },
    [FIELD_DNS_RCODE] = { "How the question ended.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_QUESTIONS] = { "How many questions are in it: one.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_ANSWERS] = { "Records that answer the question.", "RFC 1035, 4.1.1" },
    [FIELD_DNS_AUTHORITIES] = { "Records that say who knows, or that there is nothing.",
                                "RFC 1035, 4.1.1" },
    [FIELD_DNS_ADDITIONALS] = { "Records that nobody asked for and that help, and EDNS.",
                                "RFC 1035, 4.1.1" },
    [FIELD_DNS_QNAME] = { "The name in labels, each with its length in front; 0 ends it.",
                          "RFC 1035, 4.1.2" },
    [FIELD_DNS_QTYPE] = { "What is wanted of the name.", "RFC 1035, 4.1.2" },
    [FIELD_DNS_QCLASS] = { "1 is the Internet; hardly another is in use.", "RFC 1035, 3.2.4" },
    [FIELD_DNS_NAME] = { "Whose record this is. Two octets that begin with c point back to where "
                         "the name stands already.",
                         "RFC 1035, 4.1.4" },
    [FIELD_DNS_TYPE] = { "What the record tells of its name.", "RFC 1035, 3.2.2" },
    [FIELD_DNS_CLASS] = { "1 is the Internet.", "RFC 1035, 3.2.4" },
    [FIELD_DNS_TTL] = { "So many seconds may it be kept without asking again.", "RFC 1035, 4.1.3" },
    [FIELD_DNS_LEN] = { "Octets of the data that follow.", "RFC 1035, 4.1.3" },
    [FIELD_DNS_A] = { "The IPv4 address of a host.", "RFC 1035, 3.4.1" },
    [FIELD_DNS_AAAA] = { "The IPv6 address of a host.", "RFC 3596, 2.2" },
    [FIELD_DNS_PREFERENCE] = { "The mail server with the lowest number is tried first.",
                               "RFC 5321, 5.1" },
    [FIELD_DNS_MX] = { "A host that takes mail for the domain.", "RFC 1035, 3.3.9" },
    [FIELD_DNS_NS] = { "A server that knows the zone.", "RFC 1035, 3.3.11" },
    [FIELD_DNS_CNAME] = { "The name was another's; look under this one.", "RFC 1035, 3.3.1" },
    [FIELD_DNS_PTR] = { "The name that somebody gave to an address.", "RFC 1035, 3.3.12" },
    [FIELD_DNS_TXT] = { "Free text; mail keeps its policies in it.", "RFC 1035, 3.3.14" },
    [FIELD_DNS_SOA] = { "The server where the zone is written.", "RFC 1035, 3.3.13" },
    [FIELD_DNS_SERIAL] = { "Grows whenever the zone changes.", "RFC 1035, 3.3.13" },
    [FIELD_DNS_MINIMUM] = { "How long \"there is none\" may be kept, if the record's own TTL is "
                            "not "
                            "shorter.",
                            "RFC 2308, 5" },
    [FIELD_DNS_OPT] = { "More bits of the reply code, and the version of EDNS.",
                        "RFC 6891, 6.1.3" },
    [FIELD_DNS_SIZE] = { "So large a datagram can the sender take; without EDNS it is 512.",
                         "RFC 6891, 6.2.3" },
    [FIELD_DNS_DATA] = { "Data of a type that has no words here.", "RFC 1035, 4.1.3" },
};

/* What a value says: by number, or by word (letters of any case). */
struct value {
    enum field field;
    const char *word;
    uint64_t number;
    const char *text, *rfc; /* rfc NULL: that of the field */
};
#define WORD(field, word, text, rfc)                                                               \
    {                                                                                              \
        FIELD_##field, word, 0, text, rfc                                                          \
    }
#define NUMBER(field, number, text, rfc)                                                           \
    {                                                                                              \
        FIELD_##field, NULL, number, text, rfc                                                     \
    }
static const struct value values[] = {
    WORD(SMTP_COMMAND, "EHLO", "Says hello and asks what the server offers.", "RFC 5321, 4.1.1.1"),
    WORD(SMTP_COMMAND, "HELO", "The old hello, which asks for nothing.", "RFC 5321, 4.1.1.1"),
    WORD(SMTP_COMMAND, "MAIL", "Begins an envelope with its sender.", "RFC 5321, 4.1.1.2"),
    WORD(SMTP_COMMAND, "RCPT", "Puts one recipient on the envelope.", "RFC 5321, 4.1.1.3"),
    WORD(SMTP_COMMAND, "DATA", "The letter comes next.", "RFC 5321, 4.1.1.4"),
    WORD(SMTP_COMMAND, "BDAT", "So many octets of the letter follow, without a dot.",
         "RFC 3030, 2"),
    WORD(SMTP_COMMAND, "RSET", "Throws the envelope away.", "RFC 5321, 4.1.1.5"),
    WORD(SMTP_COMMAND, "VRFY", "Asks whether somebody is known.", "RFC 5321, 4.1.1.6"),
    WORD(SMTP_COMMAND, "EXPN", "Asks who is on a list.", "RFC 5321, 4.1.1.7"),
    WORD(SMTP_COMMAND, "NOOP", "Only wants to hear an answer.", "RFC 5321, 4.1.1.9"),
    WORD(SMTP_COMMAND, "QUIT", "Says goodbye.", "RFC 5321, 4.1.1.10"),
    WORD(SMTP_COMMAND, "AUTH", "Proves who is there.", "RFC 4954, 4"),
    WORD(SMTP_COMMAND, "STARTTLS", "Wants to go on under TLS.", "RFC 3207, 4"),
    NUMBER(SMTP_DIGIT1, 2, "2: it was done.", NULL),
    NUMBER(SMTP_DIGIT1, 3, "3: so far so good, more is awaited.", NULL),
    NUMBER(SMTP_DIGIT1, 4, "4: not now; the same may work later.", NULL),
    NUMBER(SMTP_DIGIT1, 5, "5: no; the same again will not help.", NULL),
    NUMBER(SMTP_DIGIT2, 0, "0: about the syntax.", NULL),
    NUMBER(SMTP_DIGIT2, 1, "1: information.", NULL),
    NUMBER(SMTP_DIGIT2, 2, "2: about the connection.", NULL),
    NUMBER(SMTP_DIGIT2, 5, "5: about the mail system: mailboxes, letters.", NULL),
    NUMBER(SMTP_CLASS, 2, "2: it worked.", NULL),
    NUMBER(SMTP_CLASS, 4, "4: it does not work now, and may later.", NULL),
    NUMBER(SMTP_CLASS, 5, "5: it will not work as it is.", NULL),
    NUMBER(SMTP_SUBJECT, 0, "0: something else, or nobody knows.", "RFC 3463, 3.1"),
    NUMBER(SMTP_SUBJECT, 1, "1: an address.", "RFC 3463, 3.2"),
    NUMBER(SMTP_SUBJECT, 2, "2: a mailbox: full, closed, too large a letter.", "RFC 3463, 3.3"),
    NUMBER(SMTP_SUBJECT, 3, "3: the mail system there.", "RFC 3463, 3.4"),
    NUMBER(SMTP_SUBJECT, 4, "4: the network, or the way there.", "RFC 3463, 3.5"),
    NUMBER(SMTP_SUBJECT, 5, "5: the dialogue itself.", "RFC 3463, 3.6"),
    NUMBER(SMTP_SUBJECT, 6, "6: what is in the letter.", "RFC 3463, 3.7"),
    NUMBER(SMTP_SUBJECT, 7, "7: security, or a rule of the house.", "RFC 3463, 3.8"),
    WORD(IMAP_COMMAND, "CAPABILITY", "Asks what the server offers.", "RFC 9051, 6.1.1"),
    WORD(IMAP_COMMAND, "NOOP", "Asks for news.", "RFC 9051, 6.1.2"),
    WORD(IMAP_COMMAND, "LOGOUT", "Says goodbye.", "RFC 9051, 6.1.3"),
    WORD(IMAP_COMMAND, "STARTTLS", "Wants to go on under TLS.", "RFC 9051, 6.2.1"),
    WORD(IMAP_COMMAND, "AUTHENTICATE", "Proves who is there.", "RFC 9051, 6.2.2"),
    WORD(IMAP_COMMAND, "LOGIN", "A name and a password, in plain words.", "RFC 9051, 6.2.3"),
    WORD(IMAP_COMMAND, "ENABLE", "Switches extensions on.", "RFC 9051, 6.3.1"),
    WORD(IMAP_COMMAND, "SELECT", "Opens a mailbox.", "RFC 9051, 6.3.2"),
    WORD(IMAP_COMMAND, "EXAMINE", "Opens a mailbox, only to look.", "RFC 9051, 6.3.3"),
    WORD(IMAP_COMMAND, "CREATE", "Makes a mailbox.", "RFC 9051, 6.3.4"),
    WORD(IMAP_COMMAND, "DELETE", "Deletes a mailbox.", "RFC 9051, 6.3.5"),
    WORD(IMAP_COMMAND, "RENAME", "Gives a mailbox another name.", "RFC 9051, 6.3.6"),
    WORD(IMAP_COMMAND, "SUBSCRIBE", "Wants a mailbox shown.", "RFC 9051, 6.3.7"),
    WORD(IMAP_COMMAND, "UNSUBSCRIBE", "Wants a mailbox shown no longer.", "RFC 9051, 6.3.8"),
    WORD(IMAP_COMMAND, "LIST", "Asks which mailboxes there are.", "RFC 9051, 6.3.9"),
    WORD(IMAP_COMMAND, "NAMESPACE", "Asks where mailboxes are.", "RFC 9051, 6.3.10"),
    WORD(IMAP_COMMAND, "STATUS", "Asks about a mailbox without opening it.", "RFC 9051, 6.3.11"),
    WORD(IMAP_COMMAND, "APPEND", "Puts a letter into a mailbox.", "RFC 9051, 6.3.12"),
    WORD(IMAP_COMMAND, "IDLE", "Wants to hear of news at once.", "RFC 9051, 6.3.13"),
    WORD(IMAP_COMMAND, "CLOSE", "Closes the mailbox and clears it up.", "RFC 9051, 6.4.1"),
    WORD(IMAP_COMMAND, "UNSELECT", "Closes the mailbox and leaves all in it.", "RFC 9051, 6.4.2"),
    WORD(IMAP_COMMAND, "EXPUNGE", "Clears away what is marked as deleted.", "RFC 9051, 6.4.3"),
    WORD(IMAP_COMMAND, "SEARCH", "Searches.", "RFC 9051, 6.4.4"),
    WORD(IMAP_COMMAND, "FETCH", "Asks for letters, or for parts of them.", "RFC 9051, 6.4.5"),
    WORD(IMAP_COMMAND, "STORE", "Changes flags.", "RFC 9051, 6.4.6"),
    WORD(IMAP_COMMAND, "COPY", "Puts copies into another mailbox.", "RFC 9051, 6.4.7"),
    WORD(IMAP_COMMAND, "MOVE", "Moves letters into another mailbox.", "RFC 9051, 6.4.8"),
    WORD(IMAP_STATUS, "OK", "OK: it was done.", "RFC 9051, 7.1.1"),
    WORD(IMAP_STATUS, "NO", "NO: it could not be done.", "RFC 9051, 7.1.2"),
    WORD(IMAP_STATUS, "BAD", "BAD: the server does not understand it.", "RFC 9051, 7.1.3"),
    WORD(IMAP_DATA, "OK", "OK without a tag: something to know.", "RFC 9051, 7.1.1"),
    WORD(IMAP_DATA, "NO", "NO without a tag: a warning.", "RFC 9051, 7.1.2"),
    WORD(IMAP_DATA, "BAD", "BAD without a tag: an error of the whole.", "RFC 9051, 7.1.3"),
    WORD(IMAP_DATA, "PREAUTH", "The connection is logged in already.", "RFC 9051, 7.1.4"),
    WORD(IMAP_DATA, "BYE", "The server will hang up.", "RFC 9051, 7.1.5"),
    WORD(IMAP_DATA, "ENABLED", "These extensions are on now.", "RFC 9051, 7.2.1"),
    WORD(IMAP_DATA, "CAPABILITY", "What the server offers.", "RFC 9051, 7.2.2"),
    WORD(IMAP_DATA, "LIST", "A mailbox: attributes, delimiter, name.", "RFC 9051, 7.3.1"),
    WORD(IMAP_DATA, "NAMESPACE", "Where mailboxes are.", "RFC 9051, 7.3.2"),
    WORD(IMAP_DATA, "STATUS", "Numbers of a mailbox that is not open.", "RFC 9051, 7.3.3"),
    WORD(IMAP_DATA, "ESEARCH", "What a search found.", "RFC 9051, 7.3.4"),
    WORD(IMAP_DATA, "FLAGS", "Flags that letters have here.", "RFC 9051, 7.3.5"),
    WORD(IMAP_DATA, "EXISTS", "So many letters are in the mailbox.", "RFC 9051, 7.4.1"),
    WORD(IMAP_DATA, "EXPUNGE", "The letter at this place is gone; those behind it move up.",
         "RFC 9051, 7.5.1"),
    WORD(IMAP_DATA, "FETCH", "Something of the letter at this place.", "RFC 9051, 7.5.2"),
    WORD(POP_INDICATOR, "+OK", "+OK: it was done.", NULL),
    WORD(POP_INDICATOR, "-ERR", "-ERR: it was not done.", NULL),
    WORD(POP_COMMAND, "USER", "Says whose mail it wants.", "RFC 1939, 7"),
    WORD(POP_COMMAND, "PASS", "The password, in plain words.", "RFC 1939, 7"),
    WORD(POP_COMMAND, "APOP", "Shows that it knows the password without saying it.", "RFC 1939, 7"),
    WORD(POP_COMMAND, "TOP", "Asks for the header and some lines.", "RFC 1939, 7"),
    WORD(POP_COMMAND, "UIDL", "Asks for names that letters keep.", "RFC 1939, 7"),
    WORD(POP_COMMAND, "STAT", "Asks how many letters there are.", "RFC 1939, 5"),
    WORD(POP_COMMAND, "LIST", "Asks how long each letter is.", "RFC 1939, 5"),
    WORD(POP_COMMAND, "RETR", "Asks for a letter.", "RFC 1939, 5"),
    WORD(POP_COMMAND, "DELE", "Marks a letter; QUIT deletes it.", "RFC 1939, 5"),
    WORD(POP_COMMAND, "NOOP", "Only wants to hear an answer.", "RFC 1939, 5"),
    WORD(POP_COMMAND, "RSET", "Takes all marks back.", "RFC 1939, 5"),
    WORD(POP_COMMAND, "QUIT", "Says goodbye; what is marked is deleted now.", "RFC 1939, 6"),
    WORD(POP_COMMAND, "CAPA", "Asks what the server offers.", "RFC 2449, 5"),
    WORD(POP_COMMAND, "STLS", "Wants to go on under TLS.", "RFC 2595, 4"),
    WORD(POP_COMMAND, "AUTH", "Proves who is there.", "RFC 5034, 4"),
    NUMBER(DNS_RCODE, 0, "0: no error; there may still be no such record.", NULL),
    NUMBER(DNS_RCODE, 1, "1: the server does not understand the question.", NULL),
    NUMBER(DNS_RCODE, 2, "2: the server could not find out.", NULL),
    NUMBER(DNS_RCODE, 3, "3: there is no such name.", NULL),
    NUMBER(DNS_RCODE, 4, "4: the server does not do such questions.", NULL),
    NUMBER(DNS_RCODE, 5, "5: the server does not want to answer.", NULL),
    NUMBER(DNS_QTYPE, 1, "A: its IPv4 address.", NULL),
    NUMBER(DNS_QTYPE, 2, "NS: who knows the zone.", NULL),
    NUMBER(DNS_QTYPE, 5, "CNAME: the name behind it.", NULL),
    NUMBER(DNS_QTYPE, 6, "SOA: where the zone begins.", NULL),
    NUMBER(DNS_QTYPE, 12, "PTR: the name of an address.", NULL),
    NUMBER(DNS_QTYPE, 15, "MX: who takes mail for it.", "RFC 5321, 5.1"),
    NUMBER(DNS_QTYPE, 16, "TXT: free text.", NULL),
    NUMBER(DNS_QTYPE, 28, "AAAA: its IPv6 address.", "RFC 3596, 2.1"),
    WORD(DNS_MX, "<Root>", "The root instead of a host: nobody takes mail for it.", "RFC 7505, 3"),
    NUMBER(DNS_TYPE, 41, "OPT is no record: by it EDNS speaks of the message.", "RFC 6891, 6.1"),
    NUMBER(TLS_TYPE, 20, "20: from here on it is encrypted (in TLS 1.3 for show).", "RFC 8446, 5"),
    NUMBER(TLS_TYPE, 21, "21: an alert: the end, or trouble.", "RFC 8446, 6"),
    NUMBER(TLS_TYPE, 22, "22: a part of the handshake.", "RFC 8446, 4"),
    NUMBER(TLS_TYPE, 23, "23: data, or whatever is encrypted.", "RFC 8446, 5.2"),
    NUMBER(TLS_SHAKE, 1, "1: the client says what it can do.", "RFC 8446, 4.1.2"),
    NUMBER(TLS_SHAKE, 2, "2: the server chooses.", "RFC 8446, 4.1.3"),
    NUMBER(TLS_SHAKE, 11, "11: the server shows who it is.", "RFC 8446, 4.4.2"),
};

static bool is_of(const struct value *v, const struct hits *h, const struct hit *hit)
{
    bool type = v->field == FIELD_DNS_QTYPE && hit->field == FIELD_DNS_TYPE;
    if (v->field != (enum field)hit->field && !type) {
        return false;
    }
    return v->word ? slice_eq_nocase(hit_text(h, hit), slice_of(v->word))
                   : v->number == hit->number;
}

struct explanation explain(const struct hits *h, const struct hit *hit)
{
    struct explanation e = { 0 };
    if (hit->field < FIELD_ROWS) {
        e.field = fields[hit->field].text;
        e.rfc = fields[hit->field].rfc;
    }
    for (size_t i = 0; i < COUNT(values); i++) {
        if (is_of(&values[i], h, hit)) {
            e.value = values[i].text;
            e.rfc = values[i].rfc ? values[i].rfc : e.rfc;
            break;
        }
    }
    return e;
}
