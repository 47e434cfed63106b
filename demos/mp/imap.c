// SPDX-License-Identifier: MIT
/* Results one by one: a window of futures, moved along over the items. */
#include "pool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct mp_iter {
    mp_pool *pool;
    pid_t maker;
    struct mp_work one; /* the work, item by item */
    mp_source source;   /* NULL: from an array */
    void *arg;
    size_t left;  /* of the array */
    void *buffer; /* for the item that the source fills */
    bool unordered;
    bool is_dry; /* the source has no more */
    size_t given, window, open;
    struct place {
        mp_future *future;
        size_t index;
    } places[]; /* the first `open` of them: given and not yet had, the oldest first */
};

/* The next item: 1 and its place, or 0. */
static int next_item(mp_iter *iter, const void **item)
{
    if (iter->is_dry) {
        return 0;
    }
    if (iter->source == NULL) {
        iter->is_dry = iter->left == 0;
        *item = (const char *)iter->one.items + iter->given * iter->one.item_size;
        iter->left -= !iter->is_dry;
    } else {
        bool inside = iter->pool->calling_back;
        iter->pool->calling_back = true;
        iter->is_dry = iter->source(iter->arg, iter->buffer) == 0;
        iter->pool->calling_back = inside;
        *item = iter->buffer;
    }
    return !iter->is_dry;
}

static int fill_window(mp_iter *iter)
{
    const void *item;
    int rc =
        iter->open < iter->window && !iter->is_dry ? mp_pool_check_open(iter->pool) : 0;
    while (rc == 0 && iter->open < iter->window && next_item(iter, &item)) {
        struct mp_work work = iter->one;
        work.items = item;
        struct place *place = &iter->places[iter->open];
        rc = mp_pool_submit_work(iter->pool, &work, 1, &place->future);
        place->index = iter->given;
        iter->open += rc == 0;
        iter->given += rc == 0;
    }
    return rc;
}

int mp_pool_imap_work(mp_pool *pool, const struct mp_work *work, mp_source source,
                      void *arg, const struct mp_imap_options *options, mp_iter **out)
{
    static const struct mp_imap_options defaults;
    options = options != NULL ? options : &defaults;
    struct mp_work given = work != NULL ? *work : (struct mp_work){0};
    given.count = source != NULL ? 0 : given.count;
    int rc = mp_pool_check_work(pool, work != NULL ? &given : NULL);
    if (rc != 0 || out == NULL) {
        return rc != 0 ? rc : -EINVAL;
    }
    size_t window = options->window != 0 ? options->window : 4 * (size_t)pool->workers;
    mp_iter *iter = calloc(1, sizeof *iter + window * sizeof *iter->places);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): NULL was refused above */
    void *buffer = malloc(work->item_size + 1);
    if (iter == NULL || buffer == NULL) {
        free(iter);
        free(buffer);
        return -ENOMEM;
    }
    iter->pool = pool;
    iter->maker = getpid();
    iter->one = given;
    iter->one.count = 1;
    iter->source = source;
    iter->arg = arg;
    iter->left = given.count;
    iter->buffer = buffer;
    iter->unordered = options->unordered != 0;
    iter->window = window;
    rc = fill_window(iter);
    if (rc != 0) {
        mp_iter_destroy(iter);
        return rc;
    }
    *out = iter;
    return 0;
}

/* Waits for the one that comes next: its place. */
static int next_place(mp_iter *iter, int timeout_ms, size_t *at)
{
    *at = 0;
    if (!iter->unordered) {
        return mp_future_wait(iter->places[0].future, timeout_ms);
    }
    mp_future **futures = calloc(iter->open, sizeof *futures);
    if (futures == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < iter->open; i++) {
        futures[i] = iter->places[i].future;
    }
    int rc = mp_futures_next(futures, iter->open, at, timeout_ms);
    free(futures);
    return rc;
}

int mp_iter_next(mp_iter *iter, void *out, size_t *index, int timeout_ms)
{
    if (iter == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    int rc = mp_pool_check(iter->pool);
    if (rc != 0) {
        return rc;
    }
    rc = iter->open == 0 ? fill_window(iter) : 0;
    if (rc != 0 || iter->open == 0) {
        return rc != 0 ? rc : -ENOENT;
    }
    size_t at;
    rc = next_place(iter, timeout_ms, &at);
    if (rc != 0) {
        return rc;
    }
    struct place had = iter->places[at];
    iter->open--;
    memmove(&iter->places[at], &iter->places[at + 1],
            (iter->open - at) * sizeof *iter->places);
    fill_window(iter); /* what keeps it from being filled is told when it is empty */
    if (index != NULL) {
        *index = had.index;
    }
    rc = mp_future_result(had.future, out, iter->one.result_size);
    mp_future_destroy(had.future);
    return rc;
}

int mp_iter_destroy(mp_iter *iter)
{
    if (iter == NULL) {
        return 0;
    }
    if (iter->maker != getpid()) {
        return -ECHILD;
    }
    for (; iter->open > 0; iter->open--) {
        int rc = mp_future_destroy(iter->places[iter->open - 1].future);
        if (rc != 0) {
            return rc;
        }
    }
    free(iter->buffer);
    free(iter);
    return 0;
}
