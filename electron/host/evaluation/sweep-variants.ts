/** A setting and the values that a sweep gives it, as they were typed. */
export interface SweepAxis {
  readonly name: string;
  readonly values: readonly string[];
}

/** One run of a sweep: the value of each setting, and which repetition it is. */
export interface SweepVariant {
  /** Names its folder: `maxFrames=32,temperature=0.7,repeat=2`. */
  readonly folder: string;
  readonly values: Readonly<Record<string, string>>;
  /** From 0; each repetition has a seed of its own. */
  readonly repeat: number;
}

/**
 * Every combination of the axes' values, each as often as it is repeated. What takes the likeliest token says the same every
 * time: it is run once.
 *
 * @param isSampled whether a combination draws its tokens
 */
export function sweepVariants(
  axes: readonly SweepAxis[],
  repeats: number,
  isSampled: (values: Readonly<Record<string, string>>) => boolean,
): SweepVariant[] {
  let combinations: Readonly<Record<string, string>>[] = [{}];
  for (const { name, values } of axes) {
    combinations = combinations.flatMap((taken) => values.map((value) => ({ ...taken, [name]: value })));
  }
  return combinations.flatMap((values) => {
    const count = isSampled(values) ? repeats : 1;
    return Array.from({ length: count }, (_, repeat) => ({
      folder: folderName(values, count > 1 ? repeat : undefined),
      values,
      repeat,
    }));
  });
}

/** The same for the same values, in whatever order they were given; what no file system takes is escaped. */
function folderName(values: Readonly<Record<string, string>>, repeat: number | undefined): string {
  const parts = Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('*', '%2A')}`);
  const all = [...parts, ...(repeat === undefined ? [] : [`repeat=${repeat + 1}`])];
  return all.length === 0 ? 'as-usual' : all.join(',');
}
