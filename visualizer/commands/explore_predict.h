// SPDX-License-Identifier: MIT
/*
 * What somebody expects of every schedule before it is shown: the histogram is covered, and
 * one question asked. An answer may be typed, or only thought; then the truth is seen beside
 * what was predicted.
 */
#ifndef COMMANDS_EXPLORE_PREDICT_H
#define COMMANDS_EXPLORE_PREDICT_H

#include "screen/screen.h"

struct forecast {
    bool asks;     /* the histogram is still covered */
    bool answered; /* ... and was uncovered with an answer */
    bool typing;
    long ways; /* in so many ways can it end; as typed so far */
};

/* Takes a key while it asks: all but those that leave and the help. False: it is another's.
   `message`: what has been typed so far. */
bool forecast_key(struct forecast *forecast, enum action action, char *message,
                  size_t size);

/* What was predicted, and what came of it: of so many endings, all there are or not. "": there
   was no answer. */
void forecast_told(const struct forecast *forecast, size_t endings, bool all, char *text,
                   size_t size);

#endif
