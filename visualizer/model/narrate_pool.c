// SPDX-License-Identifier: MIT
/*
 * Sentences on pools: tasks given, taken, finished, failed; and workers that die in one.
 * That a new worker takes the place of a dead one is said after its birth, not before.
 */
#include "model/private.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static unsigned long long waiting(const struct mp_object_entry *pool)
{
    return pool->given > pool->taken ? (unsigned long long)(pool->given - pool->taken)
                                     : 0;
}

static void tell_given(struct model *model, const struct happening *h)
{
    unsigned long long count = (unsigned long long)h->deed->value;
    const char *name = model_name(model, h->slot);
    const char *pool = model_object_name(model, h->deed->object);
    if (count == 1) {
        say(model, SAY_GIVEN, h->slot, h->step, "%s gave %s task %llu.", name, pool,
            (unsigned long long)h->deed->offset + 1);
    } else {
        say(model, SAY_GIVEN, h->slot, h->step, "%s gave %s %llu tasks.", name, pool,
            count);
    }
}

static void tell_taken(struct model *model, const struct happening *h)
{
    const struct mp_object_entry *pool = &model->objects[h->deed->object];
    unsigned long long left = waiting(pool);
    char left_words[32] = "No";
    char what[48];
    tasks_words(h->deed->offset, h->deed->value, what, sizeof(what));
    if (left > 0) {
        snprintf(left_words, sizeof(left_words), "%llu", left);
    }
    struct sentence *sentence =
        say(model, SAY_TASK_TAKEN, h->slot, h->step, "%s took %s. %s task%s waiting.",
            model_name(model, h->slot), what, left_words, left > 1 ? "s are" : " is");
    say_more(model, sentence,
             "Nobody gave it %s: a worker that is free takes the next one.",
             h->deed->value == 1 ? "that task" : "those tasks");
}

static void tell_done(struct model *model, const struct happening *h)
{
    struct pool_task task = {.groups = 0};
    char result[32];
    char place[48] = "";
    model_pool_task(model, h->deed->object, h->deed->offset, &task);
    model_result_words(model, h->deed->object, h->deed->value, result, sizeof(result));
    if (task.groups > 1) { /* results that are taken together have places */
        snprintf(place, sizeof(place), " The result goes to place %llu.",
                 (unsigned long long)h->deed->offset - task.group + 1);
    }
    struct sentence *sentence =
        say(model, SAY_TASK_DONE, h->slot, h->step, "%s finished task %llu%s%s.%s",
            model_name(model, h->slot), (unsigned long long)h->deed->offset + 1,
            result[0] == '\0' ? "" : ": ", result, place);
    if (task.groups > 1) {
        say_more(model, sentence,
                 "The order of finishing does not change the order of the results.");
    }
}

/* "task 7 failed in worker-3: HTTP 404. The other tasks go on." The message is cut so that
   the sentence is not too long. */
static void tell_failed(struct model *model, const struct happening *h)
{
    enum { WIDTH = 75 };
    const struct mp_object_entry *pool = &model->objects[h->deed->object];
    char *error = model->hidden->processes[h->slot].error;
    char begin[128];
    char why[MP_NAME_SIZE];
    const char *end = pool->finished < pool->given ? ". The other tasks go on." : ".";
    int used =
        snprintf(begin, sizeof(begin),
                 "task %llu failed in %s: ", (unsigned long long)h->deed->offset + 1,
                 model_name(model, h->slot));
    int room = WIDTH - used - (int)strlen(end);
    snprintf(why, sizeof(why), "%s", error);
    if (error[0] == '\0') {
        snprintf(why, sizeof(why), "code %lld", (long long)h->deed->value);
    }
    model_clean(why);
    if (room > 0 && (int)strlen(why) > room) {
        why[room] = '\0';
        model_clean(why); /* a character may have been cut in two */
    }
    error[0] = '\0';
    struct sentence *sentence =
        say(model, SAY_TASK_FAILED, h->slot, h->step, "%s%s%s", begin, why, end);
    say_more(model, sentence, "%s learns of it when it reads the result, and only then.",
             model_name(model, pool->owner));
}

/* --- workers that die ----------------------------------------------------------------- */

bool narrate_worker_died(struct model *model, unsigned slot, const char *how,
                         uint64_t step)
{
    const struct process_view *view = &model->processes[slot];
    if (view->entry.pool == 0 || view->entry.task == 0) {
        return false;
    }
    if (!view->ended_by_user) { /* else it was told who did it */
        struct sentence *sentence =
            say(model, SAY_DIED_WORKING, slot, step, "%s %s in the middle of task %u.",
                model_name(model, slot), how, view->entry.task);
        if (sentence != NULL) {
            sentence->brief = (uint8_t)(strlen(sentence->text) - 1);
        }
    }
    return true;
}

/* Nobody has taken its place so far, and something else is told. */
void narrate_lost_task(struct model *model)
{
    struct lost_task lost = model->hidden->lost_task;
    model->hidden->lost_task.pool = 0;
    if (lost.pool != 0) {
        say(model, SAY_TASK_LOST, MP_NOBODY, 0, "%s was killed. Task %llu failed.",
            lost.worker, (unsigned long long)lost.task + 1);
    }
}

static void keep_lost_task(struct model *model, const struct happening *h)
{
    narrate_lost_task(model);
    struct lost_task *lost = &model->hidden->lost_task;
    unsigned worker = (unsigned)(h->deed->value % MP_PROCESSES);
    *lost = (struct lost_task){.pool = h->deed->object, .task = h->deed->offset};
    snprintf(lost->worker, sizeof(lost->worker), "%s", model_name(model, worker));
}

void narrate_replacement(struct model *model, unsigned slot)
{
    struct lost_task *lost = &model->hidden->lost_task;
    if (lost->pool == 0 || model->processes[slot].entry.pool != lost->pool) {
        return;
    }
    lost->pool = 0;
    say(model, SAY_TASK_LOST, slot, 0,
        "%s was killed. Task %llu failed; a new worker takes its place.", lost->worker,
        (unsigned long long)lost->task + 1);
}

/* --- every event ---------------------------------------------------------------------- */

static void tell_closed(struct model *model, const struct happening *h)
{
    const char *name = model_name(model, h->slot);
    const char *pool = model_object_name(model, h->deed->object);
    switch (h->deed->value) {
    case MP_POOL_CLOSED:
        say(model, SAY_POOL_CLOSED, h->slot, h->step,
            "%s closed %s: no more tasks come. What was given is still done.", name, pool);
        break;
    case MP_POOL_TERMINATED:
        if (model->objects[h->deed->object].finished >=
            model->objects[h->deed->object].given) {
            break; /* all was done: this is how it is tidied up */
        }
        say(model, SAY_POOL_CLOSED, h->slot, h->step,
            "%s ended %s at once: what is not done is cancelled.", name, pool);
        break;
    default:
        say(model, SAY_POOL_CLOSED, h->slot, h->step,
            "%s gave up: too many workers died without finishing a task.", pool);
        break;
    }
}

static void tell_cancelled(struct model *model, const struct happening *h)
{
    char what[48];
    tasks_words(h->deed->offset, h->deed->value, what, sizeof(what));
    say(model, SAY_TASKS_CANCELLED, h->slot, h->step,
        "%s cancelled %s before anybody took %s.", model_name(model, h->slot), what,
        h->deed->value == 1 ? "it" : "them");
}

void narrate_pool(struct model *model, const struct happening *h)
{
    bool done = h->phase == MP_DONE;
    if (h->deed->op == MP_OP_TASK_LOST && done) { /* that is told in a free run too */
        keep_lost_task(model, h);
        return;
    }
    if (!h->controlled || !(done || h->phase == MP_FAILED)) {
        return;
    }
    switch (h->deed->op) {
    case MP_OP_TASKS_GIVE:
        if (done) {
            tell_given(model, h);
        }
        break;
    case MP_OP_TASK_TAKE:
        if (done) {
            tell_taken(model, h);
        } else if (h->step != 0) {
            say(model, SAY_POOL_CLOSED, h->slot, h->step,
                "%s found %s closed, and no task left.", model_name(model, h->slot),
                model_object_name(model, h->deed->object));
        }
        break;
    case MP_OP_TASK_FINISH:
        if (done) {
            tell_done(model, h);
        } else {
            tell_failed(model, h);
        }
        break;
    case MP_OP_TASKS_CANCEL:
        if (done) {
            tell_cancelled(model, h);
        }
        break;
    case MP_OP_POOL_CLOSE:
        narrate_lost_task(model);
        if (done) {
            tell_closed(model, h);
        }
        break;
    default: /* TASKS_WAIT: it may have been woken for a worker that died */
        break;
    }
}
