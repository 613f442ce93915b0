"""The three tokens that VideoMind adds to a base's tokenizer."""

from pathlib import Path

from tokenizers import AddedToken, Tokenizer

from videomind_training.checkpoint_json import read_json_object
from videomind_training.checkpoints.durable_files import copy_file, write_json, write_text
from videomind_training.errors import TrainingError
from videomind_training.network.videomind_network import SpecialTokens

added_tokens = ("<|reg|>", "<|seg_start|>", "<|seg_end|>")

tokenizer_files = ("vocab.json", "merges.txt", "chat_template.json", "chat_template.jinja", "preprocessor_config.json",
                   "video_preprocessor_config.json", "generation_config.json", "special_tokens_map.json")  # fmt: skip


def add_tokens(tokenizer: Tokenizer, vocabulary: int) -> None:
    """Adds the three tokens where they are missing; their ids follow the last one in use.

    Raises:
        TrainingError: CHECKPOINT_INVALID when the embedding table has no spare rows for them.
    """
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in added_tokens])
    last = max(tokenizer.token_to_id(token) for token in added_tokens)
    if last >= vocabulary:
        raise TrainingError(
            "CHECKPOINT_INVALID",
            f"The base has {vocabulary} rows of embeddings and none to spare for {', '.join(added_tokens)}.",
            "Pad its vocabulary; Qwen2-VL's own checkpoints have spare rows.",
        )


def special_tokens(tokenizer: Tokenizer, config: dict[str, object], ends: list[int]) -> SpecialTokens:
    """Ids of the tokens that count, from a tokenizer and its base's config.json.

    Args:
        tokenizer: with or without the added tokens.
        config: of the base.
        ends: ids that end a reply, from the generation configuration.
    """
    reply_end = tokenizer.token_to_id("<|im_end|>")
    first = [] if reply_end is None else [reply_end]
    return SpecialTokens(
        video_pad=int(config["video_token_id"]),
        vision_start=int(config["vision_start_token_id"]),
        vision_end=int(config["vision_end_token_id"]),
        end=tuple(dict.fromkeys([*first, *ends])),
        reg=tokenizer.token_to_id("<|reg|>"),
        seg_start=tokenizer.token_to_id("<|seg_start|>"),
        seg_end=tokenizer.token_to_id("<|seg_end|>"),
    )


def write_tokenizer(tokenizer: Tokenizer, source: Path, target: Path) -> None:
    """Writes a tokenizer with all its files into a folder.

    Args:
        tokenizer: with the added tokens.
        source: folder that it was read from.
        target: folder that it is written to; may be the same.
    """
    write_text(target / "tokenizer.json", tokenizer.to_str(pretty=True))
    added = tokenizer.get_added_tokens_decoder()
    write_json(target / "added_tokens.json", {token.content: index for index, token in sorted(added.items())})
    config_path = source / "tokenizer_config.json"
    config = read_json_object(config_path) if config_path.is_file() else {}
    config["added_tokens_decoder"] = {
        str(index): {
            "content": token.content,
            "lstrip": token.lstrip,
            "normalized": token.normalized,
            "rstrip": token.rstrip,
            "single_word": token.single_word,
            "special": token.special,
        }
        for index, token in sorted(added.items())
    }
    listed = config.get("additional_special_tokens") or []
    present = [token for token in added_tokens if tokenizer.token_to_id(token) is not None]
    config["additional_special_tokens"] = [*listed, *(token for token in present if token not in listed)]
    write_json(target / "tokenizer_config.json", config)
    if source != target:
        for name in tokenizer_files:
            if (source / name).is_file():
                copy_file(source / name, target / name)
