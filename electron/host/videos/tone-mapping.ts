import type { StreamFacts } from '../../../native-models/media/container-facts.ts';

/**
 * What high dynamic range is turned into for people: pictures are shown on ordinary screens, where its values would look
 * grey. The model is given the values as they are, as the reference gives them.
 */
export interface ToneMapping {
  /** Filters behind the scaling: to linear light, BT.2020 to BT.709, highlights rolled off, gamma. They give RGB. */
  readonly filters: readonly string[];
  /** The filter that makes a video's pixels of it. */
  readonly toVideo: string;
  /** Options of the output: what the colours are now. */
  readonly tags: readonly string[];
}

/** Masters are graded for peaks of this much; brighter ones are cut. */
const peakNits = 1000;
/** What a white sheet has in HDR pictures (ITU-R BT.2408). */
const whiteNits = 203;
/** Up to this share of white, light is kept as it is; above, it bends towards the peak (Möbius curve). */
const linearUpTo = 0.3;
const displayGamma = 2.2;

/** From a channel's value (0 … 1) to light as a share of the peak, as expressions of ffmpeg's. */
const toLight: Readonly<Record<string, string>> = {
  // SMPTE ST 2084 (PQ), to 10,000 nits.
  smpte2084: `${10_000 / peakNits}*pow(max(pow(val/maxval,1/78.84375)-0.8359375,0)/(18.8515625-18.6875*pow(val/maxval,1/78.84375)),1/0.1593017578125)`,
  // ARIB STD-B67 (HLG), with the system gamma of a screen of 1,000 nits applied to each channel.
  'arib-std-b67':
    'pow(if(lte(val/maxval,0.5),pow(val/maxval,2)/3,(exp((val/maxval-0.55991073)/0.17883277)+0.28466892)/12),1.2)',
};

/** Primaries of BT.2020 to those of BT.709 (ITU-R BT.2087). */
const toBt709 =
  'colorchannelmixer=rr=1.6605:rg=-0.5876:rb=-0.0728:gr=-0.1246:gg=1.1329:gb=-0.0083:br=-0.0182:bg=-0.1006:bb=1.1187';

/** The filters of a video that is written for people, as it is read. */
export function videoFilters(mapping: ToneMapping | undefined): readonly string[] {
  return mapping === undefined ? [] : [...mapping.filters, mapping.toVideo];
}

/** How a film is shown on ordinary screens; undefined for one that is made for them. */
export function toneMapping(film: Pick<StreamFacts, 'transfer'> | undefined): ToneMapping | undefined {
  const light = Object.hasOwn(toLight, film?.transfer ?? '') ? toLight[film?.transfer ?? ''] : undefined;
  if (light === undefined) return undefined;
  return {
    filters: ['format=gbrp16le', sameForAll(`min(1,${light})*maxval`), toBt709, sameForAll(shown())],
    toVideo: 'scale=out_color_matrix=bt709:out_range=tv',
    tags: [
      ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'],
      ...['-color_range', 'tv'],
    ],
  };
}

/** Light as a share of the peak to a channel's value. */
function shown(): string {
  const peak = peakNits / whiteNits;
  const knee = linearUpTo;
  const a = (-knee * knee * (peak - 1)) / (knee * knee - 2 * knee + peak);
  const b = (knee * knee - 2 * knee * peak + peak) / (peak - 1);
  const scale = (b * b + 2 * b * knee + knee * knee) / (b - a);
  const light = `(val/maxval*${peak})`;
  const bent = `if(lte(${light},${knee}),${light},${scale}*(${light}+${a})/(${light}+${b}))`;
  return `pow(min(1,${bent}),${1 / displayGamma})*maxval`;
}

function sameForAll(expression: string): string {
  return `lutrgb=r='${expression}':g='${expression}':b='${expression}'`;
}
