"""Exponential and logarithm on all lanes at once.

LLVM has both as intrinsics, but turns them into one call of a library for each lane. Here they are
polynomials after the argument is brought near 0 or 1 by its exponent. Error at most 2 units in the
last place; infinities, zeros and what is not a number come out as the library has them.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import TYPE_CHECKING

from reinfuse.engine.native.llvm import DOUBLE_BITS, Builder, Value

if TYPE_CHECKING:
    from reinfuse.engine.native.lanes import Lanes


_FUSED = ("contract",)
_LN_2 = Fraction("0.693147180559945309417232121458176568075500134360255")


class _Format:
    """What tells 32 from 64 bits: digits, exponents, lengths of series."""

    def __init__(self, bits: int) -> None:
        double = bits == DOUBLE_BITS
        self.digits = 52 if double else 23  # of the fraction
        self.bias = 1023 if double else 127
        self.largest = 709.782712893384 if double else 88.722839
        self.least = -745.133219101941 if double else -103.97208
        self.smallest = 2.2250738585072014e-308 if double else 1.1754943508222875e-38
        self.exp_terms = 13 if double else 7
        self.log_terms = 11 if double else 5
        # ln 2 in two parts, the first with so few digits that its product with an exponent is
        # exact.
        cut = 2 ** (33 if double else 14)
        high = Fraction(math.floor(_LN_2 * cut), cut)
        self.ln2_high, self.ln2_low = float(high), float(_LN_2 - high)


_ONE_AND_A_HALF = 1.5


def exponential(builder: Builder, lanes: Lanes, value: Value) -> Value:
    """e to the power of a value."""
    form = _Format(lanes.bits)
    number, whole = lanes.constant, lanes.whole_constant

    def product(one: Value, other: Value) -> Value:
        return builder.fmul(one, other, flags=_FUSED)

    def sum_of(one: Value, other: Value) -> Value:
        return builder.fadd(one, other, flags=_FUSED)

    # Adding 1.5 x 2^digits rounds to a whole number, which then stands in the last digits.
    magic = number(_ONE_AND_A_HALF * 2.0**form.digits)
    held = _between(builder, value, number(form.least), number(form.largest))
    shifted = builder.fadd(builder.fmul(held, number(1.0 / math.log(2.0))), magic)
    times = builder.fsub(shifted, magic)
    left = builder.fsub(held, builder.fmul(times, number(form.ln2_high)))
    left = builder.fsub(left, builder.fmul(times, number(form.ln2_low)))
    series = number(1.0 / math.factorial(form.exp_terms))
    for term in range(form.exp_terms - 1, -1, -1):
        series = sum_of(product(series, left), number(1.0 / math.factorial(term)))
    # 2^times in two factors: one alone would leave the range before the product does.
    count = builder.sub(builder.bitcast(shifted, lanes.whole), builder.bitcast(magic, lanes.whole))
    half = builder.ashr(count, whole(1))
    rest = builder.sub(count, half)
    for part in (half, rest):
        power = builder.shl(builder.add(part, whole(form.bias)), whole(form.digits))
        series = builder.fmul(series, builder.bitcast(power, lanes.type))
    over = builder.fcmp_ordered(">", value, number(form.largest))
    series = builder.select(over, number(math.inf), series)
    under = builder.fcmp_ordered("<", value, number(form.least))
    series = builder.select(under, number(0.0), series)
    return builder.select(builder.fcmp_unordered("!=", value, value), value, series)


def logarithm(builder: Builder, lanes: Lanes, value: Value) -> Value:
    """The natural logarithm of a value."""
    form = _Format(lanes.bits)
    number, whole = lanes.constant, lanes.whole_constant
    tiny = builder.fcmp_ordered("<", value, number(form.smallest))
    raised = builder.fmul(value, number(2.0 ** (form.digits + 2)))
    normal = builder.select(tiny, raised, value)
    bits = builder.bitcast(normal, lanes.whole)
    # The fraction between root 1/2 and root 2, and the exponent that goes with it.
    root = _bits_of(math.sqrt(0.5), lanes.bits)
    above = builder.sub(bits, whole(root))
    exponent = builder.ashr(above, whole(form.digits))
    fraction = builder.bitcast(
        builder.sub(bits, builder.shl(exponent, whole(form.digits))), lanes.type
    )
    power = builder.sitofp(exponent, lanes.type)
    power = builder.fsub(power, builder.select(tiny, number(float(form.digits + 2)), number(0.0)))
    # ln f = 2 artanh((f - 1) / (f + 1)).
    above_one = builder.fsub(fraction, number(1.0))
    ratio = builder.fdiv(above_one, builder.fadd(fraction, number(1.0)))
    square = builder.fmul(ratio, ratio)
    series = number(2.0 / (2 * form.log_terms + 1))
    for term in range(form.log_terms - 1, 0, -1):
        series = builder.fadd(
            builder.fmul(series, square, flags=_FUSED), number(2.0 / (2 * term + 1)), flags=_FUSED
        )
    # 2 ratio = (f - 1) - ratio (f - 1): with the first exact, little is lost near 1.
    small = builder.fmul(ratio, builder.fsub(builder.fmul(series, square), above_one))
    small = builder.fadd(small, builder.fmul(power, number(form.ln2_low)))
    found = builder.fadd(builder.fadd(builder.fmul(power, number(form.ln2_high)), above_one), small)
    found = builder.select(
        builder.fcmp_ordered("==", value, number(math.inf)), number(math.inf), found
    )
    found = builder.select(builder.fcmp_ordered("==", value, number(0.0)), number(-math.inf), found)
    return builder.select(builder.fcmp_ordered(">=", value, number(0.0)), found, number(math.nan))


def _between(builder: Builder, value: Value, low: Value, high: Value) -> Value:
    value = builder.select(builder.fcmp_ordered(">", value, low), value, low)
    return builder.select(builder.fcmp_ordered("<", value, high), value, high)


def _bits_of(value: float, bits: int) -> int:
    form, whole = ("<d", "<q") if bits == DOUBLE_BITS else ("<f", "<i")
    return int(struct.unpack(whole, struct.pack(form, value))[0])
