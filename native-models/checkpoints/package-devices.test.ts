import { expect, it } from 'vitest';
import { packageDevices } from './package-devices.ts';
import { deviceModelFile, packageFiles } from './package-layout.ts';

it('says which devices a package is for: those of its precision, as far as it has the weights', () => {
  const files = [{ path: packageFiles.vision }, { path: packageFiles.decoder }];
  expect(packageDevices({ precision: 'int8', files })).toEqual(['cpu']);
  expect(packageDevices({ precision: 'fp16', files })).toContain('cann');
  // Made before int4 packages had a tower for devices.
  expect(packageDevices({ precision: 'int4', files })).toEqual(['cpu']);
  const withTower = [...files, { path: deviceModelFile(packageFiles.vision) }];
  expect(packageDevices({ precision: 'int4', files: withTower })).toEqual(['cpu', 'cuda', 'webgpu']);
});
