"""Experiment "diabetes": a small neural network learns who gets worse within a year.

442 patients, ten measurements each (bundled with scikit-learn). After each epoch the script logs
AUC and log loss on both halves of the data, so that one look tells where learning by heart begins.

    python diabetes.py            three learning rates, two networks, three seeds: 18 runs, and one that fails
    python diabetes.py --fast     a small one: 4 runs, and one that fails
"""

import argparse
import itertools
import warnings

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from logger import Run, start_run

warnings.filterwarnings("ignore", module="sklearn")

NOTE = """\
Does the patient's disease progress faster than in the median patient?
Half of the data trains, half tests; **test AUC** is what counts. Watch the gap open after some 20 epochs.
"""


def load(seed: int) -> list[np.ndarray]:
    """Training and test inputs, then training and test answers."""
    x, progression = load_diabetes(return_X_y=True)
    worse = (progression > np.median(progression)).astype(int)
    x_train, x_test, y_train, y_test = train_test_split(x, worse, test_size=0.5, random_state=seed)
    scaler = StandardScaler().fit(x_train)
    return [scaler.transform(x_train), scaler.transform(x_test), y_train, y_test]


def train(
    run: Run,
    width: int,
    depth: int,
    learning_rate: float,
    seed: int,
    epochs: int,
    patience: int | None = None,
) -> None:
    """Train a network of `depth` hidden layers, `width` units and half as many in each next; log each epoch.

    Raises: ArithmeticError: for `patience` epochs in a row the test loss was above that of tossing a coin.
    """
    run.log_params(
        {"model": {"width": width, "depth": depth, "activation": "relu"}, "learning_rate": learning_rate}
    )
    run.log_params({"seed": seed, "epochs": epochs, "patience": patience})
    run.define_metric("test/auc", goal="max")
    run.define_metric("test/log_loss", goal="min", unit="nats")

    x_train, x_test, y_train, y_test = load(seed=0)
    layers = [width // 2**level for level in range(depth)]
    model = MLPClassifier(layers, learning_rate_init=learning_rate, batch_size=32, random_state=seed)
    hopeless = 0  # epochs in a row
    for epoch in range(1, epochs + 1):
        model.partial_fit(x_train, y_train, classes=[0, 1])
        p_train, p_test = model.predict_proba(x_train)[:, 1], model.predict_proba(x_test)[:, 1]
        test_loss = log_loss(y_test, p_test)
        run.log_metrics(
            {
                "train/auc": roc_auc_score(y_train, p_train),
                "test/auc": roc_auc_score(y_test, p_test),
                "train/log_loss": log_loss(y_train, p_train),
                "test/log_loss": test_loss,
            },
            step=epoch,
        )
        hopeless = hopeless + 1 if test_loss > np.log(2) else 0
        if patience and hopeless >= patience:
            raise ArithmeticError(f"test log loss {test_loss:.2f} after {hopeless} epochs above a coin's")
    rows = [f"{p:.4f},{y}" for p, y in zip(p_test, y_test, strict=True)]
    run.log_text("\n".join(["probability,answer", *rows, ""]), "test/predictions.csv")
    run.log_dict({"weights": [list(w.shape) for w in model.coefs_], "loss": model.loss_}, "model.json")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="five short runs, for tests")
    fast = parser.parse_args().fast

    epochs = 8 if fast else 45
    rates = [0.003] if fast else [0.0003, 0.003, 0.03]
    seeds = [1, 2] if fast else [1, 2, 3]
    for (width, depth), rate, seed in itertools.product([(16, 1), (64, 2)], rates, seeds):
        user = "ada" if depth == 1 else "grace"
        with start_run(experiment="diabetes", description=NOTE, user=user) as run:
            train(run, width, depth, rate, seed, epochs)

    # This one steps too far and gives up. The run is left as *failed*, with the reason and the points up to
    # there; the exception goes on its way, as any exception does.
    try:
        with start_run(experiment="diabetes", run_name="a step too far", user="grace") as run:
            train(run, width=64, depth=2, learning_rate=0.5, seed=1, epochs=epochs, patience=5)
    except ArithmeticError as error:
        print(f"failed as it should: {error}")


if __name__ == "__main__":
    main()
