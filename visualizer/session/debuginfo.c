// SPDX-License-Identifier: MIT
/*
 * Source lines of code addresses, from a program's DWARF by libdw. (types.c: the types.)
 *
 * The compile units are found by a table of their address ranges, made here: clang writes
 * no .debug_aranges. Places that were asked for are kept, as the screen asks for the same
 * few again and again.
 */
#include "session/debuginfo.h"

#if HAVE_LIBDW

#include "model/clean.h"
#include "session/types.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PLACES = 512, /* that are kept; a power of two */
    RANGES_MOST = 1 << 20,
    LINES_BACK = 16, /* entries of no line that are passed over */
};

/* The addresses [from, to) are code of a compile unit. */
struct unit_range {
    uint64_t from, to;
    Dwarf_Off unit;
};

struct known_place {
    uint64_t address; /* 0: nothing is kept here */
    bool found;
    struct source_place place;
};

struct debuginfo {
    int fd;
    Elf *elf;
    Dwarf *dwarf;
    struct unit_range *ranges; /* in order of address */
    size_t range_count, range_room;
    struct known_place places[PLACES];
};

static bool add_range(struct debuginfo *info, const struct unit_range *range)
{
    if (range->to <= range->from || info->range_count >= RANGES_MOST) {
        return true;
    }
    if (info->range_count == info->range_room) {
        size_t room = info->range_room > 0 ? 2 * info->range_room : 16;
        struct unit_range *more = realloc(info->ranges, room * sizeof(*more));
        if (more == NULL) {
            return false;
        }
        info->ranges = more;
        info->range_room = room;
    }
    info->ranges[info->range_count++] = *range;
    return true;
}

static int compare_ranges(const void *left, const void *right)
{
    const struct unit_range *a = left;
    const struct unit_range *b = right;

    return a->from < b->from ? -1 : a->from > b->from;
}

/* Fills the table of ranges. False: no memory. */
static bool collect_ranges(struct debuginfo *info)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;

    while (dwarf_get_units(info->dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0) {
        struct unit_range range = {.unit = dwarf_dieoffset(&die)};
        Dwarf_Addr base, from, to;
        ptrdiff_t next = 0;

        if (dwarf_tag(&die) != DW_TAG_compile_unit) {
            continue;
        }
        while (info->range_count < RANGES_MOST &&
               (next = dwarf_ranges(&die, next, &base, &from, &to)) > 0) {
            range.from = from;
            range.to = to;
            if (!add_range(info, &range)) {
                return false;
            }
        }
    }
    if (info->range_count > 0) {
        qsort(info->ranges, info->range_count, sizeof(*info->ranges), compare_ranges);
    }
    return true;
}

struct debuginfo *debuginfo_open(const char *path)
{
    struct debuginfo *info = calloc(1, sizeof(*info));

    if (info == NULL) {
        return NULL;
    }
    elf_version(EV_CURRENT);
    info->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (info->fd >= 0) {
        /* read, not mapped: the program may be compiled anew while the lab shows it */
        info->elf = elf_begin(info->fd, ELF_C_READ, NULL);
    }
    if (info->elf != NULL) {
        info->dwarf = dwarf_begin_elf(info->elf, DWARF_C_READ, NULL);
    }
    if (info->dwarf == NULL || !collect_ranges(info) || info->range_count == 0) {
        debuginfo_close(info);
        return NULL;
    }
    return info;
}

void debuginfo_close(struct debuginfo *info)
{
    if (info == NULL) {
        return;
    }
    dwarf_end(info->dwarf);
    elf_end(info->elf);
    if (info->fd >= 0) {
        close(info->fd);
    }
    free(info->ranges);
    free(info);
}

/* The compile unit that has this code. */
static bool find_unit(const struct debuginfo *info, uint64_t address, Dwarf_Die *unit)
{
    size_t low = 0;
    size_t high = info->range_count;

    while (low < high) { /* to the first range that begins above the address */
        size_t middle = low + (high - low) / 2;
        if (info->ranges[middle].from <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && address < info->ranges[low - 1].to &&
           dwarf_offdie(info->dwarf, info->ranges[low - 1].unit, unit) != NULL;
}

/* The line of an address, NULL when there is none. Code that the compiler added has the
   number 0; it is counted to the line before it. */
static Dwarf_Line *find_line(Dwarf_Die *unit, uint64_t address, int *number)
{
    for (int i = 0; i < LINES_BACK; i++) {
        Dwarf_Line *line = dwarf_getsrc_die(unit, address);
        Dwarf_Addr start;

        if (line == NULL || dwarf_lineno(line, number) != 0) {
            return NULL;
        }
        if (*number > 0) {
            return line;
        }
        if (dwarf_lineaddr(line, &start) != 0 || start == 0) {
            return NULL;
        }
        address = start - 1;
    }
    return NULL;
}

/* The file of a line, absolute. A path that does not fit is left out: a part of it would
   be another file's. */
static void set_file(struct source_place *place, Dwarf_Die *unit, Dwarf_Line *line)
{
    const char *file = dwarf_linesrc(line, NULL, NULL);
    char path[sizeof(place->file)] = "";
    int length = 0;

    if (file != NULL && file[0] != '/') {
        Dwarf_Attribute attribute;
        const char *folder =
            dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
        length = snprintf(path, sizeof(path), "%s%s%s", folder != NULL ? folder : "",
                          folder != NULL ? "/" : "", file);
    } else if (file != NULL) {
        length = snprintf(path, sizeof(path), "%s", file);
    }
    if (length > 0 && (size_t)length < sizeof(path)) {
        clean_copy(place->file, sizeof(place->file), path, (size_t)length);
    }
}

/* The innermost function around an address, inlined ones included. */
static void set_function(struct source_place *place, Dwarf_Die *unit, uint64_t address)
{
    Dwarf_Die *scopes = NULL;
    int count = dwarf_getscopes(unit, address, &scopes);

    for (int i = 0; i < count; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
            const char *name = dwarf_diename(&scopes[i]);
            if (name != NULL) {
                clean_copy(place->function, sizeof(place->function), name, strlen(name));
            }
            break;
        }
    }
    free(scopes);
}

static bool find_place(struct debuginfo *info, uint64_t address,
                       struct source_place *place)
{
    Dwarf_Die unit;

    memset(place, 0, sizeof(*place));
    if (!find_unit(info, address, &unit)) {
        return false;
    }
    Dwarf_Line *line = find_line(&unit, address, &place->line);
    if (line == NULL) {
        return false;
    }
    set_file(place, &unit, line);
    set_function(place, &unit, address);
    return true;
}

bool debuginfo_place(struct debuginfo *info, uint64_t address, struct source_place *place)
{
    if (info == NULL || address == 0) {
        return false;
    }
    /* neighbours in the code fall on different entries; far ones may push each other out
     */
    struct known_place *known = &info->places[(address ^ address >> 9) % PLACES];

    if (known->address != address) {
        known->address = address;
        known->found = find_place(info, address, &known->place);
    }
    if (known->found) {
        *place = known->place;
    }
    return known->found;
}

size_t debuginfo_fields(struct debuginfo *info, const char *type, const char *name,
                        struct field *fields, size_t room)
{
    return info != NULL ? types_fields(info->dwarf, type, name, fields, room) : 0;
}

#else

struct debuginfo *debuginfo_open(const char *path)
{
    (void)path;
    return NULL;
}

void debuginfo_close(struct debuginfo *info)
{
    (void)info;
}

bool debuginfo_place(struct debuginfo *info, uint64_t address, struct source_place *place)
{
    (void)info, (void)address, (void)place;
    return false;
}

size_t debuginfo_fields(struct debuginfo *info, const char *type, const char *name,
                        struct field *fields, size_t room)
{
    (void)info, (void)type, (void)name, (void)fields, (void)room;
    return 0;
}

#endif
