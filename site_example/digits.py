"""Experiment "digits by hand": softmax regression in plain NumPy reads handwritten digits.

Metrics have the names that Keras gives them: `loss` and `val_loss`, `accuracy` and `val_accuracy`.
The largest learning rate diverges: its loss passes infinity and ends as NaN, and is kept as such.

    python digits.py              five learning rates: 5 runs
    python digits.py --fast       a small one: 2 runs
"""

import argparse

import numpy as np
from sklearn.datasets import load_digits

from logger import Run, start_run


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities, computed the way one should not: large scores overflow."""
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def measure(weights: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Mean cross-entropy in nats, and the share of digits read right."""
    probabilities = softmax(x @ weights)
    loss = -np.log(probabilities[np.arange(len(y)), y]).mean()
    return float(loss), float((probabilities.argmax(axis=1) == y).mean())


def train(run: Run, learning_rate: float, momentum: float, epochs: int) -> None:
    """Gradient descent on all training digits at once."""
    run.log_params({"learning_rate": learning_rate, "momentum": momentum, "optimizer": "gradient descent"})
    pixels, digits = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(digits))
    train_rows, test_rows = order[:900], order[900:]

    weights = np.zeros((pixels.shape[1], 10))
    velocity = np.zeros_like(weights)
    x, y = pixels[train_rows], digits[train_rows]
    for epoch in range(epochs):
        errors = softmax(x @ weights) - np.eye(10)[y]
        velocity = momentum * velocity - learning_rate * (x.T @ errors) / len(y)
        weights = weights + velocity
        loss, accuracy = measure(weights, x, y)
        val_loss, val_accuracy = measure(weights, pixels[test_rows], digits[test_rows])
        run.log_metrics(
            {"loss": loss, "accuracy": accuracy, "val_loss": val_loss, "val_accuracy": val_accuracy},
            step=epoch,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="two short runs, for tests")
    fast = parser.parse_args().fast

    epochs = 40 if fast else 300
    rates = [0.01, 3.0] if fast else [0.0003, 0.001, 0.003, 0.01, 3.0]
    for rate in rates:
        with (
            np.errstate(all="ignore"),
            start_run(experiment="digits by hand", run_name=f"rate {rate:g}", user="ada") as run,
        ):
            train(run, rate, momentum=0.8, epochs=epochs)


if __name__ == "__main__":
    main()
