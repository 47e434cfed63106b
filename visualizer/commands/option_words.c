// SPDX-License-Identifier: MIT
/* What the commands that take options share: numbers, what was mistyped, what is the demo's. */
#include "commands/option_words.h"

#include "commands/commands.h"
#include "nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool read_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *number = value;
    return end != text && *end == '\0' && errno == 0 && text[0] != '-' && value <= most;
}

int unknown_option(const struct option *known, const char *given, const char *hint)
{
    char word[48];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(given, "="), given);
    const char *bare = word + strspn(word, "-");
    const char *nearest = "help";
    for (const struct option *o = known; o->name != NULL; o++) {
        if (mp_distance(bare, o->name) < mp_distance(bare, nearest)) {
            nearest = o->name;
        }
    }
    if (strcmp(bare, nearest) == 0) {
        return lab_error(LAB_USAGE, "--%s takes no value", nearest);
    }
    return lab_error(LAB_USAGE, "unknown option %s; did you mean --%s?%s", word, nearest,
                     hint);
}

int find_own_options(struct run_options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            options->arguments = argv + i + 1;
            options->argument_count = argc - i - 1;
            return i;
        }
    }
    return argc;
}
