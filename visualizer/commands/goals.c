// SPDX-License-Identifier: MIT
/* The challenges there are, and who has won one. See challenge.h. */
#include "commands/challenge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many orders win was counted over all that there are: a test runs them all. */
static const struct challenge challenges[] = {
    {.name = "lose-one",
     .start = "lock_race:2x1",
     .goal = "Make the counter end at 1.",
     .ways = "4 of the 6 orders do it.",
     .hint = "Both have to read before one of them writes.",
     .lesson = "44-you-are-the-scheduler",
     .aim = AIM_VALUE,
     .number = 1,
     .par = 4},
    {.name = "lose-two",
     .start = "lock_race:2x2",
     .goal = "Each adds twice, so it should be 4. Make the counter end at 2.",
     .ways = "32 of the 70 orders do it.",
     .hint = "Who has read may wait while the other adds twice.",
     .lesson = "44-you-are-the-scheduler",
     .aim = AIM_VALUE,
     .number = 2,
     .par = 8},
    {.name = "lose-one-of-four",
     .start = "lock_race:2x2",
     .goal = "The same two processes. Make the counter end at 3.",
     .ways = "32 of the 70 orders do it.",
     .hint = "One addition undisturbed, the other one not.",
     .lesson = "44-you-are-the-scheduler",
     .aim = AIM_VALUE,
     .number = 3,
     .par = 8},
    {.name = "lose-none",
     .start = "lock_race:2x2",
     .goal = "The same without a lock. Make the counter end at 4, as it should.",
     .ways = "6 of the 70 orders do it: that a run came out right proves little.",
     .hint = "Who has read is the next to write, each time.",
     .lesson = "44-you-are-the-scheduler",
     .aim = AIM_VALUE,
     .number = 4,
     .par = 8},
    {.name = "lose-four",
     .start = "lock_race:2x3",
     .goal = "Each adds three times. Make the counter end at 2: nothing is worse.",
     .ways = "8 of the 924 orders do it.",
     .hint = "To lose much, a read has to be very old when its write comes.",
     .lesson = "44-you-are-the-scheduler",
     .aim = AIM_VALUE,
     .number = 2,
     .par = 12},
    {.name = "beat-the-lock",
     .start = "lock_fixed:2x1",
     .goal = "Now they have a lock. Make the counter end at 1, and kill nobody.",
     .ways = "Try it until you know why, and how many orders there are.",
     .hint = "The lock leaves 2 of the 6 orders, and both are right.",
     .lesson = "44-you-are-the-scheduler",
     .aim = AIM_LOST,
     .cannot = true},
    {.name = "kill-the-owner",
     .start = "lock_fixed:2x1",
     .goal = "Kill who has the lock, and see who is told of it.",
     .ways = "6 orders do it: three moments for each of the two.",
     .hint = "Let one of them get the lock, and kill that one before it gives it back.",
     .lesson = "52-when-workers-die",
     .aim = AIM_TOLD,
     .par = 6},
    {.name = "sleep-for-ever",
     .start = "queue:1x1x10",
     .goal = "Put the producer to sleep for ever.",
     .ways = "5 orders do it at par.",
     .hint = "The queue has 4 slots. Who would empty them must be gone.",
     .lesson = "32-back-pressure",
     .aim = AIM_ASLEEP,
     .who = "producer",
     .par = 5},
};

enum { CHALLENGES = sizeof challenges / sizeof *challenges };

size_t challenge_count(void)
{
    return CHALLENGES;
}

const struct challenge *challenge_at(size_t index)
{
    return index < CHALLENGES ? &challenges[index] : NULL;
}

size_t challenge_number(const struct challenge *challenge)
{
    return (size_t)(challenge - challenges) + 1;
}

const struct challenge *challenge_find(const char *name)
{
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    if (end > name && *end == '\0') {
        return number > 0 && number <= CHALLENGES ? &challenges[number - 1] : NULL;
    }
    for (size_t i = 0; i < CHALLENGES; i++) {
        if (strcmp(challenges[i].name, name) == 0) {
            return &challenges[i];
        }
    }
    return NULL;
}

/* --- who has won -------------------------------------------------------------------------- */

static const struct sentence *find_sentence(const struct model *model,
                                            enum sentence_kind kind)
{
    for (size_t i = model->sentence_count; i-- > 0;) {
        if (model->sentences[i].kind == kind) {
            return &model->sentences[i];
        }
    }
    return NULL;
}

static bool somebody_was_killed(const struct model *model)
{
    for (size_t i = 0; i < model->life_count; i++) {
        if (model->lives[i].status < 0) {
            return true;
        }
    }
    return false;
}

/* "counter 1, expected 2": false: the last line has another shape. */
static bool read_result(const struct model *model, char *what, long *actual,
                        long *expected)
{
    char line[256];
    model_last_line(model, line, sizeof line);
    return sscanf(line, "%31s %ld, expected %ld", what, actual, expected) == 3;
}

/* Its short code, where that is known: all steps are there, and of one kind. */
static bool add_code(const struct challenge *challenge, const struct model *model,
                     char *text, size_t size)
{
    struct schedule schedule = {0};
    bool good = model->moment_count == model->steps;
    for (size_t i = 0; good && i < model->moment_count; i++) {
        const struct moment *moment = &model->moments[i];
        good =
            schedule_add(&schedule, moment->deed.op == MP_OP_DIE ? MOVE_KILL : MOVE_STEP,
                         moment->process);
    }
    char *moves = good ? code_write_moves(&schedule) : NULL;
    schedule_free(&schedule);
    good = moves != NULL &&
           snprintf(text, size, " Your code: %s:%s", challenge->start, moves) < (int)size;
    free(moves);
    return good;
}

enum { SENTENCE = 76 }; /* bytes: 75 characters and the end */

static enum challenge_end won(const struct challenge *challenge,
                              const struct model *model, char *sentence, size_t size)
{
    char text[SENTENCE];
    char code[SENTENCE];
    size_t used = (size_t)snprintf(text, sizeof text, "Won in %llu steps; par is %u.",
                                   (unsigned long long)model->steps, challenge->par);
    bool fits = add_code(challenge, model, code, sizeof text - used);
    snprintf(sentence, size, "%s%s", text, fits ? code : "");
    return CHALLENGE_WON;
}

static enum challenge_end missed(char *sentence, size_t size, const char *text)
{
    snprintf(sentence, size, "%s", text);
    return CHALLENGE_MISSED;
}

static enum challenge_end judge_numbers(const struct challenge *challenge,
                                        const struct model *model, char *sentence,
                                        size_t size)
{
    char what[32];
    long actual, expected;
    if (somebody_was_killed(model)) {
        return missed(sentence, size,
                      "Not so: who is killed never adds. Reach it without a kill.");
    }
    if (!read_result(model, what, &actual, &expected)) {
        return missed(sentence, size, "It did not come to its last line.");
    }
    if (challenge->aim == AIM_LOST ? actual < expected : actual == challenge->number) {
        return won(challenge, model, sentence, size);
    }
    if (challenge->cannot) {
        snprintf(sentence, size,
                 "Right again. The lock leaves 2 of the 6 orders, and both are right.");
        return CHALLENGE_CANNOT;
    }
    snprintf(sentence, size, "Not yet: the %.20s is %ld, and should become %ld.", what,
             actual, challenge->number);
    return CHALLENGE_MISSED;
}

static enum challenge_end judge_told(const struct challenge *challenge,
                                     const struct model *model, char *sentence,
                                     size_t size)
{
    if (find_sentence(model, SAY_RECOVERED) != NULL) {
        return won(challenge, model, sentence, size);
    }
    return missed(sentence, size,
                  somebody_was_killed(model)
                      ? "Not yet: nobody had to be told. Did the killed one have the lock?"
                      : "Not yet: nobody was killed.");
}

/* "STUCK: producer waits for room, ..." */
static bool sleeps(const struct model *model, const char *who)
{
    const struct sentence *stuck = find_sentence(model, SAY_STUCK);
    return stuck != NULL && strstr(stuck->text, who) != NULL;
}

enum challenge_end challenge_judge(const struct challenge *challenge,
                                   const struct model *model, char *sentence, size_t size)
{
    bool stuck = find_sentence(model, SAY_STUCK) != NULL;
    *sentence = '\0';
    if (find_sentence(model, SAY_ALL_ENDED) == NULL && !stuck) {
        return CHALLENGE_GOES;
    }
    if (!model->controlled) {
        return missed(sentence, size, "It ran free: nobody said who goes.");
    }
    if (challenge->aim == AIM_ASLEEP) {
        return sleeps(model, challenge->who)
                   ? won(challenge, model, sentence, size)
                   : missed(sentence, size, "Not yet: all have ended, nobody sleeps.");
    }
    if (stuck) {
        return missed(sentence, size, "Nobody can go on: that was not asked for.");
    }
    return challenge->aim == AIM_TOLD ? judge_told(challenge, model, sentence, size)
                                      : judge_numbers(challenge, model, sentence, size);
}
