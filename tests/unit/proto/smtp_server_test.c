#include "sim/proto/smtp.h"

#include "tests/lib/dialogue_smtp.h"

#include <criterion/criterion.h>

Test(smtp_server, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_smtp_server };
    dialogue_play_all("smtp_server", kinds, COUNT(kinds));
}
