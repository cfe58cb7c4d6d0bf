#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* clang-format off */
#define WEB                                                                                        \
    "'webmail.example.org':{'kind':'webmail','mail-host':'mail.example.org','http':true}"
#define BROWSER(more)                                                                              \
    "'alice-browser':{'kind':'browser','account':'alice@example.org',"                             \
    "'webmail':'webmail.example.org','tls':false" more "}"
#define ORG_WITH(mail)                                                                             \
    "'mail.example.org':{'kind':'mail','domain':'example.org',"                                    \
    "'accounts':{'alice':'wonderland'},'mail':[" mail "]}"
#define PROVED(mechanisms)                                                                         \
    "'hosts':{" BROWSER("") "," WEB ",'mail.example.org':{'kind':'mail','domain':'example.org',"   \
    "'accounts':{'alice':'wonderland'}" mechanisms "}," SMALL_NET "}"
#define SAID(words, service, count)                                                                \
    "{'said':'" words "','service':'" service "','by':'client','count':" count "}"
#define WORLD(browser, mail)                                                                       \
    "'hosts':{" browser "," WEB "," ORG_WITH(mail) "," SMALL_NET "}"
#define LETTER(subject, text)                                                                      \
    "{'for':'alice@example.org','from':'carol@example.net','name':'Carol','subject':'" subject     \
    "','text':'" text "'}"
#define SENDS(at, to)                                                                              \
    "{'at':'" at "','host':'alice-browser','do':'send','to':[" to "],'subject':'S & T','text':'T'}"
#define LONG                                                                                       \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"  \
    "123456789"
#define READS(at, subject)                                                                         \
    "{'at':'" at "','host':'alice-browser','do':'read','subject':'" subject "'}"

static const struct small_row rows[] = {
    { "the browser speaks HTTP, the webmail host the rest",
      WORLD(BROWSER(""), "") ",'script':[" SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'connections':'http','from':'alice-browser','to':'webmail.example.org','count':1},"
      "{'connections':'submission','from':'webmail.example.org','count':1},"
      "{'connections':'imap','from':'webmail.example.org','min':3},"
      "{'connections':'imap','from':'alice-browser','count':0},"
      "{'connections':'submission','from':'alice-browser','count':0},"
      "{'said':'Set-Cookie: session=','service':'http','count':1},"
      "{'said':'subject=S+%26+T','service':'http','count':1},"
      "{'said':'by webmail.example.org with HTTP id','service':'smtp','count':1},"
      "{'mailbox':'bob@example.net','messages':1},"
      "{'mailbox':'alice@example.org','folder':'Sent','messages':1}]" },
    { "under TLS, as a matter of course, and the cookie stays there",
      "'hosts':{'alice-browser':{'kind':'browser','account':'alice@example.org',"
      "'webmail':'webmail.example.org'}," WEB "," ORG_WITH("") "," SMALL_NET "},'script':["
      SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'connections':'https','count':1},{'connections':'http','count':0},"
      "{'said':'; Secure','count':1},{'said':'with HTTPS id','service':'smtp','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "reading sets the flag on the server, and keeps nothing on the device",
      WORLD(BROWSER(""), LETTER("Hello", "Dear Alice") "," LETTER("Again", "x")) ",'script':["
      READS("1s", "Hello") "],'expect':["
      "{'said':'GET /message?uid=1','service':'http','count':1},"
      "{'said':'Dear Alice','service':'http','count':1},"
      "{'mailbox':'alice@example.org','messages':2,'unseen':1},"
      "{'device':'alice-browser','messages':0}]" },
    { "a cookie is as good as a password until it is idle for too long",
      WORLD(BROWSER(""), LETTER("Hello", "x")) ",'script':[" READS("1s", "Hello") ","
      READS("20min", "Hello") "," READS("2h", "Hello") "],'expect':["
      "{'at':'30min','said':'POST /login','count':1},{'said':'POST /login','count':2},"
      "{'said':'GET /message','count':3}]" },
    { "what strangers write is text",
      WORLD(BROWSER(""), LETTER("<script>alert(1)</script>", "</pre><img src=x>& it goes")) ",'script':["
      READS("1s", "<script>alert(1)</script>") "],'expect':["
      "{'said':'<script','service':'http','count':0},{'said':'<img','service':'http','count':0},"
      "{'said':'&lt;script&gt;alert(1)','service':'http','min':2},"
      "{'said':'&lt;/pre&gt;&lt;img src=x&gt;&amp; it goes','service':'http','count':1}]" },
    { "a subject in other letters is found by them",
      WORLD(BROWSER(""), LETTER("Gr\xc3\xbc\xc3\x9f" "e", "x")) ",'script':["
      READS("1s", "Gr\xc3\xbc\xc3\x9f" "e") "],'expect':[{'said':'GET /message?uid=1','count':1}]" },
    { "a wrong password: a page that says so",
      WORLD(BROWSER(",'password':'rabbit'"), "") ",'script':[" SENDS("1s", "'bob@example.net'")
      "],'expect':[{'said':'HTTP/1.1 403 Forbidden','line':true,'count':1},"
      "{'said':'Address or password is wrong','count':1},{'said':'Set-Cookie','count':0},"
      "{'connections':'submission','count':0}]" },
    { "it logs in as the person, by the strongest mechanism that the mail host offers",
      PROVED(",'auth-mechanisms':['plain','login','cram-md5','scram-sha-256']") ",'script':["
      SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'said':'a1 LOGIN','count':0},{'said':'PLAIN','by':'client','count':0},"
      "{'said':'AUTHENTICATE SCRAM-SHA-256 ','service':'imap','by':'client','min':3},"
      SAID("AUTH SCRAM-SHA-256 ", "submission", "1") ",{'mailbox':'bob@example.net','messages':1},"
      "{'mailbox':'alice@example.org','folder':'Sent','messages':1}]" },
    { "by PLAIN where it offers no better",
      PROVED("") ",'script':[" SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'said':'AUTHENTICATE PLAIN ','service':'imap','by':'client','min':3},"
      SAID("AUTH PLAIN ", "submission", "1") ",{'said':'a1 LOGIN','count':0}]" },
    { "a wrong password, which the mail host does not hear",
      "'hosts':{" BROWSER(",'password':'rabbit'") "," WEB ",'mail.example.org':{'kind':'mail',"
      "'domain':'example.org','accounts':{'alice':'wonderland'},'auth-mechanisms':'scram-sha-256'}},"
      "'script':[{'at':'1s','host':'alice-browser','do':'fetch'}],'expect':["
      "{'said':'HTTP/1.1 403 Forbidden','line':true,'count':1},"
      SAID("LOGIN", "imap", "0") "," SAID("AUTHENTICATE SCRAM-SHA-256 ", "imap", "1") "]" },
    { "a password that nobody has is not even tried",
      WORLD(BROWSER(",'password':'" LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG "'"), "")
      ",'script':[" SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'said':'Address or password is wrong','count':1},{'connections':'imap','count':0}]" },
    { "the mail host is down: 503",
      WORLD(BROWSER(""), "") ",'script':[" SMALL_DO("0s", "mail.example.org", "down") ","
      "{'at':'1s','host':'alice-browser','do':'fetch'}],'expect':["
      "{'said':'HTTP/1.1 503 Service Unavailable','line':true,'count':1}]" },
    { "the mail host refuses the letter: 502, with its words",
      WORLD(BROWSER(""), "") ",'script':[{'at':'1s','host':'alice-browser','do':'send',"
      "'to':['nobody@example.org'],'subject':'S','text':'T'}],'expect':["
      "{'said':'HTTP/1.1 502 Bad Gateway','line':true,'count':1},"
      "{'said':'nobody@example.org: 550','service':'http','count':1}]" },
    { "sent to one, refused for another",
      WORLD(BROWSER(""), "") ",'script':[" SENDS("1s", "'bob@example.net','nobody@example.org'")
      "],'expect':[{'said':'but not to everybody','service':'http','min':1},"
      "{'mailbox':'bob@example.net','messages':1},"
      "{'mailbox':'alice@example.org','folder':'Sent','messages':1}]" },
    { "that one was refused is said, also where there is no copy",
      WORLD(BROWSER(""), "") ",'script':[" SENDS("1s", "'bob@example.net','nobody@example.org'") ","
      "{'at':'1800ms','do':'refuse','service':'imap','host':'mail.example.org'}],'expect':["
      "{'said':'nobody@example.org: 550','service':'http','count':1},"
      "{'mailbox':'bob@example.net','messages':1},"
      "{'mailbox':'alice@example.org','folder':'Sent','messages':0}]" },
    { "to an address of other letters (RFC 6531 3.4)",
      "'hosts':{" BROWSER("") "," WEB "," ORG_WITH("") ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'\xc3\xb6zg\xc3\xbcr':'o'}}},'script':["
      SENDS("1s", "'\xc3\xb6zg\xc3\xbcr@example.net'") "],'expect':["
      "{'said':'SMTPUTF8','by':'client','service':'submission','count':1},"
      "{'mailbox':'\xc3\xb6zg\xc3\xbcr@example.net','messages':1}]" },
    { "everything in its turn, and offline it waits",
      WORLD(BROWSER(""), LETTER("Hello", "x")) ",'script':["
      SMALL_DO("0s", "alice-browser", "offline") "," SENDS("1s", "'bob@example.net'") ","
      SENDS("1s", "'carol@example.net'") "," SMALL_DO("1min", "alice-browser", "online")
      "],'expect':[{'at':'50s','connections':'http','count':0},"
      "{'mailbox':'bob@example.net','messages':1},{'mailbox':'carol@example.net','messages':1}]" },
};
/* clang-format on */

Test(webmail, is_mail_in_a_browser)
{
    SMALL_WORLDS_HOLD(rows);
}

/* Whatever it is doing for somebody, its sessions hold nothing of it afterwards (this is for the
 * sanitizers). */
Test(webmail, loses_its_power_at_any_moment)
{
    for (unsigned ms = 1000; ms < 2000; ms += 20) {
        struct small_world w;
        char body[2000];
        (void)snprintf(
            body, sizeof body,
            PROVED(",'auth-mechanisms':'scram-sha-256'") ",'until':'10min','script':[" SENDS(
                "1s", "'bob@example.net'") ",{'at':'%ums','host':'webmail.example.org',"
                                           "'do':'crash','for':'1min'}]",
            ms);
        cr_assert(small_world_new(&w, body), "%s", w.err.text);
        small_world_run(&w);
        cr_expect(small_world_all_settled(&w), "%u ms", ms);
        small_world_free(&w);
    }
}
