#include "sim/proto/pop3.h"

#include "tests/lib/dialogue_pop3.h"

#include <criterion/criterion.h>

Test(pop3_client, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_pop3_client };
    dialogue_play_all("pop3_client", kinds, COUNT(kinds));
}
