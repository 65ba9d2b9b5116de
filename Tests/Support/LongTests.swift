import Foundation

/// Tests that take too long for every change, and run where `HELICASE_LONG_TESTS` is set, as in `.ci/nightly`.
public enum LongTests {
    /// Whether they run.
    public static let areWanted = ProcessInfo.processInfo.environment["HELICASE_LONG_TESTS"] != nil
}
