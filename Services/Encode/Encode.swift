@main
struct EncodeService {
    static func main() {}
}
