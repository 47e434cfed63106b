// SPDX-License-Identifier: MIT
/*
 * An image that says which one it is. A BMP file is a head of 54 bytes, then the rows from
 * the bottom up, three bytes a point: blue, green, red.
 */
#include "server.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DIGIT_WIDTH = 3, DIGIT_HEIGHT = 5 };

/* Five rows of three points, from the top: "###  #  #  #  #" is a 7. */
static const char *const digits[10] = {
    "#### ## ## ####", /* 0 */
    " #  #  #  #  # ", /* 1 */
    "###  #####  ###", /* 2 */
    "###  ####  ####", /* 3 */
    "# ## ####  #  #", /* 4 */
    "####  ###  ####", /* 5 */
    "####  #### ####", /* 6 */
    "###  #  #  #  #", /* 7 */
    "#### ##### ####", /* 8 */
    "#### ####  ####", /* 9 */
};

static unsigned char *put_little_endian(unsigned char *to, uint32_t number, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        *to++ = (unsigned char)(number >> (8 * i));
    }
    return to;
}

static void put_head(unsigned char *to)
{
    *to++ = 'B';
    *to++ = 'M';
    to = put_little_endian(to, IMAGE_SIZE, 4);
    to = put_little_endian(to, 0, 4);
    to = put_little_endian(to, IMAGE_HEAD, 4); /* where the points begin */
    to = put_little_endian(to, 40, 4);         /* bytes of the rest of the head */
    to = put_little_endian(to, IMAGE_WIDTH, 4);
    to = put_little_endian(to, IMAGE_HEIGHT, 4);
    to = put_little_endian(to, 1, 2);
    to = put_little_endian(to, 24, 2); /* bits a point */
    memset(to, 0, 24);                 /* not compressed, no table of colours */
}

/* Is this point ink? x and y are from the top left of the text, one digit 3 × 5 dots of
   `dot` points, with one dot between digits. */
static int is_ink(const char *text, int dot, int x, int y)
{
    if (x < 0 || y < 0) {
        return 0;
    }
    int column = x / dot;
    int row = y / dot;
    int place = column / (DIGIT_WIDTH + 1);
    column %= DIGIT_WIDTH + 1;
    return place < (int)strlen(text) && column < DIGIT_WIDTH && row < DIGIT_HEIGHT &&
           digits[text[place] - '0'][row * DIGIT_WIDTH + column] == '#';
}

void image_draw(int number, unsigned char image[IMAGE_SIZE])
{
    char text[12];
    int length = snprintf(text, sizeof text, "%d", number);
    int dots = length * (DIGIT_WIDTH + 1) - 1;
    int wide = IMAGE_WIDTH / (dots + 2); /* a dot of margin on each side */
    int high = IMAGE_HEIGHT / (DIGIT_HEIGHT + 2);
    int dot = wide < high ? wide : high;
    int left = (IMAGE_WIDTH - dots * dot) / 2;
    int top = (IMAGE_HEIGHT - DIGIT_HEIGHT * dot) / 2;
    const unsigned char ink[3] = {255, 255, 255};
    const unsigned char paper[3] = {(unsigned char)(60 + number * 37 % 120),
                                    (unsigned char)(40 + number * 61 % 100),
                                    (unsigned char)(40 + number * 97 % 140)};
    put_head(image);
    unsigned char *point = image + IMAGE_HEAD;
    for (int y = IMAGE_HEIGHT - 1; y >= 0; y--) {
        for (int x = 0; x < IMAGE_WIDTH; x++, point += 3) {
            memcpy(point, is_ink(text, dot, x - left, y - top) ? ink : paper, 3);
        }
    }
}
