"""Goals: whether more or less of a metric is better, judged by its name alone.

Only whole words count, so `lossy` and `latest` say nothing, and the last word that says something wins:
`auc_loss` is a loss. A word that makes the name a setting (`loss_weight`, `f1_threshold`) silences it, one
that turns the scale (`neg_log_loss`) turns the goal. Words for splits (train, test) say nothing here, so they
need not be removed first. Pure. `define_metric` overrules this module; its answers are shown as *assumed*.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Goal: TypeAlias = Literal["max", "min"]

_LESS = """
    bce brier cer crossentropy deviance divergence ece eer err error errors fid hamming hinge kl logloss loss
    losses lpips mae mape mpjpe mse msle nll perplexity ppl rae regret rmse rmsle rse smape wer
"""
_MORE = """
    acc accuracies accuracy ap ap50 ap75 auc aucpr aucroc auprc auroc bleu chrf cider dice elbo f1 f1score f2
    fbeta gini iou jaccard kappa likelihood map map50 map95 mcc meteor miou mrr ndcg pearson prauc precision
    psnr r2 recall return returns reward rewards rocauc rouge rouge1 rouge2 rougel rsquared sensitivity
    silhouette spearman specificity ssim top1 top5
"""
_SILENCING = """
    bits coef coefficient coefficients count duration epoch factor lr ms n num samples scale scaling sec
    seconds size steps temperature threshold thresholds time times weight weights
"""
_TURNING = "neg negative minus"
_MEANING: dict[str, str] = {  # what a word says of the name it is in
    word: meaning
    for meaning, words in (("min", _LESS), ("max", _MORE), ("silent", _SILENCING), ("turned", _TURNING))
    for word in words.split()
}
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # valLoss, but not mAP


@lru_cache(maxsize=4096)
def assumed_goal(name: str) -> Goal | None:
    """Whether a metric of this name is better when larger or smaller; None when the name does not say."""
    text = name.replace("²", "2").replace("^2", "2")
    words = [word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", text))]
    said = [_MEANING[word] for word in words if word in _MEANING]
    goals = [meaning for meaning in said if meaning in ("min", "max")]
    if not goals or "silent" in said:
        return None
    return "max" if (goals[-1] == "max") != ("turned" in said) else "min"
