// Threads that share out the parts of one piece of work: a fork and a join cost microseconds and allocate nothing.
#pragma once

#pragma clang assume_nonnull begin

typedef struct ck_team ck_team;

/// A team of the caller and `threads - 1` threads of its own; null where they cannot be started.
ck_team *_Nullable ck_team_create(int threads);
/// Calls `body` for each part in 0 ..< parts (below 2²⁰), the caller among those who do, and returns when all are done.
///
/// One run at a time. Nothing may depend on who does which part.
void ck_team_run(ck_team *team, void (*body)(void *_Nullable context, int part), void *_Nullable context, int parts);
/// Ends the threads.
void ck_team_free(ck_team *team);

#pragma clang assume_nonnull end
