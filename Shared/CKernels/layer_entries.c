#include "layer_entries.h"

typedef void (*entry)(void *);

extern const entry __start_helicase_layers[] __attribute__((weak, visibility("hidden")));
extern const entry __stop_helicase_layers[] __attribute__((weak, visibility("hidden")));

void ck_for_each_layer(void *collection) {
    for (const entry *next = __start_helicase_layers; next < __stop_helicase_layers; next++) (*next)(collection);
}
