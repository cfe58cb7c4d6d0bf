#include "sim/proto/smtp.h"

#include "tests/lib/dialogue_smtp.h"

#include <criterion/criterion.h>

Test(smtp_client, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_smtp_client };
    dialogue_play_all("smtp_client", kinds, COUNT(kinds));
}
