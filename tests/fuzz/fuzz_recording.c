// SPDX-License-Identifier: MIT
// Any bytes as a recording, by libFuzzer: it is refused in one line, or it plays.
#include "report/recording.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct recording *recording;
    struct playhead head;
    char why[640] = "";
    FILE *in = size > 0 ? fmemopen((void *)(uintptr_t)bytes, size, "r") : NULL;
    if (in == NULL) {
        return 0;
    }
    if (recording_read_stream(in, "fuzz", &recording, why, sizeof why) == 0) {
        model_free(tape_model(recording->tape, UINT64_MAX, &head));
        recording_free(recording);
    } else if (why[0] == '\0' || strchr(why, '\n') != NULL) {
        abort();
    }
    fclose(in);
    return 0;
}
