#define _GNU_SOURCE
#include "team.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// A run is one word, so that a thread which comes late to one run can never take a part of the next with what it read of
// the first: its number, how many parts it has, and the next part to take.
enum { part_bits = 20, part_mask = (1 << part_bits) - 1 };

// Tries before a waiting thread sleeps: some tens of microseconds, longer than a wake-up takes.
enum { spins = 4000 };

struct ck_team {
    _Atomic uint64_t run;
    // The low bits of the run's number, on which sleepers wait.
    _Atomic uint32_t number;
    _Atomic int done, sleeping;
    atomic_bool ends;
    void (*body)(void *, int);
    void *context;
    int count;
    pthread_t threads[];
};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

// Takes parts of the present run until there are none.
static void work(ck_team *team) {
    uint64_t run = atomic_load_explicit(&team->run, memory_order_acquire);
    for (;;) {
        const int part = (int)(run & part_mask), parts = (int)(run >> part_bits & part_mask);
        if (part >= parts) return;
        if (!atomic_compare_exchange_weak_explicit(
                &team->run, &run, run + 1, memory_order_acq_rel, memory_order_acquire))
            continue;
        // The caller waits for this part, so `body` and `context` stay as they are.
        team->body(team->context, part);
        atomic_fetch_add_explicit(&team->done, 1, memory_order_release);
        run = atomic_load_explicit(&team->run, memory_order_acquire);
    }
}

static void *serve(void *argument) {
    ck_team *team = argument;
    uint32_t seen = 0;
    while (!atomic_load_explicit(&team->ends, memory_order_acquire)) {
        uint32_t number = atomic_load_explicit(&team->number, memory_order_acquire);
        for (int i = 0; number == seen && i < spins; i++) {
            pause_briefly();
            number = atomic_load_explicit(&team->number, memory_order_acquire);
        }
        if (number == seen) {
            atomic_fetch_add(&team->sleeping, 1);
            syscall(SYS_futex, &team->number, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
            atomic_fetch_sub(&team->sleeping, 1);
            continue;
        }
        seen = number;
        work(team);
    }
    return NULL;
}

static void announce(ck_team *team) {
    atomic_fetch_add(&team->number, 1);
    if (atomic_load(&team->sleeping) > 0) syscall(SYS_futex, &team->number, FUTEX_WAKE_PRIVATE, team->count, NULL, NULL, 0);
}

ck_team *ck_team_create(int threads) {
    const int count = threads > 1 ? threads - 1 : 0;
    ck_team *team = calloc(1, sizeof *team + (size_t)count * sizeof(pthread_t));
    if (!team) return NULL;
    for (; team->count < count; team->count++)
        if (pthread_create(&team->threads[team->count], NULL, serve, team) != 0) {
            ck_team_free(team);
            return NULL;
        }
    return team;
}

void ck_team_run(ck_team *team, void (*body)(void *, int), void *context, int parts) {
    if (team->count == 0 || parts < 2) {
        for (int part = 0; part < parts; part++) body(context, part);
        return;
    }
    team->body = body;
    team->context = context;
    atomic_store_explicit(&team->done, 0, memory_order_relaxed);
    const uint64_t last = atomic_load_explicit(&team->run, memory_order_relaxed);
    const uint64_t number = (last >> 2 * part_bits) + 1;
    atomic_store_explicit(
        &team->run, number << 2 * part_bits | (uint64_t)parts << part_bits, memory_order_release);
    announce(team);
    work(team);
    for (int i = 0; atomic_load_explicit(&team->done, memory_order_acquire) < parts; i++)
        if (i < spins)
            pause_briefly();
        else
            sched_yield();
}

void ck_team_free(ck_team *team) {
    atomic_store_explicit(&team->ends, true, memory_order_release);
    announce(team);
    for (int i = 0; i < team->count; i++) pthread_join(team->threads[i], NULL);
    free(team);
}
