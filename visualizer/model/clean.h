// SPDX-License-Identifier: MIT
/*
 * Text from files that nobody vouches for, made fit for a terminal.
 *
 * Kept: what is well-formed UTF-8 and prints. Control characters, the C1 ones of Unicode
 * among them, and bytes that are no UTF-8 become '?': no file sends escape sequences to
 * the screen, and widths can be counted.
 */
#ifndef MODEL_CLEAN_H
#define MODEL_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that `text` begins with, at most `length`; 0 when it must not be
   shown. */
size_t clean_character(const char *text, size_t length);

/* Copies `length` bytes of text, cleaned, with an ending zero; cut between characters
   when `size` is too small. Returns true when nothing was cut. */
bool clean_copy(char *to, size_t size, const char *from, size_t length);

#endif
