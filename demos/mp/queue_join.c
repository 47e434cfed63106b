// SPDX-License-Identifier: MIT
/*
 * The work that is owed: who takes an item owes one QUEUE_DONE, and a join waits until
 * nobody owes any and nothing is inside.
 *
 * The ledger counts what each process owes, the object table has the set of those who owe
 * something. A process that ends in debt will never pay. What is lost is then counted from
 * the other side: taken, less done, less what the living owe; so it does not matter where in
 * a call the dead was killed.
 */
#include "queue.h"

#include <errno.h>
#include <limits.h>

/* NULL: this process has no entry in the table, and nobody knows what it owes. */
static struct debt *my_debt(const struct mp_queue *queue)
{
    if (mp_me->entry == NULL) {
        return NULL;
    }
    struct debt *debt = &mp_queue_ledger(queue)->debts[mp_me->slot];
    if (debt->generation != mp_me->entry->generation) {
        *debt = (struct debt){.generation = mp_me->entry->generation};
    }
    return debt;
}

void mp_queue_owe(struct mp_queue *queue)
{
    struct debt *debt = my_debt(queue);
    if (debt != NULL) { /* a thread of this process may be paying at the same time */
        __atomic_fetch_add(&debt->items, 1, __ATOMIC_RELAXED);
    }
}

int mp_queue_task_done(mp_queue *queue)
{
    if (queue == NULL) {
        return -EINVAL;
    }
    struct mp_self *me = mp_self();
    struct mp_stop_for stop = {
        .deed = {.op = MP_OP_QUEUE_DONE, .object = queue->object, .place = MP_CALLER}};
    if (me != NULL) {
        mp_gate_stop(me, &stop);
    }
    struct mp_deed deed = stop.deed;
    deed.info = stop.step ? MP_INFO_STEP : 0;
    mp_guard_enter(&queue->guard);
    struct debt *debt = my_debt(queue);
    bool owes = debt != NULL && debt->items > 0;
    if (owes) {
        uint32_t left = __atomic_sub_fetch(&debt->items, 1, __ATOMIC_RELAXED);
        deed.info |= MP_DONE | (left == 0 ? MP_INFO_LAST : 0);
    } else {
        deed.info |= MP_FAILED;
        deed.value = EOVERFLOW;
    }
    mp_tell(me, deed);
    bool ring = owes && mp_bell_is_wanted(&queue->done);
    mp_guard_leave(&queue->guard);
    if (ring) {
        mp_bell_ring(&queue->done, INT_MAX);
    }
    return owes ? 0 : -EOVERFLOW;
}

/* --- join ------------------------------------------------------------------------------- */

struct visit {
    struct mp_queue *queue;
    struct mp_self *me;
    struct mp_waiting waiting;
    unsigned looks;
};

/* Does somebody owe who has ended? Free running, nobody may have noticed its end yet. */
static bool is_owed_by_the_dead(const struct mp_object_entry *entry, bool notice)
{
    bool owed = entry->members[1][0] != 0;
    for (unsigned slot = 0; slot < MP_PROCESSES && !owed; slot++) {
        if (mp_is_member(entry, 0, slot)) {
            owed = !mp_lives(&mp_the_world->processes[slot]) ||
                   (notice && mp_notice_death(slot));
        }
    }
    return owed;
}

static uint64_t owed_by_the_living(const struct mp_queue *queue)
{
    uint64_t sum = 0;
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        const struct mp_process_entry *process = &mp_the_world->processes[slot];
        const struct debt *debt = &mp_queue_ledger(queue)->debts[slot];
        if (mp_lives(process) && debt->generation == process->generation) {
            sum += debt->items;
        }
    }
    return sum;
}

static int join_guarded(struct visit *visit)
{
    struct mp_queue *queue = visit->queue;
    const struct mp_object_entry *entry = mp_queue_entry(queue);
    struct mp_deed deed = visit->waiting.deed;
    deed.info = visit->waiting.step ? MP_INFO_STEP : 0;
    mp_bell_answer(&queue->done);
    if (entry->finished >= __atomic_load_n(&entry->given, __ATOMIC_ACQUIRE)) {
        deed.info |= MP_DONE;
        mp_tell(visit->me, deed);
        return 0;
    }
    /* The first two looks come at once; the later ones after 100 ms of sleep. */
    bool notice = ++visit->looks > 2 && mp_mode() == MP_MODE_FREE;
    if (!is_owed_by_the_dead(entry, notice)) {
        return -EAGAIN;
    }
    uint64_t lost = entry->taken - entry->finished - owed_by_the_living(queue);
    deed.info |= MP_FAILED;
    deed.value = EOWNERDEAD;
    deed.offset = (uint32_t)lost;
    mp_tell(visit->me, deed);
    return -EOWNERDEAD;
}

static int try_join(void *context)
{
    struct visit *visit = context;
    /* Nobody takes meanwhile: what is taken and what is owed fit together. */
    mp_guard_enter(&visit->queue->taking);
    mp_guard_enter(&visit->queue->guard);
    int rc = join_guarded(visit);
    mp_guard_leave(&visit->queue->guard);
    mp_guard_leave(&visit->queue->taking);
    return rc;
}

int mp_queue_join(mp_queue *queue, int timeout_ms)
{
    if (queue == NULL || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct visit visit = {.queue = queue,
                          .me = mp_self(),
                          .waiting = {.deed = {.op = MP_OP_QUEUE_JOIN,
                                               .info = timeout_ms == 0 ? MP_INFO_TRY : 0,
                                               .object = queue->object,
                                               .place = MP_CALLER},
                                      .attempt = try_join,
                                      .sequence = &queue->done.sequence,
                                      .sleepers = &queue->done.sleepers}};
    visit.waiting.context = &visit;
    int rc = mp_wait(visit.me, &visit.waiting, timeout_ms);
    if (rc == -EOWNERDEAD) {
        mp_bell_ring(&queue->done, INT_MAX); /* others who join may have what they want */
    } else if (rc < 0 && visit.me != NULL) {
        struct mp_deed deed = visit.waiting.deed;
        deed.info = (uint8_t)(MP_FAILED | (visit.waiting.step ? MP_INFO_STEP : 0));
        deed.value = (uint64_t)-rc;
        mp_guard_enter(&queue->guard);
        mp_emit(visit.me, deed);
        mp_guard_leave(&queue->guard);
        mp_gate_repeats(visit.me, &deed);
    }
    return rc;
}
