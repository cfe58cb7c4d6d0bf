/* table.c - the list of exporters. */
#include "sim/export/table.h"

#include "sim/export/json.h"
#include "sim/export/text.h"

const struct exporter exporters[] = {
    { "text", "the transcript: what was said and done, a line each", export_text },
    { "json", "every record as an object, one per line (JSON Lines)", export_json },
};
const size_t exporter_count = COUNT(exporters);

const struct exporter *exporter_find(slice name)
{
    for (size_t i = 0; i < exporter_count; i++) {
        if (slice_eq(name, slice_of(exporters[i].name))) {
            return &exporters[i];
        }
    }
    return NULL;
}
