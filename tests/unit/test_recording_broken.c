// SPDX-License-Identifier: MIT
// Recordings that somebody has cut, changed or made up: one clear line says what is wrong
// with which line of the file. How large they may be: test_recording_limits.c.
#include "suite.h"
#include "unit/recordings.h"

#include <errno.h>

#define FIRST "forklab recording 1\n"
#define HEAD FIRST "program\tx\ngrain\tmemory\n"
#define TAPE HEAD "snapshot\t0\tmemory\tcontrolled\twhole\n"
#define SHOWN "-\t-\t0\tmain\tbegin\tdid\t-\t-\t-\t"
#define EVENT SHOWN "3\t0x01\t0\t0\t4710\t0\t1\t5000\n"
#define NAME63 "123456789-123456789-123456789-123456789-123456789-123456789-123"

// --- what is said ------------------------------------------------------------------------------

struct refused {
    const char *text, *why;
};

static void refuse_all(const struct refused *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].why);
    }
}
#define refuse(cases) refuse_all(cases, sizeof cases / sizeof *cases)

START_TEST(what_is_no_recording)
{
    static const char none[] =
        "race.txt:1: this is no recording: it does not begin with \"forklab recording 1\"";
    static const struct refused cases[] = {
        {"", none},
        {"\n", none},
        {"#!/bin/sh\n", none},
        {"\nforklab recording 1\n", none},
        {"forklab\n", none},
        {"\x7f"
         "ELF\n",
         none},
        {"forklab recording 2\n",
         "race.txt:1: this recording is of version 2; this lab reads version 1"},
        {"forklab recording 99999999999999999999\n",
         "race.txt:1: the version of this recording is no number"},
        {"forklab recording 1\t\n",
         "race.txt:1: the version of this recording is no number"},
        {"forklab recording x\n",
         "race.txt:1: the version of this recording is no number"},
        {"forklab recording 0\n",
         "race.txt:1: the version of this recording is no number"},
    };
    refuse(cases);
}
END_TEST

START_TEST(what_is_cut)
{
    static const struct refused cases[] = {
        {"forklab recording 1", "race.txt:1: the file ends within this line: it was cut"},
        {FIRST, "race.txt:1: this is not the last line, \"end\": the file was cut"},
        {HEAD "gra", "race.txt:4: the file ends within this line: it was cut"},
        {TAPE, "race.txt:4: this is not the last line, \"end\": the file was cut"},
        {TAPE EVENT, "race.txt:5: this is not the last line, \"end\": the file was cut"},
        {TAPE EVENT "# more\n\n",
         "race.txt:7: this is not the last line, \"end\": the file was cut"},
        {TAPE EVENT "end\t2\t1\t0000000000000000\n",
         "race.txt:6: there were 2 events and 1 marks, and here are 1 and 1: lines are "
         "missing"},
        {TAPE EVENT "end\t1\t2\t0000000000000000\n",
         "race.txt:6: there were 1 events and 2 marks, and here are 1 and 1: lines are "
         "missing"},
        {TAPE EVENT "end\t1\t1\t0000000000000000\n",
         "race.txt:6: the checksum is not that of the lines above: one of them was "
         "changed"},
        {TAPE EVENT "end\t1\t1\t0\n",
         "race.txt:6: the checksum is not that of the lines above: one of them was "
         "changed"},
        {TAPE EVENT "end\t1\n",
         "race.txt:6: a line \"end\" has 4 columns, and here are 2"},
    };
    refuse(cases);
    char *whole = closed(TAPE EVENT, 1, 1), *more;
    recording_free(assert_read(whole));
    ck_assert_int_gt(asprintf(&more, "%sstuck\n", whole), 0);
    assert_refused(more, strlen(more),
                   "race.txt:7: this stands behind the last line, \"end\"");
    free(more);
    whole[sizeof TAPE - 3] = 'x'; // in "whole"
    assert_refused(whole, strlen(whole),
                   "race.txt:4: \"wholx\" should be \"gap\" or \"whole\"");
    free(whole);
}
END_TEST

START_TEST(heads_that_are_wrong)
{
    static const struct refused cases[] = {
        {FIRST "grain\tmemory\nsnapshot\t0\tmemory\tcontrolled\twhole\n",
         "race.txt:3: what it is a recording of has not been said: \"program\""},
        {FIRST "program\tx\nsnapshot\t0\tmemory\tcontrolled\twhole\n",
         "race.txt:3: what was a step has not been said: \"grain\""},
        {FIRST "program\tx\nprogram\ty\n", "race.txt:3: a second \"program\""},
        {FIRST "program\n",
         "race.txt:2: a line \"program\" has 2 columns, and here are 1"},
        {FIRST "program\t" NAME63 "x\n",
         "race.txt:2: the program is longer than 63 bytes"},
        {FIRST "program\ta\\q\n",
         "race.txt:2: after a \\ comes t, n, r, \\ or x and two digits"},
        {FIRST "program\ta\\x4\n",
         "race.txt:2: after a \\ comes t, n, r, \\ or x and two digits"},
        {FIRST "program\ta\\", "race.txt:2: the file ends within this line: it was cut"},
        {FIRST "grain\tsteps\n",
         "race.txt:2: the grain is \"steps\", which this lab does not know"},
        {FIRST "seed\t-1\n", "race.txt:2: the seed is \"-1\", which is no number"},
        {FIRST "seed\t\n", "race.txt:2: the seed is \"\", which is no number"},
        {FIRST "seed\t18446744073709551616\n",
         "race.txt:2: the seed is \"18446744073709551616\", which is no number"},
        {FIRST "exit-status\t4294967296\n",
         "race.txt:2: the exit status is 4294967296; it can be from -2147483648 to "
         "2147483647"},
        {FIRST "repeatable\tperhaps\n",
         "race.txt:2: \"perhaps\" should be \"yes\" or \"no\""},
        {FIRST "colour\tgreen\n",
         "race.txt:2: \"colour\" is no word of the head; then comes a snapshot"},
        {FIRST "\x1b[2J\n",
         "race.txt:2: \"?[2J\" is no word of the head; then comes a snapshot"},
        {HEAD EVENT, "race.txt:4: \"-\" is no word of the head; then comes a snapshot"},
        {HEAD "stuck\n",
         "race.txt:4: \"stuck\" is no word of the head; then comes a snapshot"},
        {FIRST "place\t0x10\t1\tf\ta.c\nplace\t0x10\t1\tf\ta.c\n",
         "race.txt:3: the address is not behind that of the place before"},
        {FIRST "place\t0x1ffffffff\t1\tf\ta.c\n",
         "race.txt:2: the address is 0x1ffffffff; it can be 4294967295 at most"},
        {FIRST "place\t0x\t1\tf\ta.c\n",
         "race.txt:2: the address is \"0x\", which is no number"},
        {FIRST "clock\t1\n", "race.txt:2: a line \"clock\" has 3 columns, and here are 2"},
        {TAPE "title\tx\n", "race.txt:5: \"title\" is no word for what can happen"},
    };
    refuse(cases);
}
END_TEST

START_TEST(events_that_are_wrong)
{
    static const struct refused cases[] = {
        {TAPE "-\t1\n", "race.txt:5: an event has 17 columns, and here are 2"},
        {TAPE "-\t-\t900\tmain\tbegin\tdid\t-\t-\t-\t3\t0x01\t0\t0\t4710\t0\t1\t5000\n",
         "race.txt:5: the process number is 900; there are at most 128"},
        {TAPE "-\t-\t128\tmain\tbegin\tdid\t-\t-\t-\t3\t0x01\t0\t0\t4710\t0\t1\t5000\n",
         "race.txt:5: the process number is 128; there are at most 128"},
        {TAPE "-\t-\tx\tmain\tbegin\tdid\t-\t-\t-\t3\t0x01\t0\t0\t4710\t0\t1\t5000\n",
         "race.txt:5: the process number is \"x\", which is no number"},
        {TAPE SHOWN "0\t0x01\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: the operation is 0; there are those from 1 to 45"},
        {TAPE SHOWN "46\t0x01\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: the operation is 46; there are those from 1 to 45"},
        {TAPE SHOWN "256\t0x01\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: the operation is 256; it can be 255 at most"},
        {TAPE SHOWN "13\t0x05\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: the phase in the info 0x05 is 5; there are those to 4"},
        {TAPE SHOWN "18\t0x01\t512\t0\t0\t0\t1\t5000\n",
         "race.txt:5: it is about object 512; there are at most 512"},
        {TAPE SHOWN "8\t0x01\t128\t0\t0\t0\t1\t5000\n",
         "race.txt:5: it is about process 128; there are at most 128"},
        {TAPE SHOWN "12\t0x01\t128\t0\t0\t0\t1\t5000\n",
         "race.txt:5: it is about process 128; there are at most 128"},
        {TAPE SHOWN "3\t0x01\t65536\t0\t0\t0\t1\t5000\n",
         "race.txt:5: the object is 65536; it can be 65535 at most"},
        {TAPE SHOWN "3\t0x01\t0\t4294967296\t0\t0\t1\t5000\n",
         "race.txt:5: the offset is 4294967296; it can be 4294967295 at most"},
        {TAPE SHOWN "3\t0x01\t0\t0\t0x10000000000000000\t0\t1\t5000\n",
         "race.txt:5: the value is \"0x10000000000000000\", which is no number"},
        {TAPE SHOWN "3\t0x01\t0\t0\t0\t0\t1\t\n",
         "race.txt:5: the time is \"\", which is no number"},
        {TAPE SHOWN "3\t0x41\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: it was a step, and has no number"},
        {TAPE "1" EVENT, "race.txt:5: the step is \"1-\", which is no number"},
        {TAPE "1\t-\t0\tmain\tbegin\tdid\t-\t-\t-\t3\t0x01\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: it was no step, and has a number"},
        {TAPE "2\t-\t0\tmain\tbegin\tdid\t-\t-\t-\t3\t0x41\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:5: this is step 2; the next one is 1"},
        {TAPE "1\t-\t0\tmain\tbegin\tdid\t-\t-\t-\t3\t0x41\t0\t0\t0\t0\t1\t5000\n"
              "1\t-\t0\tmain\tbegin\tdid\t-\t-\t-\t3\t0x41\t0\t0\t0\t0\t1\t5000\n",
         "race.txt:6: this is step 1; the next one is 2"},
        {TAPE EVENT "happened\n",
         "race.txt:6: \"happened\" is no word for what can happen"},
    };
    refuse(cases);
}
END_TEST

START_TEST(marks_that_are_wrong)
{
    static const struct refused cases[] = {
        {TAPE "killed\t128\tx\n",
         "race.txt:5: the process number is 128; there are at most 128"},
        {TAPE "outside\t1\n",
         "race.txt:5: a line \"outside\" has 3 columns, and here are 2"},
        {TAPE "stuck\tx\n", "race.txt:5: a line \"stuck\" has 1 column, and here are 2"},
        {TAPE "printed\n", "race.txt:5: a line \"printed\" has 2 columns, and here are 1"},
        {TAPE "expect\tx\t9223372036854775808\n",
         "race.txt:5: the number is 9223372036854775808; it can be from "
         "-9223372036854775808 to 9223372036854775807"},
        {TAPE "end-item\t123456789-123456789-1234\n",
         "race.txt:5: the item is longer than 23 bytes"},
        {TAPE "kernel\t0\tmain\tSS\t1\tsh\t0\t0\t0\n",
         "race.txt:5: the state is not one letter, or -"},
        {TAPE "kernel\t0\tmain\tS\t1\t" NAME63 "\t0\t0\t0\n",
         "race.txt:5: the name of the parent is longer than 15 bytes"},
        {TAPE "dropped\tmany\n",
         "race.txt:5: the number of events is \"many\", which is no number"},
        {TAPE "field\tcounter\t64\t4\tsigned\n",
         "race.txt:5: \"field\" stands alone: it belongs to a line \"fields\" above"},
        {TAPE "fields\t512\tx\n",
         "race.txt:5: the object number is 512; there are at most 512"},
        {TAPE "fields\t1\tx\nfield\t" NAME63 "x\t64\t4\tsigned\n",
         "race.txt:6: the name is longer than 63 bytes"},
        {TAPE "fields\t1\tx\nfield\tcounter\t64\t4\tlong\n",
         "race.txt:6: the kind is \"long\", which this lab does not know"},
        {TAPE "fields\t1\tx\nprocess\t0\tmain\talive\n",
         "race.txt:6: \"process\" stands alone: it belongs to a line \"snapshot\" above"},
    };
    refuse(cases);
}
END_TEST

START_TEST(snapshots_that_are_wrong)
{
    static const struct refused cases[] = {
        {HEAD "snapshot\t0\n",
         "race.txt:4: a line \"snapshot\" has 5 columns, and here are 2"},
        {HEAD "snapshot\t9223372036854775808\tmemory\tfree\tgap\n",
         "race.txt:4: the number of steps is 9223372036854775808; it can be "
         "9223372036854775807 at most"},
        {TAPE "process\n", "race.txt:5: the line has no number, name and life"},
        {TAPE "process\t0\n", "race.txt:5: the line has no number, name and life"},
        {TAPE "process\t200\tx\talive\n",
         "race.txt:5: the process number is 200; there are at most 128"},
        {TAPE "process\t0\t" NAME63 "x\talive\n",
         "race.txt:5: the name is longer than 63 bytes"},
        {TAPE "process\t0\tx\thappy\n",
         "race.txt:5: the life is \"happy\", which this lab does not know"},
        {TAPE "process\t0\tx\talive\tage=1\n",
         "race.txt:5: column 5 is none of the members of this entry"},
        {TAPE "process\t0\tx\talive\tpid\n",
         "race.txt:5: column 5 is none of the members of this entry"},
        {TAPE "process\t0\tx\talive\tpid=2147483648\n",
         "race.txt:5: the pid is 2147483648; it can be from -2147483648 to 2147483647"},
        {TAPE "process\t0\tx\talive\tnow.op=256\n",
         "race.txt:5: the now.op is 256; it can be 255 at most"},
        {TAPE "process\t0\tx\talive\tparent=128\n",
         "race.txt:5: the parent is 128; there are at most 128 processes"},
        {TAPE "object\t512\tx\tlock\n",
         "race.txt:5: the object number is 512; there are at most 512"},
        {TAPE "object\t0\tx\tlock\n",
         "race.txt:5: the object number is 0, which is never used"},
        {TAPE "object\t1\tx\tkey\n",
         "race.txt:5: the kind is \"key\", which this lab does not know"},
        {TAPE "object\t1\tx\tlock\towner=200\n",
         "race.txt:5: the owner is 200; there are at most 128 processes"},
        {TAPE "object\t1\tx\tlock\ttype=" NAME63 "x\n",
         "race.txt:5: the type is longer than 63 bytes"},
        {TAPE "bytes\t1\t00\n", "race.txt:5: the bytes of object 1 do not stand below it"},
        {TAPE "object\t1\tx\tshared\tsize=2\nprocess\t0\tx\talive\nbytes\t1\t0000\n",
         "race.txt:7: the bytes of object 1 do not stand below it"},
        {TAPE "object\t1\tx\tshared\tsize=2\nbytes\t1\t000000\n",
         "race.txt:6: the object has 2 bytes to show, and here are 6 digits"},
        {TAPE "object\t1\tx\tshared\tsize=2\nbytes\t1\t00g0\n",
         "race.txt:6: byte 2 is not written as two digits"},
        {TAPE "object\t1\tx\tlock\tsize=2\nbytes\t1\t0000\n",
         "race.txt:6: the object has 0 bytes to show, and here are 4 digits"},
        {TAPE "object\t1\tx\tqueue\tparties=4294967295\tgiven=3\nbytes\t1\t00\n",
         "race.txt:6: the object has 24 bytes to show, and here are 2 digits"},
    };
    refuse(cases);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = what_is_no_recording}, {.test = what_is_cut},
        {.test = heads_that_are_wrong}, {.test = events_that_are_wrong},
        {.test = marks_that_are_wrong}, {.test = snapshots_that_are_wrong},
    };

    return suite_run("recording_broken", tests, sizeof tests / sizeof *tests);
}
