/* The floor: an epoll loop that does nothing but send every post to everybody.
 *
 * floor PORT 0    one send() per post and connection
 * floor PORT MS   posts of MS milliseconds bundled into one send() per connection
 *
 * It checks, stores and authorises nothing, and does not even compute the handshake's answer
 * (the load generator does not look): it shows what the kernel alone costs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 65536, BUNDLE = 1 << 20 };

struct peer {
    int fd, open;
    size_t rx_len, tx_len, tx_cap;
    unsigned char rx[8192];
    unsigned char *tx; /* what the socket did not take at once */
};

static struct peer *peers[MOST];
static int count, epoll;
static unsigned char bundle[BUNDLE];
static size_t bundle_len;
static int64_t bundle_due;

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void watch(struct peer *p, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = p};
    epoll_ctl(epoll, EPOLL_CTL_MOD, p->fd, &e);
}

static void write_to(struct peer *p, const unsigned char *data, size_t length) {
    size_t done = 0;
    if (p->tx_len == 0) {
        ssize_t n = send(p->fd, data, length, MSG_NOSIGNAL);
        if (n > 0) done = (size_t)n;
    }
    if (done == length) return;
    if (p->tx_len + length - done > p->tx_cap) {
        p->tx_cap = (p->tx_len + length - done) * 2;
        p->tx = realloc(p->tx, p->tx_cap);
    }
    memcpy(p->tx + p->tx_len, data + done, length - done);
    p->tx_len += length - done;
    watch(p, EPOLLIN | EPOLLOUT);
}

static void flush(struct peer *p) {
    ssize_t n = send(p->fd, p->tx, p->tx_len, MSG_NOSIGNAL);
    if (n <= 0) return;
    memmove(p->tx, p->tx + n, p->tx_len - (size_t)n);
    p->tx_len -= (size_t)n;
    if (p->tx_len == 0) watch(p, EPOLLIN);
}

static void to_all(const unsigned char *data, size_t length) {
    for (int i = 0; i < count; i++)
        if (peers[i]->open) write_to(peers[i], data, length);
}

static void send_bundle(void) {
    if (bundle_len == 0) return;
    to_all(bundle, bundle_len);
    bundle_len = 0;
}

static void on_post(const unsigned char *body, size_t length, int bundle_ms) {
    unsigned char frame[4096];
    size_t head = 2;
    frame[0] = 0x81;
    if (length < 126) {
        frame[1] = (unsigned char)length;
    } else {
        frame[1] = 126;
        frame[2] = (unsigned char)(length >> 8);
        frame[3] = (unsigned char)length;
        head = 4;
    }
    memcpy(frame + head, body, length);
    if (bundle_ms == 0) {
        to_all(frame, head + length);
        return;
    }
    if (bundle_len + head + length > BUNDLE) send_bundle();
    if (bundle_len == 0) bundle_due = now_ms() + bundle_ms;
    memcpy(bundle + bundle_len, frame, head + length);
    bundle_len += head + length;
}

static void take_frames(struct peer *p, int bundle_ms) {
    size_t at = 0;
    while (p->rx_len - at >= 6) {
        unsigned char *f = p->rx + at;
        size_t length = f[1] & 0x7f, head = 6;
        if (length == 126) {
            if (p->rx_len - at < 8) break;
            length = (size_t)f[2] << 8 | f[3];
            head = 8;
        }
        if (p->rx_len - at < head + length) break;
        for (size_t i = 0; i < length; i++) f[head + i] ^= f[head - 4 + i % 4];
        if ((f[0] & 0x0f) == 1) on_post(f + head, length, bundle_ms);
        at += head + length;
    }
    memmove(p->rx, p->rx + at, p->rx_len - at);
    p->rx_len -= at;
}

static void on_readable(struct peer *p, int bundle_ms) {
    static const char yes[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\n\r\n";
    ssize_t n = recv(p->fd, p->rx + p->rx_len, sizeof p->rx - p->rx_len, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        p->open = 0;
        epoll_ctl(epoll, EPOLL_CTL_DEL, p->fd, NULL);
        close(p->fd);
        return;
    }
    if (n < 0) return;
    p->rx_len += (size_t)n;
    if (p->open) {
        take_frames(p, bundle_ms);
        return;
    }
    char *end = memmem(p->rx, p->rx_len, "\r\n\r\n", 4);
    if (end == NULL) return;
    p->rx_len = 0;
    p->open = 1;
    write_to(p, (const unsigned char *)yes, sizeof yes - 1);
}

static void accept_all(int listener) {
    int fd, one = 1;
    while (count < MOST && (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct peer *p = calloc(1, sizeof *p);
        p->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = p};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
        peers[count++] = p;
    }
}

int main(int argc, char **argv) {
    struct rlimit files = {200000, 200000};
    struct sockaddr_in here = {.sin_family = AF_INET};
    struct epoll_event events[512], e = {.events = EPOLLIN, .data.ptr = NULL};
    int one = 1, bundle_ms = argc > 2 ? atoi(argv[2]) : 0;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setrlimit(RLIMIT_NOFILE, &files);
    here.sin_addr.s_addr = htonl(0x7f000001u);
    here.sin_port = htons((uint16_t)atoi(argv[1]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, 4096) < 0) {
        perror("listen");
        return 1;
    }
    epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        int64_t wait = bundle_len ? bundle_due - now_ms() : 1000;
        int n = epoll_wait(epoll, events, 512, wait > 0 ? (int)wait : 0);
        for (int i = 0; i < n; i++) {
            struct peer *p = events[i].data.ptr;
            if (p == NULL) accept_all(listener);
            else if (events[i].events & EPOLLOUT) flush(p);
            else on_readable(p, bundle_ms);
        }
        if (bundle_len && now_ms() >= bundle_due) send_bundle();
    }
}
