"""`studynn compute confusion-matrix`: accuracy, precision, recall, specificity and F1, of two classes or of several."""

from typing import Annotated, Literal

from studynn.core.draw import Rng, pick
from studynn.core.errors import InputError
from studynn.core.inputs import Input, input_text, inputs_of
from studynn.core.near import near
from studynn.core.picture import Bars, Cells, Picture
from studynn.core.steps import Inputs, Slip, Step, Steps, Value, Worked, example
from studynn.core.text import Text, number_text, value_text

Table = tuple[tuple[int, ...], ...]
CountTable = Annotated[Table, (2,), int]
LARGEST = 100_000
HARMONIC = Text("F1 is the harmonic mean, nearer to the smaller of the two.", "F1 是调和平均，更靠近较小者。")


@example(
    title=Text("Metrics from a confusion matrix", "由混淆矩阵计算指标"),
    topic="training",
    results=("accuracy", "precision", "recall", "specificity", "f1"),
)
def confusion_matrix(
    matrix: Annotated[
        CountTable,
        Input(
            "M",
            Text("counts of samples, one row a class", "样本计数，每类一行"),
            at_least=0,
            at_most=LARGEST,
            longest=10,
        ),
    ] = ((40, 10), (60, 90)),
    positive: Annotated[
        int,
        Input(
            "positive", Text("which of two classes is the positive one", "二分类时哪一类为正类"), at_least=0, at_most=1
        ),
    ] = 0,
    rows: Annotated[
        Literal["actual", "predicted"], Input("rows", Text("what the rows stand for", "各行表示什么"))
    ] = "actual",
) -> Steps:
    """Two classes: the metrics of the positive one. Several: each class against the rest, then the plain means.

    Classes count from 0. Where nothing was predicted, or nothing is there, a ratio counts as 0. Source: van Rijsbergen
    1979, chapter 7; Sokolova & Lapalme 2009, tables 2 and 3.
    """
    table = _table(matrix, rows)
    hits = tuple(row[c] for c, row in enumerate(table))
    actual = tuple(sum(row) for row in table)
    predicted = tuple(sum(row[c] for row in table) for c in range(len(table)))
    yield _accuracy(hits, sum(actual))
    if len(table) == 2:
        other = 1 - positive
        tp, fn, fp, tn = hits[positive], table[positive][other], table[other][positive], hits[other]
        yield from _two_classes(tp, fp, fn, tn)
    else:
        yield from _several_classes(hits, predicted, actual)
    return _notes(len(table), 0 in (*predicted, *actual))


def _typed(matrix: Table) -> str:
    return input_text(inputs_of(confusion_matrix)["matrix"], matrix)


def _table(matrix: Table, rows: str) -> Table:
    """The counts with the actual classes in the rows; InputError unless square, of two classes or more."""
    high, wide = len(matrix), len(matrix[0])
    if high != wide or high < 2:
        size = f"{high}×{wide}"
        allowed = Text(f"must be square, of at least 2 classes, it is {size}", f"应为方阵，至少 2 类，现为 {size}")
        raise InputError("matrix", _typed(matrix), allowed)
    if not sum(map(sum, matrix)):
        raise InputError("matrix", _typed(matrix), Text("must count at least one sample", "至少要有一个样本"))
    return matrix if rows == "actual" else tuple(zip(*matrix, strict=True))


def _ratio(top: Value, bottom: Value) -> float:
    return float(top / bottom) if bottom else 0.0


def _over(top: Value, *parts: Value) -> str:
    """`40/(40 + 20)`, or the 0 that is taken for 0/0."""
    return f"{number_text(top)}/({' + '.join(map(number_text, parts))})" if any(parts) else "0"


def _accuracy(hits: tuple[int, ...], total: int) -> Step:
    right = sum(hits)
    hint = Text("That is the error rate; take the diagonal.", "这是错误率；准确率取对角线。")
    slips = [Slip("error-rate", hint, (total - right) / total)]
    if right != hits[0]:
        hint = Text("Every class that is recognised counts: the whole diagonal.", "每一类认对的都算：整条对角线。")
        slips.append(Slip("first-class-only", hint, hits[0] / total))
    return Step(
        "accuracy",
        Text("Accuracy: share that is right", "准确率：判断正确的比例"),
        "(TP + TN)/n" if len(hits) == 2 else "Σ M_cc/n",
        f"({' + '.join(map(str, hits))})/{total}",
        right / total,
        tuple(slips),
    )


def _two_classes(tp: int, fp: int, fn: int, tn: int) -> Steps:
    swapped = Text("Precision looks at what was called positive: TP + FP.", "精确率针对判为正的样本：除以 TP + FP。")
    precision = yield Step(
        "precision",
        Text("Precision: right among those called positive", "精确率：判为正者中真正为正的比例"),
        "TP/(TP + FP)",
        _over(tp, tp, fp),
        _ratio(tp, tp + fp),
        (Slip("recall-for-precision", swapped, _ratio(tp, tp + fn)),),
    )
    swapped = Text("Recall looks at what is positive: TP + FN.", "召回率针对真正为正的样本：除以 TP + FN。")
    recall = yield Step(
        "recall",
        Text("Recall (sensitivity): found among the positives", "召回率（灵敏度）：真正为正者中被找到的比例"),
        "TP/(TP + FN)",
        _over(tp, tp, fn),
        _ratio(tp, tp + fn),
        (Slip("precision-for-recall", swapped, _ratio(tp, tp + fp)),),
    )
    yield _specificity(fp, fn, tn)
    yield _f1(precision, recall)
    return None


def _specificity(fp: int, fn: int, tn: int) -> Step:
    slips = (
        Slip(
            "missed-for-false-alarms",
            Text("Take all that is negative: TN and the false alarms FP.", "分母是全部负类：TN 加上误报 FP。"),
            _ratio(tn, tn + fn),
        ),
        Slip(
            "false-alarm-rate",
            Text("FP/(TN + FP) is the false-alarm rate: 1 less it.", "FP/(TN + FP) 是假阳性率：用 1 减去它。"),
            _ratio(fp, tn + fp),
        ),
    )
    return Step(
        "specificity",
        Text("Specificity: left alone among the negatives", "特异度：负类中被判为负的比例"),
        "TN/(TN + FP)",
        _over(tn, tn, fp),
        _ratio(tn, tn + fp),
        slips,
    )


def _f1(precision: Value, recall: Value) -> Step:
    total = precision + recall
    slips = (
        Slip(
            "arithmetic-mean",
            HARMONIC,
            total / 2,
        ),
        Slip(
            "two-forgotten",
            Text("A mean of two: the product counts twice.", "两数的调和平均：分子要乘 2。"),
            _ratio(precision * recall, total),
        ),
    )
    p, r = map(number_text, (precision, recall))
    return Step(
        "f1",
        Text("F1: harmonic mean of both", "F1：两者的调和平均"),
        "2PR/(P + R)",
        f"2·{p}·{r}/({p} + {r})" if total else "0",
        _ratio(2 * precision * recall, total),
        slips if total else (),
    )


def _several_classes(hits: tuple[int, ...], predicted: tuple[int, ...], actual: tuple[int, ...]) -> Steps:
    by_column, by_row = (tuple(map(_ratio, hits, totals)) for totals in (predicted, actual))
    hint = Text("Precision divides by what was called that class.", "精确率除以被判为该类的样本数。")
    precision = yield Step(
        "precision-per-class",
        Text("Precision of each class", "各类的精确率"),
        "M_cc/Σᵢ M_ic",
        _shown_ratios(hits, predicted, by_column),
        by_column,
        (Slip("recall-for-precision", hint, by_row),),
    )
    hint = Text("Recall divides by what really is of that class.", "召回率除以真正属于该类的样本数。")
    recall = yield Step(
        "recall-per-class",
        Text("Recall of each class", "各类的召回率"),
        "M_cc/Σⱼ M_cj",
        _shown_ratios(hits, actual, by_row),
        by_row,
        (Slip("precision-for-recall", hint, by_column),),
    )
    harmonic = tuple(_ratio(2 * p * r, p + r) for p, r in zip(precision, recall, strict=True))
    p, r = value_text(precision), value_text(recall)
    f1 = yield Step(
        "f1-per-class",
        Text("F1 of each class", "各类的 F1"),
        "2PR/(P + R)",
        f"2·{p} ⊙ {r}/({p} + {r})" if all(harmonic) else value_text(harmonic),
        harmonic,
        (Slip("arithmetic-mean", HARMONIC, tuple((a + b) / 2 for a, b in zip(precision, recall, strict=True))),),
    )
    micro = sum(hits) / sum(actual)
    yield _macro("precision", "精确率", precision, micro, actual)
    yield _macro("recall", "召回率", recall, None, actual)
    yield _macro("F1", "F1", f1, micro, actual)
    return None


def _shown_ratios(tops: tuple[int, ...], bottoms: tuple[int, ...], ratios: tuple[float, ...]) -> str:
    return f"{value_text(tops)}/{value_text(bottoms)}" if all(bottoms) else value_text(ratios)


def _macro(name: str, name_zh: str, parts: Value, micro: float | None, actual: tuple[int, ...]) -> Step:
    """The plain mean over the classes; `micro` is the micro average, None where the weighted mean is the same."""
    mean = sum(parts) / len(parts)
    weighted = sum(part * count for part, count in zip(parts, actual, strict=True)) / sum(actual)
    hint = Text(
        "Macro: every class counts the same, however many samples it has.", "宏平均：各类同等看待，与样本多少无关。"
    )
    slips = [Slip("weighted-by-class-size", hint, weighted)] if not near(weighted, mean) else []
    if micro is not None and not near(micro, mean) and not near(micro, weighted):
        hint = Text("Pooling all counts is the micro average, the accuracy.", "把计数合并是微平均，等于准确率。")
        slips.append(Slip("micro-average", hint, micro))
    return Step(
        name.lower(),
        Text(f"Macro {name}: mean over the classes", f"宏平均{' ' if name == 'F1' else ''}{name_zh}：对各类取平均"),
        f"(1/C) Σ {name[0].upper()}_c" if name != "F1" else "(1/C) Σ F1_c",
        f"({' + '.join(map(number_text, parts))})/{len(parts)}",
        mean,
        tuple(slips),
    )


def _notes(classes: int, has_empty: bool) -> list[Text]:
    notes = [
        Text(
            "Rows are the actual classes, as in scikit-learn; other books put the predicted ones there (--rows predicted).",
            "行为真实类别（同 scikit-learn）；有的书以行为预测类别（--rows predicted）。",
        )
    ]
    if classes == 2:
        notes.append(
            Text(
                "With class 0 positive, TP is top left; with labels 0 and 1, where 1 is positive, it is bottom right (--positive 1).",
                "类 0 为正类时 TP 在左上；标签为 0、1 且 1 为正类时，TP 在右下（--positive 1）。",
            )
        )
    else:
        notes.append(
            Text(
                "Macro F1 is the mean of the classes' F1, not the F1 of the means.",
                "宏 F1 是各类 F1 的平均，不是由平均值再求 F1。",
            )
        )
    if has_empty:
        notes.append(Text("0/0 counts as 0 here, as in scikit-learn.", "0/0 按 0 计，同 scikit-learn。"))
    return notes


@confusion_matrix.check("ask of every cell on which side it falls, class by class", "逐类判断每一格归入哪一边")
def cell_by_cell(matrix: Table, positive: int, rows: str) -> dict[str, Value]:
    """Each class against the rest; F1 as 2TP/(2TP + FP + FN)."""
    cells = [((i, j) if rows == "actual" else (j, i), n) for i, row in enumerate(matrix) for j, n in enumerate(row)]

    def of_class(c: int) -> tuple[float, float, float, float]:
        tp, fp, fn, tn = (
            sum(count for (a, p), count in cells if ((a == c), (p == c)) == kind)
            for kind in ((True, True), (False, True), (True, False), (False, False))
        )
        return _ratio(tp, tp + fp), _ratio(tp, tp + fn), _ratio(2 * tp, 2 * tp + fp + fn), _ratio(tn, tn + fp)

    found: dict[str, Value] = {"accuracy": sum(n for (a, p), n in cells if a == p) / sum(n for _, n in cells)}
    if len(matrix) == 2:
        return found | dict(zip(("precision", "recall", "f1", "specificity"), of_class(positive), strict=True))
    columns = zip(*map(of_class, range(len(matrix))), strict=True)
    for name, column in zip(("precision", "recall", "f1"), columns, strict=False):
        found |= {f"{name}-per-class": column, name: sum(column) / len(column)}
    return found


@confusion_matrix.pictures
def pictures(worked: Worked) -> list[Picture]:
    """The counts with the right ones framed, of two classes with their names; the metrics side by side."""
    matrix, positive = worked.inputs["matrix"], worked.inputs["positive"]
    by_actual, classes = worked.inputs["rows"] == "actual", range(len(matrix))

    def entry(i: int, j: int) -> str:
        sign = f"{'FT'[i == j]}{'NP'[(j if by_actual else i) == positive]} " if len(matrix) == 2 else ""
        return f"{sign}{matrix[i][j]}"

    rows = [tuple(entry(i, j) for j in classes) for i in classes]
    ways = (Text("actual", "真实"), Text("predicted", "预测"))
    down, across = ways if by_actual else ways[::-1]
    title = Text(
        f"Rows {down.en}, columns {across.en}; framed what is right",
        f"行为{down.zh}类，列为{across.zh}类；框出判断正确的",
    )
    bars = [(step.formula, step.value) for step in worked.steps if worked.example.is_result(step.name)]
    labels, values = zip(*bars, strict=True)
    return [
        Cells(title, (tuple(map(str, classes)), *rows), tuple((i + 1, i) for i in classes), ("", *map(str, classes))),
        Bars(Text("The metrics beside each other", "各指标的比较"), labels, values),
    ]


@confusion_matrix.draws
def draw(rng: Rng, level: int) -> Inputs | None:
    """1: two classes, round totals; 2: unequal classes, either one positive; 3: three classes, or predictions in the rows."""
    if level == 1:
        size = pick(rng, (10, 20, 40, 50))
        tp, tn = rng.randint(size // 5, size - 1), rng.randint(size // 5, size - 1)
        return {"matrix": ((tp, size - tp), (size - tn, tn)), "positive": 0, "rows": "actual"}
    if level == 2 or rng.random() < 0.3:
        table = tuple(tuple(rng.randint(2, 60) for _ in range(2)) for _ in range(2))
        return {"matrix": table, "positive": rng.randint(0, 1), "rows": "actual" if level == 2 else "predicted"}
    table = tuple(tuple(rng.randint(4, 20) if i == j else rng.randint(0, 8) for j in range(3)) for i in range(3))
    return {"matrix": table, "positive": 0, "rows": "actual"}
