// SPDX-License-Identifier: MIT
/*
 * The scalars of a type, from DWARF: the half of debuginfo.h that is about types.
 */
#ifndef SESSION_TYPES_H
#define SESSION_TYPES_H

#include "model/model.h"

#include <elfutils/libdw.h>
#include <stddef.h>

/* debuginfo_fields(), in this debug information. */
size_t types_fields(Dwarf *dwarf, const char *type, const char *name,
                    struct field *fields, size_t room);

#endif
