import type { PictureRegion } from '../../protocol/picture-region.ts';
import type { Findings, MomentParts } from '../findings.ts';
import type { VideoReference } from '../found-moment.ts';
import { placeThatStays, regionInShares } from '../read-region.ts';
import type { XmlElement } from '../xml-elements.ts';
import { childrenNamed } from '../xml-elements.ts';

/** Frames in which something is there: from the first up to but not including the end. */
type Stretch = readonly [first: number, end: number];

/** A stretch of a track, and the shapes that say where it is. */
interface TrackStretch {
  readonly stretch: Stretch;
  readonly shapes: readonly XmlElement[];
}

/**
 * CVAT's XML (version 1.1) for videos and for images: stretches of frames in which a tracked object is there, or a frame's
 * tag stands, become moments, of tracks that stay in one place with that place. Its frames count from 0; it does not write the frame
 * rate.
 */
export function readCvat(root: XmlElement, findings: Findings): void {
  const [meta] = childrenNamed(root, 'meta');
  const task =
    childrenNamed(meta, 'task')[0] ?? childrenNamed(meta, 'job')[0] ?? childrenNamed(meta, 'project')[0];
  const source = (childrenNamed(meta, 'source')[0] ?? childrenNamed(task, 'source')[0])?.text.trim() ?? '';
  const videos: VideoReference[] = source === '' ? [] : [{ name: source }];
  const step = Number(/step\s*=\s*(\d+)/u.exec(childrenNamed(task, 'frame_filter')[0]?.text ?? '')?.[1] ?? 1);
  const size = sizeOf(childrenNamed(task, 'original_size')[0] ?? childrenNamed(meta, 'original_size')[0]);
  const add = (
    place: string,
    label: string,
    [first, end]: Stretch,
    more: Pick<MomentParts, 'region' | 'text'> = {},
  ): void =>
    findings.add(place, {
      ...{ videos, label, ...more },
      start: { kind: 'frames', frames: first },
      end: { kind: 'frames', frames: end },
      usualFps: { fps: 25, why: 'CVAT does not write the frame rate' },
    });
  for (const track of childrenNamed(root, 'track')) {
    const place = `track ${track.attributes['id'] ?? ''}`;
    const stretches = trackStretches(track.children, step);
    if (stretches.length === 0) findings.skip(place, 'its object is in no frame');
    for (const { stretch, shapes } of stretches) {
      const regions = shapes.map((shape) => (size === undefined ? undefined : regionOf(shape, size)));
      const region = placeThatStays(regions, findings, place);
      const words = childrenNamed(shapes[0], 'attribute').find(
        ({ attributes }) => attributes['name'] === wordsAttribute,
      )?.text;
      add(place, track.attributes['label'] ?? '', stretch, { region, ...(words && { text: words }) });
    }
  }
  for (const [label, stretches] of imageStretches(childrenNamed(root, 'image'), step, findings)) {
    for (const stretch of stretches) add(`frames ${stretch[0]}–${stretch[1] - 1}`, label, stretch);
  }
}

/** Name of the attribute in which the words of a moment stand. */
export const wordsAttribute = 'description';

/** Of the pictures, in pixels. */
function sizeOf(
  element: XmlElement | undefined,
): { readonly width: number; readonly height: number } | undefined {
  const [width, height] = ['width', 'height'].map((side) => Number(childrenNamed(element, side)[0]?.text));
  return width !== undefined && height !== undefined && width > 0 && height > 0
    ? { width, height }
    : undefined;
}

/** Where a box or a single point is; other shapes, and those that are turned, have no such place. */
function regionOf(
  { name, attributes }: XmlElement,
  size: { readonly width: number; readonly height: number },
): PictureRegion | undefined {
  const { xtl, ytl, xbr, ybr, points, rotation = '0' } = attributes;
  if (Number(rotation) !== 0) return undefined;
  if (name === 'box') return regionInShares([xtl, ytl, xbr, ybr].map(Number), size);
  const listed = points?.split(';') ?? [];
  return name === 'points' && listed.length === 1
    ? regionInShares((points ?? '').split(',').map(Number), size)
    : undefined;
}

/** A shape stays until the next one says that it is outside, or there is none. */
function trackStretches(shapes: readonly XmlElement[], step: number): TrackStretch[] {
  const keys = shapes
    .map((shape) => ({
      shape,
      frame: frameOf(shape.attributes['frame']),
      outside: shape.attributes['outside'] === '1',
    }))
    .filter(({ frame }) => frame !== undefined)
    .map(({ frame = 0, ...key }) => ({ frame, ...key }))
    .sort((one, other) => one.frame - other.frame);
  const stretches: TrackStretch[] = [];
  let open: { readonly first: number; readonly shapes: XmlElement[] } | undefined;
  for (const { frame, outside, shape } of keys) {
    if (!outside) {
      open ??= { first: frame, shapes: [] };
      open.shapes.push(shape);
    } else if (open !== undefined) {
      stretches.push({ stretch: [open.first, frame], shapes: open.shapes });
      open = undefined;
    }
  }
  if (open !== undefined) {
    const end = (keys.at(-1)?.frame ?? open.first) + step;
    stretches.push({ stretch: [open.first, end], shapes: open.shapes });
  }
  return stretches;
}

/** Tags and shapes of pictures that are frames: neighbours with the same label are one stretch. */
function imageStretches(
  images: readonly XmlElement[],
  step: number,
  findings: Findings,
): ReadonlyMap<string, Stretch[]> {
  const stretches = new Map<string, Stretch[]>();
  const inOrder = images
    .map((image) => ({ image, frame: imageFrame(image) }))
    .sort((one, other) => (one.frame ?? 0) - (other.frame ?? 0));
  for (const { image, frame } of inOrder) {
    const labels = new Set(
      image.children.map(({ attributes }) => attributes['label']).filter((label) => label !== undefined),
    );
    if (frame === undefined && labels.size > 0) {
      findings.skip(`image ${image.attributes['name'] ?? ''}`, 'its name has no number of a frame');
    }
    if (frame === undefined) continue;
    for (const label of labels) {
      const ofLabel = stretches.get(label) ?? [];
      const last = ofLabel.at(-1);
      if (last !== undefined && last[1] >= frame) ofLabel[ofLabel.length - 1] = [last[0], frame + step];
      else ofLabel.push([frame, frame + step]);
      stretches.set(label, ofLabel);
    }
  }
  return stretches;
}

/** CVAT names the frames of a video `frame_000012`; `id` counts the pictures of the task. */
function imageFrame({ attributes }: XmlElement): number | undefined {
  return frameOf(/frame_(\d+)/u.exec(attributes['name'] ?? '')?.[1]);
}

function frameOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/u.test(text) ? Number(text) : undefined;
}
