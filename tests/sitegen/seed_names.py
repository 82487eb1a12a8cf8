"""Params that only tell repetitions apart, and others that look like it: for Python and the browser."""

SEEDS = [
    *("seed", "seeds", "SEED", "random_state", "randomState", "model.random_state", "rng_state"),
    *("random_seed", "np-seed", "global_seed", "dataSeed", "train/seed", "fold", "cv_fold", "Fold"),
    *("outer_fold", "fold_id", "rank", "local_rank", "global_rank", "replicate", "replica", "repeat"),
]
OTHERS = [
    *("state", "initial_state", "state_size", "seedling", "seed.kind", "n_seeds", "num_seeds", "seed.count"),
    *("folds", "n_folds", "cv", "threefold", "lora_rank", "rank_loss", "ranking", "replicates_per_batch"),
    *("max_rank", "depth", "", "."),
]
