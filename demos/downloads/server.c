// SPDX-License-Identifier: MIT
/*
 * A small web server: HTTP/1.0, GET, one connection for each answer. A thread for each
 * connection, because here that is the shortest: all that an answer does is wait.
 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { REQUEST_MAX = 2048, REQUEST_LIMIT_S = 10, WAITING_MAX = 256 };

struct connection {
    const struct server *server;
    int socket;
};

static _Atomic int tries[FILES_MAX]; /* how often each file was asked for */

int server_open(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0) {
        return -errno;
    }
    if (bind(server->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(server->listener, WAITING_MAX) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &size) != 0) {
        int error = errno;
        close(server->listener);
        return -error;
    }
    server->port = ntohs(address.sin_port);
    return 0;
}

void server_close(const struct server *server)
{
    shutdown(server->listener, SHUT_RDWR); /* accept() returns, in every process */
}

/* Spread evenly: with 10 of 100, files 7, 17, 27 and so on. */
int server_fails(const struct server *server, int number)
{
    return (number * server->error_rate + 30) % 100 < server->error_rate;
}

/* --- one answer --------------------------------------------------------------------------- */

/* Reads up to the empty line that ends a request; the number of the file that it asks for,
   or -1. */
static int read_request(int client)
{
    char request[REQUEST_MAX + 1];
    size_t length = 0;
    int number = -1;
    int end = 0;
    do {
        ssize_t got = recv(client, request + length, REQUEST_MAX - length, 0);
        if (got <= 0) {
            return -1;
        }
        length += (size_t)got;
        request[length] = '\0';
    } while (strstr(request, "\r\n\r\n") == NULL && length < REQUEST_MAX);
    int found = sscanf(request, "GET /file%4d.bmp HTTP/1.%n", &number, &end);
    return found == 1 && end > 0 ? number : -1;
}

static void send_all(int client, const void *bytes, size_t size)
{
    const char *rest = bytes;
    for (ssize_t sent; size > 0; rest += sent, size -= (size_t)sent) {
        sent = send(client, rest, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return; /* it has hung up */
        }
    }
}

static void send_head(int client, const char *status, size_t size)
{
    char head[160];
    int length = snprintf(head, sizeof head,
                          "HTTP/1.0 %s\r\n"
                          "Content-Type: image/bmp\r\n"
                          "Content-Length: %zu\r\n"
                          "\r\n",
                          status, size);
    send_all(client, head, (size_t)length);
}

static void answer(const struct server *server, int client)
{
    int number = read_request(client);
    usleep((useconds_t)server->latency_ms * 1000); /* as if it were far away */
    if (number < 0 || number >= server->count) {
        send_head(client, "404 Not Found", 0);
    } else if (number == server->stalled) {
        char byte;
        recv(client, &byte, 1, 0); /* until the other side has had enough */
    } else if (server_fails(server, number) && tries[number]++ < FAILURES) {
        send_head(client, "500 Internal Server Error", 0);
    } else {
        unsigned char image[IMAGE_SIZE];
        image_draw(number, image);
        send_head(client, "200 OK", sizeof image);
        send_all(client, image, sizeof image);
    }
}

/* --- all answers -------------------------------------------------------------------------- */

static void *answer_and_close(void *arg)
{
    struct connection *connection = arg;
    answer(connection->server, connection->socket);
    close(connection->socket);
    free(connection);
    return NULL;
}

/* In a thread of its own; where there is none to be had, at once. */
static void take(const struct server *server, int client)
{
    const struct timeval limit = {.tv_sec = REQUEST_LIMIT_S};
    struct connection *connection = malloc(sizeof *connection);
    pthread_t thread;
    if (connection == NULL) {
        close(client);
        return;
    }
    *connection = (struct connection){server, client};
    if (server->stalled < 0) {
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    if (pthread_create(&thread, NULL, answer_and_close, connection) == 0) {
        pthread_detach(thread);
    } else {
        answer_and_close(connection);
    }
}

int server_run(void *arg)
{
    const struct server *server = arg;
    for (;;) {
        int client = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0) {
            take(server, client);
        } else if (errno == EINVAL) {
            return 0; /* server_close() */
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS) {
            usleep(10000); /* until some have been answered */
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return 1;
        }
    }
}
