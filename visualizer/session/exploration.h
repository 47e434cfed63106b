// SPDX-License-Identifier: MIT
/*
 * An exploration: a program, run under every schedule, and how each came out.
 *
 *     exploration_start;  exploration_run again and again;  exploration_end
 */
#ifndef SESSION_EXPLORATION_H
#define SESSION_EXPLORATION_H

#include "model/outcomes.h"
#include "scheduler/explore.h"
#include "session/zygote.h"

struct exploration_setup {
    char *const *argv; /* argv[0]: path of the program */
    enum mp_grain grain;
    struct explorer_setup explorer;
    size_t steps; /* at most so many in a schedule: longer ones are not looked at to their
                      end; 0: MP_SCRIPT, and a longer one cannot be explored */
    bool timeouts;  /* timed waits may time out whenever they could: a choice more */
    uint64_t limit; /* at most so many runs; 0: all */
    const volatile sig_atomic_t *stop; /* or NULL: not 0, and it is left */
};

enum exploration_state {
    EXPLORE_GOES,
    EXPLORE_COMPLETE, /* all there are, within the limit on switches if there is one */
    EXPLORE_LIMITED,  /* so many runs as were allowed */
    EXPLORE_LEFT,     /* *stop */
    EXPLORE_CANNOT,   /* this program cannot be explored: .obstacle says why */
};

/* What went wrong, and at which step (from 1; 0: it only came out otherwise), who and where in
   the program, where that is known. */
struct obstacle {
    enum zygote_end end;
    bool differs;
    size_t step;
    unsigned who;
    uint32_t place;
};

struct side;

struct exploration {
    struct exploration_setup setup;
    struct zygote zygote;
    struct side *side; /* a second explorer beside this one; NULL: there is none */
    bool has_asked;    /* ... and none was to be had */
    struct explorer *explorer;
    struct ending ending;
    struct outcomes outcomes;
    uint64_t runs;
    bool shortened; /* some schedules were not looked at to their end, as was asked for */
    size_t longest; /* schedule: steps */
    bool left_out;  /* by the second explorer: because of the limit on forced switches */
    enum exploration_state state;
    struct obstacle obstacle; /* CANNOT */
};

/* Starts the program, up to before its main(). 0; or -errno and one line in `why`. */
int exploration_start(struct exploration *exploration,
                      const struct exploration_setup *setup, char *why, size_t size);

/* One more run, or several. False: it is over, and .state says how. */
bool exploration_run(struct exploration *exploration);

/* One more run, without a second explorer beside. */
bool exploration_run_alone(struct exploration *exploration);

/* Its zygote has started: it is run as the setup says, and tells what happens. */
void exploration_watch(struct exploration *exploration);

/* One run by hand: of this script; and when it has been made, this process is killed, unless it
   is MP_NOBODY. Begins .ending anew. A machine that has much to do may hold somebody up as if he
   waited outside: so that is believed only when it happens again. */
enum zygote_end exploration_try(struct exploration *exploration,
                                const struct explorer_script *script, unsigned killed);

/* It is over: from the first schedule on, once more. False: no memory. */
bool exploration_again(struct exploration *exploration);

/* All schedules there are have been run: a proof. */
bool exploration_is_complete(const struct exploration *exploration);

/* That run came out so: fills .ending. */
void exploration_finish(struct exploration *exploration, enum zygote_end end);

/* Ends the program; the outcomes stay. */
void exploration_stop(struct exploration *exploration);
void exploration_end(struct exploration *exploration);

#endif
