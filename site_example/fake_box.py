"""Experiment "fake box": a box with three knobs that learns from fake data.

The box adds one tree after another and says after each how well it does: on what it has seen
(`AUC in train`) and on what it has not (`AUC in test`). Two people turn its knobs.

    python fake_box.py            the whole sweep: 12 runs
    python fake_box.py --fast     a small one: 4 runs
"""

import argparse
import itertools
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

from logger import define_metric, log_metrics, log_params, log_text, set_experiment, start_run

warnings.filterwarnings("ignore", module="sklearn")


@dataclass
class FakeBox:
    """The knobs, and one way to turn them into a model."""

    n_estimators: int
    max_depth: int
    learning_rate: float
    seed: int = 7

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        """Train, logging after each tree. Called again in the same run, the curves go on."""
        x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=self.seed)
        model = GradientBoostingClassifier(
            learning_rate=self.learning_rate,
            max_depth=self.max_depth,
            subsample=0.7,
            random_state=self.seed,
            warm_start=True,
        )
        for trees in range(1, self.n_estimators + 1):
            model.set_params(n_estimators=trees).fit(x_train, y_train)
            p_train, p_test = model.predict_proba(x_train)[:, 1], model.predict_proba(x_test)[:, 1]
            log_metrics(
                {
                    "AUC in train": roc_auc_score(y_train, p_train),
                    "AUC in test": roc_auc_score(y_test, p_test),
                    "log loss in train": log_loss(y_train, p_train),
                    "log loss in test": log_loss(y_test, p_test),
                }
            )
        ranked = np.argsort(model.feature_importances_)[::-1][:10]
        rows = [f"x{feature},{model.feature_importances_[feature]:.4f}" for feature in ranked]
        log_text("\n".join(["feature,importance", *rows, ""]), "importances.csv")


def fake_data() -> tuple[np.ndarray, np.ndarray]:
    """700 inputs of 24 numbers, of which 8 matter, and an answer that is wrong one time in seven."""
    return make_classification(n_samples=700, n_features=24, n_informative=8, flip_y=0.15, random_state=7)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="four short runs, for tests")
    fast = parser.parse_args().fast

    x, y = fake_data()
    trees = 12 if fast else 60
    depths = {"ada": [1, 2], "grace": [4, 6]}  # ada believes in small trees, grace in large ones
    rates = [0.1] if fast else [0.03, 0.1, 0.3]

    set_experiment("fake box")
    for user, rate in itertools.product(depths, rates):
        for depth in depths[user]:
            box = FakeBox(n_estimators=trees, max_depth=depth, learning_rate=rate)
            with start_run(user=user, tags={"family": "boosted trees"}):
                define_metric("AUC in test", goal="max")
                log_params(box)
                box.fit(x, y)


if __name__ == "__main__":
    main()
