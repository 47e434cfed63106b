// SPDX-License-Identifier: MIT
// Tests of the sentences on pools and of what the model keeps of tasks, also after it has only
// seen a snapshot.
#include "suite.h"
#include "unit/calls_story.h"

#include <errno.h>
#include <signal.h>

/* --- pools ------------------------------------------------------------------------------- */

static void take(struct story *s, unsigned slot, uint32_t first, uint64_t count)
{
    call_done(s, slot, MP_OP_TASK_TAKE, first, count);
}

static struct pool_task task_at(const struct story *s, uint64_t number)
{
    struct pool_task task;
    ck_assert(model_pool_task(s->model, STORY_THING, number, &task));
    return task;
}

START_TEST(task_taken_and_done)
{
    struct story s = story_pool();

    says(s, SAY_GIVEN, "main gave squares 10 tasks.");
    take(&s, 2, 0, 1);
    says(s, SAY_TASK_TAKEN, "worker-2 took task 1. 9 tasks are waiting.");
    adds(s, SAY_TASK_TAKEN,
         "Nobody gave it that task: a worker that is free takes the next one.");
    cell_is(s, "[1");
    ck_assert_uint_eq(task_at(&s, 0).state, TASK_WORK);
    call_done(&s, 2, MP_OP_TASK_FINISH, 0, 41538);
    says(s, SAY_TASK_DONE, "worker-2 finished task 1: 41538. The result goes to place 1.");
    adds(s, SAY_TASK_DONE,
         "The order of finishing does not change the order of the results.");
    cell_is(s, "1]");
    words_are(s, 2, "finished task 1", "runs");
    ck_assert_uint_eq(task_at(&s, 0).state, TASK_DONE);
    ck_assert_uint_eq(task_at(&s, 0).worker, 2);
    ck_assert_str_eq(model_task_name(s.model, STORY_THING), "count_primes");
    story_end(&s);
}
END_TEST

START_TEST(last_tasks_and_chunks)
{
    struct story s = story_pool();
    uint64_t number;

    take(&s, 1, 0, 8);
    says(s, SAY_TASK_TAKEN, "worker-1 took tasks 1 to 8. 2 tasks are waiting.");
    ck_assert_uint_eq(task_at(&s, 0).state, TASK_WORK);
    ck_assert_uint_eq(task_at(&s, 1).state, TASK_TAKEN);
    call_done(&s, 1, MP_OP_TASK_FINISH, 0, 1);
    ck_assert_uint_eq(task_at(&s, 1).state, TASK_WORK);
    take(&s, 2, 8, 1);
    says(s, SAY_TASK_TAKEN, "worker-2 took task 9. 1 task is waiting.");
    take(&s, 3, 9, 1);
    says(s, SAY_TASK_TAKEN, "worker-3 took task 10. No task is waiting.");
    call_done(&s, 3, MP_OP_TASK_FINISH, 9, 2);
    ck_assert(model_pool_finished(s.model, STORY_THING, 1, &number));
    ck_assert_uint_eq(number, 9);
    ck_assert(!model_pool_finished(s.model, STORY_THING, 2, &number));
    ck_assert_uint_eq(model_pool_count(s.model, STORY_THING, TASK_DONE), 2);
    story_end(&s);
}
END_TEST

START_TEST(one_task_has_no_place)
{
    struct story s = story_pool();

    take(&s, 1, 0, 10);
    for (uint32_t i = 0; i < 10; i++) {
        call_done(&s, 1, MP_OP_TASK_FINISH, i, i);
    }
    call_tell(&s, 0, MP_OP_TASKS_GIVE, MP_DONE, 10, 1);
    says(s, SAY_GIVEN, "main gave squares task 11.");
    ck_assert_uint_eq(model_pool_first(s.model, STORY_THING), 10);
    take(&s, 1, 10, 1);
    call_done(&s, 1, MP_OP_TASK_FINISH, 10, 5);
    says(s, SAY_TASK_DONE, "worker-1 finished task 11: 5.");
    story_end(&s);
}
END_TEST

START_TEST(task_failed)
{
    struct story s = story_pool();

    take(&s, 3, 0, 7);
    story_name(&s, 3, MP_NAME_OF_ERROR, STORY_THING, "HTTP 404");
    call_failed(&s, 3, MP_OP_TASK_FINISH, 22);
    says(s, SAY_TASK_FAILED,
         "task 1 failed in worker-3: HTTP 404. The other tasks go on.");
    adds(s, SAY_TASK_FAILED, "main learns of it when it reads the result, and only then.");
    cell_is(s, "1]!");
    words_are(s, 3, "failed in task 1", "runs");
    ck_assert_uint_eq(task_at(&s, 0).state, TASK_FAILED);
    call_tell(&s, 3, MP_OP_TASK_FINISH, MP_FAILED | MP_INFO_STEP, 1, (uint64_t)-5);
    says(s, SAY_TASK_FAILED, "task 2 failed in worker-3: code -5. The other tasks go on.");
    story_name(&s, 3, MP_NAME_OF_ERROR, STORY_THING,
               "a message that is much longer than a sentence has room for");
    call_tell(&s, 3, MP_OP_TASK_FINISH, MP_FAILED | MP_INFO_STEP, 2, 1);
    ck_assert_uint_le(strlen(story_said(&s, SAY_TASK_FAILED)->text), STORY_WIDTH);
    story_end(&s);
}
END_TEST

START_TEST(worker_that_dies_in_a_task)
{
    struct story s = story_pool();

    take(&s, 2, 4, 3);
    story_life(&s, 2, MP_OP_DIE, 0, -SIGKILL, false);
    says(s, SAY_DIED_WORKING, "worker-2 was killed (SIGKILL) in the middle of task 5.");
    call_tell(&s, 0, MP_OP_TASK_LOST, MP_DONE, 4, 2);
    ck_assert_uint_eq(story_count(&s, SAY_TASK_LOST), 0); // not yet: nobody is born
    ck_assert_uint_eq(task_at(&s, 4).state, TASK_LOST);
    ck_assert_uint_eq(task_at(&s, 5).state, TASK_WAITING); // can be taken again
    story_worker(&s, 5, "worker-5");
    says(s, SAY_TASK_LOST,
         "worker-2 was killed. Task 5 failed; a new worker takes its place.");
    take(&s, 5, 5, 2);
    ck_assert_uint_eq(task_at(&s, 5).worker, 5);
    story_end(&s);
}
END_TEST

START_TEST(worker_that_nobody_replaces)
{
    struct story s = story_pool();

    take(&s, 2, 4, 1);
    story_life(&s, 2, MP_OP_DIE, 0, -SIGKILL, false);
    call_tell(&s, 0, MP_OP_TASK_LOST, MP_DONE, 4, 2);
    call_tell(&s, 0, MP_OP_POOL_CLOSE, MP_DONE, 0, MP_POOL_CLOSED);
    says(s, SAY_TASK_LOST, "worker-2 was killed. Task 5 failed.");
    says(s, SAY_POOL_CLOSED,
         "main closed squares: no more tasks come. What was given is still done.");
    story_end(&s);
}
END_TEST

START_TEST(worker_that_you_kill)
{
    struct story s = story_pool();

    take(&s, 2, 4, 1);
    model_killed_by_user(s.model, 2);
    says(s, SAY_KILLED_BY_USER, "You killed worker-2 (SIGKILL) in the middle of task 5.");
    adds(s, SAY_KILLED_BY_USER, "It had no chance to finish or to tidy up.");
    story_life(&s, 2, MP_OP_DIE, 0, -SIGKILL, false);
    ck_assert_uint_eq(story_count(&s, SAY_DIED_WORKING), 0); // that was told
    story_end(&s);
}
END_TEST

START_TEST(pool_that_ends)
{
    struct story s = story_pool();

    call_tell(&s, 0, MP_OP_TASKS_CANCEL, MP_DONE, 8, 2);
    says(s, SAY_TASKS_CANCELLED,
         "main cancelled tasks 9 and 10 before anybody took them.");
    ck_assert_uint_eq(task_at(&s, 9).state, TASK_CANCELLED);
    call_tell(&s, 0, MP_OP_POOL_CLOSE, MP_DONE, 0, MP_POOL_TERMINATED);
    says(s, SAY_POOL_CLOSED, "main ended squares at once: what is not done is cancelled.");
    call_failed(&s, 1, MP_OP_TASK_TAKE, EPIPE);
    says(s, SAY_POOL_CLOSED, "worker-1 found squares closed, and no task left.");
    call_tell(&s, 0, MP_OP_POOL_CLOSE, MP_DONE, 0, MP_POOL_GAVE_UP);
    says(s, SAY_POOL_CLOSED,
         "squares gave up: too many workers died without finishing a task.");
    story_end(&s);
}
END_TEST

START_TEST(waiting_in_a_pool)
{
    struct story s = story_pool();

    call_wanted(&s, 0, MP_OP_TASKS_WAIT, 0);
    says(s, SAY_BLOCKED_RESULTS, "main is BLOCKED: it waits for the results.");
    words_are(s, 0, "gave 10 tasks", "take the results");
    ck_assert_str_eq(model_state_text(s.model, 0), "blocked");
    take(&s, 1, 0, 10);
    call_wanted(&s, 2, MP_OP_TASK_TAKE, 0);
    says(s, SAY_BLOCKED_TASK, "worker-2 is BLOCKED: no task is waiting.");
    ck_assert(story_said(&s, SAY_BLOCKED_TASK)->minor);
    story_end(&s);
}
END_TEST

/* --- after a snapshot -------------------------------------------------------------------- */

static struct snapshot snapshot; // static: large

START_TEST(snapshot_tells_who_has_which_task)
{
    struct model *model = model_new();
    struct pool_task task;

    snapshot = (struct snapshot){.grain = MP_GRAIN_CALLS};
    snapshot.objects[1] = (struct mp_object_entry){
        .generation = 1, .kind = MP_KIND_POOL, .given = 10, .taken = 6, .finished = 3};
    snapshot.processes[2] = (struct mp_process_entry){.generation = 1,
                                                      .life = MP_LIFE_ALIVE,
                                                      .pool = 1,
                                                      .task = 5, // number 4
                                                      .task_end = 6};
    model_start(model, &snapshot, false);
    static const enum task_state states[] = {TASK_OVER,    TASK_OVER, TASK_OVER,
                                             TASK_WAITING, TASK_WORK, TASK_TAKEN,
                                             TASK_WAITING};
    for (uint64_t i = 0; i < sizeof states / sizeof *states; i++) {
        ck_assert(model_pool_task(model, 1, i, &task));
        ck_assert_uint_eq(task.state, states[i]);
    }
    ck_assert(model_pool_task(model, 1, 9, &task));
    ck_assert(!model_pool_task(model, 1, 10, &task));
    model_free(model);
}
END_TEST

START_TEST(snapshot_tells_what_is_in_a_queue)
{
    struct model *model = model_new();
    static const uint64_t items[] = {3, 4, 5};
    struct queue_item item;
    char what[200];
    char words[32];

    snapshot = (struct snapshot){.grain = MP_GRAIN_CALLS};
    snapshot.objects[1] = (struct mp_object_entry){.generation = 1,
                                                   .kind = MP_KIND_QUEUE,
                                                   .parties = 4,
                                                   .given = 6,
                                                   .taken = 3,
                                                   .type = "int"};
    snapshot.bytes[1] = (const unsigned char *)items;
    model_start(model, &snapshot, false);
    for (uint64_t i = 0; i < 3; i++) {
        ck_assert(model_queue_item(model, 1, 3 + i, &item));
        model_item_words(model, 1, item.number, item.value, words, sizeof words);
        ck_assert_uint_eq(item.value, items[i]);
        ck_assert_int_eq(words[0], (char)('3' + i));
    }
    ck_assert(!model_queue_item(model, 1, 6, &item));
    ck_assert(model_equals(model, &snapshot, what, sizeof what));
    static const uint64_t others[] = {3, 4, 6};
    snapshot.bytes[1] = (const unsigned char *)others;
    ck_assert(!model_equals(model, &snapshot, what, sizeof what));
    ck_assert_str_eq(what, "queue 1: item 5 is 5 in the model, 6 in the world");
    model_free(model);
}
END_TEST

START_TEST(many_tasks_are_kept_in_part)
{
    struct story s = story_pool();
    struct pool_task task;

    call_tell(&s, 0, MP_OP_TASKS_GIVE, MP_DONE, 10, 1000000);
    ck_assert(model_pool_task(s.model, STORY_THING, 1000009, &task));
    ck_assert(!model_pool_task(s.model, STORY_THING, 10, &task));
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = task_taken_and_done},
        {.test = last_tasks_and_chunks},
        {.test = one_task_has_no_place},
        {.test = task_failed},
        {.test = worker_that_dies_in_a_task},
        {.test = worker_that_nobody_replaces},
        {.test = worker_that_you_kill},
        {.test = pool_that_ends},
        {.test = waiting_in_a_pool},
        {.test = snapshot_tells_who_has_which_task},
        {.test = snapshot_tells_what_is_in_a_queue},
        {.test = many_tasks_are_kept_in_part},
    };

    return suite_run("pool narration", tests, sizeof tests / sizeof *tests);
}
