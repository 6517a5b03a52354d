/* What both generators need of a WebSocket client: a socket, a first request, masked frames. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* Header of a masked client frame; the mask is zero, which the standard allows and costs nothing. */
static size_t frame_head(unsigned char *out, unsigned char first, size_t length) {
    size_t head = 2;
    out[0] = first;
    if (length < 126) {
        out[1] = 0x80 | (unsigned char)length;
    } else {
        out[1] = 0x80 | 126;
        out[2] = (unsigned char)(length >> 8);
        out[3] = (unsigned char)length;
        head = 4;
    }
    memset(out + head, 0, 4);
    return head + 4;
}

/* Connected from 127.0.0.(1 + source), with the first request sent; blocking. */
static int open_socket(int port, const char *path, int source) {
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    char request[512];
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) die("socket");
    from.sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)source);
    to.sin_addr.s_addr = htonl(0x7f000001u);
    to.sin_port = htons((uint16_t)port);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) die("bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    int n = sprintf(request,
                    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Sec-WebSocket-Version: 13\r\n\r\n", path, port);
    if (send(fd, request, (size_t)n, 0) != n) die("send");
    return fd;
}

static void uuid7(char *out) {
    unsigned char r[10];
    struct timeval t;
    if (getrandom(r, sizeof r, 0) != sizeof r) die("getrandom");
    gettimeofday(&t, NULL);
    uint64_t ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_usec / 1000;
    sprintf(out, "%08llx-%04llx-7%03x-%04x-%02x%02x%02x%02x%02x%02x",
            (unsigned long long)(ms >> 16), (unsigned long long)(ms & 0xffff),
            ((r[0] << 8) | r[1]) & 0xfff, 0x8000 | (((r[2] << 8) | r[3]) & 0x3fff),
            r[4], r[5], r[6], r[7], r[8], r[9]);
}

#endif
