"""Says in one line what is wrong with values that people wrote."""

from pydantic import ValidationError


def describe_field_error(error: ValidationError) -> str:
    """The first field at fault and why, such as `trainer.steps: Input should be greater than 0`."""
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"]))
    reason = first["msg"].removeprefix("Value error, ")
    return f"{field}: {reason}" if field else reason
