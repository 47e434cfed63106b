// SPDX-License-Identifier: MIT
/* A run again: out of a schedule code, and as one; what is said on the way. See again.h. */
#include "commands/again.h"

#include "commands/own.h"

#include <stdio.h>

/* --- what is said of a run that follows a schedule ------------------------------------------- */

static void say_difference(const struct session *session, char *text, size_t size)
{
    const struct model *model = session->model;
    struct move move = replay_stuck_at(&session->replay, &session->steer);
    unsigned long long step = (unsigned long long)model->steps + 1;
    const char *does = move.kind == MOVE_KILL ? "kills" : "belongs to";
    char reason[160] = "";
    if (session->ended) {
        snprintf(text, size, "The order goes on, and all have ended after %llu steps.",
                 step - 1);
    } else if (move.which >= model->process_count) {
        snprintf(text, size, "Step %llu %s %u, and there is no process %u.", step, does,
                 move.which, move.which);
    } else if (model_state(model, move.which) >= STATE_ZOMBIE) {
        snprintf(text, size, "Step %llu %s %s, and that has ended.", step, does,
                 model_name(model, move.which));
    } else if (model_why_not(model, move.which, reason, sizeof reason)) {
        snprintf(text, size, "Step %llu %s %s, which cannot go: %s.", step, does,
                 model_name(model, move.which), reason);
    } else {
        snprintf(text, size, "Step %llu %s %s, which is not there.", step, does,
                 model_name(model, move.which));
    }
}

bool replay_news(const struct session *session, enum replay_state *told, char *text,
                 size_t size)
{
    enum replay_state state = session->replay.state;
    bool stands = session_is_stopped(session);
    if (state == *told || (state == REPLAY_DONE && !stands && !session->ended)) {
        return false;
    }
    *told = state;
    if (state == REPLAY_DIFFERS) {
        say_difference(session, text, size);
        return true;
    }
    if (state == REPLAY_DONE && !session->ended && !steer_has_ended(&session->steer)) {
        snprintf(text, size, "The order ends here. From now on you choose.");
        return true;
    }
    return false;
}

/* --- a code ------------------------------------------------------------------------------------ */

int again_from_code(struct code *code, struct run_options *options, char *why, size_t size)
{
    static char *words[CODE_WORDS];
    int rc = run_find_program(code->program, options, why, size);
    if (rc != LAB_FINE) {
        return rc;
    }
    if (code->shape != NULL && /* what its numbers mean, its demo says */
        code_fill_in(code, options->demo.entry.shape, why, size) != 0) {
        return LAB_USAGE;
    }
    options->typed = code->program; /* filled in, it is another text */
    options->argument_count = code->word_count;
    for (int i = 0; i < code->word_count; i++) {
        words[i] = code->words[i];
    }
    options->arguments = words;
    options->exact = true;
    options->schedule = &code->schedule;
    options->grain_given = code->shape == NULL;
    options->grain = code->grain;
    return LAB_FINE;
}

char *again_code(const struct session *session, const struct run_options *options,
                 uint64_t step)
{
    struct schedule schedule = {0};
    enum mp_grain grain;
    char why[160];
    char *code = NULL;
    int count = 0;
    while (options->argv[count] != NULL) {
        count++;
    }
    if (session_can_repeat(session, why, sizeof why) && count > 0 &&
        schedule_of(session->tape, step, &schedule, &grain)) {
        code = code_write(options->typed, options->argv + 1, count - 1, grain, &schedule);
    }
    schedule_free(&schedule);
    return code;
}
