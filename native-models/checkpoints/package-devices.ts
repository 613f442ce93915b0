import type { Device } from '../protocol/roles.ts';
import { devicesFor } from '../runtime/provider-table.ts';
import type { Manifest } from './manifest.ts';
import { deviceModelFile, packageFiles } from './package-layout.ts';

/**
 * The devices that a package is for: those that compute its precision, as far as it has the weights. One set of weights serves all
 * of them, but for the int4 package's tower: its integer products are for processors, so 8-bit blocks for devices stand beside
 * them.
 */
export function packageDevices({
  precision,
  files,
}: {
  readonly precision: Manifest['precision'];
  readonly files: readonly Pick<Manifest['files'][number], 'path'>[];
}): Device[] {
  const towerForDevices = deviceModelFile(packageFiles.vision);
  if (precision === 'int4' && !files.some(({ path }) => path === towerForDevices)) return ['cpu'];
  return devicesFor(precision);
}
