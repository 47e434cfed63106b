// SPDX-License-Identifier: MIT
/* A program under every schedule. See exploration.h. */
#include "session/exploration.h"

#include "session/side.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    ALONE = 100,       /* runs, before a second explorer is worth its start */
    OUTSIDE_TRIES = 3, /* until it is believed that somebody waits outside */
};

static void see(void *context, const struct watched_event *event)
{
    ending_event(context, event->slot, &event->event);
}

static bool read_bytes(const void *context, uint32_t offset, void *to, size_t size)
{
    return watch_bytes(context, offset, to, size);
}

int exploration_start(struct exploration *exploration,
                      const struct exploration_setup *setup, char *why, size_t size)
{
    *exploration = (struct exploration){.setup = *setup};
    exploration->explorer = explorer_new(&setup->explorer);
    if (exploration->explorer == NULL) {
        snprintf(why, size, "cannot explore: %s", strerror(ENOMEM));
        return -ENOMEM;
    }
    int rc = zygote_start(&exploration->zygote, setup->argv, setup->grain, why, size);
    if (rc != 0) {
        exploration_end(exploration);
        return rc;
    }
    exploration_watch(exploration);
    return 0;
}

void exploration_watch(struct exploration *exploration)
{
    struct zygote *zygote = &exploration->zygote;
    zygote->see = see;
    zygote->context = &exploration->ending;
    zygote->stop = exploration->setup.stop;
    zygote->timeouts = exploration->setup.timeouts;
    zygote->steps = exploration->setup.steps;
}

/* Those who stand there and cannot go. */
static size_t find_stuck(struct mp_world *world, enum zygote_end end,
                         struct explorer_stuck *stuck)
{
    size_t count = 0;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (mp_lives(&world->processes[slot]) && world->processes[slot].waiting &&
            (end != ZYGOTE_ASLEEP || mp_ready(world, slot).reason != MP_CAN_GO)) {
            stuck[count++] = (struct explorer_stuck){slot, mp_touch_of(world, slot)};
        }
    }
    return count;
}

static bool cannot(struct exploration *exploration, enum zygote_end end)
{
    exploration->state = EXPLORE_CANNOT;
    exploration->obstacle.end = end;
    return false;
}

enum zygote_end exploration_try(struct exploration *exploration,
                                const struct explorer_script *script, unsigned killed)
{
    enum zygote_end end = ZYGOTE_OUTSIDE;
    for (int tries = 0; end == ZYGOTE_OUTSIDE && tries < OUTSIDE_TRIES; tries++) {
        ending_begin(&exploration->ending);
        end = killed == MP_NOBODY
                  ? zygote_run(&exploration->zygote, script->steps, script->count,
                               script->asleep)
                  : zygote_run_killing(&exploration->zygote, script->steps, script->count,
                                       killed);
    }
    return end;
}

/* Has it come to something that counts, and what? */
static bool is_ending(enum zygote_end end, enum ending_kind *kind)
{
    switch (end) {
    case ZYGOTE_ENDED:
        *kind = ENDING_ENDED;
        return true;
    case ZYGOTE_STUCK:
        *kind = ENDING_STUCK;
        return true;
    case ZYGOTE_SPINS:
        *kind = ENDING_SPINS;
        return true;
    case ZYGOTE_LONG:
        *kind = ENDING_LONG;
        return true;
    default:
        return false;
    }
}

void exploration_finish(struct exploration *exploration, enum zygote_end end)
{
    struct mp_world *world = watch_world(exploration->zygote.watch);
    enum ending_kind kind = ENDING_ENDED;
    is_ending(end, &kind);
    if (kind == ENDING_LONG) { /* what it has come to is no outcome */
        ending_begin(&exploration->ending);
    }
    ending_finish(&exploration->ending, kind, atomic_load(&world->zygote.status),
                  read_bytes, exploration->zygote.watch);
}

/* The run is one of those that count. */
static bool count_it(struct exploration *exploration, enum zygote_end end)
{
    size_t count;
    const uint8_t *steps = explorer_steps(exploration->explorer, &count);
    exploration->longest = count > exploration->longest ? count : exploration->longest;
    exploration_finish(exploration, end);
    if (exploration->ending.no_memory ||
        !outcomes_add(&exploration->outcomes, &exploration->ending, steps, count,
                      explorer_switches(exploration->explorer))) {
        return cannot(exploration, ZYGOTE_FAILED);
    }
    return true;
}

static bool judge(struct exploration *exploration, enum zygote_end end)
{
    size_t count;
    const struct mp_choice *trail = zygote_trail(&exploration->zygote, &count);
    enum ending_kind kind;
    bool too_long = end == ZYGOTE_LONG && exploration->setup.steps == 0;
    if (end == ZYGOTE_ASLEEP) {
        return true;
    }
    if (is_ending(end, &kind) && !too_long) {
        exploration->shortened = exploration->shortened || kind == ENDING_LONG;
        return count_it(exploration, end);
    }
    exploration->obstacle =
        (struct obstacle){.step = count,
                          .who = count > 0 ? trail[count - 1].chosen : 0,
                          .place = count > 0 ? trail[count - 1].place : 0};
    return cannot(exploration, end);
}

static bool learn(struct exploration *exploration, enum zygote_end end)
{
    size_t count;
    struct explorer_stuck stuck[MP_PROCESSES];
    struct mp_world *world = watch_world(exploration->zygote.watch);
    const struct mp_choice *trail = zygote_trail(&exploration->zygote, &count);
    bool stands = end == ZYGOTE_STUCK || end == ZYGOTE_SPINS || end == ZYGOTE_ASLEEP;
    size_t stuck_count = stands ? find_stuck(world, end, stuck) : 0;
    size_t differs;
    if (explorer_learn(exploration->explorer, trail, count, stuck, stuck_count,
                       &differs)) {
        return true;
    }
    bool there = differs < count;
    exploration->obstacle =
        (struct obstacle){.differs = true,
                          .step = differs + 1,
                          .who = there ? trail[differs].chosen : MP_NOBODY,
                          .place = there ? trail[differs].place : 0};
    return cannot(exploration, end);
}

bool exploration_run_alone(struct exploration *exploration)
{
    struct explorer_script script;
    if (exploration->state != EXPLORE_GOES) {
        return false;
    }
    if (!explorer_next(exploration->explorer, &script)) {
        exploration->state = EXPLORE_COMPLETE;
        return false;
    }
    if (exploration->setup.limit > 0 && exploration->runs == exploration->setup.limit) {
        exploration->state = EXPLORE_LIMITED;
        return false;
    }
    enum zygote_end end = exploration_try(exploration, &script, MP_NOBODY);
    if (end == ZYGOTE_LEFT) {
        exploration->state = EXPLORE_LEFT;
        return false;
    }
    exploration->runs++;
    bool made = end != ZYGOTE_FAILED && end != ZYGOTE_OUTSIDE;
    return (!made || learn(exploration, end)) && judge(exploration, end);
}

/* --- two beside each other --------------------------------------------------------------------- */

/* Worth it only for many runs; and only where any part can be done by anybody. */
static bool wants_side(const struct exploration *exploration)
{
    return exploration->side == NULL && !exploration->has_asked &&
           exploration->runs >= ALONE && exploration->setup.limit == 0 &&
           !exploration->setup.explorer.reduce;
}

static void feed_side(struct exploration *exploration)
{
    uint8_t begin[MP_SCRIPT];
    size_t count;
    if (wants_side(exploration)) {
        exploration->has_asked = true;
        exploration->side = side_start(exploration);
    }
    if (exploration->side != NULL && side_is_idle(exploration->side) &&
        explorer_give(exploration->explorer, begin, &count)) {
        side_give(exploration->side, begin, count);
    }
}

/* Nothing is left here. Has the other one something still? */
static bool take_from_side(struct exploration *exploration)
{
    uint8_t begin[MP_SCRIPT];
    size_t count;
    while (exploration->state == EXPLORE_COMPLETE && !side_is_idle(exploration->side)) {
        if (exploration->zygote.stop != NULL && *exploration->zygote.stop) {
            exploration->state = EXPLORE_LEFT;
        } else if (side_ask(exploration->side, begin, &count)) {
            explorer_take(exploration->explorer, begin, count);
            exploration->state = EXPLORE_GOES;
        }
    }
    return exploration->state == EXPLORE_GOES;
}

/* --- once more -------------------------------------------------------------------------------- */

/* The simplest schedule of an outcome comes to the same, or this program depends on more than
   who goes. */
static bool comes_out_again(struct exploration *exploration, const struct outcome *outcome)
{
    size_t count;
    const struct way *way = &outcome->ways[0];
    const struct explorer_script script = {way->steps, way->count, NULL};
    enum zygote_end end = exploration_try(exploration, &script, MP_NOBODY);
    if (end == ZYGOTE_LEFT) {
        exploration->state = EXPLORE_LEFT;
        return false;
    }
    exploration_finish(exploration, end);
    zygote_trail(&exploration->zygote, &count);
    if (count == way->count && ending_equals(&exploration->ending, &outcome->ending)) {
        return true;
    }
    exploration->obstacle = (struct obstacle){
        .differs = true, .step = count < way->count ? count + 1 : 0, .who = MP_NOBODY};
    return cannot(exploration, end);
}

static void try_each_again(struct exploration *exploration)
{
    size_t count = exploration->outcomes.count;
    bool over =
        exploration->state == EXPLORE_COMPLETE || exploration->state == EXPLORE_LIMITED;
    for (size_t i = 0; over && i < count; i++) {
        over = comes_out_again(exploration, &exploration->outcomes.list[i]);
    }
}

bool exploration_run(struct exploration *exploration)
{
    feed_side(exploration);
    bool had_more = exploration->state == EXPLORE_GOES;
    bool more = exploration_run_alone(exploration);
    if (exploration->side != NULL) {
        more = more || take_from_side(exploration);
        if (!side_collect(exploration->side, exploration)) {
            return cannot(exploration, ZYGOTE_FAILED);
        }
        more = more && exploration->state == EXPLORE_GOES;
    }
    if (had_more && !more) {
        try_each_again(exploration);
    }
    return more;
}

bool exploration_again(struct exploration *exploration)
{
    explorer_free(exploration->explorer);
    exploration->explorer = explorer_new(&exploration->setup.explorer);
    exploration->state = exploration->explorer != NULL ? EXPLORE_GOES : EXPLORE_CANNOT;
    exploration->runs = 0;
    return exploration->explorer != NULL;
}

bool exploration_is_complete(const struct exploration *exploration)
{
    return exploration->state == EXPLORE_COMPLETE && !exploration->shortened &&
           !exploration->left_out && !explorer_left_out(exploration->explorer);
}

void exploration_stop(struct exploration *exploration)
{
    side_end(exploration->side);
    exploration->side = NULL;
    zygote_end(&exploration->zygote);
}

void exploration_end(struct exploration *exploration)
{
    exploration_stop(exploration);
    explorer_free(exploration->explorer);
    ending_free(&exploration->ending);
    outcomes_free(&exploration->outcomes);
    exploration->explorer = NULL;
}
