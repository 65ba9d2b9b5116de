import Testing

@testable import SequenceAnalysis

/// Which genes can stand beside each other.
@Suite("Choice of genes")
struct GeneChoiceTests {
    private func chosen(_ options: (Range<Int>, Int, Float)...) -> [Int] {
        GeneChoice(distances: .initial).chosen(
            of: options.map { .init(range: $0.0, strand: $0.1, score: $0.2) })
    }

    @Test("Genes apart from each other are all chosen, in their order, and what is worth nothing is not")
    func apart() {
        #expect(chosen((1000..<1300, 1, 3), (0..<300, 0, 5), (400..<700, 1, -1)) == [1, 0])
        #expect(chosen((0..<300, 0, -1)) == [])
        #expect(chosen() == [])
    }

    @Test("Of two genes in one place the better is chosen, and two small ones may be worth more than a large one")
    func rivals() {
        #expect(chosen((0..<900, 0, 5), (0..<600, 1, 4)) == [0])
        #expect(chosen((0..<900, 0, 5), (10..<400, 1, 3), (500..<880, 1, 3)) == [1, 2])
    }

    @Test("Neighbours overlap by a few bases: those of one strand, and those whose ends meet", arguments: [4, 25])
    func overlaps(_ bases: Int) {
        #expect(chosen((0..<300, 0, 5), ((300 - bases)..<600, 0, 5)) == [0, 1])
        #expect(chosen((0..<300, 0, 5), ((300 - bases)..<600, 1, 5)) == [0, 1])
    }

    @Test("Neighbours that overlap by much are not both chosen, nor one within the other")
    func exclusion() {
        #expect(chosen((0..<300, 0, 5), (180..<600, 0, 6)) == [1])
        #expect(chosen((0..<300, 1, 5), (260..<600, 0, 6)) == [1])
        #expect(chosen((0..<900, 0, 6), (300..<600, 0, 5)) == [0])
    }

    @Test("What is usual in a genome's operons decides between starts of the same worth")
    func distances() {
        var counts = NeighbourDistances.Counts()
        for _ in 0..<100 {
            counts.add(-4, isChosen: true)
            counts.add(200, isChosen: true)
            for other in [-31, 11, 50, 200] { counts.add(other, isChosen: false) }
        }
        let choice = GeneChoice(distances: counts.distances)
        let options: [GeneChoice.Option] = [
            .init(range: 0..<300, strand: 0, score: 5), .init(range: 311..<900, strand: 0, score: 5.5),
            .init(range: 296..<900, strand: 0, score: 5),
        ]
        #expect(choice.chosen(of: options) == [0, 2])
    }
}
