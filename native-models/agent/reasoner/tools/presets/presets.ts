import { toolPresetNames } from '../../../../protocol/reasoner-request.ts';
import type { ToolPresetName, ToolsRequest } from '../../../../protocol/reasoner-request.ts';
import { EngineError } from '../../../../protocol/errors.ts';
import { readPreset } from './read-preset.ts';
import { presetSchema } from './preset-schema.ts';
import type { Preset } from './preset-schema.ts';
import longVt from './longvt.json' with { type: 'json' };
import videoZoomer from './videozoomer.json' with { type: 'json' };

const written = { longvt: longVt, videozoomer: videoZoomer } satisfies Record<ToolPresetName, unknown>;

/** Published protocols by the name that a person gives, each filled from a copy of its own project. */
const presets: Readonly<Record<string, Preset>> = Object.fromEntries(
  Object.entries(written).map(([name, preset]) => [name, presetSchema.parse(preset)]),
);

/**
 * The request with the protocol that its preset names; a request that holds a protocol itself comes back as it is.
 * @throws EngineError TOOLS_INVALID
 */
export async function withPreset(tools: ToolsRequest): Promise<ToolsRequest> {
  const { preset, ...rest } = tools;
  if (preset === undefined) return tools;
  const found = Object.hasOwn(presets, preset.name) ? presets[preset.name] : undefined;
  if (found === undefined) {
    throw new EngineError('TOOLS_INVALID', `There is no preset ${preset.name.slice(0, 100)}.`, {
      remedy: `Presets are: ${toolPresetNames.join(', ')}. Or name a tools file.`,
    });
  }
  return { ...rest, protocol: await readPreset(found, preset.folder) };
}
