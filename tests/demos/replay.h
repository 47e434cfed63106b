// SPDX-License-Identifier: MIT
// The race pair, replayed from what the lab tells of it: each numbered sentence is held
// against what the steps before it have made true. This knows nothing of the model: it
// counts, and remembers who read what.
#pragma once

#include "demos.h"

enum { REPLAY_PROCESSES = 8, REPLAY_WRITES = 512, NO_WRITE_YET = 0 };

struct replay_process {
    char name[32];
    unsigned steps;
    bool holds;   // has read, and not written since
    long value;   // ... this
    size_t write; // ... which was written by this write
    size_t then;  // ... when so many had been made
    bool blocked; // was told that it wants the lock, since that was taken
};

// One write: whose it is, and from which write its value was computed.
struct replay_write {
    size_t maker, from;
    bool lost;
};

struct replay {
    bool locked; // lock_fixed
    struct replay_process processes[REPLAY_PROCESSES];
    size_t process_count;
    struct replay_write writes[REPLAY_WRITES]; // number 0: the beginning
    size_t write_count, current;
    long counter;
    unsigned step;
    size_t owner; // of the lock; REPLAY_PROCESSES: nobody
    unsigned first_loss;
};

static inline struct replay replay_begin(bool locked)
{
    return (struct replay){
        .locked = locked, .write_count = 1, .owner = REPLAY_PROCESSES, .first_loss = 0};
}

static inline size_t replay_lost(const struct replay *replay)
{
    size_t lost = 0;
    for (size_t i = 1; i < replay->write_count; i++) {
        lost += replay->writes[i].lost;
    }
    return lost;
}

// The first word of a sentence, as a process.
static inline size_t replay_who(struct replay *replay, const char *sentence)
{
    size_t length = strcspn(sentence, " ");
    size_t i = 0;
    ck_assert_uint_lt(length, sizeof replay->processes[0].name);
    while (i < replay->process_count &&
           (strncmp(replay->processes[i].name, sentence, length) != 0 ||
            replay->processes[i].name[length] != '\0')) {
        i++;
    }
    if (i == replay->process_count) {
        ck_assert_uint_lt(i, REPLAY_PROCESSES);
        replay->process_count++;
        memcpy(replay->processes[i].name, sentence, length);
    }
    return i;
}

static inline void replay_read(struct replay *replay, size_t who, char *text, size_t size)
{
    struct replay_process *reader = &replay->processes[who];
    unsigned others = 0;
    for (size_t i = 0; i < replay->process_count; i++) {
        others += i != who && replay->processes[i].holds &&
                  replay->processes[i].write == replay->current;
    }
    reader->holds = true;
    reader->value = replay->counter;
    reader->write = replay->current;
    reader->then = replay->write_count;
    if (others == 0) {
        snprintf(text, size, "%s read counter: %ld.", reader->name, replay->counter);
    } else if (others == 1) {
        snprintf(text, size,
                 "%s read %ld too. If both write now, only the second write stays.",
                 reader->name, replay->counter);
    } else {
        snprintf(text, size,
                 "%s read %ld too. If all %u write now, only the last write stays.",
                 reader->name, replay->counter, others + 1);
    }
}

// The writes from which the value now was not computed are lost. Returns how many are that
// were not before, the last of them in *which; *all_since: each was made after `then`;
// *back: so many were, and count again.
static inline unsigned replay_lose(struct replay *replay, size_t then, size_t *which,
                                   bool *all_since, unsigned *back)
{
    bool counts[REPLAY_WRITES] = {false};
    unsigned lost = 0;
    for (size_t i = replay->current; i != NO_WRITE_YET; i = replay->writes[i].from) {
        counts[i] = true;
    }
    *all_since = true;
    *back = 0;
    for (size_t i = 1; i < replay->write_count; i++) {
        if (!counts[i] && !replay->writes[i].lost) {
            lost++;
            *which = i;
            *all_since = *all_since && i >= then;
        }
        *back += counts[i] && replay->writes[i].lost;
        replay->writes[i].lost = !counts[i];
    }
    return lost;
}

static inline void replay_wrote(struct replay *replay, size_t who, char *text, size_t size)
{
    struct replay_process *writer = &replay->processes[who];
    long before = replay->counter;
    size_t which = 0;
    bool all_since;
    unsigned back;

    ck_assert_msg(writer->holds, "%s wrote without having read", writer->name);
    ck_assert_uint_lt(replay->write_count, REPLAY_WRITES);
    replay->writes[replay->write_count] =
        (struct replay_write){.maker = who, .from = writer->write};
    replay->current = replay->write_count++;
    replay->counter = writer->value + 1;
    writer->holds = false;
    unsigned lost = replay_lose(replay, writer->then, &which, &all_since, &back);
    if (lost > 0 && replay->first_loss == 0) {
        replay->first_loss = replay->step;
    }
    int used = snprintf(text, size, "%s wrote ", writer->name);
    text += used;
    size -= (size_t)used;
    if (lost == 0) {
        snprintf(text, size, "counter: %ld (it was %ld).", replay->counter, before);
    } else if (back > 0) {
        snprintf(text, size, "%ld over %ld: %u update%s lost, %u count%s again.",
                 replay->counter, before, lost, lost == 1 ? " is" : "s are", back,
                 back == 1 ? "s" : "");
    } else if (lost == 1) {
        size_t loser = replay->writes[which].maker;
        snprintf(text, size, "%ld over %ld. The update that %s made is lost.",
                 replay->counter, before,
                 loser == who ? "it" : replay->processes[loser].name);
    } else if (all_since) {
        snprintf(text, size, "%ld over %ld. %u updates made since it read %ld are lost.",
                 replay->counter, before, lost, writer->value);
    } else {
        snprintf(text, size, "%ld over %ld. %u updates are lost by that.",
                 replay->counter, before, lost);
    }
}

static inline void replay_took(struct replay *replay, size_t who, char *text, size_t size)
{
    ck_assert_msg(replay->owner == REPLAY_PROCESSES, "the lock is had already");
    replay->owner = who;
    for (size_t i = 0; i < replay->process_count; i++) {
        replay->processes[i].blocked = false;
    }
    snprintf(text, size, "%s has counter_lock now. Nobody else can take it.",
             replay->processes[who].name);
}

static inline void replay_gave(struct replay *replay, size_t who, char *text, size_t size)
{
    size_t waiting[REPLAY_PROCESSES] = {0};
    size_t count = 0;
    for (size_t i = 0; i < replay->process_count; i++) {
        if (replay->processes[i].blocked) {
            waiting[count++] = i;
        }
    }
    ck_assert_msg(replay->owner == who, "gave back what it has not");
    replay->owner = REPLAY_PROCESSES;
    int used =
        snprintf(text, size, "%s gave counter_lock back.", replay->processes[who].name);
    text += used;
    size -= (size_t)used;
    if (count == 1) {
        snprintf(text, size, " %s can go on.", replay->processes[waiting[0]].name);
    } else if (count > 2) {
        snprintf(text, size, " One of the %zu who want it can go on.", count);
    }
}

static inline void replay_blocked(struct replay *replay, const char *sentence)
{
    char text[160];
    size_t who = replay_who(replay, sentence);
    ck_assert_msg(replay->owner < REPLAY_PROCESSES && replay->owner != who, "%s",
                  sentence);
    snprintf(text, sizeof text, "%s is BLOCKED: it wants counter_lock, and %s has it.",
             replay->processes[who].name, replay->processes[replay->owner].name);
    ck_assert_str_eq(sentence, text);
    replay->processes[who].blocked = true;
}

// Two who wait are named in either order.
static inline bool replay_names_two(const struct replay *replay, const char *sentence)
{
    size_t count = 0;
    for (size_t i = 0; i < replay->process_count; i++) {
        count += replay->processes[i].blocked &&
                 strstr(sentence, replay->processes[i].name) != NULL;
    }
    return count == 2 && strstr(sentence, " or ") != NULL;
}

// A step, as it was told. Fails the test when it is not what has happened.
static inline void replay_step(struct replay *replay, const char *sentence)
{
    char text[200] = "";
    size_t who = replay_who(replay, sentence);
    const char *what = sentence + strlen(replay->processes[who].name);
    bool two = false;

    replay->step++;
    replay->processes[who].steps++;
    if (strncmp(what, " read ", 6) == 0) {
        replay_read(replay, who, text, sizeof text);
    } else if (strncmp(what, " wrote ", 7) == 0) {
        replay_wrote(replay, who, text, sizeof text);
    } else if (strncmp(what, " has ", 5) == 0) {
        replay_took(replay, who, text, sizeof text);
    } else if (strncmp(what, " gave ", 6) == 0) {
        two = replay_names_two(replay, sentence);
        replay_gave(replay, who, text, sizeof text);
    }
    if (two) {
        ck_assert_msg(strncmp(sentence, text, strlen(text)) == 0, "%s", sentence);
    } else {
        ck_assert_str_eq(sentence, text);
    }
    // With the lock nobody touches the counter without having it.
    ck_assert_msg(!replay->locked || replay->owner == who ||
                      strstr(what, " gave ") == what,
                  "%s", sentence);
}

// A line of plain text: replays it when it is about a step, numbered or not ("  3  ...",
// "      ... is BLOCKED"). Returns false when it is about something else.
static inline bool replay_line(struct replay *replay, const char *line)
{
    unsigned number;
    int at = 0;
    if (line[0] != ' ') {
        return false;
    }
    if (sscanf(line, "%4u  %n", &number, &at) == 1) {
        ck_assert_uint_eq(number, replay->step + 1);
        replay_step(replay, line + at);
    } else {
        replay_blocked(replay, line + strspn(line, " "));
    }
    return true;
}
