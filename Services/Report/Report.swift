@main
struct ReportService {
    static func main() {}
}
