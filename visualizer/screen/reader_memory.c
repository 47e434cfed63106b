// SPDX-License-Identifier: MIT
/*
 * Memory of the reader: piles that are given back all at once, texts that grow.
 */
#include "screen/reader_private.h"
#include "screen/text.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
    struct piece *next;
    alignas(max_align_t) char bytes[];
};

void *pile_take(struct pile *pile, size_t size)
{
    struct piece *piece = calloc(1, sizeof *piece + size);

    if (piece == NULL) {
        fprintf(stderr, "lab: there is not enough memory to show this\n");
        exit(EXIT_FAILURE);
    }
    piece->next = pile->pieces;
    pile->pieces = piece;
    return piece->bytes;
}

void pile_clear(struct pile *pile)
{
    while (pile->pieces != NULL) {
        struct piece *next = pile->pieces->next;
        free(pile->pieces);
        pile->pieces = next;
    }
}

char *pile_copy(struct pile *pile, const char *text, size_t length)
{
    char *copy = pile_take(pile, length + 1);

    memcpy(copy, text, length);
    return copy;
}

/* Room for so many bytes more, and the ending zero. */
static void make_room(struct pile *pile, struct styled *text, size_t more)
{
    enum { LEAST = 64 };

    if (text->length + more < text->room) {
        return;
    }
    size_t room = 2 * (text->length + more) + LEAST;
    char *bytes = pile_take(pile, room);
    uint16_t *looks = pile_take(pile, room * sizeof *looks);
    if (text->length > 0) {
        memcpy(bytes, text->text, text->length);
        memcpy(looks, text->looks, text->length * sizeof *looks);
    }
    text->text = bytes;
    text->looks = looks;
    text->room = room;
}

void styled_add(struct pile *pile, struct styled *to, const char *bytes, size_t length,
                unsigned look)
{
    make_room(pile, to, length);
    memcpy(to->text + to->length, bytes, length);
    for (size_t i = 0; i < length; i++) {
        to->looks[to->length + i] = (uint16_t)look;
    }
    to->length += length;
    to->text[to->length] = '\0';
}

void styled_append(struct pile *pile, struct styled *to, const struct styled *from,
                   size_t at, size_t length, unsigned look)
{
    size_t begin = to->length;

    styled_add(pile, to, from->text + at, length, 0);
    for (size_t i = 0; i < length; i++) {
        to->looks[begin + i] = (uint16_t)(from->looks[at + i] | look);
    }
}

void styled_fill(struct pile *pile, struct styled *to, int columns)
{
    make_room(pile, to, 1);
    for (int i = text_columns(to->text); i < columns; i++) {
        styled_add(pile, to, " ", 1, 0);
    }
}
