// SPDX-License-Identifier: MIT
/* Decisive moments and their questions. See decisive.h. */
#include "commands/decisive.h"

#include <stdio.h>
#include <string.h>

static uint64_t writes_of(const struct model *model, uint32_t field)
{
    return field < model->field_count
               ? model->fields[field].updates + model->fields[field].sets
               : 0;
}

/* The field that was read last: what the question is about. */
static uint32_t last_field(const struct model *model)
{
    return model->moment_count > 0 ? model->moments[model->moment_count - 1].field
                                   : NO_FIELD;
}

static void ask_after_read(struct decisive *decisive, const struct model *model,
                           char *question, size_t size)
{
    uint32_t field = last_field(model);
    if (field == NO_FIELD) {
        return;
    }
    decisive->about = PREDICT_VALUE;
    decisive->predictions[PREDICT_VALUE] =
        (struct prediction){.field = field, .writes = writes_of(model, field) + 2};
    snprintf(question, size, "Predict: what is the %s after both have written?",
             model->fields[field].name);
}

/* Who alone can go; MP_NOBODY: nobody; MP_PROCESSES: several. */
static unsigned who_can_go(const struct model *model)
{
    unsigned can = MP_NOBODY;
    char reason[160];
    for (unsigned slot = 0; slot < model->process_count; slot++) {
        enum textbook_state state = model_state(model, slot);
        if (state == STATE_READY && !model_why_not(model, slot, reason, sizeof reason)) {
            can = can == MP_NOBODY ? slot : MP_PROCESSES;
        }
    }
    return can;
}

static void ask_when_blocked(const struct model *model, uint16_t process,
                             const char *press, char *question, size_t size)
{
    unsigned can = who_can_go(model);
    if (can < MP_PROCESSES) {
        snprintf(question, size, "Only %u can go. %s %u and the lab says why it cannot.",
                 can, press, process);
    } else {
        snprintf(question, size, "%s %u and the lab says why it cannot go.", press,
                 process);
    }
}

/* An item that is a whole number: something that can be typed. */
static bool item_number(const struct model *model, unsigned queue, uint64_t number,
                        long *value)
{
    struct queue_item item;
    char text[64];
    int end = 0;
    if (!model_queue_item(model, queue, number, &item)) {
        return false;
    }
    model_item_words(model, queue, number, item.value, text, sizeof text);
    return sscanf(text, "%ld%n", value, &end) == 1 && text[end] == '\0';
}

/* Somebody waits for room: what makes it? */
static void ask_when_full(struct decisive *decisive, const struct model *model,
                          uint16_t process, char *question, size_t size)
{
    unsigned queue = model->processes[process % MP_PROCESSES].entry.now.object;
    unsigned can = who_can_go(model);
    uint64_t next = queue < MP_OBJECTS ? model->objects[queue].taken : 0;
    long value;
    if (queue >= MP_OBJECTS || !item_number(model, queue, next, &value)) {
        ask_when_blocked(model, process, decisive->in_lines ? "Type" : "Press", question,
                         size);
        return;
    }
    decisive->about = PREDICT_ITEM;
    decisive->predictions[PREDICT_ITEM] =
        (struct prediction){.field = queue, .writes = next};
    if (can < MP_PROCESSES && model->processes[can].entry.now.op == MP_OP_QUEUE_GET) {
        snprintf(question, size, "Only %u can go. Predict: which item will it take?", can);
    } else {
        snprintf(question, size, "Predict: which item is taken next?");
    }
}

static void ask(struct decisive *decisive, const struct model *model,
                const struct sentence *sentence, char *question, size_t size)
{
    decisive->about = PREDICT_NOTHING;
    switch (sentence->kind) {
    case SAY_READ_TOO:
        ask_after_read(decisive, model, question, size);
        break;
    case SAY_LOST_ONE:
    case SAY_LOST_MANY:
        decisive->about = PREDICT_LOST;
        snprintf(question, size, "Predict: how many updates will be lost in the end?");
        break;
    case SAY_BLOCKED_LOCK:
        ask_when_blocked(model, sentence->process, decisive->in_lines ? "Type" : "Press",
                         question, size);
        break;
    case SAY_BLOCKED_EMPTY:
    case SAY_BLOCKED_PERMIT:
        ask_when_blocked(model, sentence->process, decisive->in_lines ? "Type" : "Press",
                         question, size);
        break;
    case SAY_BLOCKED_FULL:
        ask_when_full(decisive, model, sentence->process, question, size);
        break;
    case SAY_DIED_WORKING:
        snprintf(question, size, "Predict: what becomes of its task, and of the others?");
        break;
    case SAY_ZOMBIE:
        if (decisive->in_lines) {
            snprintf(question, size, "Can it be killed? Type kill %u.", sentence->process);
        } else {
            snprintf(question, size, "Can it be killed? Select %s, press k twice.",
                     model_name(model, sentence->process));
        }
        break;
    case SAY_DIED_HOLDER:
        snprintf(question, size, "Predict: what is the next one to take the lock told?");
        break;
    default:
        snprintf(question, size, "Nobody can ever go on. r runs it again.");
        break;
    }
}

/* How often a kind of moment stops a run; 0: it does not. */
static unsigned stops(enum sentence_kind kind)
{
    switch (kind) {
    case SAY_READ_TOO:
        return 2;
    case SAY_LOST_ONE:
    case SAY_LOST_MANY:
    case SAY_BLOCKED_LOCK:
    case SAY_BLOCKED_FULL:
    case SAY_BLOCKED_EMPTY:
    case SAY_BLOCKED_PERMIT:
    case SAY_DIED_WORKING:
    case SAY_ZOMBIE:
    case SAY_DIED_HOLDER:
    case SAY_STUCK:
        return 1;
    default:
        return 0;
    }
}

/* Where lives are the steps, and it ended of itself: who was just killed is no riddle. */
static bool is_lesson_on_zombies(const struct model *model, uint16_t process)
{
    return model->grain == MP_GRAIN_LIVES && process < MP_PROCESSES &&
           model->processes[process].entry.status >= 0;
}

bool decisive_look(struct decisive *decisive, const struct model *model, char *question,
                   size_t size)
{
    const struct sentence *decides = NULL;
    uint64_t gone = model->sentences_gone;
    decisive->seen = decisive->seen > gone ? decisive->seen : gone;
    for (; decisive->seen < gone + model->sentence_count; decisive->seen++) {
        const struct sentence *sentence = &model->sentences[decisive->seen - gone];
        /* One lost or many: the same moment. */
        enum sentence_kind kind =
            sentence->kind == SAY_LOST_MANY ? SAY_LOST_ONE : sentence->kind;
        bool matters =
            kind != SAY_ZOMBIE || is_lesson_on_zombies(model, sentence->process);
        if (matters && decisive->times[kind] < stops(kind)) {
            decisive->times[kind]++;
            decides = sentence;
        }
    }
    if (decides == NULL) {
        return false;
    }
    question[0] = '\0';
    ask(decisive, model, decides, question, size);
    return true;
}

void decisive_answer(struct decisive *decisive, long answer)
{
    decisive->predictions[decisive->about].answered = true;
    decisive->predictions[decisive->about].answer = answer;
}

/* Tells what came of one that is decided. */
static void tell(struct decisive *decisive, const struct model *model,
                 enum prediction_of about, long truth, char *text, size_t size)
{
    struct prediction *prediction = &decisive->predictions[about];
    bool right = prediction->answer == truth;
    const char *what = about == PREDICT_LOST   ? "number lost"
                       : about == PREDICT_ITEM ? "item taken"
                                               : model->fields[prediction->field].name;
    char step[32] = "";
    prediction->answered = false;
    if (right) {
        snprintf(text, size, "You predicted %ld: right.", truth);
    } else {
        snprintf(text, size, "You predicted %ld; the %.30s is %ld.", prediction->answer,
                 what, truth);
    }
    if (about != PREDICT_LOST) { /* by the end it is another one */
        snprintf(step, sizeof step, "At step %llu you", (unsigned long long)model->steps);
    }
    snprintf(decisive->told, sizeof decisive->told, "%s predicted %ld%s%.30s%s%ld.",
             about != PREDICT_LOST ? step : "You", prediction->answer,
             right ? ", and the " : "; the ", what,
             about != PREDICT_LOST ? " was " : " is ", truth);
}

bool decisive_truth(struct decisive *decisive, const struct model *model, bool ended,
                    char *text, size_t size)
{
    const struct prediction *value = &decisive->predictions[PREDICT_VALUE];
    bool decided = false;
    if (value->answered && (ended || writes_of(model, value->field) >= value->writes)) {
        tell(decisive, model, PREDICT_VALUE, (long)model->fields[value->field].value,
             text, size);
        decided = true;
    }
    const struct prediction *item = &decisive->predictions[PREDICT_ITEM];
    long taken;
    if (item->answered && model->objects[item->field].taken > item->writes &&
        item_number(model, item->field, item->writes, &taken)) {
        tell(decisive, model, PREDICT_ITEM, taken, text, size);
        decided = true;
    }
    if (decisive->predictions[PREDICT_LOST].answered && ended) {
        tell(decisive, model, PREDICT_LOST, (long)model_lost(model), text, size);
        decided = true;
    }
    return decided;
}

void decisive_skip(struct decisive *decisive, const struct model *model)
{
    decisive->seen = model->sentences_gone + model->sentence_count;
    memset(decisive->predictions, 0, sizeof decisive->predictions);
    decisive->about = PREDICT_NOTHING;
}
