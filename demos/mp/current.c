// SPDX-License-Identifier: MIT
/* This process: its name, its sleep. */
#include "process.h"

#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

struct mp_process mp_this;

mp_process *mp_current(void)
{
    if (mp_this.pid != getpid()) { /* main, or a child of a bare fork */
        mp_world_open();
        struct mp_self *me = mp_self();
        mp_this = (struct mp_process){.pid = getpid(), .pidfd = -1, .started = true};
        snprintf(mp_this.name, sizeof mp_this.name, "%s", me ? me->entry->name : "main");
    }
    return &mp_this;
}

const char *mp_current_name(void)
{
    return mp_current()->name;
}

/* A signal that comes just before the sleep does not shorten it: where there is a stop flag
   it is looked at now and then. */
static int let_pass(uint64_t end)
{
    for (uint64_t now; (now = mp_nanoseconds()) < end;) {
        if (mp_is_told_to_stop()) {
            return -EINTR;
        }
        uint64_t left = end - now;
        if (mp_stop_flag != NULL && left > MP_SLEEP_MS * 1000000ull) {
            left = MP_SLEEP_MS * 1000000ull;
        }
        struct timespec sleep = {(time_t)(left / 1000000000), (long)(left % 1000000000)};
        nanosleep(&sleep, NULL);
    }
    return 0;
}

int mp_sleep(int milliseconds)
{
    if (milliseconds < 0) {
        return -EINVAL;
    }
    struct mp_self *me = mp_world_open() == 0 ? mp_self() : NULL;
    bool pass = me != NULL && mp_mode() != MP_MODE_FREE;
    if (me != NULL) {
        struct mp_deed deed = {.op = MP_OP_SLEEP,
                               .info = MP_DONE,
                               .place = MP_CALLER,
                               .value = (uint64_t)milliseconds};
        mp_settle(me);
        mp_emit(me, deed);
    }
    return pass ? 0 : let_pass(mp_nanoseconds() + (uint64_t)milliseconds * 1000000);
}
