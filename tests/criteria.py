#!/usr/bin/env python3
"""Recompute tests/criteria.json: what pruning criteria score for small trained networks, by their formulas.

    pip install numpy scipy torch
    python tests/criteria.py            # rewrite the file
    python tests/criteria.py --check    # write nothing; exit 1 where numbers differ by more than 1e-9 of the largest

Everything is in double precision: gradients by torch's autograd, row by row; the rest in NumPy and SciPy. A case holds
the rows, labels, initial and trained parameters (single precision, tensor by tensor, weight before bias) and the scores,
all weights concatenated row-major. Training is plain gradient descent on all rows; `movement` sums its last steps.

    taylor     |g w|, g the gradient of the mean loss
    snip       the same at initialisation
    fisher     F w^2 / 2, F the mean over rows of the squared gradient of a row
    surgeon    what the damped squared error of a row grows by when its weights go one by one, always the one by which it
               grows least, and the rest is fitted anew; H = mean x x^T + damping, x the layer's inputs and a constant 1
    wanda      |w| ||x||_2
    movement   -sum g w over the last steps
    oracle     mean loss with the weight at zero, less the mean loss
    compensated   parameters after a mask is applied by Optimal Brain Surgeon, one weight after the other
    spearman   of each criterion's scores with the oracle's
    absolute   the same with the oracle's absolute values
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr

FILE = Path(__file__).with_suffix(".json")
DAMPING = 1e-4
# Widths, activation, rows, steps of training, of which the last are summed as movement, rate, seed.
CASES = [
    ([3, 6, 1], "relu", 150, 60, 10, 0.3, 1),
    ([4, 5, 3], "tanh", 90, 40, 5, 0.3, 2),
    ([3, 5, 4, 1], "tanh", 70, 80, 20, 0.4, 3),
    ([3, 6, 5, 4], "relu", 131, 50, 7, 0.2, 4),
    ([5, 1], "relu", 40, 30, 3, 0.2, 5),
]


def pairs(params):
    return list(zip(params[::2], params[1::2]))


def losses(params, x, y, activation):
    """The loss of each row, and the inputs of each layer."""
    inputs = []
    for layer, (weight, bias) in enumerate(pairs(params)):
        inputs.append(x)
        x = x @ weight.T + bias
        if layer < len(params) // 2 - 1:
            x = torch.relu(x) if activation == "relu" else torch.tanh(x)
    if x.shape[1] == 1:
        return torch.nn.functional.binary_cross_entropy_with_logits(x[:, 0], y.double(), reduction="none"), inputs
    return torch.nn.functional.cross_entropy(x, y, reduction="none"), inputs


def gradient(params, x, y, activation):
    """Of the mean loss, by every parameter."""
    leaves = [p.detach().clone().requires_grad_() for p in params]
    losses(leaves, x, y, activation)[0].mean().backward()
    return [leaf.grad for leaf in leaves]


def single(params):
    """Rounded to single precision, kept in double."""
    return [p.float().double() for p in params]


def weights_of(tensors):
    return np.concatenate([np.asarray(weight).ravel() for weight in tensors[::2]])


def flat(tensors):
    return np.concatenate([np.asarray(p).ravel() for p in tensors])


def oracle(params, x, y, activation):
    base = losses(params, x, y, activation)[0].mean().item()
    changes = []
    for layer in range(0, len(params), 2):
        for place in range(params[layer].numel()):
            without = [p.clone() for p in params]
            without[layer].view(-1)[place] = 0
            changes.append(losses(without, x, y, activation)[0].mean().item() - base)
    return np.array(changes)


def hessian(inputs):
    x = np.hstack([inputs.numpy(), np.ones((len(inputs), 1))])
    h = x.T @ x / len(x)
    return h + DAMPING * np.trace(h) / len(h) * np.eye(len(h))


def surgeon(weight, inputs):
    """By its definition: each set of removed weights is fitted from the start, without elimination."""
    h = hessian(inputs)
    n = len(h) - 1

    def error(row, gone):
        change = np.zeros(n + 1)
        change[gone] = -row[gone]
        stay = np.setdiff1d(np.arange(n + 1), gone)
        change[stay] = np.linalg.solve(h[np.ix_(stay, stay)], -h[np.ix_(stay, gone)] @ change[gone])
        return change @ h @ change / 2

    scores = np.zeros((len(weight), n))
    for row, own in zip(weight.numpy(), scores):
        gone, before, largest = [], 0.0, 0.0
        while len(gone) < n:
            after, q = min((error(row, [*gone, q]), q) for q in range(n) if q not in gone)
            largest = own[q] = max(largest, after - before)
            gone, before = [*gone, q], after
    return scores


def compensated(weight, bias, inputs, kept):
    """Row by row and weight by weight: the update, then one step of Gaussian elimination of the inverse."""
    rows = np.hstack([weight.numpy(), bias.numpy()[:, None]])
    h = hessian(inputs)
    for row, keep in zip(rows, kept):
        before, inverse = row.copy(), np.linalg.inv(h)
        gone = np.flatnonzero(~keep)
        for q in gone:
            column = inverse[:, q].copy()
            row -= row[q] / column[q] * column
            inverse -= np.outer(column, column) / column[q]
            row[q] = 0
        # What is kept is where the damped squared error is least.
        slope = h @ (row - before)
        assert np.abs(np.delete(slope, gone)).max() < 1e-9
    return rows[:, :-1], rows[:, -1]


def case(widths, activation, n, steps, recorded, lr, seed):
    stream = np.random.RandomState(seed)
    x = stream.standard_normal((n, widths[0])).astype(np.float32)
    # One input depends on another, as redundant features do, but for a little.
    x[:, -1] = x[:, 0] + 0.3 * x[:, -1]
    classes = max(widths[-1], 2)
    centre = x @ stream.standard_normal((widths[0], classes)) + stream.standard_normal((n, classes))
    y = centre.argmax(axis=1)
    params = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        bound = 1 / math.sqrt(fan_in)
        params += [stream.uniform(-bound, bound, (fan_out, fan_in)), stream.uniform(-bound, bound, fan_out)]
    initial = params = single([torch.tensor(p) for p in params])
    wide, labels = torch.tensor(x, dtype=torch.float64), torch.tensor(y)
    movement = np.zeros(len(weights_of(params)))
    for step in range(steps):
        slope = gradient(params, wide, labels, activation)
        if step >= steps - recorded:
            movement -= weights_of(slope) * weights_of(params)
        params = [p - lr * g for p, g in zip(params, slope)]
    trained = single(params)

    snip = np.abs(weights_of(gradient(initial, wide, labels, activation)) * weights_of(initial))
    w = weights_of(trained)
    slope = weights_of(gradient(trained, wide, labels, activation))
    rows = [weights_of(gradient(trained, wide[r : r + 1], labels[r : r + 1], activation)) for r in range(n)]
    layers = losses(trained, wide, labels, activation)[1]
    scores = {
        "taylor": np.abs(slope * w),
        "snip": snip,
        "fisher": np.mean(np.square(rows), axis=0) * w**2 / 2,
        "surgeon": np.concatenate([surgeon(a, i).ravel() for (a, _), i in zip(pairs(trained), layers)]),
        "wanda": np.concatenate(
            [(a.abs().numpy() * np.linalg.norm(i.numpy(), axis=0)).ravel() for (a, _), i in zip(pairs(trained), layers)]
        ),
        "movement": movement,
        "oracle": oracle(trained, wide, labels, activation),
    }
    kept = stream.uniform(size=len(w)) > 0.45
    repaired, rest = [], kept
    for (weight, bias), inputs in zip(pairs(trained), layers):
        own, rest = rest[: weight.numel()], rest[weight.numel() :]
        repaired += compensated(weight, bias, inputs, own.reshape(weight.shape))
    ranked = {"magnitude": np.abs(w)} | scores
    return {
        "widths": widths, "activation": activation, "x": x.ravel().tolist(), "y": y.tolist(),
        "initial": flat(initial).tolist(), "trained": flat(trained).tolist(),
        "steps": steps, "recorded": recorded, "lr": lr,
        "scores": {name: values.tolist() for name, values in scores.items()},
        "kept": kept.tolist(), "compensated": flat(repaired).tolist(),
        "spearman": {name: spearmanr(values, ranked["oracle"]).statistic for name, values in ranked.items()},
        "absolute": {name: spearmanr(values, np.abs(ranked["oracle"])).statistic for name, values in ranked.items()},
    }  # fmt: skip


def leaves(value, path):
    """Lists of numbers and single values below a JSON value, by their path."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, f"{path}.{name}")
    else:
        yield path, value


def close(stored, now):
    if isinstance(now, str):
        return stored == now
    stored, now = np.asarray(stored, float), np.asarray(now, float)
    return stored.shape == now.shape and np.abs(stored - now).max() <= 1e-9 * max(1e-300, np.abs(now).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cases = [case(*parameters) for parameters in CASES]
    if not options.check:
        FILE.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
        return
    stored = json.loads(FILE.read_text())
    pairs_of = [dict(leaves(old, f"[{i}]")) for i, old in enumerate(stored)]
    now = [dict(leaves(new, f"[{i}]")) for i, new in enumerate(cases)]
    old, new = ({path: value for case in side for path, value in case.items()} for side in (pairs_of, now))
    differing = [p for p in sorted(old.keys() | new.keys()) if p not in old or p not in new or not close(old[p], new[p])]
    print("\n".join(f"{path} differs" for path in differing) or "The file agrees with what is computed here.")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
