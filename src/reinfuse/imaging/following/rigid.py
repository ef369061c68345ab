"""A rigid motion of a patient between two scans: turned about a pivot, then shifted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.imaging.volume import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rigid:
    """Takes a point p to `turn (p - pivot) + pivot + shift`, mm in LPS; `turn` is `"3 3"`."""

    turn: Floats
    shift: Floats
    pivot: Floats

    def of(self, points: Floats) -> Floats:
        """Where points `"... xyz"` come to lie."""
        return np.asarray((points - self.pivot) @ self.turn.T + self.pivot + self.shift, np.float64)

    @property
    def inverse(self) -> Rigid:
        """The motion back."""
        return Rigid(turn=self.turn.T, shift=-self.shift, pivot=self.pivot + self.shift)

    def then(self, other: Rigid) -> Rigid:
        """This motion and after it another one."""
        landed = other.of(self.of(self.pivot))
        return Rigid(turn=other.turn @ self.turn, shift=landed - self.pivot, pivot=self.pivot)

    @property
    def angle_deg(self) -> float:
        """How far it turns about its axis, degrees."""
        cosine = (float(np.trace(self.turn)) - 1) / 2
        return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

    def apart(self, other: Rigid, points: Floats) -> float:
        """The longest distance, mm, between where two motions take points `"n xyz"`."""
        return float(np.linalg.norm(self.of(points) - other.of(points), axis=-1).max())


def at_rest() -> Rigid:
    """No motion at all."""
    return Rigid(turn=np.eye(3), shift=np.zeros(3), pivot=np.zeros(3))


def rigid_of(vector: Floats, shift: Floats, pivot: Floats) -> Rigid:
    """The motion that turns about `vector` by its length in radians.

    Source: Rodrigues' rotation formula.
    """
    angle = float(np.linalg.norm(vector))
    if angle == 0:
        return Rigid(turn=np.eye(3), shift=shift, pivot=pivot)
    cross = _cross(np.asarray(vector) / angle)
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return Rigid(turn=turn, shift=np.asarray(shift), pivot=np.asarray(pivot))


def left_jacobian(vector: Floats) -> Floats:
    """How a small change of a rotation vector turns what has been turned: `"3 3"`."""
    angle = float(np.linalg.norm(vector))
    if angle == 0:
        return np.eye(3)
    cross = _cross(np.asarray(vector) / angle)
    first, second = (1 - np.cos(angle)) / angle, 1 - np.sin(angle) / angle
    return np.asarray(np.eye(3) + first * cross + second * cross @ cross)


def _cross(axis: Floats) -> Floats:
    x, y, z = axis
    return np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
