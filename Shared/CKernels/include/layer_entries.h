// The layers of a program announce themselves in a section of its binary; the linker names the section's ends.
#pragma once

/// Calls every entry of the section `helicase_layers` with `collection`.
void ck_for_each_layer(void *_Nonnull collection);
