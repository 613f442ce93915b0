import { z } from 'zod';
import type { ConfigSources, Network } from '../architectures/architecture-family.ts';
import { families, familyNamed } from '../architectures/families.ts';
import type { GroundingHeadConfig } from '../architectures/grounding-head/graph.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Manifest } from './manifest.ts';

const networkSchema = z.object({
  base: z.record(z.string(), z.unknown()),
  adapters: z.record(z.string(), z.unknown()).optional(),
  generation: z.record(z.string(), z.unknown()).optional(),
  preprocessor: z.record(z.string(), z.unknown()).optional(),
  imagePreprocessor: z.record(z.string(), z.unknown()).optional(),
  groundingHead: z
    .object({
      hidden: z.number().int().positive(),
      width: z.number().int().positive(),
      intermediate: z.number().int().positive(),
      layers: z.number().int().positive(),
      levels: z.number().int().positive(),
    })
    .optional(),
});

/** The network that a package's graphs compute, as its manifest describes it. */
export interface PackageNetwork {
  readonly network: Network;
  readonly sources: ConfigSources;
  readonly groundingHeadConfig: GroundingHeadConfig | undefined;
}

/** A package and all that its manifest says of its network. */
export interface DescribedPackage extends PackageNetwork {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** @throws EngineError PACKAGE_VERSION for an unknown family, PACKAGE_DAMAGED, CONFIG_INVALID. */
export function readPackageNetwork(manifest: Manifest, folder: string): PackageNetwork {
  const { groundingHeadConfig, sources } = readSources(manifest);
  const family = familyNamed(manifest.architecture);
  if (family === undefined) throw unknownFamily(folder, manifest.architecture);
  return { network: family.readNetwork(sources), sources, groundingHeadConfig };
}

function unknownFamily(folder: string, architecture: string): EngineError {
  return new EngineError(
    'PACKAGE_VERSION',
    `${folder} is a package of the network family "${architecture.slice(0, 100)}"; this program knows ${families.map(({ name }) => name).join(', ')}.`,
    { remedy: 'Install the version of the program that the package was made with, or a newer one.' },
  );
}

function readSources(manifest: Manifest): {
  sources: ConfigSources;
  groundingHeadConfig: GroundingHeadConfig | undefined;
} {
  const parsed = networkSchema.safeParse(manifest.network);
  if (!parsed.success) {
    throw new EngineError('PACKAGE_DAMAGED', `manifest.json: network: ${z.prettifyError(parsed.error)}`);
  }
  const { groundingHead: groundingHeadConfig, ...sources } = parsed.data;
  return { sources, groundingHeadConfig };
}
