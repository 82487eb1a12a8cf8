"""Secrets and private texts made up by lot, one kind for each rule; and texts that only look like them.

None of the secrets ever opened a door: letters come from a seeded generator.
"""

from __future__ import annotations

import random
import re
import string
import uuid
from collections.abc import Callable, Iterator

LETTERS = string.ascii_letters + string.digits
SMALL = string.ascii_lowercase
HEX = "0123456789abcdef"


def letters(chance: random.Random, count: int, of: str = LETTERS) -> str:
    return "".join(chance.choices(of, k=count))


def token(chance: random.Random, count: int) -> str:
    """Letters and digits with some of each kind, as every token that is drawn by lot has."""
    return "aB3" + letters(chance, count - 7) + "x9Yz"


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "private-key": lambda c: f"-----BEGIN {c.choice(['RSA ', ''])}PRIVATE KEY-----{letters(c, 64)}",
    "aws-key": lambda c: c.choice(["AKIA", "ASIA"]) + letters(c, 16, string.ascii_uppercase + string.digits),
    "github-token": lambda c: c.choice(["ghp_", "gho_", "ghs_", "github_pat_"]) + letters(c, 36),
    "gitlab-token": lambda c: "glpat-" + letters(c, 20),
    "huggingface-token": lambda c: "hf_" + letters(c, 34),
    "api-key": lambda c: c.choice(["sk-", "sk-ant-api03-", "sk-proj-"]) + token(c, 48),
    "google-key": lambda c: c.choice(["AIza" + letters(c, 35), "ya29." + letters(c, 60)]),
    "slack-token": lambda c: (
        c.choice(["xoxb-", "xoxp-"]) + letters(c, 12, string.digits) + "-" + letters(c, 24)
    ),
    "webhook": lambda c: c.choice(
        [
            f"https://hooks.slack.com/services/T{letters(c, 9)}/B{letters(c, 9)}/{letters(c, 24)}",
            f"https://discord.com/api/webhooks/{letters(c, 18, string.digits)}/{letters(c, 60)}",
        ]
    ),
    "npm-token": lambda c: "npm_" + letters(c, 36),
    "pypi-token": lambda c: "pypi-AgEI" + letters(c, 60),
    "sendgrid-key": lambda c: f"SG.{letters(c, 22)}.{letters(c, 43)}",
    "stripe-key": lambda c: c.choice(["sk_live_", "rk_live_", "sk_test_"]) + letters(c, 24),
    "wandb-key": lambda c: c.choice(
        [
            f"WANDB_API_KEY={letters(c, 40, HEX)}",
            "wandb_v1_" + letters(c, 40),
            f"wandb: {letters(c, 40, HEX)}",
        ]
    ),
    "azure-key": lambda c: c.choice(
        [
            f"DefaultEndpointsProtocol=https;AccountName=box;AccountKey={letters(c, 86)}==",
            f"https://box.blob.core.windows.net/x?sv=2023&sig={letters(c, 43)}%3D",
        ]
    ),
    "jwt": lambda c: f"eyJ{letters(c, 20)}.eyJ{letters(c, 40)}.{letters(c, 43)}",
    "auth-header": lambda c: c.choice(["Authorization: Bearer ", "Bearer ", "Basic "]) + token(c, 32),
    "url-login": lambda c: c.choice(
        [
            f"postgres://ann:{letters(c, 10)}@db/boxes",
            f"https://{token(c, 20)}@git.example.org/a.git",
            f"redis://:{letters(c, 12)}@cache:6379/0",
        ]
    ),
    "url-secret": lambda c: f"https://x.org/get?{c.choice(['token', 'X-Amz-Signature'])}={token(c, 24)}",
    "password": lambda c: (
        c.choice(["password=", "api_key: ", "client_secret = ", 'PASSWD="', "Pwd="]) + token(c, 12) + '"'
    ),
    "secret-option": lambda c: f"train.py {c.choice(['--api-key', '--db-passwd'])} {token(c, 12)}",
    "home-path": lambda c: (
        c.choice(["/home/", "/Users/", "/nfs/home/", "file:///home/", "C:\\Users\\", "C:/Users/"])
        + "ann"
        + letters(c, 6, SMALL)
    ),
    "mail": lambda c: f"ann.{letters(c, 6, SMALL)}@{c.choice(['uni-x.de', 'gmail.com', 'cs.uni.pt'])}",
    "private-address": lambda c: c.choice(
        [
            f"192.168.{c.randrange(256)}.{c.randrange(256)}",
            f"172.{c.randrange(16, 32)}.3.{c.randrange(256)}",
            f"tcp://10.0.{c.randrange(256)}.7:29500",
            f"host=10.0.0.{c.randrange(256)}",
        ]
    ),
    "private-host": lambda c: c.choice(
        [
            f"node-{c.randrange(1000)}.cluster.local",
            f"ip-10-0-0-{c.randrange(256)}.ec2.internal",
            f"https://wiki{c.randrange(99)}.corp/box",
            f"gpu{c.randrange(99)}.lab.intranet",
        ]
    ),
}
SECRET_NAMES = (
    "api_key",
    "password",
    "db.passwd",
    "OPENAI_API_KEY",
    "clientSecret",
    "hf_token",
    "credentials",
)


def harmless(chance: random.Random) -> Iterator[str]:
    """Texts of every kind that experiments are full of, without end."""
    words = re.findall(
        r"\w+",
        "model box train forest token author password secret basic bearer home user private local auth key"
        " session tokenizer credential access data internal",
    )
    while True:
        number = chance.randrange(10_000)
        word, other, third = (chance.choice(words) for _ in range(3))
        yield from (
            letters(chance, 40, HEX),  # a commit
            letters(chance, 64, HEX),
            f"commit {letters(chance, 7, HEX)} of {word}/{other}",
            str(uuid.UUID(int=chance.getrandbits(128))),
            uuid.UUID(int=chance.getrandbits(128)).hex,  # an id of a run
            letters(chance, 43, LETTERS + "-_"),  # a hash in base64
            letters(chance, 24) + "==",
            f"sha256-{letters(chance, 43, LETTERS + '+/')}=",
            f"{word}_{other}-{number}.{chance.choice(['png', 'ckpt', 'csv', 'tar.gz', 'local.yaml'])}",
            f"{word}@{number}x.png",
            f"recall@{number % 100}",
            f"The {word} of the {other} is a {third}, as before.",
            f"{word}: the {other} is {third}",
            f"no {word}: {other}",
            f"Basic {word} with {other} {number}",
            f"1e-{number % 9}",
            f"lr={chance.random():.2e}, {word}={number}",
            f"max_token={number} num_tokens: {number} pad_token='<pad>'",
            f"hf-internal/{word}-{other}-v{number}",
            f"facebook/opt-{number}m",
            f"sk-{word}-{other}-baseline-v{number % 9}",
            f"https://example.org/{word}/{other}?page={number}&key={word}",
            f"https://github.com/{word}/{other}/tree/v{number}",
            f"git@github.com:{word}/{other}.git",
            f"{number % 30}.{number % 7}.{number % 13}",
            f"nvidia-curand-cu12==10.3.{number % 9}.{number % 200}",
            f"torch {number % 4}.1+cu121, driver 10.2.10.{number % 250}",
            f"127.0.0.1:{number} localhost:{number} 0.0.0.0",
            f"{word}.{other}.{number}",
            f"config.local settings.local thread.local {word}.local",
            f"./{word}/{other}/home.html relative/home/{word}",
            f"/data/{word}/{number} /scratch/{other} /mnt/d{number} /tmp/x",
            f"/home/runner/work/{word} $HOME/{other} ~/{word}",
            f"ResNet{number}-{word}-ImageNet",
            f"2026-11-{1 + number % 28:02}T10:{number % 60:02}:07Z",
            f"--lr 0.{number} --{word} {number} --tokenizer bpe --auth none",
            f"api_key=os.environ['{word.upper()}'] password=args.password token=None",
            f"secret=${{{word.upper()}}}",
            f"password: {other}; secret = none; token: {number}",
            f"ann@example.com noreply@github.com {word}@{other}",
            f"<{word}> [{other}] {{'{third}': {number}}}",
            f"épreuve {word} ‹{number}› ß {other}",
            letters(chance, 12, SMALL) + f"-{number}",
        )
