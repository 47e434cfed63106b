// SPDX-License-Identifier: MIT
/*
 * Sentences on lives: made, started, born, ended, killed, joined; and what the kernel says
 * of them. Each is told once in a life, whether it came as an event or shows in a snapshot.
 */
#include "model/private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 75 }; /* of a sentence, where a shorter one says the same */

/* Notes that this is told now. False: it was told before. */
static bool first_time(struct model *model, unsigned slot, uint32_t what)
{
    struct model_life *life = life_of(model, slot);
    if (life == NULL || (life->told & what) != 0) {
        return false;
    }
    life->told |= what;
    return true;
}

static unsigned parent_of(const struct model *model, unsigned slot)
{
    return model->processes[slot].entry.parent;
}

static bool parent_lives(const struct model *model, unsigned slot)
{
    unsigned parent = parent_of(model, slot);
    return parent < MP_PROCESSES && model->processes[parent].entry.life == MP_LIFE_ALIVE;
}

/* --- births --------------------------------------------------------------------------- */

static void narrate_made(struct model *model, unsigned slot)
{
    const struct model_life *life = life_of(model, slot);
    unsigned parent = parent_of(model, slot);
    if (life == NULL || life->name[0] == '\0' || parent == MP_NOBODY ||
        !first_time(model, slot, TOLD_MADE)) {
        return;
    }
    struct sentence *sentence =
        say(model, SAY_MADE, parent, 0, "%s made %s. Nothing runs yet.",
            model_name(model, parent), model_name(model, slot));
    say_more(model, sentence, "start() will bring it to life.");
}

/* Marks the short form of a sentence: "main started " and "increment-1". */
static void mark_brief(struct sentence *sentence, const char *verb, const char *end)
{
    if (sentence == NULL) {
        return;
    }
    const char *who = strstr(sentence->text, verb);
    const char *rest = who == NULL ? NULL : strstr(who + strlen(verb), end);
    if (rest != NULL) {
        sentence->verb = (uint8_t)(who - sentence->text + (ptrdiff_t)strlen(verb));
        sentence->brief = (uint8_t)(rest - sentence->text);
    }
}

void narrate_started(struct model *model, unsigned child, uint64_t step)
{
    unsigned parent = parent_of(model, child);
    if (parent == MP_NOBODY || !first_time(model, child, TOLD_STARTED)) {
        return;
    }
    struct sentence *sentence = say(model, SAY_STARTED, parent, step,
                                    "%s started %s and goes on without waiting.",
                                    model_name(model, parent), model_name(model, child));
    mark_brief(sentence, " started ", " and goes on");
    say_more(model, sentence, "From now on either of them may be first at anything.");
}

void narrate_born(struct model *model, unsigned slot, uint64_t step)
{
    unsigned parent = parent_of(model, slot);
    if (slot == 0 || !first_time(model, slot, TOLD_BORN)) {
        return;
    }
    int pid = model->processes[slot].entry.pid;
    const char *name = model_name(model, slot);
    narrate_replacement(model, slot);
    if (parent == MP_NOBODY) { /* it has entered itself */
        say(model, SAY_BORN, slot, step,
            "%s is born: process %d, by a fork() of its own.", name, pid);
        return;
    }
    struct sentence *sentence =
        say(model, SAY_BORN, slot, step, "%s is born: process %d, child of %s.", name,
            pid, model_name(model, parent));
    say_more(model, sentence,
             "It is a copy of %s. From now on only shared memory is common.",
             model_name(model, parent));
}

/* --- ends ----------------------------------------------------------------------------- */

void narrate_kept_end(struct model *model)
{
    struct model_private *hidden = model->hidden;
    if (!hidden->end_waits) {
        return;
    }
    hidden->end_waits = false; /* say() comes back here */
    struct sentence *kept = &hidden->end;
    struct sentence *said =
        say(model, kept->kind, kept->process, kept->step, "%s", kept->text);
    if (said != NULL) {
        said->brief = kept->brief;
    }
    if (kept->kind == SAY_ZOMBIE) {
        say_more(model, said,
                 "The kernel keeps one line about it. It runs nothing and has no memory.");
    }
}

static const char *lock_of(const struct model *model, unsigned slot)
{
    for (unsigned i = 0; i < model->object_count; i++) {
        if (mp_is_lock(&model->objects[i]) && model->objects[i].owner == slot) {
            return model_object_name(model, i);
        }
    }
    return NULL;
}

static void tell_perhaps(struct model *model, unsigned slot)
{
    const struct open_write *write = &model->hidden->processes[slot].write;
    if (write->open) {
        char what[MP_NAME_SIZE];
        place_words(model, write->offset, what, sizeof(what));
        say(model, SAY_PERHAPS, slot, 0,
            "Whether %s still wrote %s is not known: perhaps.", model_name(model, slot),
            what);
    }
}

/* The person killed it, and it has been told: that was this step. */
static void number_the_kill(struct model *model, unsigned slot, uint64_t step)
{
    for (size_t i = model->sentence_count; step != 0 && i-- > 0;) {
        struct sentence *sentence = &model->sentences[i];
        if (sentence->kind == SAY_KILLED_BY_USER && sentence->process == slot) {
            sentence->step = step;
            return;
        }
    }
}

void narrate_ended(struct model *model, unsigned slot, uint64_t step)
{
    if (!first_time(model, slot, TOLD_ENDED)) {
        return;
    }
    if (model->processes[slot].ended_by_user) {
        number_the_kill(model, slot, step);
    }
    int32_t status = model->processes[slot].entry.status;
    bool killed = status < 0;
    const char *name = model_name(model, slot);
    const char *lock = lock_of(model, slot);
    char how[64];
    status_words(status, how, sizeof(how));
    if (lock != NULL) {
        if (status == -SIGKILL) {
            snprintf(how, sizeof(how), "was killed");
        }
        struct sentence *sentence = say(model, SAY_DIED_HOLDER, slot, step,
                                        "%s %s while it had %s.", name, how, lock);
        say_more(model, sentence,
                 "The next to take the lock is told: what it guards may be half changed.");
    } else if (killed && narrate_worker_died(model, slot, how, step)) {
        return;
    } else if (!killed || !model->processes[slot].ended_by_user) {
        narrate_kept_end(model);
        struct sentence *end = &model->hidden->end;
        *end = (struct sentence){
            .step = step,
            .kind = killed ? SAY_DIED : SAY_ENDED,
            .process = (uint16_t)slot,
        };
        snprintf(end->text, sizeof(end->text), "%s %s.", name, how);
        end->brief = (uint8_t)(strlen(end->text) - 1);
        model->hidden->end_waits = true;
        if (!parent_lives(model, slot)) {
            narrate_kept_end(model);
        }
    }
    tell_perhaps(model, slot);
}

void narrate_joined(struct model *model, unsigned child, uint64_t step)
{
    unsigned parent = parent_of(model, child);
    if (parent == MP_NOBODY || !first_time(model, child, TOLD_JOINED)) {
        return;
    }
    int32_t status = model->processes[child].entry.status;
    char how[64];
    if (status == MP_STATUS_UNKNOWN) {
        snprintf(how, sizeof(how), "exit status unknown");
    } else if (status < 0) {
        snprintf(how, sizeof(how), "killed by %s", signal_name(-status));
    } else {
        snprintf(how, sizeof(how), "exit status %d", status);
    }
    const char *name = model_name(model, child);
    struct sentence *sentence =
        say(model, SAY_JOINED, parent, step, "%s joined %s: %s. %s is gone now.",
            model_name(model, parent), name, how, name);
    mark_brief(sentence, " joined ", ". ");
}

/* --- events --------------------------------------------------------------------------- */

void narrate_life(struct model *model, const struct happening *h)
{
    const struct mp_deed *deed = h->deed;
    if (deed->object >= MP_PROCESSES) {
        return;
    }
    if (deed->op == MP_OP_NAME) {
        if ((deed->info & ~(unsigned)MP_NAME_PIECE) == MP_NAME_OF_PROCESS) {
            narrate_made(model, deed->object);
        }
        return;
    }
    if (deed->op == MP_OP_JOIN && h->phase == MP_FAILED && deed->value == EAGAIN) {
        say(model, SAY_TRY_FAILED, h->slot, h->step, "%s looked: %s has not ended yet.",
            model_name(model, h->slot), model_name(model, deed->object));
    } else if (deed->op == MP_OP_JOIN && h->phase == MP_FAILED) {
        say(model, SAY_TIMED_OUT, h->slot, h->step,
            "%s stopped waiting for %s: the time was over.", model_name(model, h->slot),
            model_name(model, deed->object));
    }
    if (h->phase != MP_DONE) {
        return;
    }
    switch (deed->op) {
    case MP_OP_START:
        narrate_started(model, deed->object, h->step);
        break;
    case MP_OP_BEGIN:
        narrate_born(model, h->slot, h->step);
        break;
    case MP_OP_OUTPUT:
        output_event(model, h);
        break;
    case MP_OP_END:
    case MP_OP_DIE:
        narrate_ended(model, h->slot, h->step);
        break;
    case MP_OP_JOIN:
        if (parent_of(model, deed->object) == h->slot) {
            narrate_joined(model, deed->object, h->step);
        } else {
            say(model, SAY_PARENT_ENDED, h->slot, h->step,
                "%s knows that %s, which made it, has ended.", model_name(model, h->slot),
                model_name(model, deed->object));
        }
        break;
    default:
        break;
    }
}

/* --- the person and the kernel -------------------------------------------------------- */

void model_killed_by_user(struct model *model, unsigned slot)
{
    if (slot >= MP_PROCESSES) {
        return;
    }
    struct process_view *view = &model->processes[slot];
    const char *name = model_name(model, slot);
    struct sentence *sentence;
    if (view->entry.life >= MP_LIFE_ENDED) {
        bool again = view->ended_by_user;
        sentence = say(model, SAY_KILLED_AGAIN, slot, 0,
                       "You killed %s%s: nothing changed. It has already ended.", name,
                       again ? " again" : "");
        if (view->entry.life == MP_LIFE_ENDED && parent_lives(model, slot)) {
            say_more(model, sentence, "Only %s can remove it, by joining it.",
                     model_name(model, parent_of(model, slot)));
        }
        return;
    }
    char wanted[MP_NAME_SIZE + 16];
    bool stood = view->entry.life == MP_LIFE_ALIVE && view->entry.waiting;
    const char *how = " before it could ";
    model_does_next(model, slot, wanted, sizeof(wanted));
    if (view->entry.pool != 0 && view->entry.task != 0) {
        how = " in the middle of ";
        stood = true;
        tasks_words(view->entry.task - UINT64_C(1), 1, wanted, sizeof(wanted));
    }
    view->ended_by_user = true;
    sentence = say(model, SAY_KILLED_BY_USER, slot, 0, "You killed %s (SIGKILL)%s%s.",
                   name, stood ? how : "", stood ? wanted : "");
    say_more(model, sentence, "It had no chance to finish or to tidy up.");
}

/* The kernel's Z: the child has ended, and its parent has not asked for it. */
static void tell_zombie(struct model *model, unsigned slot)
{
    struct model_private *hidden = model->hidden;
    const char *parent = model_name(model, parent_of(model, slot));
    if (hidden->end_waits && hidden->end.process == slot) {
        struct sentence *end = &hidden->end;
        size_t at = strlen(end->text);
        size_t longer =
            at + strlen(parent) + strlen("  has not asked for it yet: a zombie (Z).");
        snprintf(end->text + at, sizeof(end->text) - at,
                 " %s has not asked%s yet: a zombie (Z).", parent,
                 longer > LONGEST + 1 ? "" : " for it");
        end->kind = SAY_ZOMBIE;
        narrate_kept_end(model);
        return;
    }
    say(model, SAY_ZOMBIE, slot, 0, "%s is a zombie (Z): %s has not asked for it yet.",
        model_name(model, slot), parent);
}

/* Its parent stands in the join of it, and nobody has to choose it for that: it is asked for
   at this moment. */
static bool is_being_joined(const struct model *model, unsigned slot)
{
    unsigned parent = model->processes[slot].entry.parent;
    if (parent >= MP_PROCESSES) {
        return false;
    }
    const struct mp_process_entry *entry = &model->processes[parent].entry;
    bool chosen = model->controlled && mp_op_is_step(MP_OP_JOIN, model->grain);
    return !chosen && entry->waiting && entry->now.op == MP_OP_JOIN &&
           entry->now.object == slot;
}

void model_kernel(struct model *model, unsigned slot, const struct kernel_view *view)
{
    if (slot >= MP_PROCESSES) {
        return;
    }
    struct process_view *process = &model->processes[slot];
    process->kernel = *view;
    process->kernel.parent_name[sizeof(view->parent_name) - 1] = '\0';
    model_clean(process->kernel.parent_name);
    if (view->state == 'Z' && process->entry.life == MP_LIFE_ENDED &&
        parent_lives(model, slot) && !is_being_joined(model, slot) &&
        first_time(model, slot, TOLD_ZOMBIE)) {
        tell_zombie(model, slot);
    }
    unsigned parent = parent_of(model, slot);
    if (process->entry.life != MP_LIFE_ALIVE || parent >= MP_PROCESSES ||
        view->parent <= 0) {
        return;
    }
    const struct mp_process_entry *old = &model->processes[parent].entry;
    if (old->life >= MP_LIFE_ENDED && old->pid != view->parent &&
        first_time(model, slot, TOLD_ORPHAN)) {
        struct sentence *sentence = say(
            model, SAY_ORPHAN, slot, 0,
            "%s ended before %s, whose parent is %s (%d) now.", model_name(model, parent),
            model_name(model, slot), process->kernel.parent_name, view->parent);
        say_more(model, sentence, "A child does not end when its parent ends.");
    }
}
