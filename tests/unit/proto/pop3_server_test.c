#include "sim/proto/pop3.h"

#include "tests/lib/dialogue_pop3.h"

#include <criterion/criterion.h>

Test(pop3_server, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_pop3_server };
    dialogue_play_all("pop3_server", kinds, COUNT(kinds));
}
