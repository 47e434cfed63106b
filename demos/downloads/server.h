// SPDX-License-Identifier: MIT
/*
 * The demo's own web server, and the images that it has: so that the demo runs without a
 * network, and fails only where it was told to.
 */
#ifndef DOWNLOADS_SERVER_H
#define DOWNLOADS_SERVER_H

#include <stddef.h>

struct server {
    int listener;   /* its socket, on 127.0.0.1 */
    int port;       /* chosen by the kernel */
    int count;      /* it has file0.bmp to file(count - 1).bmp */
    int latency_ms; /* before each answer */
    int error_rate; /* so many of 100 files fail: HTTP 500, at the first FAILURES tries */
    int stalled;    /* this file never comes; -1: all come */
};

enum { FAILURES = 2, FILES_MAX = 1000 };

/* Opens the socket: from now on, who connects waits for server_run(). 0 or -errno. */
int server_open(struct server *server);

/* Answers, many at a time, until server_close(). The target of a process. */
int server_run(void *server);

/* From any process that has the socket: no more connections, server_run() returns. */
void server_close(const struct server *server);

/* Will this file fail? Exactly so many do, and the same ones each time. */
int server_fails(const struct server *server, int number);

enum { IMAGE_WIDTH = 128, IMAGE_HEIGHT = 104, IMAGE_HEAD = 54 };
enum { IMAGE_SIZE = IMAGE_HEAD + 3 * IMAGE_WIDTH * IMAGE_HEIGHT };

/* Draws the image of this number, 0 to 999: its own number in large digits. */
void image_draw(int number, unsigned char image[IMAGE_SIZE]);

#endif
