#include "sim/proto/http.h"

#include "tests/lib/dialogue_http.h"

#include <criterion/criterion.h>

Test(http_server, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_http_server };
    dialogue_play_all("http_server", kinds, COUNT(kinds));
}
