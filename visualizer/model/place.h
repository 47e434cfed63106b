// SPDX-License-Identifier: MIT
/* Where in the source something stands: debug information says it, and recordings keep it. */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct source_place {
    char file[256]; /* as the compiler was given it, made absolute */
    int line;
    char function[64];
};

/* The name of a file without its folders. */
static inline const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Says where a code address of a program is. False: not known. */
typedef bool place_finder(void *context, uint32_t address, struct source_place *place);

#endif
