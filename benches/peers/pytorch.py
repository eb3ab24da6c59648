"""PyTorch, native, one thread. Reads measures and writes answers with milliseconds by workload, a line of JSON each."""

import json
import sys
from time import perf_counter


def answer(**fields):
    print(json.dumps(fields), flush=True)


try:
    import torch
    from torch import nn
except ImportError as error:
    answer(error=f"{error} in {sys.executable}")
    sys.exit()

torch.set_num_threads(1)
torch.manual_seed(42)

EPOCHS, BATCH = 20, 128
THRESHOLDS = [0.0] + [0.01 + i * 0.49 / 19 for i in range(20)]


def rows(count, features, classes):
    x = torch.rand(count, features) * 2 - 1
    return x, x[:, :classes].argmax(dim=1)


W_X, W_LABELS = rows(1750, 10, 2)
W_Y = W_LABELS.float().unsqueeze(1)
W_TEST, _ = rows(750, 10, 2)
L_X, L_Y = rows(1400, 64, 10)


def train(model, criterion, batches, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for x, y in batches * EPOCHS:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0], losses


def w():
    model = nn.Sequential(nn.Linear(10, 256), nn.ReLU(), nn.Linear(256, 1), nn.Sigmoid())
    start = perf_counter()
    train(model, nn.BCELoss(), [(W_X, W_Y)], 0.01)
    trained = perf_counter()
    with torch.no_grad():
        for threshold in THRESHOLDS:
            out = W_TEST
            for layer in model:
                if isinstance(layer, nn.Linear):
                    weight = layer.weight * (layer.weight.abs() >= threshold)
                    out = nn.functional.linear(out, weight, layer.bias)
                else:
                    out = layer(out)
            (out > 0.5).sum().item()
    swept = perf_counter()
    return {"W train": 1000 * (trained - start), "W sweep": 1000 * (swept - trained)}


def l():
    model = nn.Sequential(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    batches = list(zip(L_X.split(BATCH), L_Y.split(BATCH)))
    start = perf_counter()
    train(model, nn.CrossEntropyLoss(), batches, 0.001)
    return {"L train": 1000 * (perf_counter() - start)}


MEASURES = {"W": w, "L": l}

answer(value={"measures": list(MEASURES), "version": torch.__version__})
for line in sys.stdin:
    answer(value=MEASURES[json.loads(line)]())
