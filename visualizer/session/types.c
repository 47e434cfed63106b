// SPDX-License-Identifier: MIT
/*
 * Types in the DWARF of a program, flattened to the scalars that they are made of.
 *
 * DWARF is a graph, and a broken file can make it go round in circles: every walk here
 * has a limit, on how deep it goes and on how many entries it looks at.
 */
#if HAVE_LIBDW

#include "session/types.h"

#include "model/clean.h"
#include "session/spelling.h"

#include <dwarf.h>
#include <stdio.h>
#include <string.h>

enum {
    DIMENSIONS = 8,
    DEPTH = 16,             /* structs in structs, and blocks in functions */
    PEEL_MOST = 64,         /* typedefs of const typedefs of ... */
    SEARCH_MOST = 4 << 20,  /* entries looked at to find a type */
    FLATTEN_MOST = 1 << 16, /* members looked at in one */
    PATH_SIZE = 256,
};

/* What a type is when names and qualifiers are taken off: a scalar, or a struct or union,
   or an array of such. */
struct shape {
    bool scalar;
    enum field_kind kind;        /* of a scalar */
    uint64_t size;               /* bytes of one element */
    Dwarf_Die die;               /* the struct or union */
    uint64_t counts[DIMENSIONS]; /* the outermost first */
    unsigned dimensions;
};

struct flatten {
    struct field *fields;
    size_t room, count;
    unsigned looked_at;
    char path[PATH_SIZE]; /* of the member at hand */
};

static bool number_of(Dwarf_Die *die, unsigned name, Dwarf_Word *number)
{
    Dwarf_Attribute attribute;

    return dwarf_formudata(dwarf_attr(die, name, &attribute), number) == 0;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;

    return dwarf_formref_die(dwarf_attr(die, DW_AT_type, &attribute), type) != NULL;
}

/* --- from an entry to its shape -------------------------------------------------------
 */

static enum field_kind kind_of_base(Dwarf_Die *die, uint64_t size)
{
    const char *name = dwarf_diename(die);
    Dwarf_Word encoding = 0;

    number_of(die, DW_AT_encoding, &encoding);
    if (size > 8) {
        return FIELD_BYTES; /* long double, __int128: more than a value holds */
    }
    switch (encoding) {
    case DW_ATE_boolean:
        return FIELD_BOOL;
    case DW_ATE_float:
        return size == 4 || size == 8 ? FIELD_FLOAT : FIELD_BYTES;
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
        /* whether char has a sign depends on the machine; it is a character on all */
        if (name != NULL && strcmp(name, "char") == 0) {
            return FIELD_CHAR;
        }
        return encoding == DW_ATE_signed_char ? FIELD_SIGNED : FIELD_UNSIGNED;
    case DW_ATE_signed:
        return FIELD_SIGNED;
    case DW_ATE_unsigned:
    case DW_ATE_UTF:
        return FIELD_UNSIGNED;
    default:
        return FIELD_BYTES;
    }
}

static enum field_kind kind_of_enum(Dwarf_Die *die)
{
    Dwarf_Die base;

    return type_of(die, &base) && kind_of_base(&base, 4) == FIELD_SIGNED ? FIELD_SIGNED
                                                                         : FIELD_UNSIGNED;
}

/* Adds the lengths of an array. False: one is not known, as that of a last member []. */
static bool add_counts(Dwarf_Die *array, struct shape *shape)
{
    Dwarf_Die range;

    if (dwarf_child(array, &range) != 0) {
        return false;
    }
    do {
        Dwarf_Word count;

        if (dwarf_tag(&range) != DW_TAG_subrange_type) {
            continue;
        }
        if (!number_of(&range, DW_AT_count, &count)) {
            if (!number_of(&range, DW_AT_upper_bound, &count)) {
                return false;
            }
            count++;
        }
        if (shape->dimensions == DIMENSIONS || count > UINT32_MAX) {
            return false;
        }
        shape->counts[shape->dimensions++] = count;
    } while (dwarf_siblingof(&range, &range) == 0);
    return true;
}

/* Sets what a type is; the lengths of arrays are added to those that shape has. False: it
   is not known, or is nothing that has a value. */
static bool shape_of(Dwarf_Die *type, struct shape *shape)
{
    Dwarf_Die die = *type;

    for (int i = 0; i < PEEL_MOST; i++) {
        int tag = dwarf_tag(&die);
        Dwarf_Word size = 0;

        number_of(&die, DW_AT_byte_size, &size);
        shape->size = size;
        shape->scalar = true;
        switch (tag) {
        case DW_TAG_base_type:
            shape->kind = kind_of_base(&die, size);
            return size > 0;
        case DW_TAG_enumeration_type:
            shape->kind = kind_of_enum(&die);
            return size > 0;
        case DW_TAG_pointer_type:
            shape->kind = FIELD_POINTER;
            shape->size = 8;
            return true;
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
            shape->scalar = false;
            shape->die = die;
            return !dwarf_hasattr(&die, DW_AT_declaration);
        case DW_TAG_array_type:
            if (!add_counts(&die, shape)) {
                return false;
            }
            break;
        case DW_TAG_typedef:
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
        case DW_TAG_atomic_type:
            break;
        default:
            return false;
        }
        if (!type_of(&die, &die)) {
            return false;
        }
    }
    return false;
}

/* --- from a shape to its scalars ------------------------------------------------------
 */

/* Writes on at the end of a path; returns where the next piece goes. */
static size_t path_add(struct flatten *to, size_t at, const char *between,
                       const char *piece)
{
    int length = snprintf(to->path + at, sizeof(to->path) - at, "%s%s", between, piece);
    size_t end = at + (length > 0 ? (size_t)length : 0);

    return end < sizeof(to->path) ? end : sizeof(to->path) - 1;
}

static void add_field(struct flatten *to, enum field_kind kind, uint64_t offset,
                      uint64_t size)
{
    if (to->count == to->room || size == 0 || size > UINT32_MAX ||
        offset > UINT32_MAX - size) {
        return;
    }
    struct field *field = &to->fields[to->count++];
    *field =
        (struct field){.offset = (uint32_t)offset, .size = (uint32_t)size, .kind = kind};
    clean_copy(field->name, sizeof(field->name), to->path, strlen(to->path));
}

static void flatten_array(struct flatten *to, const struct shape *shape,
                          unsigned dimension, uint64_t offset, size_t at, int depth);

/* Is this member shown? Bit-fields have no address, so nobody sees them being read. */
static bool is_shown(Dwarf_Die *member)
{
    return dwarf_tag(member) == DW_TAG_member && !dwarf_hasattr(member, DW_AT_bit_size) &&
           !dwarf_hasattr(member, DW_AT_data_bit_offset);
}

static void flatten_member(struct flatten *to, Dwarf_Die *member, uint64_t offset,
                           size_t at, int depth)
{
    struct shape shape = {.dimensions = 0};
    const char *name = dwarf_diename(member);
    Dwarf_Word place = 0;
    Dwarf_Die type;

    if (dwarf_hasattr(member, DW_AT_data_member_location) &&
        !number_of(member, DW_AT_data_member_location, &place)) {
        return;
    }
    if (place > UINT32_MAX || !type_of(member, &type) || !shape_of(&type, &shape)) {
        return;
    }
    if (name != NULL) { /* else its own members are named as if they were ours */
        at = path_add(to, at, at > 0 ? "." : "", name);
    }
    flatten_array(to, &shape, 0, offset + place, at, depth);
}

/* The members of a struct; of a union the first: the others are the same memory. */
static void flatten_members(struct flatten *to, const Dwarf_Die *parent, uint64_t offset,
                            size_t at, int depth)
{
    Dwarf_Die owner = *parent; /* libdw wants it writable */
    Dwarf_Die member;

    if (depth >= DEPTH || dwarf_child(&owner, &member) != 0) {
        return;
    }
    do {
        if (to->count == to->room || to->looked_at++ >= FLATTEN_MOST) {
            return;
        }
        if (is_shown(&member)) {
            flatten_member(to, &member, offset, at, depth + 1);
        }
    } while (dwarf_tag(&owner) != DW_TAG_union_type &&
             dwarf_siblingof(&member, &member) == 0);
}

/* Bytes of what `dimension` counts; UINT32_MAX and more: too large to be true. */
static uint64_t stride_of(const struct shape *shape, unsigned dimension)
{
    uint64_t stride = shape->size;

    for (unsigned i = dimension + 1; i < shape->dimensions && stride <= UINT32_MAX; i++) {
        stride *= shape->counts[i];
    }
    return stride;
}

static void flatten_array(struct flatten *to, const struct shape *shape,
                          unsigned dimension, uint64_t offset, size_t at, int depth)
{
    if (dimension == shape->dimensions) {
        if (shape->scalar) {
            add_field(to, shape->kind, offset, shape->size);
        } else {
            flatten_members(to, &shape->die, offset, at, depth);
        }
        return;
    }
    uint64_t count = shape->counts[dimension];
    uint64_t stride = stride_of(shape, dimension);

    if (stride > UINT32_MAX) {
        return;
    }
    if (shape->scalar && shape->kind == FIELD_CHAR && dimension + 1 == shape->dimensions) {
        add_field(to, FIELD_BYTES, offset, count);
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        char number[32];
        size_t before = to->count;

        snprintf(number, sizeof(number), "[%llu]", (unsigned long long)i);
        flatten_array(to, shape, dimension + 1, offset + i * stride,
                      path_add(to, at, "", number), depth);
        if (to->count == before) {
            return; /* nothing to show in one of them, or no room */
        }
    }
}

/* --- from a name to an entry ----------------------------------------------------------
 */

static bool is_wanted(Dwarf_Die *die, const struct spelling *wanted)
{
    static const int tags[] = {
        [SPELLED_STRUCT] = DW_TAG_structure_type,
        [SPELLED_UNION] = DW_TAG_union_type,
        [SPELLED_ENUM] = DW_TAG_enumeration_type,
        [SPELLED_NAME] = DW_TAG_typedef,
    };
    int tag = dwarf_tag(die);

    if (tag != tags[wanted->as] &&
        (wanted->as != SPELLED_NAME || tag != DW_TAG_base_type)) {
        return false;
    }
    const char *name = dwarf_diename(die);
    struct shape shape = {.dimensions = 0};
    /* in one file it may be only declared, and whole in another */
    return name != NULL && strcmp(name, wanted->name) == 0 && shape_of(die, &shape);
}

/* Looks among the entries below `parent`; with `depth` also inside functions. */
static bool find_below(Dwarf_Die *parent, const struct spelling *wanted, int depth,
                       unsigned *looked_at, Dwarf_Die *found)
{
    Dwarf_Die die;

    if (dwarf_child(parent, &die) != 0) {
        return false;
    }
    do {
        int tag = dwarf_tag(&die);

        if ((*looked_at)++ >= SEARCH_MOST) {
            return false;
        }
        if (is_wanted(&die, wanted)) {
            *found = die;
            return true;
        }
        if (depth > 0 && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block) &&
            find_below(&die, wanted, depth - 1, looked_at, found)) {
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

static bool find_type(Dwarf *dwarf, const struct spelling *wanted, int depth,
                      Dwarf_Die *found)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    unsigned looked_at = 0;

    while (dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0) {
        if (find_below(&die, wanted, depth, &looked_at, found)) {
            return true;
        }
    }
    return false;
}

size_t types_fields(Dwarf *dwarf, const char *type, const char *name,
                    struct field *fields, size_t room)
{
    struct flatten to = {.fields = fields, .room = room};
    struct shape shape = {.scalar = true};
    struct spelling wanted;
    Dwarf_Die die;

    if (!spelling_read(&wanted, type)) {
        return 0;
    }
    for (unsigned i = 0; i < wanted.dimensions; i++) {
        shape.counts[shape.dimensions++] = wanted.counts[i];
    }
    if (wanted.as == SPELLED_SCALAR) {
        shape.kind = wanted.kind;
        shape.size = wanted.size;
    } else if (!(find_type(dwarf, &wanted, 0, &die) ||
                 find_type(dwarf, &wanted, DEPTH, &die)) ||
               !shape_of(&die, &shape)) {
        return 0;
    }
    /* the members of one struct need no more than their own names */
    bool is_bare = shape.scalar || shape.dimensions > 0;
    size_t at = is_bare ? path_add(&to, 0, "", name[0] != '\0' ? name : "value") : 0;
    flatten_array(&to, &shape, 0, 0, at, 0);
    return to.count;
}

#endif
