@main
struct IngestService {
    static func main() {}
}
