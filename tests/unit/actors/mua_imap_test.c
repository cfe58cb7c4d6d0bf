#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define BOB(rest) "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET ",'bob-pc':{'kind':'mua'," \
                  "'account':'bob@example.net'" rest "}}"
#define TWICE "'script':[" SMALL_SEND("1s", "bob@example.net") ","                                 \
    SMALL_DO("10s", "bob-pc", "fetch") "," SMALL_DO("20s", "bob-pc", "fetch")
#define READ(at) "{'at':'" at "','host':'bob-pc','do':'read'}"

static const struct small_row imap_rows[] = {
    { "fetch twice: the second time there is nothing new",
      BOB("") "," TWICE "],'expect':[{'device':'bob-pc','messages':1},"
      "{'said':'BODY.PEEK','service':'imap','by':'client','count':1},"
      "{'said':'UID FETCH 2:*','service':'imap','by':'client','count':0},"
      "{'said':' LIST','service':'imap','by':'client','line':false,'count':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':1}]" },
    { "the second letter is fetched without the first",
      BOB("") "," TWICE "," SMALL_SEND("30s", "bob@example.net") ","
      SMALL_DO("40s", "bob-pc", "fetch") "],'expect':[{'device':'bob-pc','messages':2},"
      "{'said':'BODY.PEEK','service':'imap','by':'client','count':2}]" },
    { "headers first, the body when it is read, and that sets the flag on the server",
      BOB(",'download':'headers'") "," TWICE "," READ("30s") "],'expect':["
      "{'at':'29s','said':'BODY','service':'imap','by':'client','count':0},"
      "{'at':'29s','mailbox':'bob@example.net','messages':1,'unseen':1},"
      "{'said':'BODY[]','service':'imap','by':'client','count':1},"
      "{'said':'UID STORE','service':'imap','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':0},"
      "{'device':'bob-pc','messages':1,'unread':0}]" },
    { "reading what is here already only sets the flag, there and here",
      BOB("") "," TWICE "," READ("30s") "],'expect':["
      "{'at':'29s','mailbox':'bob@example.net','unseen':1},"
      "{'said':'UID STORE','service':'imap','by':'client','count':1},"
      "{'said':'UID STORE 1 +FLAGS ','service':'imap','by':'client','count':1},"
      "{'said':'BODY[]','service':'imap','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':0},"
      "{'device':'bob-pc','messages':1,'unread':0}]" },
    { "read before anything was fetched: nothing to read, nobody is called",
      BOB("") ",'script':[" SMALL_SEND("1s", "bob@example.net") "," READ("30s") "],'expect':["
      "{'connections':'imap','count':0},{'mailbox':'bob@example.net','unseen':1}]" },
    { "a second device sees what the first has read",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET "," SMALL_BOB ","
      "'bob-phone':{'kind':'mua','account':'bob@example.net'}}," TWICE "," READ("30s") ","
      SMALL_DO("40s", "bob-phone", "fetch") "],'expect':["
      "{'device':'bob-pc','messages':1,'unread':0},"
      "{'device':'bob-phone','messages':1}]" },
};


#define DO(at, rest) "{'at':'" at "','host':'bob-pc'," rest "}"
#define OFF(at) SMALL_DO(at, "bob-pc", "offline")
#define ON(at) SMALL_DO(at, "bob-pc", "online")
static const struct small_row cache_rows[] = {
    { "a mark made offline waits, and is told when the device is back",
      BOB("") "," TWICE "," OFF("30s") "," READ("40s") "," ON("60s") "],'expect':["
      "{'at':'59s','device':'bob-pc','messages':1,'unread':0},"
      "{'at':'59s','mailbox':'bob@example.net','unseen':1},{'at':'59s','pending':'bob-pc','count':1},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':0},{'pending':'bob-pc','count':0}]" },
    { "deleted offline: into the trash, which is made there; emptied, and gone everywhere",
      BOB("") "," TWICE "," OFF("30s") "," DO("40s", "'do':'delete','subject':'S'") ","
      ON("60s") "," DO("90s", "'do':'empty-trash'") "],'expect':["
      "{'at':'80s','mailbox':'bob@example.net','folder':'Trash','messages':1},"
      "{'at':'80s','mailbox':'bob@example.net','messages':0},"
      "{'at':'80s','same':['bob-pc'],'account':'bob@example.net','folder':'Trash'},"
      "{'mailbox':'bob@example.net','folder':'Trash','messages':0},"
      "{'device':'bob-pc','folder':'Trash','messages':0}]" },
    { "a copy of what was sent goes to the server, and a draft too",
      BOB(",'sent':'server'") "," TWICE ","
      DO("30s", "'do':'send','to':['alice@example.org'],'subject':'R','text':'T'") ","
      DO("40s", "'do':'draft','to':['alice@example.org'],'subject':'D','text':'T'")
      "],'expect':[{'mailbox':'bob@example.net','folder':'Sent','messages':1,'unseen':0},"
      "{'same':['bob-pc'],'account':'bob@example.net','folder':'Sent'},"
      "{'mailbox':'bob@example.net','folder':'Drafts','subject':'D','messages':1},"
      "{'device':'bob-pc','folder':'Drafts','messages':1}]" },
    { "folders are made, called otherwise and deleted, here and there, in that order",
      BOB("") "," TWICE "," OFF("30s") "," DO("40s", "'do':'create-folder','folder':'Work'") ","
      DO("41s", "'do':'move','subject':'S','to':'Work'") ","
      DO("42s", "'do':'rename-folder','folder':'Work','to':'Play'") ","
      DO("43s", "'do':'flag','subject':'S','folder':'Play','keyword':'Fun'") "," ON("60s") ","
      DO("90s", "'do':'delete-folder','folder':'Play'") "],'expect':["
      "{'at':'80s','mailbox':'bob@example.net','folder':'Play','messages':1,'keyword':'Fun'},"
      "{'at':'80s','mailbox':'bob@example.net','folder':'Work','messages':0},"
      "{'at':'80s','device':'bob-pc','folder':'Play','messages':1},"
      "{'said':'RENAME','by':'client','count':1},{'said':'DELETE Play','by':'client','count':1},"
      "{'device':'bob-pc','folder':'Play','messages':0}]" },
    { "what another device did in the meantime is learned in the cheapest way",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET "," SMALL_BOB ","
      "'bob-old':{'kind':'mua','account':'bob@example.net','resync':'flags'},"
      "'bob-mid':{'kind':'mua','account':'bob@example.net','resync':'condstore'}}," TWICE ","
      SMALL_DO("21s", "bob-old", "fetch") "," SMALL_DO("22s", "bob-mid", "fetch") "," READ("30s")
      "," SMALL_DO("40s", "bob-old", "fetch") "," SMALL_DO("50s", "bob-mid", "fetch") ","
      SMALL_DO("60s", "bob-pc", "fetch") "],'expect':["
      "{'same':['bob-pc','bob-old','bob-mid'],'account':'bob@example.net'},"
      "{'device':'bob-old','messages':1,'unread':0},"
      "{'said':'SELECT INBOX (CONDSTORE)','by':'client','count':2},"
      "{'synced':'bob-old','by':'flags','count':1},{'synced':'bob-mid','by':'condstore','count':1},"
      "{'synced':'bob-pc','by':'qresync','count':2},"
      "{'said':'a2 ENABLE CONDSTORE QRESYNC','service':'imap','by':'client','line':true,'min':1},"
      "{'said':'STATUS INBOX','service':'imap','by':'client','count':0}]" },
    { "lost and replaced: all is back, read as it was",
      BOB("") "," TWICE "," READ("25s") "," DO("30s", "'do':'lose'") ","
      DO("40s", "'do':'replace'") "," SMALL_DO("50s", "bob-pc", "fetch") "],'expect':["
      "{'at':'49s','device':'bob-pc','messages':0},"
      "{'device':'bob-pc','messages':1,'unread':0}]" },
    { "online only: nothing is kept but the list, and nothing can be done offline",
      BOB(",'mode':'online'") "," TWICE "," READ("30s") "," OFF("40s") "," READ("50s")
      "],'expect':[{'at':'29s','device':'bob-pc','has':'listed','messages':1},"
      "{'at':'39s','device':'bob-pc','messages':1},{'device':'bob-pc','messages':0},"
      "{'device':'bob-pc','has':'listed','messages':1},{'pending':'bob-pc','count':0}]" },
    { "IDLE: new mail is there at once, and again within 29 minutes; a lost line is made again",
      BOB(",'watch':'idle'") ",'until':'2h','script':[" SMALL_SEND("1min", "bob@example.net") ","
      "{'at':'40min','host':'mail.example.net','do':'crash','for':'1min'},"
      SMALL_SEND("50min", "bob@example.net") "],'expect':["
      "{'at':'62s','device':'bob-pc','messages':1},"
      "{'at':'39min','said':' IDLE','by':'client','line':false,'min':3},"
      "{'device':'bob-pc','messages':2},{'synced':'bob-pc','by':'live','min':1}]" },
    { "watching, without IDLE: it asks every so often (RFC 2177 3)",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'accounts':{'bob':'b'},'imap-without':['idle']},'bob-pc':{'kind':'mua','account':'bob@example.net',"
      "'watch':'idle','every':'5min'}},'until':'31min','script':[" SMALL_SEND("1min", "bob@example.net")
      "],'expect':[{'said':' IDLE','by':'client','line':false,'count':0},"
      "{'at':'4min','device':'bob-pc','messages':0},{'device':'bob-pc','messages':1},"
      "{'connections':'imap','min':6}]" },
    { "what was told while it watched is known: the next SELECT tells nothing (RFC 7162 6)",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET ",'bob-pc':{'kind':'mua','account':'bob@example.net',"
      "'watch':'idle'},'bob-phone':{'kind':'mua','account':'bob@example.net'}},'until':'50min','script':["
      SMALL_SEND("1min", "bob@example.net") "," SMALL_SEND("2min", "bob@example.net") ","
      SMALL_DO("3min", "bob-phone", "fetch") ",{'at':'4min','host':'bob-phone','do':'flag','subject':'S'},"
      SMALL_DO("40min", "bob-pc", "offline") "," SMALL_DO("41min", "bob-pc", "online") "],'expect':["
      "{'device':'bob-pc','messages':2,'flagged':1},"
      "{'synced':'bob-pc','by':'qresync','letters':0,'count':1}]" },
    { "nothing has changed by mod-sequence, so nothing is asked (RFC 4549 6.1)",
      BOB(",'resync':'condstore'") "," TWICE "," SMALL_DO("30s", "bob-pc", "fetch") "],'expect':["
      "{'said':'SELECT','service':'imap','by':'client','count':3},"
      "{'said':'UID FETCH 1:','service':'imap','by':'client','count':1},"
      "{'said':'CHANGEDSINCE','service':'imap','by':'client','count':0}]" },
    { "numbered anew while it was away: all is thrown away, a mark for an old UID has failed, a draft has not",
      BOB("") ",'until':'10min','script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_SEND("2s", "bob@example.net") "," SMALL_DO("10s", "bob-pc", "sync") "," OFF("30s") ","
      DO("40s", "'do':'flag','subject':'S'") ","
      DO("41s", "'do':'draft','to':['alice@example.org'],'subject':'D','text':'T'") ","
      "{'at':'50s','host':'mail.example.net','do':'new-uidvalidity','mailbox':'bob/INBOX'}," ON("60s") ","
      SMALL_DO("2min", "bob-pc", "sync") "],'expect':["
      "{'same':['bob-pc'],'account':'bob@example.net'},{'device':'bob-pc','messages':2,'flagged':0},"
      "{'mailbox':'bob@example.net','messages':2,'flagged':0},{'pending':'bob-pc','count':0},"
      "{'mailbox':'bob@example.net','folder':'Drafts','subject':'D','messages':1}]" },
    { "one connection for all folders, and no name that the server refuses moves a letter (RFC 4549 5.1)",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'accounts':{'bob':'b'},'imap-without':['move']},'bob-pc':{'kind':'mua','account':'bob@example.net'}},"
      TWICE "," OFF("30s") "," DO("40s", "'do':'move','subject':'S','to':'a*b'") "," ON("60s")
      "],'expect':[{'said':'Deleted','service':'imap','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1},{'device':'bob-pc','messages':1},"
      "{'connections':'imap','count':3},{'pending':'bob-pc','count':0}]" },
};

/* How the device shows who it is: LOGIN is the last resort (RFC 9051 6.2.3). */
#define KNOWN(device, server) "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{"         \
    "'kind':'mail','domain':'example.net','accounts':{'bob':'builder'}" server "},'bob-pc':{"       \
    "'kind':'mua','account':'bob@example.net'" device "}}"
#define SAID(words, count) "{'said':'" words "','service':'imap','by':'client','count':" count "}"
#define COMES "{'device':'bob-pc','messages':1}]"
#define ALL_MECHANISMS ",'auth-mechanisms':['plain','login','cram-md5','scram-sha-256']"
static const struct small_row login_rows[] = {
    { "the best that is offered, by the account's own name, and anew each time",
      KNOWN("", ALL_MECHANISMS) "," TWICE "],'expect':[" SAID("AUTHENTICATE SCRAM-SHA-256 ", "2") ","
      SAID("AUTHENTICATE ", "2") "," SAID("a1 LOGIN", "0") "," COMES },
    { "CRAM-MD5, which has no initial response",
      KNOWN("", ",'auth-mechanisms':['plain','cram-md5']") "," TWICE "],'expect':["
      "{'said':'a1 AUTHENTICATE CRAM-MD5','service':'imap','by':'client','line':true,'count':2},"
      SAID("PLAIN", "0") "," COMES },
    { "PLAIN with the command itself, where the server takes it so (RFC 4959)",
      KNOWN("", "") "," TWICE "],'expect':["
      "{'said':'a1 AUTHENTICATE PLAIN AGJvYgBidWlsZGVy','service':'imap','by':'client','line':true,'count':2},"
      "{'said':'+ ','service':'imap','by':'server','line':true,'count':0}," COMES },
    { "and after its +, where it does not",
      KNOWN("", ",'imap-without':['sasl-ir']") "," TWICE "],'expect':["
      "{'said':'a1 AUTHENTICATE PLAIN','service':'imap','by':'client','line':true,'count':2},"
      "{'said':'AGJvYgBidWlsZGVy','service':'imap','by':'client','line':true,'count':2}," COMES },
    { "the one that the person chose",
      KNOWN(",'auth-mechanism':'login'", ALL_MECHANISMS) "," TWICE "],'expect':["
      SAID("a1 AUTHENTICATE LOGIN", "2") "," SAID("a1 LOGIN", "0") "," COMES },
    { "none that both know: LOGIN",
      KNOWN(",'auth-mechanism':'login'", ",'auth-mechanisms':'plain'") "," TWICE "],'expect':["
      SAID("a1 LOGIN \\\"bob\\\" \\\"builder\\\"", "2") "," SAID("AUTHENTICATE", "0") "," COMES },
    { "who wants SCRAM does not say his password in any other way",
      KNOWN(",'auth-mechanism':'scram-sha-256'", "") "," TWICE "],'expect':["
      SAID("AUTHENTICATE", "0") "," SAID("LOGIN", "0") ",{'device':'bob-pc','messages':0}]" },
    { "a wrong password: nothing weaker is tried",
      KNOWN(",'password':'wonder'", ALL_MECHANISMS) "," TWICE "],'expect':["
      SAID("AUTHENTICATE SCRAM-SHA-256 ", "2") "," SAID("AUTHENTICATE ", "2") ","
      SAID("a1 LOGIN", "0") "," SAID("a2 ", "0") ",{'device':'bob-pc','messages':0}]" },
    { "LOGINDISABLED: what does not show the password is said all the same",
      KNOWN(",'tls':'none'", ALL_MECHANISMS ",'auth-needs-tls':true,'tls':'opportunistic'") "," TWICE
      "],'expect':[{'said':'LOGINDISABLED','service':'imap','by':'server','min':1},"
      SAID("AUTHENTICATE SCRAM-SHA-256 ", "2") "," COMES },
    { "LOGINDISABLED, and nothing else is offered: the password stays here",
      KNOWN(",'tls':'none'", ",'auth-needs-tls':true,'tls':'opportunistic'") "," TWICE "],'expect':["
      SAID("AUTHENTICATE", "0") "," SAID("LOGIN", "0") ",{'device':'bob-pc','messages':0}]" },
};
/* clang-format on */

Test(mua_imap, what_is_kept_here)
{
    SMALL_WORLDS_HOLD(cache_rows);
}

Test(mua_imap, fetching_and_reading)
{
    SMALL_WORLDS_HOLD(imap_rows);
}

Test(mua_imap, logging_in)
{
    SMALL_WORLDS_HOLD(login_rows);
}
