"""PyTorch's side of `engine`: the networks of torch_bench.py, measured on request.

Usage: torch_peer.py TORCH_BENCH.py     (lines on standard input as for the EngineBenchmark program)

Only the imports and classes of torch_bench.py are run, so its networks, data and losses are the very ones.
"""
import ast, resource, sys, time

source = open(sys.argv[1]).read()
tree = ast.parse(source)
tree.body = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef))]
exec(compile(tree, sys.argv[1], "exec"))
NETWORKS = {network.__name__: network for network in (SeqCNN, DanQ, Pileup)}
state = {}


def best(work, repeats):
    work()
    seconds = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds = min(seconds, time.perf_counter() - start)
    return seconds


def answer(words):
    if words == ["peak"]:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    name, what, threads = words[0], words[1], int(words[2])
    torch.set_num_threads(threads)
    if name not in state:
        model = NETWORKS[name]()
        state[name] = (model, *model.data())
    model, x, y = state[name]
    if what == "train":
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            model.loss(model(x), y).backward()
            optimizer.step()

        model.train()
        return best(step, 3 if name == "DanQ" else 5)
    model.eval()
    examples = x if what == "infer" else x[:1]

    def infer():
        with torch.inference_mode():
            model(examples)

    return best(infer, 5 if what == "infer" else 20)


for line in sys.stdin:
    print(answer(line.split()), flush=True)
