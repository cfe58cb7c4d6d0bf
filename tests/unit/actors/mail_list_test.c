#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(list)                                                                                \
    "'hosts':{" SMALL_ALICE "," SMALL_BOB ",'mail.example.org':{'kind':'mail','domain':'example.org',"\
    "'accounts':{'alice':'wonderland','dave':'d','olga':'o'},'lists':{'friends@example.org':{"     \
    "'owner':'olga@example.org'," list "}}}," SMALL_NET "}"
#define MEMBERS "'members':['dave@example.org','bob@example.net','carol@example.net']"
#define SEND(to) ",'script':[" SMALL_SEND("1s", to) "],'expect':["
#define SEND_SUBJECT(at, to, subject)                                                              \
    "{'at':'" at "','host':'alice-laptop','do':'send','to':'" to "','subject':'" subject "','text':'T'}"
#define BOX(address, count) "{'mailbox':'" address "','messages':" count "}"
#define SAID(text, count) "{'said':'" text "','service':'smtp','line':true,'count':" count "}"

static const struct small_row rows[] = {
    { "a new envelope: reports go to the list and not to the writer (RFC 5321 3.9.2)",
      HOSTS(MEMBERS) SEND("friends@example.org")
      "{'outcome':'expanded','to':'friends@example.org','reason':'list: 3 members','count':1},"
      "{'said':'MAIL FROM:<friends-bounces@example.org>','service':'smtp','count':1},"
      "{'said':'RCPT TO:<bob@example.net>','service':'smtp','line':true,'count':1},"
      SAID("List-Id: <friends.example.org>", "1") ","
      SAID("List-Unsubscribe: <mailto:friends-request@example.org?subject=unsubscribe>", "1") ","
      SAID("From: alice@example.org", "1") "," SAID("Subject: S", "1") ","
      SAID("To: friends@example.org", "1") ","
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") ","
      BOX("carol@example.net", "1") "]" },
    { "what it is told to change, it changes",
      HOSTS(MEMBERS ",'subject-prefix':'[friends]','footer':'Bye','reply-to-list':true,"
            "'description':'Old friends'") SEND("friends@example.org")
      SAID("Subject: [friends] S", "1") "," SAID("Reply-To: friends@example.org", "1") ","
      SAID("List-Id: Old friends <friends.example.org>", "1") "," SAID("Bye", "1") "]" },
    { "a member who is not there any more: the owner hears of it",
      HOSTS("'members':['nobody@example.net','dave@example.org']") SEND("friends@example.org")
      "{'outcome':'bounced','to':'nobody@example.net','count':1},"
      "{'outcome':'expanded','to':'friends-bounces@example.org','reason':'list report','count':1},"
      BOX("olga@example.org", "1") "," BOX("alice@example.org", "0") "]" },
    { "a report that comes to the list has no reverse-path, and gets none (RFC 5321 4.5.5)",
      HOSTS("'verp':true,'members':['nobody@example.net','dave@example.org']},'trap@example.org':{"
            "'owner':'friends@example.org','members':'nobody@example.net'")
      SEND("trap@example.org")
      "{'outcome':'expanded','to':'friends@example.org','count':1},"
      "{'outcome':'bounced','to':'nobody@example.net','count':1},"
      "{'outcome':'failed','to':'nobody@example.net','count':1},"
      BOX("dave@example.org", "1") "," BOX("olga@example.org", "0") "]" },
    { "with VERP each member has a reverse-path, and is taken off after some bounces",
      HOSTS("'verp':true,'bounces-max':2,'members':['nobody@example.net','dave@example.org']")
      ",'script':[" SMALL_SEND("1s", "friends@example.org") ","
      SMALL_SEND("1h", "friends@example.org") "," SMALL_SEND("2h", "friends@example.org")
      "],'expect':["
      "{'said':'MAIL FROM:<friends-bounces+nobody=example.net@example.org>','service':'smtp','count':2},"
      "{'outcome':'discarded','reason':'bounces-max: 1 of 2','count':1},"
      "{'outcome':'discarded','reason':'bounces-max: 2 of 2','count':1},"
      "{'outcome':'expanded','reason':'list: 2 members','count':2},"
      "{'outcome':'expanded','reason':'list: 1 member','count':1},"
      BOX("dave@example.org", "3") "," BOX("olga@example.org", "0") "]" },
    { "whose name is too long for a reverse-path of his own shares the list's (RFC 5321 4.5.3.1.1)",
      HOSTS("'verp':true,'members':["
            "'somebody.who.has.a.name.that.is.much.too.long@example.net','bob@example.net']")
      SEND("friends@example.org")
      "{'said':'MAIL FROM:<friends-bounces@example.org>','service':'smtp','count':1},"
      "{'said':'MAIL FROM:<friends-bounces+bob=example.net@example.org>','service':'smtp','count':1},"
      BOX("olga@example.org", "1") "," BOX("bob@example.net", "1") "]" },
    { "only members: refused while the writer is there (550 5.7.2)",
      HOSTS(MEMBERS ",'post':'members'") SEND("friends@example.org")
      "{'refused':550,'reply':'5.7.2','count':1}," BOX("dave@example.org", "0") "]" },
    { "a member may, and the owner",
      HOSTS("'members':['alice@example.org','dave@example.org'],'post':'members'")
      SEND("friends@example.org") BOX("dave@example.org", "1") "," BOX("alice@example.org", "1") "]" },
    { "among others: what was accepted for them is reported for the list",
      HOSTS(MEMBERS ",'post':'owner'") ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['friends@example.org','bob@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'outcome':'bounced','to':'friends@example.org','reason':'5.7.2','count':1},"
      BOX("bob@example.net", "1") "," BOX("dave@example.org", "0") "]" },
    { "commands: subscribe, unsubscribe, help; anything else is for the owner",
      HOSTS(MEMBERS ",'description':'Old friends'") ",'script':["
      SEND_SUBJECT("1s", "friends-request@example.org", "subscribe") ","
      SEND_SUBJECT("1min", "friends@example.org", "one") ","
      SEND_SUBJECT("2min", "Friends-Request@example.org", "Unsubscribe") ","
      SEND_SUBJECT("3min", "friends@example.org", "two") ","
      SEND_SUBJECT("4min", "friends-request@example.org", "What is this?") ","
      SEND_SUBJECT("5min", "friends-owner@example.org", "Hello") ","
      SMALL_DO("6min", "alice-laptop", "fetch") "],'expect':["
      "{'said':'From: Old friends <friends-owner@example.org>','service':'imap','line':true,"
      "'count':2},"
      "{'mailbox':'alice@example.org','subject':'one','messages':1},"
      "{'mailbox':'alice@example.org','subject':'two','messages':0},"
      "{'mailbox':'alice@example.org','subject':'Auto: subscribe','messages':1},"
      "{'mailbox':'alice@example.org','subject':'Auto: Unsubscribe','messages':1},"
      BOX("alice@example.org", "3") "," BOX("olga@example.org", "2") ","
      BOX("dave@example.org", "2") "]" },
};

/* Lists on two hosts that are members of each other. */
static const struct small_row loop_rows[] = {
    { "a letter that has been on the list is not taken again",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland','dave':'d'},'lists':{'a@example.org':{"
      "'owner':'dave@example.org','members':'b@example.net'}}},'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b','carol':'c'},'lists':{'b@example.net':{"
      "'owner':'carol@example.net','members':['a@example.org','bob@example.net']}}}}"
      SEND("a@example.org")
      "{'refused':550,'host':'mail.example.org','reply':'5.4.6','count':1},"
      "{'outcome':'expanded','to':'a@example.org','count':1}," BOX("bob@example.net", "1") "]" },
    { "an owner who is the list's own owner address",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland'},'lists':{'a@example.org':{"
      "'owner':'a-owner@example.org','members':'alice@example.org'}}}}" SEND("a-owner@example.org")
      "{'outcome':'expanded','count':1},"
      "{'outcome':'bounced','to':'a-owner@example.org','reason':'5.4.6','count':1},"
      BOX("alice@example.org", "1") "]" },
    { "lists of one host that are members of each other, and do not say for whom they were",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'delivered-to':false,'accounts':{'alice':'wonderland','dave':'d'},'lists':{'a@example.org':{"
      "'owner':'dave@example.org','members':['b@example.org','alice@example.org']},'b@example.org':{"
      "'owner':'dave@example.org','members':['a@example.org']}}}}" SEND("a@example.org")
      "{'outcome':'bounced','to':'a@example.org','reason':'5.4.6','count':1},"
      BOX("alice@example.org", "1") "," BOX("dave@example.org", "1") "]" },
};
/* clang-format on */

Test(mail_list, redistributes)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(mail_list, does_not_run_in_circles)
{
    SMALL_WORLDS_HOLD(loop_rows);
}
