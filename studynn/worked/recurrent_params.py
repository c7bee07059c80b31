"""`studynn compute recurrent-params`: what an RNN, LSTM or GRU layer has to learn, whatever the length of the sequence."""

from itertools import product
from typing import Annotated, Literal

from studynn.core.draw import Rng, pick
from studynn.core.inputs import Input
from studynn.core.steps import Inputs, Inverse, Slip, Step, Steps, Value, example
from studynn.core.text import Text, number_text
from studynn.worked._counting import plus, times

LARGEST = 100_000
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}
BIASES = {"one": 1, "two": 2, "none": 0}
ADD_BIASES = Text("The block has its biases besides the two matrices: add them.", "除两个矩阵外还有偏置：要加上。")


@example(
    title=Text("Parameters of recurrent layers", "循环层的参数"),
    topic=("rnn", "lstm", "gru"),
    results=("U", "W", "block", "cell", "output", "total", "unshared"),
    inverse=(
        Inverse(
            "hidden",
            "total",
            Text(
                "How many hidden units m make {result} parameters in all?",
                "隐藏层单元数 m 为多少时，参数共 {result} 个？",
            ),
        ),
        Inverse(
            "inputs",
            "cell",
            Text(
                "How many inputs n make {result} parameters in the recurrent layer?",
                "输入数 n 为多少时，循环层有 {result} 个参数？",
            ),
        ),
    ),
)
def recurrent_params(
    cell: Annotated[Literal["rnn", "lstm", "gru"], Input("cell", Text("kind of cell", "单元的种类"))] = "lstm",
    inputs: Annotated[
        int, Input("n", Text("inputs at each time step", "每个时间步的输入数"), at_least=1, at_most=LARGEST)
    ] = 4,
    hidden: Annotated[
        int,
        Input(
            "m",
            Text("units of the layer, the size of its state", "该层的单元数，即状态的维数"),
            at_least=1,
            at_most=LARGEST,
        ),
    ] = 3,
    outputs: Annotated[
        int,
        Input(
            "q",
            Text("units of the output layer, 0 for none", "输出层的单元数，0 表示没有"),
            at_least=0,
            at_most=LARGEST,
        ),
    ] = 2,
    steps: Annotated[
        int, Input("T", Text("time steps of the sequence", "序列的时间步数"), at_least=1, at_most=LARGEST, letter="T")
    ] = 6,
    biases: Annotated[
        Literal["one", "two", "none"],
        Input(
            "biases",
            Text(
                "biases of a unit in each block: one, two (PyTorch) or none",
                "每块中每个单元的偏置：一个、两个（PyTorch）或没有",
            ),
        ),
    ] = "one",
) -> Steps:
    """One block U, W, b for an RNN; four for an LSTM (f, i, g, o); three for a GRU (r, z, h̃).

    Source: Hochreiter & Schmidhuber 1997; Cho et al. 2014; document 000, recurrent networks.
    """
    hint = Text("U has a row for each unit and a column for each input: m·n.", "U 每个单元一行，每个输入一列：m·n。")
    u = yield Step(
        "U",
        Text("Weights on the input", "作用于输入的权重"),
        "U: m·n",
        times(hidden, inputs),
        hidden * inputs,
        (Slip("inputs-squared", hint, inputs**2),) if inputs != hidden else (),
    )
    hint = Text("W takes the m numbers of the old state to m new ones: m·m.", "W 把旧状态的 m 个数变为 m 个新数：m·m。")
    w = yield Step(
        "W",
        Text("Weights on the old state", "作用于旧状态的权重"),
        "W: m·m",
        times(hidden, hidden),
        hidden**2,
        (Slip("recurrence-like-input", hint, hidden * inputs),) if inputs != hidden else (),
    )
    b = 0
    if biases != "none":
        b = yield _biases(hidden, BIASES[biases])
    block = yield _block(u, w, b)
    layer = yield _cell(cell, block, steps)
    total = layer
    if outputs:
        last = yield _output(inputs, hidden, outputs, biases != "none")
        total = yield Step("total", Text("All parameters", "参数总数"), "N + Q", plus((layer, last)), layer + last)
    else:
        total = yield Step("total", Text("All parameters", "参数总数"), "N", number_text(layer), layer)
    yield Step(
        "unshared",
        Text("If each time step had its own", "若各时间步各有一套"),
        "T·(N + Q)" if outputs else "T·N",
        times(steps, total),
        steps * total,
    )
    return _notes(cell, biases)


def _biases(hidden: int, each: int) -> Step:
    hint = Text("Here each unit has two: one beside U and one beside W.", "这里每个单元有两个：U 旁一个，W 旁一个。")
    return Step(
        "b",
        Text("Biases", "偏置"),
        "b: 2m" if each == 2 else "b: m",
        f"2·{hidden}" if each == 2 else f"{hidden}",
        each * hidden,
        (Slip("one-bias", hint, hidden),) if each == 2 else (),
    )


def _block(u: Value, w: Value, b: Value) -> Step:
    hint = Text("The state is fed back through W: add its weights.", "状态经 W 反馈：要加上它的权重。")
    slips = [Slip("no-recurrence", hint, u + b)]
    if b:
        slips.append(Slip("biases-forgotten", ADD_BIASES, u + w))
    return Step(
        "block",
        Text("One block", "一块"),
        "B = U + W + b" if b else "B = U + W",
        plus((u, w, b) if b else (u, w)),
        u + w + b,
        tuple(slips),
    )


def _cell(cell: str, block: Value, steps: int) -> Step:
    slips = []
    if cell == "lstm":
        hint = Text(
            "Besides the gates f, i, o the candidate g has a block: 4.",
            "除 f、i、o 三个门外，候选值 g 也有一块：共 4 块。",
        )
        slips.append(Slip("gates-only", hint, 3 * block))
    if cell == "gru":
        hint = Text(
            "Besides the gates r and z the candidate has a block: 3.", "除 r、z 两个门外，候选状态也有一块：共 3 块。"
        )
        slips.append(Slip("two-blocks", hint, 2 * block))
    count = BLOCKS[cell]
    if steps > 1:
        hint = Text(
            "The same weights are used again at every time step: count them once.",
            "各时间步重复使用同一组权重：只计一次。",
        )
        slips.append(Slip("times-steps", hint, steps * count * block))
    return Step(
        "cell",
        Text("Recurrent layer", "循环层"),
        f"N = {count}·B",
        times(count, block),
        count * block,
        tuple(slips),
    )


def _output(inputs: int, hidden: int, outputs: int, biased: bool) -> Step:
    hint = Text("The output layer reads the state of m units, not the input.", "输出层读取 m 维的状态，而不是输入。")
    wrong = outputs * inputs + (outputs if biased else 0)
    return Step(
        "output",
        Text("Output layer V and its biases", "输出层 V 及其偏置") if biased else Text("Output layer V", "输出层 V"),
        "Q = q·m + q" if biased else "Q = q·m",
        f"{times(outputs, hidden)} + {outputs}" if biased else times(outputs, hidden),
        outputs * hidden + (outputs if biased else 0),
        (Slip("output-from-inputs", hint, wrong),) if inputs != hidden else (),
    )


def _notes(cell: str, biases: str) -> list[Text]:
    notes = [
        Text(
            "The number of time steps changes nothing: all share U, W and b.",
            "时间步数不影响参数数：各步共用 U、W、b。",
        )
    ]
    if cell != "rnn":
        owners = "f, i, g, o" if cell == "lstm" else "r, z, h̃"
        notes.insert(0, Text(f"A block for each of {owners}.", f"{owners.replace(', ', '、')} 各有一块。"))
    if biases != "two":
        notes.append(
            Text(
                "PyTorch, and Keras' GRU with reset_after, keep two biases for each unit of a block: --biases two.",
                "PyTorch 以及 Keras 的 GRU（reset_after）每块中每个单元有两个偏置：--biases two。",
            )
        )
    return notes


@recurrent_params.check("list every connection of one time step and count", "列出一个时间步的全部连接再计数")
def list_connections(cell: str, inputs: int, hidden: int, outputs: int, steps: int, biases: str) -> dict[str, Value]:
    """Each unit of a block reads the inputs, the old state and its biases; each output reads the state and a bias."""
    ones = BIASES[biases]
    reads = inputs + hidden + ones
    layer = sum(reads for _ in product(range(BLOCKS[cell]), range(hidden)))
    last = sum(hidden + min(ones, 1) for _ in range(outputs))
    return {"cell": layer, "total": layer + last}


@recurrent_params.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: RNN; 2: LSTM or GRU; 3: larger LSTM or GRU with two biases a unit, one or none."""
    low, high = {1: (2, 9), 2: (3, 20), 3: (8, 64)}[level]
    inputs, hidden = rng.randint(low, high), rng.randint(low, high)
    if inputs == hidden:
        return None  # it would not show which of the two is meant
    return {
        "cell": "rnn" if level == 1 else pick(rng, ("lstm", "gru")),
        "inputs": inputs,
        "hidden": hidden,
        "outputs": rng.randint(2, 6) if level == 1 else rng.randint(2, 12),
        "steps": rng.randint(3, 12) if level == 1 else rng.randint(5, 30),
        "biases": pick(rng, ("two", "two", "one", "none")) if level == 3 else "one",
    }
