/* The load generator: N WebSocket connections in one room, S of which post.
 *
 * Every post carries a marker @@sender.number.microseconds@@ with its intended send time. Each
 * receiver scans what it gets for markers, so the same program measures servers that send one
 * frame per post and servers that bundle posts. It prints READY when everybody is in the room,
 * waits for a line on standard input, runs, and prints one JSON object.
 *
 * Loopback only; bounded in count and time by its arguments.
 */
#include "client.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>

enum { MARKER = 34, BUCKETS = 1000000, BUCKET_US = 10, MAX_SENDERS = 1000 };
enum state { HANDSHAKE, WELCOME, JOINING, LIVE, CLOSED };

struct connection {
    int fd, id;
    enum state state;
    unsigned char *rx;
    size_t rx_len, rx_cap;
    uint32_t *last; /* newest number seen of each sender */
    uint32_t sent;  /* own posts, where this connection is a sender */
    uint64_t got;
};

static struct options {
    int port, connections, senders, seconds, size, sources, flood, plenum, window;
    double rate;
    const char *path, *room, *tokens;
} opt = {.port = 0, .connections = 1000, .senders = 64, .seconds = 10, .size = 200,
         .sources = 8, .rate = 20, .path = "/ws", .window = 1};

static struct connection *all;
static char **tokens;
static uint64_t *histogram, deliveries, disorder, frames, bytes_in, closed_early, refused;
static uint64_t max_latency;
static int64_t started, ended;
static int live, epoll, measuring;

static void send_text(struct connection *c, const char *text, size_t length) {
    unsigned char frame[4096];
    size_t head = frame_head(frame, 0x81, length);
    memcpy(frame + head, text, length);
    size_t total = head + length, done = 0;
    while (done < total) {
        ssize_t n = send(c->fd, frame + done, total - done, MSG_NOSIGNAL);
        if (n > 0) done += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR) return;
    }
}

static void post(struct connection *c, int64_t intended) {
    char body[2048], text[3072], id[48];
    int n = sprintf(body, "@@%04d.%08u.%016lld@@", c->id, ++c->sent, (long long)intended);
    while (n < opt.size) body[n++] = 'x';
    body[n] = 0;
    if (!opt.plenum) {
        send_text(c, body, (size_t)n);
        return;
    }
    uuid7(id);
    n = sprintf(text, "{\"t\":\"do\",\"id\":\"%s\",\"command\":{\"type\":\"chat.send\",\"text\":\"%s\"}}",
                id, body);
    send_text(c, text, (size_t)n);
}

static void note_marker(struct connection *c, const unsigned char *m, int64_t now) {
    int sender = atoi((const char *)m + 2);
    uint32_t number = (uint32_t)strtoul((const char *)m + 7, NULL, 10);
    int64_t sent = strtoll((const char *)m + 16, NULL, 10);
    if (sender >= opt.senders) return;
    if (number != c->last[sender] + 1) disorder++;
    c->last[sender] = number;
    c->got++;
    deliveries++;
    ended = now;
    uint64_t us = now > sent ? (uint64_t)(now - sent) : 0;
    if (us > max_latency) max_latency = us;
    uint64_t bucket = us / BUCKET_US;
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    if (opt.flood && measuring && sender == c->id && number + (uint32_t)opt.window == c->sent + 1)
        post(c, now);
}

static int contains(const unsigned char *payload, size_t length, const char *what) {
    return memmem(payload, length, what, strlen(what)) != NULL;
}

static void on_text(struct connection *c, const unsigned char *p, size_t length, int64_t now) {
    char text[1024];
    if (c->state == WELCOME && contains(p, length < 64 ? length : 64, "\"welcome\"")) {
        int n = sprintf(text, "{\"t\":\"join\",\"room\":\"%s\"}", opt.room);
        c->state = JOINING;
        send_text(c, text, (size_t)n);
        return;
    }
    if (c->state == JOINING && contains(p, length < 64 ? length : 64, "\"joined\"")) {
        c->state = LIVE;
        live++;
        return;
    }
    if (contains(p, length < 32 ? length : 32, "\"out\"")) {
        fprintf(stderr, "not admitted: %.*s\n", (int)(length < 300 ? length : 300), p);
        exit(1);
    }
    frames++;
    if (length < 400 && contains(p, length, "\"error\"") && refused++ < 3)
        fprintf(stderr, "refused: %.*s\n", (int)length, p);
    const unsigned char *end = p + length;
    while ((size_t)(end - p) >= MARKER) {
        p = memmem(p, (size_t)(end - p), "@@", 2);
        if (p == NULL || end - p < MARKER) return;
        note_marker(c, p, now);
        p += MARKER;
    }
}

static void finish(struct connection *c) {
    if (c->state == CLOSED) return;
    closed_early++;
    c->state = CLOSED;
    close(c->fd);
}

/* Take whole frames out of the buffer; what is left of a frame waits for more bytes. */
static void take_frames(struct connection *c, int64_t now) {
    size_t at = 0;
    while (c->rx_len - at >= 2) {
        unsigned char *f = c->rx + at;
        size_t head = 2, length = f[1] & 0x7f, left = c->rx_len - at;
        if (length == 126) {
            if (left < 4) break;
            length = (size_t)f[2] << 8 | f[3];
            head = 4;
        } else if (length == 127) {
            if (left < 10) break;
            length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | f[i];
            head = 10;
        }
        if (left < head + length) break;
        if ((f[0] & 0x0f) == 1) on_text(c, f + head, length, now);
        else if ((f[0] & 0x0f) == 8) { finish(c); return; }
        at += head + length;
    }
    memmove(c->rx, c->rx + at, c->rx_len - at);
    c->rx_len -= at;
}

static void after_handshake(struct connection *c) {
    char *end = memmem(c->rx, c->rx_len, "\r\n\r\n", 4);
    if (end == NULL) return;
    if (memcmp(c->rx, "HTTP/1.1 101", 12) != 0) {
        fprintf(stderr, "handshake refused: %.80s\n", c->rx);
        exit(1);
    }
    size_t used = (size_t)(end + 4 - (char *)c->rx);
    memmove(c->rx, c->rx + used, c->rx_len - used);
    c->rx_len -= used;
    if (!opt.plenum) {
        c->state = LIVE;
        live++;
        return;
    }
    char hello[1024];
    int n = sprintf(hello, "{\"t\":\"hello\",\"protocol\":1,\"token\":\"%s\"}", tokens[c->id]);
    c->state = WELCOME;
    send_text(c, hello, (size_t)n);
}

static void on_readable(struct connection *c) {
    for (int rounds = 0; rounds < 4; rounds++) {
        if (c->rx_cap - c->rx_len < 32768) {
            c->rx_cap = c->rx_cap * 2 + 65536;
            c->rx = realloc(c->rx, c->rx_cap + 1);
            if (c->rx == NULL) die("realloc");
        }
        ssize_t n = recv(c->fd, c->rx + c->rx_len, c->rx_cap - c->rx_len, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) { finish(c); return; }
        if (n < 0) return;
        c->rx_len += (size_t)n;
        c->rx[c->rx_len] = 0;
        bytes_in += (uint64_t)n;
        if (c->state == HANDSHAKE) after_handshake(c);
        if (c->state != HANDSHAKE && c->state != CLOSED) take_frames(c, now_us());
        if (c->state == CLOSED || (size_t)n < 32768) return;
    }
}

static void open_connection(struct connection *c, int id) {
    c->id = id;
    c->last = calloc((size_t)opt.senders, sizeof *c->last);
    c->fd = open_socket(opt.port, opt.path, id % opt.sources);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) < 0) die("epoll_ctl");
}

static void poll_once(int timeout_ms) {
    struct epoll_event events[512];
    int n = epoll_wait(epoll, events, 512, timeout_ms);
    for (int i = 0; i < n; i++) {
        struct connection *c = events[i].data.ptr;
        if (c->state != CLOSED) on_readable(c);
    }
}

static void enter_room(void) {
    int64_t deadline = now_us() + 120000000;
    for (int opened = 0; live < opt.connections;) {
        for (int burst = 0; burst < 20 && opened < opt.connections && opened - live < 100; burst++, opened++)
            open_connection(&all[opened], opened);
        poll_once(5);
        if (now_us() > deadline) {
            fprintf(stderr, "only %d of %d entered\n", live, opt.connections);
            exit(1);
        }
    }
}

static void run(void) {
    int64_t stop, next = 0;
    started = now_us();
    stop = started + (int64_t)opt.seconds * 1000000;
    measuring = 1;
    if (opt.flood)
        for (int i = 0; i < opt.senders; i++)
            for (int k = 0; k < opt.window; k++) post(&all[i], now_us());
    while (now_us() < stop) {
        int64_t due = started + (int64_t)((double)next * 1e6 / opt.rate);
        while (!opt.flood && due <= now_us() && due < stop) {
            post(&all[next % opt.senders], due);
            due = started + (int64_t)((double)++next * 1e6 / opt.rate);
        }
        poll_once(1);
    }
    measuring = 0;
}

static void drain(void) {
    uint64_t sent = 0;
    for (int i = 0; i < opt.senders; i++) sent += all[i].sent;
    int64_t until = now_us() + 5000000;
    while (deliveries < sent * (uint64_t)opt.connections && now_us() < until) poll_once(5);
}

static double percentile(double share) {
    uint64_t want = (uint64_t)((double)deliveries * share), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += histogram[i];
        if (seen >= want && seen > 0) return (i + 0.5) * BUCKET_US / 1000.0;
    }
    return 0;
}

static void report(void) {
    struct rusage u;
    uint64_t sent = 0;
    getrusage(RUSAGE_SELF, &u);
    for (int i = 0; i < opt.senders; i++) sent += all[i].sent;
    double seconds = (double)(ended - started) / 1e6;
    printf("{\"sent\":%llu,\"deliveries\":%llu,\"expected\":%llu,\"disorder\":%llu,\"frames\":%llu,"
           "\"bytes\":%llu,\"closed\":%llu,\"refused\":%llu,\"seconds\":%.6f,\"p50_ms\":%.3f,"
           "\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,\"generator_cpu_s\":%.3f}\n",
           (unsigned long long)sent, (unsigned long long)deliveries,
           (unsigned long long)(sent * (uint64_t)opt.connections), (unsigned long long)disorder,
           (unsigned long long)frames, (unsigned long long)bytes_in,
           (unsigned long long)closed_early, (unsigned long long)refused, seconds,
           percentile(.5), percentile(.99), percentile(.999), (double)max_latency / 1000.0,
           (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
               (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
    fflush(stdout);
}

static void read_tokens(void) {
    char line[1024];
    FILE *f = fopen(opt.tokens, "r");
    if (f == NULL) die(opt.tokens);
    tokens = calloc((size_t)opt.connections, sizeof *tokens);
    for (int i = 0; i < opt.connections; i++) {
        if (fgets(line, sizeof line, f) == NULL) { fprintf(stderr, "too few tokens\n"); exit(1); }
        line[strcspn(line, "\n")] = 0;
        tokens[i] = strdup(line);
    }
    fclose(f);
}

static void read_options(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *k = argv[i], *v = argv[i + 1];
        if (!strcmp(k, "--port")) opt.port = atoi(v);
        else if (!strcmp(k, "--path")) opt.path = v;
        else if (!strcmp(k, "--connections")) opt.connections = atoi(v);
        else if (!strcmp(k, "--senders")) opt.senders = atoi(v);
        else if (!strcmp(k, "--seconds")) opt.seconds = atoi(v);
        else if (!strcmp(k, "--size")) opt.size = atoi(v);
        else if (!strcmp(k, "--rate")) opt.rate = atof(v);
        else if (!strcmp(k, "--flood")) opt.flood = atoi(v);
        else if (!strcmp(k, "--room")) opt.room = v, opt.plenum = 1;
        else if (!strcmp(k, "--tokens")) opt.tokens = v;
        else { fprintf(stderr, "unknown option %s\n", k); exit(2); }
    }
    if (opt.senders > opt.connections) opt.senders = opt.connections;
    if (!opt.port || opt.senders > MAX_SENDERS || opt.size < MARKER || opt.size > 1500) {
        fprintf(stderr, "usage: load --port P [--room GUID --tokens FILE] [--flood 1] ...\n");
        exit(2);
    }
}

int main(int argc, char **argv) {
    struct rlimit files = {200000, 200000};
    char line[16];
    read_options(argc, argv);
    setrlimit(RLIMIT_NOFILE, &files);
    if (opt.plenum) read_tokens();
    all = calloc((size_t)opt.connections, sizeof *all);
    histogram = calloc(BUCKETS, sizeof *histogram);
    epoll = epoll_create1(0);
    enter_room();
    printf("READY\n");
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) return 1;
    run();
    drain();
    report();
    return 0;
}
