@main
struct TrainService {
    static func main() {}
}
