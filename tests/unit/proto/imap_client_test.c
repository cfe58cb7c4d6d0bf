#include "tests/lib/dialogue_imap.h"

#include <criterion/criterion.h>

Test(imap_client, keeps_to_its_transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_imap_client };
    dialogue_play_all("imap_client", kinds, COUNT(kinds));
}
