import type { ToolsRequest } from '../../../../protocol/reasoner-request.ts';
import { EngineError } from '../../../../protocol/errors.ts';
import { readLongVtProtocol } from './longvt.ts';

/** Published protocols by the name that a person gives, each read from a copy of its own project. */
const presets: Readonly<Record<string, (folder: string) => Promise<string>>> = { longvt: readLongVtProtocol };

/**
 * The request with the protocol that its preset names; a request that holds a protocol itself comes back as it is.
 * @throws EngineError TOOLS_INVALID
 */
export async function withPreset(tools: ToolsRequest): Promise<ToolsRequest> {
  const { preset, ...rest } = tools;
  if (preset === undefined) return tools;
  const read = Object.hasOwn(presets, preset.name) ? presets[preset.name] : undefined;
  if (read === undefined) {
    throw new EngineError('TOOLS_INVALID', `There is no preset ${preset.name.slice(0, 100)}.`, {
      remedy: `Presets are: ${Object.keys(presets).join(', ')}. Or name a tools file.`,
    });
  }
  return { ...rest, protocol: await read(preset.folder) };
}
