// SPDX-License-Identifier: MIT
/* What is asked of a recording, and of its table of places in the source. */
#include "report/recording_private.h"

#include <errno.h>
#include <stdlib.h>

static int by_address(const void *a, const void *b)
{
    uint32_t left = ((const struct recorded_place *)a)->address;
    uint32_t right = ((const struct recorded_place *)b)->address;
    return (left > right) - (left < right);
}

static const struct source_place *place_search(const struct recorded_place *places,
                                               size_t count, uint32_t address)
{
    struct recorded_place key = {.address = address};
    const struct recorded_place *found =
        count == 0 ? NULL : bsearch(&key, places, count, sizeof key, by_address);
    return found != NULL ? &found->place : NULL;
}

bool recording_place(void *recording, uint32_t address, struct source_place *place)
{
    const struct recording *of = recording;
    const struct source_place *found = place_search(of->places, of->place_count, address);
    if (found != NULL) {
        *place = *found;
    }
    return found != NULL;
}

bool recording_add_argument(struct recording_head *head, const char *text)
{
    size_t used = 0;
    if (head->argument_count > 0) {
        used = head->argument_at[head->argument_count - 1];
        used += strlen(head->argument_text + used) + 1;
    }
    size_t size = strlen(text) + 1;
    if (head->argument_count >= RECORDING_ARGUMENTS ||
        size > sizeof head->argument_text - used) {
        return false;
    }
    memcpy(head->argument_text + used, text, size);
    head->argument_at[head->argument_count++] = (uint16_t)used;
    return true;
}

const char *recording_argument(const struct recording_head *head, int i)
{
    return i >= 0 && i < head->argument_count ? head->argument_text + head->argument_at[i]
                                              : "";
}

void recording_free(struct recording *recording)
{
    if (recording != NULL) {
        tape_free(recording->tape);
        free(recording->places);
        free(recording->schedule);
        free(recording);
    }
}

/* --- the addresses of a tape ------------------------------------------------------------ */

/* Every address once, sorted as they come: most have been there before. */
struct addresses {
    struct recorded_place *list;
    size_t count, room;
    bool failed;
};

static size_t address_index(const struct addresses *addresses, uint32_t address)
{
    size_t low = 0, high = addresses->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (addresses->list[middle].address < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void add_address(struct addresses *addresses, uint32_t address)
{
    size_t at = address_index(addresses, address);
    bool is_there = at < addresses->count && addresses->list[at].address == address;
    if (address == 0 || is_there || addresses->count >= PLACES_MOST) {
        return;
    }
    if (addresses->count == addresses->room) {
        size_t room = addresses->room * 2 + 64;
        void *list = reallocarray(addresses->list, room, sizeof *addresses->list);
        if (list == NULL) {
            addresses->failed = true;
            return;
        }
        addresses->list = list;
        addresses->room = room;
    }
    memmove(addresses->list + at + 1, addresses->list + at,
            (addresses->count - at) * sizeof *addresses->list);
    addresses->list[at] = (struct recorded_place){.address = address};
    addresses->count++;
}

static void addresses_of_snapshot(struct addresses *addresses,
                                  const struct snapshot *snapshot)
{
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        add_address(addresses, snapshot->processes[i].now.place);
        add_address(addresses, snapshot->processes[i].last.place);
    }
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        add_address(addresses, snapshot->objects[i].place);
    }
}

int recorder_find_places(struct recorder *recorder, struct snapshot *room,
                         place_finder *find, void *context)
{
    struct addresses addresses = {.list = NULL};
    for (uint64_t i = 0; i < tape_events(recorder->tape); i++) {
        unsigned slot;
        const struct mp_deed *deed = &tape_event_at(recorder->tape, i, &slot)->deed;
        add_address(&addresses, deed_has_place(deed) ? deed->place : 0);
    }
    for (uint64_t i = 0; i < tape_marks(recorder->tape); i++) {
        struct mark mark;
        tape_mark_at(recorder->tape, i, &mark, room);
        if (mark.kind == MARK_SNAPSHOT) {
            addresses_of_snapshot(&addresses, room);
        }
    }
    recorder->places = addresses.list;
    for (size_t i = 0; find != NULL && i < addresses.count; i++) {
        struct recorded_place place = addresses.list[i];
        if (find(context, place.address, &place.place) && place.place.line > 0) {
            addresses.list[recorder->place_count++] = place;
        }
    }
    return addresses.failed ? -ENOMEM : 0;
}

const struct source_place *recorder_place(const struct recorder *recorder,
                                          uint32_t address)
{
    return place_search(recorder->places, recorder->place_count, address);
}
