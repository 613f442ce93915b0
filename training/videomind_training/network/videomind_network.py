"""The base, the adapter of the role that speaks, and the grounding head, as one module."""

from dataclasses import dataclass

import torch
from peft import PeftModel
from torch import Tensor, nn
from transformers import DynamicCache, PreTrainedModel

from videomind_training.losses.grounding import GroundingLossSettings, grounding_losses
from videomind_training.losses.language import ignored_label, language_loss
from videomind_training.network.base_family import BaseFamily, qwen2_vl
from videomind_training.network.batch import Batch, Clip
from videomind_training.network.grounding_head import GroundingHead
from videomind_training.network.patches import PixelNormalization, patches_of
from videomind_training.network.vision_tower import encode_by_library, encode_clips


@dataclass(frozen=True)
class SpecialTokens:
    """Ids of the tokens that the network treats in a special way; None for those that a tokenizer lacks.

    `end` are all that end a reply; the first is the one that replies are trained with.
    """

    video_pad: int
    vision_start: int
    vision_end: int
    end: tuple[int, ...]
    reg: int | None = None
    seg_start: int | None = None
    seg_end: int | None = None


@dataclass(frozen=True)
class DecoderStates:
    """What the decoder computed: (batch, sequence, hidden) before and after the final norm."""

    before_norm: Tensor
    after_norm: Tensor


@dataclass(frozen=True)
class Embedded:
    """What the decoder reads.

    Attributes:
        values: (batch, sequence, hidden).
        visual: (batch, sequence), true at visual tokens; None without any.
        deepstack: (visual tokens, hidden) each, added after the first decoder layers.
    """

    values: Tensor
    visual: Tensor | None = None
    deepstack: tuple[Tensor, ...] = ()


class VideoMindNetwork(nn.Module):
    """What is trained, and what answers.

    Args:
        model: the base, bare or with PEFT adapters named after roles.
        tokens: ids of the special tokens.
        head: the grounding head; None where nothing is grounded.
        loss_settings: of the head's losses.
        normalization: of pixels, as the checkpoint's preprocessor configuration says.
        family: of the base.
    """

    def __init__(
        self,
        model: PreTrainedModel | PeftModel,
        tokens: SpecialTokens,
        head: GroundingHead | None = None,
        loss_settings: GroundingLossSettings | None = None,
        normalization: PixelNormalization | None = None,
        family: BaseFamily | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        self.head = head
        self.tokens = tokens
        self.loss_settings = loss_settings or GroundingLossSettings()
        self.normalization = normalization or PixelNormalization()
        self.family = family or qwen2_vl

    @property
    def base(self) -> PreTrainedModel:
        """The library's network, inside PEFT's wrapper if there is one."""
        return self.model.get_base_model() if isinstance(self.model, PeftModel) else self.model

    def speak_as(self, role: str | None) -> None:
        """Switches a role's adapter on; None, or a role without an adapter: the bare base."""
        if not isinstance(self.model, PeftModel):
            return
        if role is None or role not in self.model.peft_config:
            self.model.base_model.disable_adapter_layers()
        else:
            self.model.base_model.enable_adapter_layers()
            self.model.set_adapter(role)

    def encode(self, clips: list[Clip]) -> list[Tensor]:
        """Visual features of clips, each (visual tokens, hidden, or several times it with deepstack); those that a clip
        brings along are taken as they are."""
        missing = [index for index, clip in enumerate(clips) if clip.features is None]
        patches = [patches_of(clips[index].frames, self.normalization, self.family.patch) for index in missing]
        encode = encode_clips if self.family.name == "qwen2-vl" else encode_by_library
        encoded = encode(self.base.model.visual, patches)
        computed = dict(zip(missing, encoded, strict=True))
        return [computed.get(index, clip.features) for index, clip in enumerate(clips)]

    def embed(self, token_ids: Tensor, features: list[Tensor]) -> Embedded:
        """Embeddings with visual features in the places of video-pad tokens, in order."""
        embeddings = self.base.model.language_model.embed_tokens(token_ids)
        if torch.is_autocast_enabled(embeddings.device.type):
            embeddings = embeddings.to(torch.get_autocast_dtype(embeddings.device.type))
        if not features:
            return Embedded(embeddings)
        visual = token_ids == self.tokens.video_pad
        first, *deepstack = torch.cat(features).to(embeddings).split(embeddings.shape[-1], dim=-1)
        filled = embeddings.masked_scatter(visual[..., None].expand_as(embeddings), first)
        return Embedded(filled, visual, tuple(deepstack))

    def decode(
        self, embedded: Embedded, positions: Tensor, mask: Tensor | None = None, cache: DynamicCache | None = None
    ) -> DecoderStates:
        """Runs the decoder.

        Args:
            embedded: of the tokens.
            positions: (3, batch, sequence).
            mask: (batch, sequence), false at padding on the right.
            cache: keys and values of what came before; grows.
        """
        decoder = self.base.model.language_model
        seen: list[Tensor] = []
        added = {"visual_pos_masks": embedded.visual, "deepstack_visual_embeds": list(embedded.deepstack)}
        handle = decoder.norm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        try:
            result = decoder(
                inputs_embeds=embedded.values,
                position_ids=positions,
                attention_mask=None if mask is None else mask.long(),
                past_key_values=cache,
                use_cache=cache is not None,
                **(added if embedded.deepstack else {}),
            )
        finally:
            handle.remove()
        return DecoderStates(seen[-1], result.last_hidden_state)

    def logits(self, states: Tensor) -> Tensor:
        """(…, hidden) after the final norm → (…, vocabulary)."""
        return self.base.lm_head(states)

    def frame_states(self, token_ids: Tensor, states: Tensor, grid: tuple[int, int, int]) -> Tensor:
        """Mean state before the final norm of each frame pair's visual tokens: (pairs, hidden), from one sequence."""
        visual = states[token_ids == self.tokens.video_pad].float()
        return visual.view(grid[0], -1, states.shape[-1]).mean(dim=1)

    def forward(self, batch: Batch | None) -> dict[str, Tensor]:
        """Losses of each sample, (batch) each: `language`, the head's three where there are moments, and the weighted
        sum of all, `total`. Without a batch all are a 0 that every trained parameter has a part in."""
        if batch is None:
            return self._no_losses()
        clips = [clip for clip in batch.clips if clip is not None]
        trains_vision = any(parameter.requires_grad for parameter in self.base.model.visual.parameters())
        with torch.set_grad_enabled(trains_vision and torch.is_grad_enabled()):
            features = self.encode(clips)
        states = self.decode(self.embed(batch.token_ids, features), batch.positions, batch.mask)
        learned = batch.labels[:, 1:] != ignored_label  # position i predicts token i + 1
        losses = {
            "language": language_loss(
                self.logits(states.after_norm[:, :-1][learned]),
                batch.labels[:, 1:][learned],
                learned.nonzero()[:, 0],
                len(batch.token_ids),
            )
        }
        losses |= self._grounding_losses(batch, states.before_norm)
        weights = {"language": 1.0} | {
            name: getattr(self.loss_settings, name) for name in ("classification", "regression", "contrastive")
        }
        losses["total"] = sum(weights[name] * loss for name, loss in losses.items())
        return losses

    def _no_losses(self) -> dict[str, Tensor]:
        nothing = 0.0 * sum(parameter.sum() for parameter in self.parameters() if parameter.requires_grad)
        names = ["language", "total"] + ([] if self.head is None else ["classification", "regression", "contrastive"])
        return dict.fromkeys(names, nothing.float()[None])

    def _grounding_losses(self, batch: Batch, states: Tensor) -> dict[str, Tensor]:
        """The head's losses, 0 for samples without moments; clips of equal length go through the head together."""
        if self.head is None:
            return {}
        by_length: dict[int, list[int]] = {}
        for index, (moments, clip) in enumerate(zip(batch.moments, batch.clips, strict=True)):
            if moments is not None and clip is not None:
                by_length.setdefault(clip.grid[0], []).append(index)
        # Every parameter has a gradient in every process, whatever samples it drew. (DeepSpeed sees to that itself.)
        untouched = 0.0 * sum(each.sum() for each in self.head.parameters() if not hasattr(each, "ds_id"))
        zeros = torch.zeros(len(batch.moments), device=states.device) + untouched
        losses = dict.fromkeys(("classification", "regression", "contrastive"), zeros)
        for members in by_length.values():
            ids = batch.token_ids[members]
            frames = torch.stack([self.frame_states(batch.token_ids[i], states[i], batch.clips[i].grid) for i in members])
            before_reg = (ids == self.tokens.reg).int().argmax(dim=1) - 1  # the step that predicts <|reg|>
            query = states[members, before_reg].float()
            with torch.autocast(states.device.type, enabled=False):
                output = self.head(frames, query)
                found = grounding_losses(
                    output, [batch.moments[i] for i in members], self.head.sizes.levels, self.loss_settings
                )
            places = torch.tensor(members, device=states.device)
            losses = {name: losses[name].index_add(0, places, found[name]) for name in losses}
        return losses
