"""The inputs that examples about convolutional layers have in common; each says how large it may be."""

from studynn.core.inputs import Input
from studynn.core.text import Text


def side(at_most: int) -> Input:
    """W: the side of a square input."""
    return _cells("W", "side of the input", "输入的边长", at_most)


def height(at_most: int) -> Input:
    """H: the other side of an input that is not square."""
    return _cells("H", "second side, if the input is not square", "另一边的边长（输入非方形时）", at_most)


def kernel(at_most: int) -> Input:
    """K: the side of a square kernel."""
    return _cells("K", "side of the kernel", "卷积核的边长", at_most)


def stride(at_most: int) -> Input:
    """S: cells by which the window moves on."""
    return _cells("S", "step of the window", "窗口的步幅", at_most)


def padding(at_most: int) -> Input:
    """P: cells on each side."""
    return _cells("P", "cells added on each side", "每侧填充的格数", at_most, at_least=0)


def dilation(at_most: int) -> Input:
    """D: how far the taps of the kernel stand apart."""
    return _cells("D", "spacing of the kernel's taps (1 = ordinary)", "核内元素的间隔（1 为普通卷积）", at_most)


def filters(at_most: int) -> Input:
    """F: how many maps come out."""
    return _cells("F", "number of filters", "滤波器的个数", at_most)


def image(example: str, at_most: int) -> Input:
    """C×H×W: the shape of an input with channels, as in `3x16x16`."""
    words = Text(f"channels, height, width of the input: {example}", f"输入的通道、高、宽：{example}")
    return Input("C×H×W", words, at_least=1, at_most=at_most, longest=3)


def _cells(letter: str, en: str, zh: str, at_most: int, at_least: int = 1) -> Input:
    return Input(letter, Text(en, zh), at_least=at_least, at_most=at_most, letter=letter)
