import Testing

@testable import Messaging

@Suite struct PartitionerTests {
    @Test(
        "murmur2 gives the values of Apache Kafka's UtilsTest",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ])
    func murmur2(key: String, hash: Int) {
        #expect(Partitioner.murmur2(Array(key.utf8)) == Int32(hash))
    }

    @Test("a partition is the positive hash modulo the count, also for the empty key")
    func partition() {
        #expect(Partitioner.partition(forKey: Array("21".utf8), count: 7) == Int32((-973_932_308 & 0x7fff_ffff) % 7))
        #expect((0..<3).contains(Partitioner.partition(forKey: [], count: 3)))
    }
}
