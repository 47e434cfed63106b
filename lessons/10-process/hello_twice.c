// SPDX-License-Identifier: MIT
// Prints one line and forks. Compare: build/hello_twice, and build/hello_twice | cat
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    printf("hello\n");
    if (fork() == 0)
        return 0; /* the child prints nothing */
    wait(NULL);
    return 0;
}
