#include "sim/proto/http.h"

#include "tests/lib/dialogue_http.h"

#include <criterion/criterion.h>

Test(http_client, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_http_client };
    dialogue_play_all("http_client", kinds, COUNT(kinds));
}
