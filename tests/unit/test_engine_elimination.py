from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.engine.compiler.elimination import elimination_order, factorised, solved
from reinfuse.engine.compiler.graph import Graph, program_of
from reinfuse.engine.plain.evaluation import evaluate
from reinfuse.errors import ReinfuseError


def sparse(size: int, share: float, seed: int) -> np.ndarray:
    """A random matrix with a diagonal that stands out, as that of an implicit step does."""
    chance = np.random.default_rng(seed)
    matrix = np.where(chance.random((size, size)) < share, chance.normal(size=(size, size)), 0.0)
    return matrix + np.diag(np.abs(matrix).sum(axis=1) + 1.0)


def unknowns(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    size = len(matrix)
    graph = Graph()
    entries = {
        (int(row), int(column)): graph.input(f"{row},{column}")
        for row, column in zip(*np.nonzero(matrix), strict=True)
    }
    sides = [graph.input(f"right {row}") for row in range(size)]
    found = solved(graph, factorised(graph, entries, size), sides)
    names = [f"{row},{column}" for row, column in entries] + [f"right {n}" for n in range(size)]
    values = [matrix[entry] for entry in entries] + list(right)
    return np.array(evaluate(program_of(graph, names, found), values))


@given(st.integers(1, 14), st.floats(0.0, 0.6), st.integers(0, 10_000))
def test_a_sparse_system_is_solved_as_by_a_dense_solver(size: int, share: float, seed: int) -> None:
    matrix = sparse(size, share, seed)
    right = np.random.default_rng(seed + 1).normal(size=size)
    np.testing.assert_allclose(
        unknowns(matrix, right), np.linalg.solve(matrix, right), rtol=1e-10, atol=1e-12
    )


def test_an_arrow_is_eliminated_from_its_tip_so_that_nothing_fills() -> None:
    size = 12
    arrow = {(n, n) for n in range(size)} | {(0, n) for n in range(size)}
    arrow |= {(n, 0) for n in range(size)}
    graph = Graph()
    entries = {entry: graph.input(str(entry)) for entry in arrow}
    assert factorised(graph, entries, size).entries == len(arrow)
    assert elimination_order(arrow, size)[-1] == 0 or elimination_order(arrow, size)[-2] == 0


def test_a_zero_on_the_diagonal_waits_until_it_is_filled() -> None:
    matrix = np.array([[0.0, 2.0, 0.0], [3.0, 1.0, 4.0], [0.0, 5.0, 6.0]])
    right = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(unknowns(matrix, right), np.linalg.solve(matrix, right))


def test_a_system_without_any_pivot_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="2 of 2 rows have no pivot") as caught:
        elimination_order({(0, 1), (1, 0)}, 2)
    assert "swap rows" in caught.value.fix


def test_each_pivot_is_divided_by_once() -> None:
    graph = Graph()
    entries = {(r, c): graph.input(f"{r},{c}") for r in range(4) for c in range(4)}
    factors = factorised(graph, entries, 4)
    for side in ("b", "c"):
        solved(graph, factors, [graph.input(f"{side}{n}") for n in range(4)])
    assert sum(instruction.op == "div" for instruction in graph.nodes) == 4
