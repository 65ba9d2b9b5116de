@main
struct ControlService {
    static func main() {}
}
