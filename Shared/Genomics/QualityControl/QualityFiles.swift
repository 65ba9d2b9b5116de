import Foundation

/// The files of a sample's quality control: `SAMPLE.stats` and `SAMPLE.flagstat`, which MultiQC reads.
public enum QualityFiles {
    /// Makes a folder for the files; throws when it cannot be made or nothing can be written into it.
    public static func prepare(folder: String) throws(GenomicsError) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
            throw GenomicsError(.cannotWrite, "the folder cannot be made; name one that can", file: folder)
        }
        guard isFolder.boolValue, FileManager.default.isWritableFile(atPath: folder) else {
            throw GenomicsError(
                .cannotWrite, isFolder.boolValue ? "nothing can be written into this folder" : "this is no folder",
                file: folder)
        }
    }

    /// Writes the files and returns their paths.
    public static func write(
        _ quality: QualityControl, sample: String, folder: String
    ) throws(GenomicsError) -> [String] {
        let files = [
            ("\(folder)/\(sample).stats", StatsText(quality).text),
            ("\(folder)/\(sample).flagstat", FlagstatText(quality.flags).text),
        ]
        for (path, text) in files {
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch {
                throw GenomicsError(
                    .cannotWrite, "cannot be written: \(String(cString: strerror(errno)))", file: path)
            }
        }
        return files.map(\.0)
    }
}
