// Test support replaces this file.
