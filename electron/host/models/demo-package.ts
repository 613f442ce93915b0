import { existsSync } from 'node:fs';
import path from 'node:path';

/** The package that comes with the program: the demo where there is one, else the toy example. */
export function findDemoPackage(programPath: string): string {
  const assets = path.join(programPath, 'assets');
  const places = [path.join(assets, 'demo', 'package'), path.join(assets, 'demo')];
  const found = places.find((place) => existsSync(path.join(place, 'manifest.json')));
  return found ?? path.join(assets, 'example', 'package');
}
