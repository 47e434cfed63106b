// SPDX-License-Identifier: MIT
/*
 * The words of a recording, and the members of its entries: one table each, by which it is
 * written and read.
 */
#include "model/steps.h"
#include "report/recording_private.h"

#include <stddef.h>

#define WORDS(array)                                                                     \
    {                                                                                    \
        array, sizeof(array) / sizeof(array)[0]                                          \
    }

static const char *const phases[MP_PHASES] = {"wants", "did", "recovered", "failed",
                                              "wrote"};
static const char *const grains[MP_GRAINS] = {"lives", "calls", "memory"};
static const char *const lives[MP_LIVES] = {"unused", "made",  "started",
                                            "alive",  "ended", "joined"};
static const char *const kinds[MP_KINDS] = {"none",  "shared",    "lock",  "barrier",
                                            "rlock", "semaphore", "event", "condition",
                                            "queue", "pool",      "pipe"};
static const char *const field_kinds[] = {"signed", "unsigned", "float", "char",
                                          "bool",   "pointer",  "bytes"};

const struct words recording_operations = {steps_operations, MP_OPS};
const struct words recording_phases = WORDS(phases);
const struct words recording_grains = WORDS(grains);
const struct words recording_lives = WORDS(lives);
const struct words recording_kinds = WORDS(kinds);
const struct words recording_field_kinds = WORDS(field_kinds);

const char *recording_word(const struct words *words, unsigned number)
{
    const char *word = number < words->count ? words->list[number] : NULL;
    return word != NULL ? word : "?";
}

bool recording_word_number(const struct words *words, const char *text, unsigned *number)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->list[i] != NULL && strcmp(words->list[i], text) == 0) {
            *number = (unsigned)i;
            return true;
        }
    }
    return false;
}

#define HEAD_TEXT(word, member)                                                          \
    {                                                                                    \
        word, offsetof(struct recording_head, member),                                   \
            sizeof((struct recording_head *)0)->member                                   \
    }

const struct head_text recording_head_texts[HEAD_TEXTS] = {
    HEAD_TEXT("program", program), HEAD_TEXT("path", path), HEAD_TEXT("title", title),
    HEAD_TEXT("summary", summary), HEAD_TEXT("twin", twin), HEAD_TEXT("lesson", lesson),
    HEAD_TEXT("rate", rate),
};

/* --- members of entries --------------------------------------------------------------- */

#define MEMBER(type, word, member, is_signed, is_address)                                \
    {                                                                                    \
        word, offsetof(struct type, member), sizeof((struct type *)0)->member,           \
            is_signed, is_address                                                        \
    }
#define PROCESS(member) MEMBER(mp_process_entry, #member, member, false, false)
#define PROCESS_DEED(deed)                                                               \
    PROCESS(deed.op), PROCESS(deed.info), PROCESS(deed.object), PROCESS(deed.offset),    \
        PROCESS(deed.value),                                                             \
        MEMBER(mp_process_entry, #deed ".place", deed.place, false, true),               \
        PROCESS(deed.order)
#define OBJECT(member) MEMBER(mp_object_entry, #member, member, false, false)

static const struct member of_process[] = {
    PROCESS(parent),
    MEMBER(mp_process_entry, "pid", pid, true, false),
    MEMBER(mp_process_entry, "status", status, true, false),
    PROCESS(generation),
    PROCESS(steps),
    PROCESS(reads),
    PROCESS(writes),
    PROCESS(unseen),
    PROCESS(pool),
    PROCESS(task),
    PROCESS(task_end),
    PROCESS(notified),
    PROCESS(waiting),
    PROCESS_DEED(now),
    PROCESS_DEED(last),
    PROCESS(version),
};

static const struct member of_object[] = {
    OBJECT(generation),
    OBJECT(offset),
    OBJECT(size),
    OBJECT(owner),
    OBJECT(broken),
    MEMBER(mp_object_entry, "place", place, false, true),
    OBJECT(changes),
    OBJECT(parties),
    OBJECT(arrived),
    OBJECT(waited),
    OBJECT(given),
    OBJECT(taken),
    OBJECT(finished),
    MEMBER(mp_object_entry, "members-0-0", members[0][0], false, true),
    MEMBER(mp_object_entry, "members-0-1", members[0][1], false, true),
    MEMBER(mp_object_entry, "members-1-0", members[1][0], false, true),
    MEMBER(mp_object_entry, "members-1-1", members[1][1], false, true),
    MEMBER(mp_object_entry, "messages-0", messages[0], false, false),
    MEMBER(mp_object_entry, "messages-1", messages[1], false, false),
    OBJECT(version),
};

const struct members recording_process_members = WORDS(of_process);
const struct members recording_object_members = WORDS(of_object);

/* Little end first, as on all machines that there is mp for. */
uint64_t recording_member(const struct member *member, const void *entry)
{
    uint64_t value = 0;
    memcpy(&value, (const char *)entry + member->offset, member->size);
    if (member->is_signed && member->size == sizeof(int32_t)) {
        value = (uint64_t)(int64_t)(int32_t)value;
    }
    return value;
}

bool recording_set_member(const struct member *member, void *entry, uint64_t value)
{
    memcpy((char *)entry + member->offset, &value, member->size);
    return recording_member(member, entry) == value;
}

size_t recording_bytes(const struct mp_object_entry *entry)
{
    if (entry->kind == MP_KIND_QUEUE) {
        return contents_count(entry) * sizeof(uint64_t);
    }
    return entry->kind != MP_KIND_SHARED       ? 0
           : (size_t)entry->size < MODEL_BYTES ? entry->size
                                               : (size_t)MODEL_BYTES;
}

uint64_t recording_checksum(uint64_t sum, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}
