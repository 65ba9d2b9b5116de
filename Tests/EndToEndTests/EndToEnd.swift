import Testing

/// The tests of the whole suite: one after another, for each has a stack of eight processes to itself.
@Suite("From end to end", .serialized)
enum EndToEnd {}
