@main
struct AlignService {
    static func main() {}
}
