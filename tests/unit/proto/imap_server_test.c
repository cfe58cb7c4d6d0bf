#include "tests/lib/dialogue_imap.h"

#include <criterion/criterion.h>

Test(imap_server, keeps_to_its_transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_imap_server };
    dialogue_play_all("imap_server", kinds, COUNT(kinds));
}
