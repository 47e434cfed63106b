// SPDX-License-Identifier: MIT
/*
 * A recording: a controlled run in a file, so that it can be opened again, elsewhere and
 * later, and gone through step by step.
 *
 * It is text, UTF-8, for people and their tools as much as for the lab: columns with a tab
 * between them, one event a line.
 *
 *     forklab recording 1
 *     # a comment; empty lines count for nothing either
 *     program     lock_race
 *     grain       memory
 *     place       0x401512   50   increment   /home/ada/forklab/demos/lock_race.c
 *     snapshot    0   memory   controlled   whole
 *     7   91840   1   increment-1   read   did   counter   3   lock_race.c:50   14 0x52 ...
 *     printed     counter 8, expected 10, lost 2\r\n
 *     end         412   97   1f0c6a8e55d2b790
 *
 * The first line says the version. Then come the words of the head, each once, in any order:
 *     program NAME, path PATH, argument TEXT (once for each), title TEXT, summary TEXT,
 *     twin NAME, lesson FOLDER, rate NAME, grain lives|calls|memory, seed NUMBER,
 *     exit-status NUMBER, repeatable yes|no, hooked yes|no, schedule CODE (in several lines
 *     where it is very long), clock TICKS NANOSECONDS (so many of these in so many of those),
 *     place ADDRESS LINE FUNCTION FILE (in the order of the addresses)
 * Only program and grain have to be there.
 *
 * Then the tape (model/tape.h). A line that begins with a digit or with "-" is an event:
 *      1  the step that it was, or -
 *      2  nanoseconds since the first event, or - where the clock is not known
 *      3  the process, as a place in the process table; main is 0
 *      4  its name
 *      5  the operation: read, lock-acquire, queue-put, ...
 *      6  wants; did; recovered (did, and who had the lock before has died); failed; wrote
 *         (what the last write of this process has written)
 *      7  what it is about: a field, an object, a process; or -
 *      8  the value as a person reads it; of a write that it did: "was 3"; or -
 *      9  file:line, or -
 *     10  to 17, struct mp_event: op, info, object, offset, value, place, order, when
 * The lab reads columns 1, 3, and 10 to 17; the others are there to be read by people.
 * Numbers are decimal, or hexadecimal with 0x.
 *
 * All else that is on the tape begins with a word, and stands where it happened:
 *     snapshot STEPS GRAIN controlled|free gap|whole, and then its entries, one a line:
 *         process N NAME LIFE MEMBER=NUMBER...   members as in struct mp_process_entry;
 *         object N NAME KIND MEMBER=NUMBER... type=TEXT   those that are 0 are left out;
 *         bytes N HEX    of the object in the line before: a shared one, or a queue.
 *         A process without a line has no parent, and is all 0 else; an object is all 0.
 *     fields N NAME, and then "field NAME OFFSET SIZE KIND" for each scalar of that object
 *     printed TEXT; kernel N NAME STATE PARENT PARENT-NAME TICKS SWITCHES CPU
 *     expect NAME NUMBER; end-item TEXT; outside N NAME; killed N NAME; stuck;
 *     dropped NUMBER; finish
 * The last line, "end EVENTS MARKS CHECKSUM", shows that nothing was cut off or changed:
 * FNV-1a in 64 bits over all lines before it, each with its newline, but for comments and
 * empty lines: so comments may be added.
 *
 * In texts \t, \n, \r and \\ stand for what they mean in C, and \xHH for a byte that is not to
 * be sent to a terminal.
 */
#ifndef REPORT_RECORDING_H
#define REPORT_RECORDING_H

#include "model/place.h"
#include "model/tape.h"

#include <stdio.h>

enum {
    RECORDING_VERSION = 1,
    RECORDING_ARGUMENTS = 64,
    RECORDING_EVENTS_MOST = 1 << 22, /* as on a tape */
};

/* What is to be known of a run besides its tape. Texts that there are not are empty. */
struct recording_head {
    char program[64]; /* "lock_race" */
    char path[512];
    char title[128]; /* what the run is about, in the program's words */
    char summary[96], twin[64], lesson[64], rate[32]; /* of its catalogue entry */
    enum mp_grain grain;                              /* at its beginning */
    uint64_t seed;
    int exit_status; /* as a shell says it */
    bool ended;      /* it has one */
    bool repeatable; /* was never outside: its schedule leads to the same again */
    bool hooked;     /* reads and writes of plain C are on it */
    int argument_count;
    uint16_t argument_at[RECORDING_ARGUMENTS]; /* in argument_text */
    char argument_text[4096];
    const char *schedule; /* the schedule code; NULL or "": none. Of a head that was read it
                             belongs to the recording */
};

/* Adds an argument of the program. False: there is no room for so many, or so long ones. */
bool recording_add_argument(struct recording_head *head, const char *text);
/* Argument `i`, from 0; "" outside. Belongs to the head. */
const char *recording_argument(const struct recording_head *head, int i);

/*
 * Writes a recording. `find` (may be NULL) is asked once for each address that occurs. 0;
 * -ENODATA: the tape is not whole, or has no beginning; -ENOMEM; or -errno of the file, which
 * stays open and has been flushed.
 */
int recording_write(FILE *out, const struct recording_head *head, const struct tape *tape,
                    place_finder *find, void *context);

/* The same into a file of this name: as a whole, or the file stays as it was. 0; or -errno,
   and one line in `why`. */
int recording_save(const char *path, const struct recording_head *head,
                   const struct tape *tape, place_finder *find, void *context, char *why,
                   size_t size);

struct recording {
    struct recording_head head;
    struct tape *tape;
    struct recorded_place *places;
    size_t place_count;
    char *schedule;
};

/*
 * Reads a recording, whatever is in the file. 0, and the caller frees *out; -EINVAL: it is
 * none, or broken, and `why` says in one line what is wrong and in which line of the file:
 * "race.txt:12: the process number is 900; there are at most 128"; -errno: it cannot be
 * opened or read, or there is no memory, and `why` says so.
 */
int recording_read(const char *path, struct recording **out, char *why, size_t size);
/* The same from a stream, which `why` calls `name`. It stays open. */
int recording_read_stream(FILE *in, const char *name, struct recording **out, char *why,
                          size_t size);
void recording_free(struct recording *recording);

/* Where an address is, from the table of a recording, which is the context: a place_finder. */
bool recording_place(void *recording, uint32_t address, struct source_place *place);

#endif
