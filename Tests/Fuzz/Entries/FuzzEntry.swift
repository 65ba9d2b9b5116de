import Commands
import Events
import Genomics
import Interpretation
import Messaging
import NeuralNetwork
import Storage
import VariantCalling

/// A parser of what comes from outside, and what must hold whatever bytes it is given.
public struct FuzzEntry: Sendable {
    /// Its name: that of its corpus, of its dictionary and of `--parser`.
    public let name: String
    /// The longest input that is worth making, in bytes.
    public let longest: Int
    private let parse: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, longest: Int, _ parse: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.longest = longest
        self.parse = parse
    }

    /// Gives the parser an input, which it may take or refuse; throws where something does not hold that must.
    public func check(_ input: [UInt8]) throws(FuzzFinding) {
        do {
            try parse(input)
        } catch let finding as FuzzFinding {
            throw finding
        } catch {
            if let flaw = Self.flaw(of: error) { throw FuzzFinding("\(name): \(flaw): \(error)") }
        }
    }

    /// The parser of a name.
    public static func named(_ name: String) -> FuzzEntry? { all.first { $0.name == name } }

    /// All parsers.
    public static let all: [FuzzEntry] =
        [fastq, sam, bam, cram, vcf, bed, fasta, motifs]
        + [safetensors, package, onnx, architecture, options, checkpoint, examples]
        + [events, configuration, commandLine, http, trace, database]

    /// What is wrong with a refusal: it must be an error of the modules' own that says what and, in a file, where.
    private static func flaw(of error: any Error) -> String? {
        switch error {
        case let error as GenomicsError:
            let hasPlace = error.file != nil || error.record != nil || error.field != nil
            return hasPlace && !error.message.isEmpty ? nil : "a refusal without a place"
        case let error as NeuralNetworkError: return error.message.isEmpty ? "a refusal without a reason" : nil
        case let error as InterpretationError: return error.place == nil ? "a refusal without a place" : nil
        case is EventError, is ExampleError, is MessagingError, is StartError, is CommandLineExit,
            is StorageError, is ConversionError:
            return nil
        default: return "an error of type \(type(of: error)) reached the caller"
        }
    }
}

/// Something that does not hold for an input and must.
public struct FuzzFinding: Error, CustomStringConvertible {
    /// What it is.
    public var description: String

    init(_ description: String) { self.description = description }

    /// Throws unless `holds`.
    static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws(FuzzFinding) {
        if !holds { throw FuzzFinding(description()) }
    }
}

/// Runs what must not throw: reading again what was written, for one.
func mustNotThrow<Value>(_ what: String, _ body: () throws -> Value) throws(FuzzFinding) -> Value {
    do {
        return try body()
    } catch {
        throw FuzzFinding("\(what): \(error)")
    }
}
