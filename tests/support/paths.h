// SPDX-License-Identifier: MIT
// Where what is tested lies. The Makefile defines BUILD_DIR and SOURCE_DIR, absolute, for
// each test program.
#pragma once

// dir/name, in one of a few static buffers taken in turn: good for the arguments of one
// call, not for keeping.
const char *path_in(const char *dir, const char *name);

#ifdef BUILD_DIR
// A thing that was built: built("lab"), built("demos/lock_race").
static inline const char *built(const char *name)
{
    return path_in(BUILD_DIR, name);
}
#endif

#ifdef SOURCE_DIR
// A file of the repository: source("lessons/README.md").
static inline const char *source(const char *name)
{
    return path_in(SOURCE_DIR, name);
}
#endif
