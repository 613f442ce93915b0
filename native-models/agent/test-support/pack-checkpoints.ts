import { reasonerPackNames, reasonerPackPath } from './reasoner-pack.ts';
import { packNames, packPath } from './reference-pack.ts';

/** What `import` takes of each test pack: chains as a base with adapters, models that reason aloud as a checkpoint. */
export const packCheckpoints = [
  ...packNames.map((pack) => ({
    pack,
    checkpoint: { basePath: packPath(pack, 'base'), adaptersPath: packPath(pack, 'model') },
  })),
  ...reasonerPackNames.map((pack) => ({
    pack,
    checkpoint: { basePath: reasonerPackPath(pack, 'checkpoint') },
  })),
];
