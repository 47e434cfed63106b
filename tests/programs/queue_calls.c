// SPDX-License-Identifier: MIT
// Every call of queues and pipes, by several processes at once: tests/unit/test_session.c
// runs it under control and compares what the lab makes of it with the tables.
//
//   queue_calls CAPACITY    workers take items, answer through a pipe, say that it is done
#include "mp.h"

#include <stdio.h>
#include <stdlib.h>

enum { ITEMS = 4, WORKERS = 2, LIMIT_MS = 50 };

struct job { /* private: each process has its own copy */
    mp_queue *todo;
    mp_conn *answers[2];
};

static int work(void *arg)
{
    struct job *job = arg;
    int item;
    mp_conn_close(job->answers[0]);
    while (mp_queue_get(job->todo, &item, sizeof item, NULL, MP_FOREVER) == 0) {
        item *= item;
        mp_conn_send(job->answers[1], &item, item % 2 ? sizeof item : 0, MP_FOREVER);
        mp_queue_task_done(job->todo);
    }
    mp_conn_close(job->answers[1]);
    return mp_queue_task_done(job->todo) == 0; /* one too many */
}

int main(int argc, char **argv)
{
    struct job job;
    mp_process *workers[WORKERS];
    size_t capacity = argc > 1 ? strtoul(argv[1], NULL, 10) : 2;
    int answers = 0;
    if (mp_queue_create(&job.todo, int, capacity) != 0 ||
        mp_pipe_create(job.answers, 0) != 0) {
        return 1;
    }
    for (int i = 0; i < WORKERS; i++) {
        if (mp_process_create(&workers[i], work, &job, NULL) != 0 ||
            mp_process_start(workers[i]) != 0) {
            return 1;
        }
    }
    mp_conn_close(job.answers[1]);
    for (int i = 0; i < ITEMS; i++) {
        while (mp_queue_put(job.todo, &i, sizeof i, i % 2 ? LIMIT_MS : 0) != 0) {
        }
    }
    mp_queue_join(job.todo, 0);
    mp_conn_poll(job.answers[0], LIMIT_MS);
    mp_queue_join(job.todo, MP_FOREVER);
    mp_queue_close(job.todo);
    for (int answer;
         mp_conn_recv(job.answers[0], &answer, sizeof answer, NULL, MP_FOREVER) == 0;) {
        answers++;
    }
    for (int i = 0; i < WORKERS; i++) {
        mp_process_join(workers[i], MP_FOREVER);
    }
    mp_conn_close(job.answers[0]);
    mp_queue_destroy(job.todo);
    printf("answers %d\n", answers);
    return answers != ITEMS;
}
