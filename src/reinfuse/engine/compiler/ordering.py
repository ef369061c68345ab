"""The order of a program's instructions: each value just before it is first needed.

A value that waits for its use takes a register, and a step has thousands of values: computed in
the order in which formulas were written, most would be put down in memory and fetched again.
"""

from __future__ import annotations

from reinfuse.engine.compiler.graph import Instruction, Node, Program


def ordered_by_need(program: Program) -> Program:
    """The same program, what the first output needs first; unused instructions are left out."""
    place: dict[Node, Node] = {}
    instructions: list[Instruction] = []
    waiting = list(reversed(program.outputs))
    while waiting:
        node = waiting[-1]
        parts = program.instructions[node].parts
        missing = [part for part in parts if part not in place]
        if node not in place and not missing:
            place[node] = len(instructions)
            told = program.instructions[node]
            instructions.append(told._replace(parts=tuple(place[part] for part in parts)))
        if missing:
            # The part written last goes first: in a sum that is the product, behind it the sum
            # so far, which then need not wait.
            waiting.append(missing[-1])
        else:
            waiting.pop()
    outputs = tuple(place[output] for output in program.outputs)
    return Program(program.inputs, tuple(instructions), outputs)
