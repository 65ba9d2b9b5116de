@main
struct InferService {
    static func main() {}
}
