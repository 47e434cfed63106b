// SPDX-License-Identifier: MIT
/*
 * Decisive moments: where a run in slow motion stops by itself and asks one question.
 *
 * Each kind stops once in a run; "two have read the same" twice: predict, then predict
 * better. An answer may be typed; the lab tells what came of it.
 */
#ifndef COMMANDS_DECISIVE_H
#define COMMANDS_DECISIVE_H

#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

/* What a typed answer is about. */
enum prediction_of {
    PREDICT_NOTHING,
    PREDICT_VALUE,
    PREDICT_LOST,
    PREDICT_ITEM, /* which item is taken out of a queue next */
    PREDICTIONS
};

struct prediction {
    bool answered;
    long answer;
    uint32_t field;  /* PREDICT_VALUE: which; PREDICT_ITEM: of which queue */
    uint64_t writes; /* ... and at how many writes it is decided; the number of the item */
};

struct decisive {
    bool in_lines; /* there are no keys: what to do is said as words to type */
    uint64_t seen; /* sentences looked at, from the start of the run */
    unsigned times[SAY_KINDS];
    enum prediction_of about;                   /* of the question asked last */
    struct prediction predictions[PREDICTIONS]; /* several may be open */
    char told[96]; /* what came of the last answer, for the verdict; or "" */
};

/* Looks at what is new. True: stop, and ask this question. */
bool decisive_look(struct decisive *decisive, const struct model *model, char *question,
                   size_t size);

/* What is there is nothing new. */
void decisive_skip(struct decisive *decisive, const struct model *model);

/* An answer was typed. */
void decisive_answer(struct decisive *decisive, long answer);

/* Has the answer been decided by now? True, once: says what came of it. */
bool decisive_truth(struct decisive *decisive, const struct model *model, bool ended,
                    char *text, size_t size);

#endif
