// SPDX-License-Identifier: MIT
/* How the lab is called, what it says when it cannot, and how it ends by a signal. */
#include "commands/commands.h"

#include "screen/screen.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

const char *lab_name = "build/lab";

int lab_error(int status, const char *format, ...)
{
    va_list arguments;
    fflush(stdout);
    fprintf(stderr, "lab: ");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n");
    return status;
}

void lab_end_by_signal(void)
{
    int number = screen_signal();
    if (number != 0) {
        signal(number, SIG_DFL);
        raise(number);
    }
}
