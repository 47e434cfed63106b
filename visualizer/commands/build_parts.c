// SPDX-License-Identifier: MIT
/*
 * What a program needs besides its one source file: libraries, by the headers that it
 * includes; and files of its own, in a folder of its name, as some demos have.
 */
#include "commands/own.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool source_includes(const char *source, const char *header)
{
    struct source *text = source_open(source);
    bool found = false;

    for (int line = 1; line <= source_lines(text) && !found; line++) {
        const char *at = source_line(text, line);
        at += strspn(at, " ");
        found = *at == '#' && strstr(at, header) != NULL;
    }
    source_close(text);
    return found;
}

bool parts_find(const char *source, char *above, size_t above_size, char *parts,
                size_t size)
{
    char header[OWN_PATH];
    char folder[512];
    const char *slash = strrchr(source, '/');
    const char *file = slash != NULL ? slash + 1 : source;
    int length = (int)strlen(file) - 2;

    snprintf(header, sizeof header, "\"%.*s/", length, file);
    if (!source_includes(source, header)) {
        return false;
    }
    snprintf(above, above_size, "%.*s", slash != NULL ? (int)(slash - source) : 1,
             slash != NULL ? source : ".");
    snprintf(parts, size, "%s/%.*s", above, length, file);
    if (access(parts, X_OK) != 0 && repository_folder(folder, sizeof folder)) {
        snprintf(above, above_size, "%s/demos", folder); /* of a copy */
        snprintf(parts, size, "%s/%.*s", above, length, file);
    }
    return access(parts, X_OK) == 0;
}
