#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SERVERS "'mail.example.org','mail.example.net'"
#define LINKED  SMALL_HOSTS ",'links':[{'between':[" SERVERS "],'latency':'10ms'}]"
#define BOB     SMALL_SEND("1s", "bob@example.net")
#define ON_LINK(at, verb, more) "{'at':'" at "','link':[" SERVERS "],'do':'" verb "'" more "}"
#define ON_NET(at, verb, more)  "{'at':'" at "','host':'mail.example.net','do':'" verb "'" more "}"
#define NOT_YET(at) "{'at':'" at "','mailbox':'bob@example.net','messages':0}"
#define BY(at)      "{'at':'" at "','mailbox':'bob@example.net','messages':1}"

static const struct small_row power_rows[] = {
    { "down for a time: up again without a step",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "down", ",'for':'12min'") "," BOB "],'expect':["
      NOT_YET("12min") "," BY("1h") ",{'deferred':'bob@example.net','count':2}]" },
    { "down twice: off until both are over",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "down", ",'for':'30min'") ","
      ON_NET("1min", "crash", ",'for':'6min'") "," BOB "],'expect':["
      NOT_YET("30min") "," BY("1h") "]" },
    { "up ends whatever took the power, and what would have ended later does not matter",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "down", "") "," ON_NET("0s", "crash", ",'for':'3h'")
      "," ON_NET("2min", "up", "") "," ON_NET("3min", "crash", ",'for':'1min'") "," BOB
      "],'expect':[" NOT_YET("5min") "," BY("7min") "]" },
    { "a device that is offline and has no power needs both again",
      SMALL_HOSTS ",'script':[" SMALL_DO("0s", "alice-laptop", "offline") ","
      "{'at':'0s','host':'alice-laptop','do':'crash','for':'5min'}," BOB ","
      SMALL_DO("10min", "alice-laptop", "online") "],'expect':[" NOT_YET("10min") ","
      BY("11min") "]" },
    { "a crash: connections vanish, and what was accepted is still there",
      LINKED ",'script':[" BOB ","
      "{'at':'1.4s','host':'mail.example.org','do':'crash','for':'10min'}],'expect':["
      NOT_YET("10min") "," BY("20min") ",{'outcome':'delivered','count':1}]" },
    { "a restart in good order: 421 to who is there, a closed door, and all is as before",
      SMALL_HOSTS ",'script':["
      "{'at':'1s','host':'bob-pc','do':'fetch'},"
      ON_NET("1.2s", "restart", "") "," SMALL_SEND("2s", "bob@example.net") "],'expect':["
      "{'said':'BYE Server is going down','service':'imap','count':1},"
      "{'connections':'smtp','to':'mail.example.net','ended':'refused','min':1},"
      BY("1h") "]" },
    { "a restart says 421 to a client in the middle of its letter",
      LINKED ",'script':[" BOB "," ON_NET("1.535s", "restart", ",'for':'2min'") "],'expect':["
      "{'said':'421 4.3.2','service':'smtp','by':'server','count':1},"
      "{'deferred':'bob@example.net','host':'mail.example.org','min':1}," NOT_YET("2min") ","
      BY("1h") "]" },
};

static const struct small_row link_rows[] = {
    { "cut for a time, mended by itself",
      LINKED ",'script':[" ON_LINK("0s", "cut", ",'for':'20min'") "," BOB "],'expect':["
      NOT_YET("20min") "," BY("1h") "]" },
    { "cut twice: mended when both are over",
      LINKED ",'script':[" ON_LINK("0s", "cut", ",'for':'2min'") ","
      ON_LINK("1min", "cut", ",'for':'30min'") "," BOB "],'expect':["
      NOT_YET("31min") "," BY("2h") "]" },
    { "slow does not mend what is cut",
      LINKED ",'script':[" ON_LINK("0s", "cut", ",'for':'10min'") ","
      ON_LINK("1s", "slow", ",'latency':'1s'") "," BOB "],'expect':[" NOT_YET("10min") ","
      BY("1h") "]" },
    { "slow for a time, then as fast as before",
      LINKED ",'script':[" ON_LINK("0s", "slow", ",'latency':'5s','for':'1min'") ","
      BOB "," SMALL_SEND("100s", "carol@example.net") "],'expect':[" NOT_YET("15s") ","
      BY("80s") ",{'at':'101s','mailbox':'carol@example.net','messages':1}]" },
    { "mend ends all that is done to a link",
      LINKED ",'script':[" ON_LINK("0s", "cut", ",'for':'3h'") ","
      ON_LINK("0s", "slow", ",'latency':'50s'") "," ON_LINK("0s", "lossy", ",'loss':'100%'") ","
      ON_LINK("0.5s", "mend", "") "," BOB "],'expect':[" BY("2s") "]" },
    { "a lossy link loses, and TCP sends again",
      LINKED ",'script':[" ON_LINK("0s", "lossy", ",'loss':'20%','for':'2h'") ","
      "{'at':'1s','host':'alice-laptop','do':'send','to':['bob@example.net'],'subject':'S',"
      "'text':'T','repeat':20,'every':'1min'}],'expect':["
      "{'counter':'lost','min':20},{'mailbox':'bob@example.net','messages':20}]" },
    { "lossy beside slow: both count",
      LINKED ",'script':[" ON_LINK("0s", "lossy", ",'loss':'100%','for':'5min'") ","
      ON_LINK("1s", "slow", ",'latency':'1ms'") "," BOB "],'expect':[" NOT_YET("5min") ","
      BY("1h") "]" },
};

static const struct small_row wall_rows[] = {
    { "a partition: this side does not reach that one, and both reach themselves",
      SMALL_HOSTS ",'script':[{'at':'0s','do':'partition','hosts':['mail.example.org'],"
      "'from':['mail.example.net'],'for':'20min'}," BOB ","
      SMALL_SEND("2s", "dave@example.org") "],'expect':["
      "{'at':'10s','mailbox':'dave@example.org','messages':1}," NOT_YET("20min") ","
      BY("1h") "]" },
    { "from everybody else",
      SMALL_HOSTS ",'script':[{'at':'0s','do':'partition','hosts':['mail.example.net','bob-pc']},"
      "{'at':'30min','do':'heal'}," BOB "],'expect':[" NOT_YET("30min") "," BY("2h") "]" },
    { "two partitions with the same hosts: apart until both are over",
      SMALL_HOSTS ",'script':[{'at':'0s','do':'partition','hosts':['mail.example.net'],"
      "'for':'10min'},{'at':'5min','do':'partition','hosts':['mail.example.net'],'for':'40min'},"
      BOB "],'expect':[" NOT_YET("45min") "," BY("2h") "]" },
};

static const struct small_row port_rows[] = {
    { "refused: RST at once, and the letter waits",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "refuse", ",'service':'smtp','for':'12min'") ","
      BOB "],'expect':[" NOT_YET("12min") "," BY("1h") ","
      "{'connections':'smtp','to':'mail.example.net','ended':'refused','min':2},"
      "{'at':'5s','deferred':'bob@example.net','reason':'refused','count':1}]" },
    { "dropped: silence, and a minute is waited for an answer",
      SMALL_HOSTS ",'script':["
      ON_NET("0s", "refuse", ",'service':'smtp','how':'drop','for':'12min'") "," BOB
      "],'expect':[{'at':'1min','deferred':'bob@example.net','count':0},"
      "{'at':'70s','deferred':'bob@example.net','reason':'does not answer','count':1},"
      BY("1h") "]" },
    { "only one host is kept out: others get in, and he himself gets in elsewhere",
      SMALL_HOSTS ",'script':["
      ON_NET("0s", "refuse", ",'service':'smtp','from':'mail.example.org','for':'12min'") "," BOB
      "," ON_NET("0s", "refuse", ",'how':'drop','from':'alice-laptop'")
      "],'expect':[" NOT_YET("12min") "," BY("1h") ","
      "{'connections':'smtp','from':'mail.example.org','ended':'refused','min':2},"
      "{'connections':'submission','from':'alice-laptop','ended':'done','count':1}]" },
    { "who is not named is not kept out",
      SMALL_HOSTS ",'script':["
      ON_NET("0s", "refuse", ",'how':'drop','from':['alice-laptop']") "," BOB
      "],'expect':[" BY("3s") "]" },
    { "another service is not meant",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "refuse", ",'service':'imap'") "," BOB
      "],'expect':[" BY("3s") "]" },
    { "any port by its number, repaired by a step",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "refuse", ",'port':25,'for':'9h'") "," BOB ","
      ON_NET("6min", "repair", "") "],'expect':[" NOT_YET("6min") "," BY("1h") "]" },
    { "port 53 of the resolver: nobody knows a name any more",
      SMALL_HOSTS ",'script':[{'at':'0s','host':'dns.isp.test','do':'refuse','service':'dns',"
      "'for':'10min'}," BOB "],'expect':[{'connections':'submission','count':0,'at':'10min'},"
      NOT_YET("10min") "]" },
};
static const struct small_row trouble_rows[] = {
    { "a full disk: no letter is taken, and it waits where it was",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "disk-full", ",'for':'12min'") "," BOB "],'expect':["
      "{'said':'452 4.3.1','service':'smtp','by':'server','count':2},"
      "{'refused':452,'reply':'4.3.1','host':'mail.example.net','count':2},"
      NOT_YET("12min") "," BY("1h") ",{'outcome':'delivered','count':1}]" },
    { "a full disk: a mailbox must wait, and the queue is not lost",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "nobody@example.net") ","
      "{'at':'1.4s','host':'mail.example.org','do':'disk-full','for':'20min'},"
      "{'at':'10s','host':'mail.example.org','do':'crash','for':'10s'}],'expect':["
      "{'at':'20min','mailbox':'alice@example.org','messages':0},"
      "{'deferred':'alice@example.org','reason':'4.3.1','min':2},"
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "451 at RCPT for as long as it is said",
      SMALL_HOSTS ",'until':'3d','script':[" ON_NET("0s", "temp-fail", ",'for':'2d'") "," BOB "],'expect':["
      "{'said':'451 4.3.0','service':'smtp','by':'server','min':20},"
      NOT_YET("2d") ",{'mailbox':'bob@example.net','messages':1},"
      "{'outcome':'bounced','count':0}]" },
    { "another code and text, at MAIL: refused for good",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "temp-fail",
      ",'command':'mail','code':550,'text':'5.7.1 Not from you'") "," BOB "],'expect':["
      "{'outcome':'bounced','to':'bob@example.net','reason':'550 5.7.1 Not from you','count':1}]" },
    { "for one recipient, and behind the dot: the newest is heard first",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "temp-fail", ",'to':'bob@example.net','for':'30min'")
      "," ON_NET("0s", "temp-fail", ",'command':'data','code':452,'for':'2min'") ","
      "{'at':'1s','host':'alice-laptop','do':'send','to':['bob@example.net','carol@example.net'],"
      "'subject':'S','text':'T'}],'expect':["
      "{'at':'10s','deferred':'carol@example.net','reason':'452 4.3.0','count':1},"
      "{'at':'10s','deferred':'bob@example.net','reason':'451 4.3.0','count':1},"
      "{'at':'20min','mailbox':'carol@example.net','messages':1}," NOT_YET("30min") "," BY("2h")
      "]" },
    { "each reply half a minute late: it takes minutes, and arrives once",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "slow-replies", ",'delay':'30s'") "," BOB
      "],'expect':[" NOT_YET("90s") "," BY("5min") ",{'at':'2min','outcome':'relayed','count':0},"
      "{'deferred':'bob@example.net','count':0},{'outcome':'relayed','count':1}]" },
    { "later than a client waits: RFC 5321 4.5.3.2",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "slow-replies", ",'delay':'6min','for':'20min'") ","
      BOB "],'expect':[{'at':'8min','deferred':'bob@example.net','count':1}," BY("2h") "]" },
    { "late under TLS, too",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b'},'tls':'opportunistic'}},'script':["
      ON_NET("0s", "slow-replies", ",'delay':'20s'") "," BOB "],'expect':["
      "{'secured':'smtp','count':1}," NOT_YET("80s") "," BY("10min") "]" },
};

static const struct small_row clock_rows[] = {
    { "a clock that is three hours fast dates what it writes",
      SMALL_HOSTS ",'script':[" ON_NET("0s", "clock", ",'offset':'+3h'") "," BOB ","
      SMALL_DO("10s", "bob-pc", "fetch") "],'expect':["
      "{'said':'Mon, 7 Sep 2026 12:00:01 +0000','service':'imap','by':'server','min':1},"
      "{'said':'Mon, 7 Sep 2026 09:00:01 +0000','service':'imap','by':'server','min':1}]" },
    { "a key says that it was never right; the script sets it, and it goes back",
      "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org','clock-offset':'-1d'},"
      SMALL_ORG "," SMALL_NET "},'script':[" BOB ","
      "{'at':'2s','host':'alice-laptop','do':'clock','offset':'0s','for':'5s'},"
      SMALL_SEND("3s", "bob@example.net") "," SMALL_SEND("9s", "bob@example.net") "],'expect':["
      "{'said':'Date: Sun, 6 Sep 2026 09:00:01 +0000','service':'submission','count':1},"
      "{'said':'Date: Mon, 7 Sep 2026 09:00:03 +0000','service':'submission','count':1},"
      "{'said':'Date: Sun, 6 Sep 2026 09:00:09 +0000','service':'submission','count':1}]" },
    { "to who lives ten years later, each certificate has expired",
      "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org','tls':'required',"
      "'clock-offset':'+3650d'},'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'w'},'tls':'opportunistic'}},'script':["
      SMALL_SEND("1s", "alice@example.org") "],'expect':["
      "{'unsecured':'submission','why':'expired','min':1},{'outcome':'delivered','count':0}]" },
};

static const struct small_row chaos_rows[] = {
    { "chaos for a day: all that was sent arrives, or is reported",
      LINKED ",'script':[{'at':'0s','do':'chaos','rate':'6/h','for':'1d','lasting':'20min'},"
      "{'at':'1s','host':'alice-laptop','do':'send','to':['bob@example.net'],'subject':'S',"
      "'text':'T','repeat':20,'every':'1h'},"
      "{'at':'25h','host':'alice-laptop','do':'fetch'}],'expect':["
      "{'outcome':'delivered','to':'bob@example.net','min':20}]" },
    { "chaos of one kind, for some, and calm",
      SMALL_HOSTS ",'script':[{'at':'0s','do':'chaos','rate':'1/min','faults':['dns'],"
      "'lasting':'5s'},{'at':'2h','do':'calm'}," SMALL_SEND("3h", "bob@example.net") "],"
      "'expect':[{'mailbox':'bob@example.net','messages':1}]" },
};
/* clang-format on */

Test(fate, troubles_services)
{
    SMALL_WORLDS_HOLD(trouble_rows);
    SMALL_WORLDS_HOLD(clock_rows);
    SMALL_WORLDS_HOLD(chaos_rows);
}

/* How often each fault was told between two moments. */
static size_t told_between(const struct trace *t, const char *what, sim_time from, sim_time to)
{
    size_t count = 0;
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        count += r->kind == TRACE_FAULT && r->until > 0 && r->at > from && r->at <= to &&
                 slice_eq(trace_name_of(t, r->a), slice_of(what));
    }
    return count;
}

Test(fate, chaos_is_as_frequent_as_it_is_told)
{
    static const char *const kinds[] = { "cut",          "slow",      "lossy",  "partition",
                                         "crash",        "restart",   "refuse", "disk-full",
                                         "slow-replies", "temp-fail", "clock" };
    struct small_world w;
    size_t all = 0;
    cr_assert(small_world_new(&w, SMALL_HOSTS ",'script':[{'at':'0s','do':'chaos','rate':'10/h',"
                                              "'lasting':'1min','for':'40h'}],'until':'50h'"));
    small_world_run(&w);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t n = told_between(&w.trace, kinds[i], 0, 40 * SIM_HOUR);
        cr_expect(n >= 10 && n <= 120, "%s: %zu", kinds[i], n);
        cr_expect_eq(told_between(&w.trace, kinds[i], 40 * SIM_HOUR, SIM_FOREVER), 0, "%s",
                     kinds[i]);
        all += n;
    }
    cr_expect(all > 320 && all < 480, "%zu for 40 hours of 10", all);
    small_world_free(&w);
}

Test(fate, takes_power)
{
    SMALL_WORLDS_HOLD(power_rows);
}

Test(fate, touches_links_and_walls)
{
    SMALL_WORLDS_HOLD(link_rows);
    SMALL_WORLDS_HOLD(wall_rows);
    SMALL_WORLDS_HOLD(port_rows);
}

/* What of the trace is about faults: one line each. */
static void faults_of(const struct trace *t, struct buf *out)
{
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind == TRACE_FAULT) {
            fmt_u64(out, r->at / SIM_SECOND);
            buf_byte(out, ' ');
            buf_add(out, trace_name_of(t, r->a));
            buf_byte(out, ' ');
            fmt_u64(out, r->until / SIM_SECOND);
            buf_byte(out, ';');
        }
    }
}

Test(fate, is_told_with_its_end)
{
    static const struct {
        const char *why, *script, *told;
    } rows[] = {
        { "for good", ON_NET("1s", "down", ""), "1 down 0;" },
        { "for a time: its end is told beforehand, and then", ON_NET("1s", "down", ",'for':'9s'"),
          "1 down 10;10 up 0;" },
        { "undone before its time: not told twice",
          ON_NET("1s", "down", ",'for':'9s'") "," ON_NET("5s", "up", ""), "1 down 10;5 up 0;" },
        { "one of two ends: what is left is told",
          ON_NET("1s", "down", ",'for':'9s'") "," ON_NET("2s", "crash", ",'for':'2s'"),
          "1 down 10;2 crash 4;4 down 10;10 up 0;" },
        { "of another kind: each has its own end",
          ON_NET("1s", "down", ",'for':'9s'") "," ON_NET("2s", "refuse", ",'for':'2s'"),
          "1 down 10;2 refuse 4;4 repair 0;10 up 0;" },
        { "repeated: each time for so long",
          ON_NET("1s", "down", ",'for':'2s','repeat':2,'every':'10s'"),
          "1 down 3;3 up 0;11 down 13;13 up 0;" },
        { "a restart is over after a minute", ON_NET("1s", "restart", ""),
          "1 restart 61;61 up 0;" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        struct buf body = { 0 }, told = { 0 };
        buf_addz(&body, SMALL_HOSTS ",'script':[");
        buf_addz(&body, rows[i].script);
        buf_addz(&body, "]");
        cr_assert(small_world_new(&w, buf_z(&body)), "%s", rows[i].why);
        small_world_run(&w);
        faults_of(&w.trace, &told);
        cr_expect_str_eq(buf_z(&told), rows[i].told, "%s", rows[i].why);
        small_world_free(&w);
        buf_deinit(&body);
        buf_deinit(&told);
    }
}

Test(fate, what_makes_no_sense_is_said)
{
    static const struct {
        const char *script, *says;
    } rows[] = {
        { "{'at':'1s','host':'bob-pc','do':'fetch','for':'1s'}", "\"fetch\" takes no \"for\"" },
        { "{'at':'1s','host':'bob-pc','do':'heal'}", "\"heal\" takes no \"host\"" },
        { "{'at':'1s','do':'partition','hosts':['bob-pc','nobody']}",
          "there is no host \"nobody\"" },
        { ON_NET("1s", "refuse", ",'service':'telnet'"), "there is no \"telnet\" here" },
        { ON_NET("1s", "up", ",'for':'1s'"), "\"up\" takes no \"for\"" },
        { "{'at':'1s','do':'chaos','rate':'2/s'}",
          "/script/0/rate: 2/s is not between once in 1s and once in 3650d" },
        { "{'at':'1s','do':'chaos','rate':'1/213503d'}", "/script/0/rate: 1/213503d is not" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        struct buf body = { 0 }, said = { 0 };
        buf_addz(&body, SMALL_HOSTS ",'script':[");
        buf_addz(&body, rows[i].script);
        buf_addz(&body, "]");
        cr_expect(!small_world_new(&w, buf_z(&body)), "%s", rows[i].script);
        problems_text(&w.problems, &said);
        cr_expect_neq(slice_find(buf_slice(&said), slice_of(rows[i].says)), SLICE_NONE, "%s: %s",
                      rows[i].script, buf_z(&said));
        small_world_free(&w);
        buf_deinit(&body);
        buf_deinit(&said);
    }
}
