// SPDX-License-Identifier: MIT
// The race pair, retold from what the lab tells of it: each numbered sentence is held
// against what the steps before it have made true. This knows nothing of the model: it
// counts, and remembers who read what.
#pragma once

#include "demos.h"

enum { RETOLD_PROCESSES = 8, RETOLD_WRITES = 512, NO_WRITE_YET = 0 };

struct retold_process {
    char name[32];
    unsigned steps;
    bool holds;   // has read, and not written since
    long value;   // ... this
    size_t write; // ... which was written by this write
    size_t then;  // ... when so many had been made
    bool blocked; // was told that it wants the lock, since that was taken
};

// One write: whose it is, and from which write its value was computed.
struct retold_write {
    size_t maker, from;
    bool lost;
};

struct retold {
    bool locked; // lock_fixed
    struct retold_process processes[RETOLD_PROCESSES];
    size_t process_count;
    struct retold_write writes[RETOLD_WRITES]; // number 0: the beginning
    size_t write_count, current;
    long counter;
    unsigned step;
    size_t owner; // of the lock; RETOLD_PROCESSES: nobody
    unsigned first_loss;
};

static inline struct retold retold_begin(bool locked)
{
    return (struct retold){
        .locked = locked, .write_count = 1, .owner = RETOLD_PROCESSES, .first_loss = 0};
}

static inline size_t retold_lost(const struct retold *retold)
{
    size_t lost = 0;
    for (size_t i = 1; i < retold->write_count; i++) {
        lost += retold->writes[i].lost;
    }
    return lost;
}

// The first word of a sentence, as a process.
static inline size_t retold_who(struct retold *retold, const char *sentence)
{
    size_t length = strcspn(sentence, " ");
    size_t i = 0;
    ck_assert_uint_lt(length, sizeof retold->processes[0].name);
    while (i < retold->process_count &&
           (strncmp(retold->processes[i].name, sentence, length) != 0 ||
            retold->processes[i].name[length] != '\0')) {
        i++;
    }
    if (i == retold->process_count) {
        ck_assert_uint_lt(i, RETOLD_PROCESSES);
        retold->process_count++;
        memcpy(retold->processes[i].name, sentence, length);
    }
    return i;
}

static inline void retold_read(struct retold *retold, size_t who, char *text, size_t size)
{
    struct retold_process *reader = &retold->processes[who];
    unsigned others = 0;
    for (size_t i = 0; i < retold->process_count; i++) {
        others += i != who && retold->processes[i].holds &&
                  retold->processes[i].write == retold->current;
    }
    reader->holds = true;
    reader->value = retold->counter;
    reader->write = retold->current;
    reader->then = retold->write_count;
    if (others == 0) {
        snprintf(text, size, "%s read counter: %ld.", reader->name, retold->counter);
    } else if (others == 1) {
        snprintf(text, size,
                 "%s read %ld too. If both write now, only the second write stays.",
                 reader->name, retold->counter);
    } else {
        snprintf(text, size,
                 "%s read %ld too. If all %u write now, only the last write stays.",
                 reader->name, retold->counter, others + 1);
    }
}

// The writes from which the value now was not computed are lost. Returns how many are that
// were not before, the last of them in *which; *all_since: each was made after `then`;
// *back: so many were, and count again.
static inline unsigned retold_lose(struct retold *retold, size_t then, size_t *which,
                                   bool *all_since, unsigned *back)
{
    bool counts[RETOLD_WRITES] = {false};
    unsigned lost = 0;
    for (size_t i = retold->current; i != NO_WRITE_YET; i = retold->writes[i].from) {
        counts[i] = true;
    }
    *all_since = true;
    *back = 0;
    for (size_t i = 1; i < retold->write_count; i++) {
        if (!counts[i] && !retold->writes[i].lost) {
            lost++;
            *which = i;
            *all_since = *all_since && i >= then;
        }
        *back += counts[i] && retold->writes[i].lost;
        retold->writes[i].lost = !counts[i];
    }
    return lost;
}

static inline void retold_wrote(struct retold *retold, size_t who, char *text, size_t size)
{
    struct retold_process *writer = &retold->processes[who];
    long before = retold->counter;
    size_t which = 0;
    bool all_since;
    unsigned back;

    ck_assert_msg(writer->holds, "%s wrote without having read", writer->name);
    ck_assert_uint_lt(retold->write_count, RETOLD_WRITES);
    retold->writes[retold->write_count] =
        (struct retold_write){.maker = who, .from = writer->write};
    retold->current = retold->write_count++;
    retold->counter = writer->value + 1;
    writer->holds = false;
    unsigned lost = retold_lose(retold, writer->then, &which, &all_since, &back);
    if (lost > 0 && retold->first_loss == 0) {
        retold->first_loss = retold->step;
    }
    int used = snprintf(text, size, "%s wrote ", writer->name);
    text += used;
    size -= (size_t)used;
    if (lost == 0) {
        snprintf(text, size, "counter: %ld (it was %ld).", retold->counter, before);
    } else if (back > 0) {
        snprintf(text, size, "%ld over %ld: %u update%s lost, %u count%s again.",
                 retold->counter, before, lost, lost == 1 ? " is" : "s are", back,
                 back == 1 ? "s" : "");
    } else if (lost == 1) {
        size_t loser = retold->writes[which].maker;
        snprintf(text, size, "%ld over %ld. The update that %s made is lost.",
                 retold->counter, before,
                 loser == who ? "it" : retold->processes[loser].name);
    } else if (all_since) {
        snprintf(text, size, "%ld over %ld. %u updates made since it read %ld are lost.",
                 retold->counter, before, lost, writer->value);
    } else {
        snprintf(text, size, "%ld over %ld. %u updates are lost by that.",
                 retold->counter, before, lost);
    }
}

static inline void retold_took(struct retold *retold, size_t who, char *text, size_t size)
{
    ck_assert_msg(retold->owner == RETOLD_PROCESSES, "the lock is had already");
    retold->owner = who;
    for (size_t i = 0; i < retold->process_count; i++) {
        retold->processes[i].blocked = false;
    }
    snprintf(text, size, "%s has counter_lock now. Nobody else can take it.",
             retold->processes[who].name);
}

static inline void retold_gave(struct retold *retold, size_t who, char *text, size_t size)
{
    size_t waiting[RETOLD_PROCESSES] = {0};
    size_t count = 0;
    for (size_t i = 0; i < retold->process_count; i++) {
        if (retold->processes[i].blocked) {
            waiting[count++] = i;
        }
    }
    ck_assert_msg(retold->owner == who, "gave back what it has not");
    retold->owner = RETOLD_PROCESSES;
    int used =
        snprintf(text, size, "%s gave counter_lock back.", retold->processes[who].name);
    text += used;
    size -= (size_t)used;
    if (count == 1) {
        snprintf(text, size, " %s can go on.", retold->processes[waiting[0]].name);
    } else if (count > 2) {
        snprintf(text, size, " One of the %zu who want it can go on.", count);
    }
}

static inline void retold_blocked(struct retold *retold, const char *sentence)
{
    char text[160];
    size_t who = retold_who(retold, sentence);
    ck_assert_msg(retold->owner < RETOLD_PROCESSES && retold->owner != who, "%s",
                  sentence);
    snprintf(text, sizeof text, "%s is BLOCKED: it wants counter_lock, and %s has it.",
             retold->processes[who].name, retold->processes[retold->owner].name);
    ck_assert_str_eq(sentence, text);
    retold->processes[who].blocked = true;
}

// Two who wait are named in either order.
static inline bool retold_names_two(const struct retold *retold, const char *sentence)
{
    size_t count = 0;
    for (size_t i = 0; i < retold->process_count; i++) {
        count += retold->processes[i].blocked &&
                 strstr(sentence, retold->processes[i].name) != NULL;
    }
    return count == 2 && strstr(sentence, " or ") != NULL;
}

// A step, as it was told. Fails the test when it is not what has happened.
static inline void retold_step(struct retold *retold, const char *sentence)
{
    char text[200] = "";
    size_t who = retold_who(retold, sentence);
    const char *what = sentence + strlen(retold->processes[who].name);
    bool two = false;

    retold->step++;
    retold->processes[who].steps++;
    if (strncmp(what, " read ", 6) == 0) {
        retold_read(retold, who, text, sizeof text);
    } else if (strncmp(what, " wrote ", 7) == 0) {
        retold_wrote(retold, who, text, sizeof text);
    } else if (strncmp(what, " has ", 5) == 0) {
        retold_took(retold, who, text, sizeof text);
    } else if (strncmp(what, " gave ", 6) == 0) {
        two = retold_names_two(retold, sentence);
        retold_gave(retold, who, text, sizeof text);
    }
    if (two) {
        ck_assert_msg(strncmp(sentence, text, strlen(text)) == 0, "%s", sentence);
    } else {
        ck_assert_str_eq(sentence, text);
    }
    // With the lock nobody touches the counter without having it.
    ck_assert_msg(!retold->locked || retold->owner == who ||
                      strstr(what, " gave ") == what,
                  "%s", sentence);
}

// A line of plain text: retells it when it is about a step, numbered or not ("  3  ...",
// "      ... is BLOCKED"). Returns false when it is about something else.
static inline bool retold_line(struct retold *retold, const char *line)
{
    unsigned number;
    int at = 0;
    if (line[0] != ' ') {
        return false;
    }
    if (sscanf(line, "%4u  %n", &number, &at) == 1) {
        ck_assert_uint_eq(number, retold->step + 1);
        retold_step(retold, line + at);
    } else {
        retold_blocked(retold, line + strspn(line, " "));
    }
    return true;
}
