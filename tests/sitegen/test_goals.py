"""Goals that are assumed from a name."""

from __future__ import annotations

import pytest

from sitegen.goals import assumed_goal


@pytest.mark.parametrize(
    "name",
    [
        *(
            "loss",
            "val_loss",
            "loss/train",
            "Loss",
            "valLoss",
            "test error",
            "error_rate",
            "err",
            "rmse",
            "MSE",
        ),
        *("mae", "perplexity", "train/mean_squared_error", "auc_loss", "log_loss", "negative_log_likelihood"),
    ],
)
def test_less_is_better(name):
    assert assumed_goal(name) == "min"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "auc",
            "AUC in test",
            "roc_auc",
            "acc@5",
            "val_accuracy",
            "f1 (macro)",
            "f1_score",
            "r2",
            "R²",
            "r^2",
        ),
        *("precision", "recall/test", "mAP50-95", "BLEU", "mean_iou", "neg_mean_squared_error", "topAcc"),
    ],
)
def test_more_is_better(name):
    assert assumed_goal(name) == "max"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "latest",
            "lossy",
            "accumulated",
            "learning_rate",
            "lr",
            "training_time",
            "evaluation_cost",
            "epoch",
        ),
        *("loss_weight", "f1_threshold", "error_count", "grad_norm", "mapping", "réseau", "🦊", ""),
    ],
)
def test_name_that_does_not_say_has_no_goal(name):
    assert assumed_goal(name) is None
