"""Writes blocks and JSON where a command's data go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..environment import Environment
from ..views.blocks import Block


def show(environment: Environment, blocks: Iterable[Block]) -> None:
    """Write blocks to standard output: linear text with --plain, otherwise set out for the terminal's width."""
    if environment.plain:
        from ..views.plain import render as linear

        environment.stdout.write(linear(blocks))
    else:
        from ..views.terminal import render as set_out

        environment.stdout.write(set_out(blocks, environment.width, environment.has_colour))
    environment.stdout.flush()


def show_json(environment: Environment, value: Any) -> None:
    """Write a value as JSON to standard output."""
    from ..views.as_json import json_text

    environment.stdout.write(json_text(value) + "\n")
