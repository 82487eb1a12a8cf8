"""A flat YAML file: keys and scalars, as text. What MLflow's `meta.yaml` is.

PyYAML's parser gives events; no node is built and no type guessed, so aliases cannot multiply, tags cannot
construct anything, and nesting cannot exhaust the stack. Values that are no scalars are passed over.
"""

from __future__ import annotations

from ..errors import MissingPackage, explain

_DEEPEST = 20  # levels inside of a value that is passed over; the parser's time grows with their square


class DamagedYaml(ValueError):
    """No such file. Says why, in words."""


def read_flat(data: bytes) -> dict[str, str | None]:
    """The scalars of a YAML mapping, and as `outer/inner` those of mappings in it; None for a null.

    Raises: DamagedYaml: it is empty, no YAML, no mapping, or uses aliases.
    """
    try:
        import yaml
    except ImportError as error:
        raise MissingPackage(
            explain("PyYAML is not installed, and MLflow's folders need it.", hint="pip install pyyaml")
        ) from error

    if not data.strip():
        raise DamagedYaml("is empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedYaml("is no UTF-8 text") from error
    found: dict[str, str | None] = {}
    keys: list[str | None] = []  # of the mappings that are open: the key whose value comes next
    skipped = 0  # how deep inside of a value that is passed over
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if isinstance(event, yaml.AliasEvent):
                raise DamagedYaml("uses a YAML alias, which is not followed")
            if isinstance(event, yaml.CollectionStartEvent):
                if skipped or (keys and (len(keys) == 2 or keys[-1] is None)):
                    skipped += 1
                    if skipped > _DEEPEST:
                        raise DamagedYaml("is nested too deep")
                elif isinstance(event, yaml.MappingStartEvent):
                    keys.append(None)
                elif keys:
                    skipped = 1
                else:
                    raise DamagedYaml("is no YAML mapping")
            elif isinstance(event, yaml.CollectionEndEvent):
                if skipped:
                    skipped -= 1
                else:
                    keys.pop()
                if keys and not skipped:
                    keys[-1] = None
            elif isinstance(event, yaml.ScalarEvent) and not skipped:
                if not keys:
                    raise DamagedYaml("is no YAML mapping")
                if keys[-1] is None:
                    keys[-1] = event.value
                else:
                    is_null = event.implicit[0] and event.value in ("null", "~", "")
                    found["/".join(filter(None, keys))] = None if is_null else event.value
                    keys[-1] = None
    except yaml.YAMLError as error:
        if "nesting depth" in str(getattr(error, "problem", "")):  # libyaml 0.2.6 counts for itself
            raise DamagedYaml("is nested too deep") from error
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise DamagedYaml(f"is no YAML{where}") from error
    return found
