/* How long others wait beside one hostile connection (f3).
 *
 * OTHERS people in a room ask "ping" twenty times a second each; every answer is measured from the
 * intended time. Beside them a process of lower priority floods the server in the way --kind
 * says, and comes back as soon as it is closed. Prints one JSON object.
 */
#include "client.h"
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { OTHERS = 20, EVERY_US = 50000, WAITING = 1024, MOST = 1000000, BUFFER = 1 << 20 };

struct person {
    int fd;
    unsigned char rx[1 << 17];
    size_t rx_len;
    int64_t asked[WAITING]; /* intended times of pings that were not answered yet */
    uint32_t head, tail;
};

struct account { uint64_t closed; int64_t slowest_us; };

static int port, seconds = 5;
static const char *kind = "quiet", *room = "", *tokens_file = "";
static char tokens[OTHERS + 1][512];
static struct person *people;
static double *waits;
static size_t answered, unanswered;
static struct account *attacks;
static unsigned char payload[BUFFER];

static int send_all(int fd, const void *data, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t n = send(fd, (const char *)data + done, length - done, MSG_NOSIGNAL);
        if (n > 0) done += (size_t)n;
        else if (errno != EINTR) return 0;
    }
    return 1;
}

static int send_text(int fd, const char *text) {
    unsigned char head[16];
    size_t length = strlen(text);
    return send_all(fd, head, frame_head(head, 0x81, length)) && send_all(fd, text, length);
}

/* Read and forget up to a word; only while nobody is measured. */
static void read_until(int fd, const char *word) {
    static char seen[1 << 20];
    size_t length = 0;
    while (memmem(seen, length, word, strlen(word)) == NULL) {
        if (length > sizeof seen / 2) length = 0;
        ssize_t n = recv(fd, seen + length, sizeof seen - length, 0);
        if (n <= 0) { fprintf(stderr, "no %s\n", word); exit(1); }
        length += (size_t)n;
    }
}

static int entered(const char *token, int source) {
    char text[1024];
    int fd = open_socket(port, "/ws", source);
    read_until(fd, "\r\n\r\n");
    snprintf(text, sizeof text, "{\"t\":\"hello\",\"protocol\":1,\"token\":\"%s\"}", token);
    send_text(fd, text);
    read_until(fd, "\"welcome\"");
    snprintf(text, sizeof text, "{\"t\":\"join\",\"room\":\"%s\"}", room);
    send_text(fd, text);
    read_until(fd, "\"joined\"");
    return fd;
}

/* The attacker */

static size_t repeat(const unsigned char *frame, size_t length) {
    size_t total = 0;
    while (total + length <= sizeof payload) {
        memcpy(payload + total, frame, length);
        total += length;
    }
    return total;
}

static size_t raw_flood(void) {
    unsigned char frame[1 << 16];
    size_t length = 1;
    memset(frame, 'x', sizeof frame);
    if (!strcmp(kind, "pings")) return repeat(frame, frame_head(frame, 0x89, 0));
    if (!strcmp(kind, "tiny frames")) {
        size_t head = frame_head(frame, 0x81, length);
        return repeat(frame, head + length);
    }
    if (!strcmp(kind, "large frames")) {
        length = 60000;
        return repeat(frame, frame_head(frame, 0x81, length) + length);
    }
    /* empty fragments: a first one, then those that continue it */
    size_t total = repeat(frame, frame_head(frame, 0x00, 0));
    frame_head(payload, 0x01, 0);
    return total;
}

static void count_closed(int64_t since) {
    int64_t took = now_us() - since;
    attacks->closed++;
    if (took > attacks->slowest_us) attacks->slowest_us = took;
}

static void flood(void) {
    struct timeval patience = {.tv_sec = 5};
    size_t length = raw_flood();
    for (;;) {
        int fd = open_socket(port, "/ws", 1);
        read_until(fd, "\r\n\r\n");
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        int64_t since = now_us();
        while (send_all(fd, payload, length)) {}
        count_closed(since);
        close(fd);
        usleep(20000);
    }
}

/* A text of 1000 characters and 16000 code points, refused only after all that is done to texts:
 * marks in the wrong order, parted by joiners, and one letter that falls apart into too many. */
static void costly(char *out, size_t size) {
    static const char *marks[] = {"\xcd\x85", "\xcc\x81", "\xcc\x96"};
    char *end = out, id[48];
    uuid7(id);
    end += sprintf(end, "{\"t\":\"do\",\"id\":\"%s\",\"command\":{\"type\":\"chat.send\",\"text\":\"", id);
    for (int letter = 0; letter < 999; letter++) {
        *end++ = 'a';
        for (int mark = 0; mark < 8; mark++)
            end += sprintf(end, "%s%s", mark ? "\xe2\x80\x8d" : "", marks[mark % 3]);
    }
    end += sprintf(end, "\xe1\xbe\x82");
    for (int mark = 0; mark < 8; mark++) end += sprintf(end, "%s", marks[mark % 3]);
    end += sprintf(end, "\"}}");
    if ((size_t)(end - out) >= size) die("too long");
}

/* Six at once and then one every 0.6 s: what the budget of a connection allows. */
static void write_texts(void) {
    static char text[1 << 16], answers[1 << 16];
    for (;;) {
        int fd = entered(tokens[OTHERS], 1), left = 6;
        int64_t since = now_us();
        for (;;) {
            costly(text, sizeof text);
            if (!send_text(fd, text)) break;
            if (--left <= 0) usleep(600000);
            ssize_t n = recv(fd, answers, sizeof answers, MSG_DONTWAIT);
            if (n == 0 || (n < 0 && errno != EAGAIN)) break;
        }
        count_closed(since);
        close(fd);
        usleep(1000000);
    }
}

static pid_t attacker(void) {
    if (!strcmp(kind, "quiet")) return 0;
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child > 0) return child;
    if (nice(19) == -1 && errno) die("nice");
    if (!strcmp(kind, "costly texts")) write_texts();
    flood();
    exit(0);
}

/* The others */

static void pong(struct person *p, int64_t now) {
    int64_t asked = p->asked[p->head++ % WAITING];
    if (answered < MOST) waits[answered++] = (double)(now - asked) / 1000.0;
}

static void take_frames(struct person *p, int64_t now) {
    size_t at = 0;
    while (p->rx_len - at >= 2) {
        unsigned char *f = p->rx + at;
        size_t head = 2, length = f[1] & 0x7f, left = p->rx_len - at;
        if (length == 126) {
            if (left < 4) break;
            length = (size_t)f[2] << 8 | f[3];
            head = 4;
        } else if (length == 127) {
            fprintf(stderr, "a frame above 64 KiB\n");
            exit(1);
        }
        if (left < head + length) break;
        if ((f[0] & 0x0f) == 8) { fprintf(stderr, "one of the others was closed\n"); exit(1); }
        if (memmem(f + head, length < 24 ? length : 24, "\"pong\"", 6) != NULL) pong(p, now);
        at += head + length;
    }
    memmove(p->rx, p->rx + at, p->rx_len - at);
    p->rx_len -= at;
}

static void read_all(int timeout_ms) {
    struct pollfd fds[OTHERS];
    for (int i = 0; i < OTHERS; i++) fds[i] = (struct pollfd){people[i].fd, POLLIN, 0};
    if (poll(fds, OTHERS, timeout_ms) <= 0) return;
    for (int i = 0; i < OTHERS; i++) {
        struct person *p = &people[i];
        if (!fds[i].revents) continue;
        ssize_t n = recv(p->fd, p->rx + p->rx_len, sizeof p->rx - p->rx_len, MSG_DONTWAIT);
        if (n == 0) { fprintf(stderr, "one of the others was cut\n"); exit(1); }
        if (n > 0) p->rx_len += (size_t)n;
        take_frames(p, now_us());
    }
}

static void measure(void) {
    int64_t started = now_us(), stop = started + (int64_t)seconds * 1000000, next = 0;
    const int64_t step = EVERY_US / OTHERS;
    while (now_us() < stop) {
        while (started + next * step <= now_us()) {
            struct person *p = &people[next % OTHERS];
            p->asked[p->tail++ % WAITING] = started + next++ * step;
            send_text(p->fd, "{\"t\":\"ping\"}");
        }
        read_all(1);
    }
    for (int64_t until = now_us() + 3000000; now_us() < until;) {
        unanswered = 0;
        for (int i = 0; i < OTHERS; i++) unanswered += people[i].tail - people[i].head;
        if (unanswered == 0) break;
        read_all(5);
    }
}

static int by_size(const void *a, const void *b) {
    double d = *(const double *)a - *(const double *)b;
    return (d > 0) - (d < 0);
}

static double share(double part) {
    size_t at = (size_t)((double)answered * part);
    return answered ? waits[at < answered ? at : answered - 1] : 0;
}

static void read_options(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *k = argv[i], *v = argv[i + 1];
        if (!strcmp(k, "--port")) port = atoi(v);
        else if (!strcmp(k, "--seconds")) seconds = atoi(v);
        else if (!strcmp(k, "--kind")) kind = v;
        else if (!strcmp(k, "--room")) room = v;
        else if (!strcmp(k, "--tokens")) tokens_file = v;
        else { fprintf(stderr, "unknown option %s\n", k); exit(2); }
    }
    FILE *f = fopen(tokens_file, "r");
    if (f == NULL) die(tokens_file);
    for (int i = 0; i <= OTHERS; i++) {
        if (fgets(tokens[i], sizeof tokens[i], f) == NULL) die("too few tokens");
        tokens[i][strcspn(tokens[i], "\n")] = 0;
    }
    fclose(f);
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    people = calloc(OTHERS, sizeof *people);
    waits = calloc(MOST, sizeof *waits);
    attacks = mmap(NULL, sizeof *attacks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (attacks == MAP_FAILED) die("mmap");
    for (int i = 0; i < OTHERS; i++) people[i].fd = entered(tokens[i], 0);
    pid_t child = attacker();
    measure();
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    qsort(waits, answered, sizeof *waits, by_size);
    printf("{\"answered\":%zu,\"unanswered\":%zu,\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"max_ms\":%.3f,"
           "\"closed\":%llu,\"closed_max_ms\":%.3f}\n",
           answered, unanswered, share(.5), share(.95), share(1),
           (unsigned long long)attacks->closed, (double)attacks->slowest_us / 1000.0);
    return 0;
}
