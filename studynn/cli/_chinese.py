"""Help texts in Chinese, by the English ones. A test asks for each one that the commands use."""

CHINESE: dict[str, str] = {
    "Revise neural networks: quizzes that compute, name your mistake and remember you.": "神经网络复习：会计算、会指出错因、记得住你的测验工具。",
    "Language: en or zh.": "语言：en 或 zh。",
    "Linear text without boxes or colour.": "线性纯文本，不用边框和颜色。",
    "Show the version.": "显示版本。",
    "Compute a worked example step by step; without a name, list them.": "逐步计算一个算例；不给名称则列出全部。",
    "The list as JSON, with inputs and steps.": "以 JSON 列出，含输入与步骤。",
    "The derivation as JSON.": "以 JSON 输出推导。",
    "The derivation as Markdown.": "以 Markdown 输出推导。",
    "Show the check by a second derivation.": "显示用另一种方法的验算。",
    "Only the problem; the same line without --problem gives the working.": "只出题；去掉 --problem 即为解答。",
    "Draw the inputs with this seed.": "用此种子抽取输入。",
    "Difficulty of drawn inputs.": "抽取输入的难度。",
}
