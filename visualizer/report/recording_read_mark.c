// SPDX-License-Identifier: MIT
/* Reading what stands between the events of a recording, each in one line. */
#include "report/recording_private.h"

#include <ctype.h>

static int read_printed(struct reader *reader)
{
    struct column *column = &reader->columns[1];
    int rc = file_want_columns(reader, 2);
    rc = rc != 0 ? rc : file_escaped(reader, column);
    return rc != 0 ? rc
                   : file_put_mark(reader, &(struct mark){.kind = MARK_OUTPUT,
                                                          .text = column->text,
                                                          .size = column->length});
}

static int read_state(struct reader *reader, char *state)
{
    const struct column *column = &reader->columns[3];
    unsigned char letter = (unsigned char)column->text[0];
    if (column->length != 1 || !(letter == '-' || (letter < 0x80 && isalpha(letter)))) {
        return file_wrong(reader, "the state is not one letter, or -");
    }
    *state = letter == '-' ? 0 : (char)letter;
    return 0;
}

static int read_kernel(struct reader *reader)
{
    struct kernel_view view;
    uint16_t slot = 0;
    int64_t parent = 0, cpu = 0;
    memset(&view, 0, sizeof view);
    int rc = file_want_columns(reader, 9);
    rc = rc != 0 ? rc : file_process(reader, &reader->columns[1], &slot);
    rc = rc != 0 ? rc : read_state(reader, &view.state);
    rc = rc != 0 ? rc
                 : file_signed(reader, &reader->columns[4], "parent", INT32_MIN,
                               INT32_MAX, &parent);
    rc = rc != 0 ? rc
                 : file_text(reader, &reader->columns[5], "name of the parent",
                             view.parent_name, sizeof view.parent_name);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[6], "processor time", UINT64_MAX,
                               &view.cpu_ticks);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[7], "number of switches",
                               UINT64_MAX, &view.switches);
    rc = rc != 0 ? rc
                 : file_signed(reader, &reader->columns[8], "processor", INT32_MIN,
                               INT32_MAX, &cpu);
    view.parent = (int32_t)parent;
    view.cpu = (int32_t)cpu;
    return rc != 0 ? rc
                   : file_put_mark(reader, &(struct mark){.kind = MARK_KERNEL,
                                                          .slot = slot,
                                                          .kernel = &view});
}

static int read_expect(struct reader *reader)
{
    char what[sizeof((struct model *)0)->expected_what];
    int64_t number = 0;
    int rc = file_want_columns(reader, 3);
    rc = rc != 0 ? rc : file_text(reader, &reader->columns[1], "name", what, sizeof what);
    rc = rc != 0 ? rc
                 : file_signed(reader, &reader->columns[2], "number", INT64_MIN,
                               INT64_MAX, &number);
    return rc != 0 ? rc
                   : file_put_mark(reader, &(struct mark){.kind = MARK_EXPECT,
                                                          .text = what,
                                                          .number = (uint64_t)number});
}

static int read_end_item(struct reader *reader)
{
    char item[sizeof((struct model *)0)->end_item];
    int rc = file_want_columns(reader, 2);
    rc = rc != 0 ? rc : file_text(reader, &reader->columns[1], "item", item, sizeof item);
    return rc != 0 ? rc
                   : file_put_mark(reader,
                                   &(struct mark){.kind = MARK_END_ITEM, .text = item});
}

static int read_of_process(struct reader *reader, enum mark_kind kind)
{
    uint16_t slot = 0;
    int rc = file_want_columns(reader, 3);
    rc = rc != 0 ? rc : file_process(reader, &reader->columns[1], &slot);
    return rc != 0 ? rc
                   : file_put_mark(reader, &(struct mark){.kind = kind, .slot = slot});
}

static int read_outside(struct reader *reader)
{
    return read_of_process(reader, MARK_OUTSIDE);
}

static int read_killed(struct reader *reader)
{
    return read_of_process(reader, MARK_KILLED);
}

static int read_dropped(struct reader *reader)
{
    uint64_t number = 0;
    int rc = file_want_columns(reader, 2);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[1], "number of events",
                               UINT64_MAX, &number);
    return rc != 0 ? rc
                   : file_put_mark(
                         reader, &(struct mark){.kind = MARK_DROPPED, .number = number});
}

static int read_bare(struct reader *reader)
{
    int rc = file_want_columns(reader, 1);
    bool stuck = reader->columns[0].text[0] == 's';
    return rc != 0 ? rc
                   : file_put_mark(reader, &(struct mark){.kind = stuck ? MARK_STUCK
                                                                        : MARK_FINISH});
}

/* The last line: is there all that there was? */
static int read_end(struct reader *reader)
{
    const struct recording *recording = reader->recording;
    uint64_t events = 0, marks = 0, sum = 0;
    int rc = file_want_columns(reader, 4);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[1], "number of events",
                               UINT64_MAX, &events);
    rc = rc != 0 ? rc
                 : file_number(reader, &reader->columns[2], "number of marks", UINT64_MAX,
                               &marks);
    if (rc != 0) {
        return rc;
    }
    if (events != tape_events(recording->tape) || marks != tape_marks(recording->tape)) {
        return file_wrong(reader,
                          "there were %llu events and %llu marks, and here are %llu "
                          "and %llu: lines are missing",
                          (unsigned long long)events, (unsigned long long)marks,
                          (unsigned long long)tape_events(recording->tape),
                          (unsigned long long)tape_marks(recording->tape));
    }
    const struct column *digits = &reader->columns[3];
    if (digits->length != 16 || !file_hexadecimal(digits->text, 16, &sum) ||
        sum != reader->sum) {
        return file_wrong(reader,
                          "the checksum is not that of the lines above: one of them "
                          "was changed");
    }
    reader->complete = true;
    return 0;
}

static const struct {
    const char *word;
    int (*read)(struct reader *);
} mark_lines[] = {
    {"printed", read_printed},   {"kernel", read_kernel},   {"expect", read_expect},
    {"end-item", read_end_item}, {"outside", read_outside}, {"killed", read_killed},
    {"stuck", read_bare},        {"dropped", read_dropped}, {"finish", read_bare},
    {"end", read_end},
};

int file_mark_line(struct reader *reader)
{
    const char *word = reader->columns[0].text;
    for (size_t i = 0; i < sizeof mark_lines / sizeof *mark_lines; i++) {
        if (strcmp(word, mark_lines[i].word) == 0) {
            int rc = file_finish_pending(reader);
            return rc != 0 ? rc : mark_lines[i].read(reader);
        }
    }
    return 1;
}
