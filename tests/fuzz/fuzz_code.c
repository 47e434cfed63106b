// SPDX-License-Identifier: MIT
// Any bytes as a schedule code, by libFuzzer: they are read, or refused in one line; and what
// was read comes back when it is written.
#include "scheduler/code.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct code code, again;
    char why[256];
    char *text = malloc(size + 1);
    if (text == NULL) {
        return 0;
    }
    memcpy(text, bytes, size);
    text[size] = '\0';
    if (code_read(text, &code, why, sizeof why) != 0) {
        if (why[0] == '\0' || strchr(why, '\n') != NULL) {
            abort();
        }
    } else if (code.shape == NULL) {
        char *written = code_write(code.program, code.words, code.word_count, code.grain,
                                   &code.schedule);
        if (written == NULL || code_read(written, &again, why, sizeof why) != 0 ||
            again.schedule.count != code.schedule.count) {
            abort();
        }
        code_free(&again);
        free(written);
    }
    code_free(&code);
    free(text);
    return 0;
}
