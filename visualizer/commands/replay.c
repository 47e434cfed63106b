// SPDX-License-Identifier: MIT
/* lab replay: a run again under its schedule, or a recording, looked at. */
#include "commands/again.h"
#include "commands/commands.h"
#include "commands/record.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
    bool stands = steer_is_stopped(&session->steer);
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
    if (!demo_find(code->program, &options->demo, why, size)) {
        return LAB_USAGE;
    }
    if (code->shape != NULL && /* what its numbers mean, its demo says */
        code_fill_in(code, options->demo.entry.shape, why, size) != 0) {
        return LAB_USAGE;
    }
    options->typed = code->program;
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

static int replay_code(const char *text, struct run_options *options)
{
    static struct code code;
    char why[256];
    if (code_read(text, &code, why, sizeof why) != 0) {
        code_free(&code);
        return lab_error(LAB_USAGE, "%s", why);
    }
    int rc = again_from_code(&code, options, why, sizeof why);
    rc = rc == LAB_FINE ? run_show(options) : lab_error(rc, "%s", why);
    code_free(&code);
    return rc;
}

/* What there is as a file is a recording; and what looks like no code was meant to be one. */
static bool is_recording(const char *name)
{
    return access(name, F_OK) == 0 ||
           (strchr(name, ':') == NULL && strchr(name, '@') == NULL);
}

static int replay_recording(const char *name, struct run_options *options)
{
    struct recording *recording;
    char why[640];
    if (recording_read(name, &recording, why, sizeof why) != 0) {
        return lab_error(LAB_USAGE, "%s", why);
    }
    snprintf(options->demo.name, sizeof options->demo.name, "%s", recording->head.program);
    options->typed = options->demo.name;
    options->seed = recording->head.seed;
    options->recording = recording;
    int rc = run_show(options);
    recording_free(recording);
    return rc;
}

int command_replay(int argc, char **argv)
{
    static struct run_options options;
    int rc = run_options_read(&options, argc, argv);
    if (rc != LAB_FINE) {
        return rc;
    }
    if (optind >= argc) {
        return lab_error(LAB_USAGE,
                         "replay what? For example: %s replay lock_race:2x1:1212",
                         lab_name);
    }
    if (is_recording(argv[optind])) {
        return replay_recording(argv[optind], &options);
    }
    return replay_code(argv[optind], &options);
}
