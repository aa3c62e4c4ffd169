"""Binary logistic regression with an L2 penalty, fitted by L-BFGS (Nocedal 1980) in plain Python.

The problem is convex, so the result does not depend on chance; no library is needed to retrain.
"""

import math
from collections import deque
from collections.abc import Sequence

Rows = Sequence[Sequence[int]]


def fit(
    rows: Rows, targets: Sequence[bool], weights: Sequence[float], size: int, c: float, steps: int = 60
) -> list[float]:
    """`size` weights and, last, the bias, which is not penalised. A row lists the features that are present."""
    point = [0.0] * (size + 1)
    value, slope = _loss(rows, targets, weights, point, c)
    memory: deque[tuple[list[float], list[float], float]] = deque(maxlen=7)
    for _ in range(steps):
        way = _direction(slope, memory)
        if (descent := _dot(way, slope)) >= -1e-7:
            break
        step = 1.0 if memory else 1.0 / max(1.0, math.sqrt(-descent))
        for _ in range(20):
            new = [p + step * w for p, w in zip(point, way, strict=True)]
            new_value, new_slope = _loss(rows, targets, weights, new, c)
            if new_value <= value + 1e-4 * step * descent:
                break
            step /= 2
        moved = [a - b for a, b in zip(new, point, strict=True)]
        turned = [a - b for a, b in zip(new_slope, slope, strict=True)]
        if (curve := _dot(moved, turned)) > 1e-10:
            memory.append((moved, turned, 1 / curve))
        done = value - new_value < 1e-5 * abs(value)
        point, value, slope = new, new_value, new_slope
        if done:
            break
    return point


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(map(float.__mul__, a, b))


def _loss(
    rows: Rows, targets: Sequence[bool], weights: Sequence[float], point: list[float], c: float
) -> tuple[float, list[float]]:
    slope = [p / c for p in point]
    value = _dot(point[:-1], point[:-1]) / (2 * c)
    slope[-1] = 0.0
    bias = point[-1]
    for row, target, weight in zip(rows, targets, weights, strict=True):
        total = bias
        for at in row:
            total += point[at]
        sign = 1.0 if target else -1.0
        margin = max(-700.0, min(700.0, sign * total))
        value += weight * math.log1p(math.exp(-margin)) if margin > -30 else -weight * margin
        pull = -sign * weight / (1.0 + math.exp(margin))
        for at in row:
            slope[at] += pull
        slope[-1] += pull
    return value, slope


def _direction(slope: list[float], memory: deque[tuple[list[float], list[float], float]]) -> list[float]:
    """The two-loop recursion: minus the approximate inverse Hessian times the slope."""
    way = [-s for s in slope]
    steps = []
    for moved, turned, rho in reversed(memory):
        share = rho * _dot(moved, way)
        steps.append(share)
        way = [w - share * t for w, t in zip(way, turned, strict=True)]
    if memory:
        moved, turned, rho = memory[-1]
        scale = 1 / (rho * _dot(turned, turned))
        way = [w * scale for w in way]
    for (moved, turned, rho), share in zip(memory, reversed(steps), strict=True):
        back = share - rho * _dot(turned, way)
        way = [w + back * m for w, m in zip(way, moved, strict=True)]
    return way
