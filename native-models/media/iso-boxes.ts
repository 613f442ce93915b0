/** A box of an ISO base media file: its four-letter type and its content. */
export interface Box {
  readonly type: string;
  readonly content: DataView;
}

/** The content of the box at the end of a path of types. */
export function find(boxes: readonly Box[], ...types: readonly string[]): DataView | undefined {
  let content: DataView | undefined;
  let level = boxes;
  for (const [depth, type] of types.entries()) {
    content = level.find((box) => box.type === type)?.content;
    if (content === undefined) return undefined;
    if (depth < types.length - 1) level = readBoxes(content);
  }
  return content;
}

/** Splits a container box into the boxes it holds. @throws RangeError when one is longer than its parent. */
export function readBoxes(content: DataView): Box[] {
  const boxes: Box[] = [];
  let offset = 0;
  while (offset + 8 <= content.byteLength) {
    const short = content.getUint32(offset);
    const headerLength = short === 1 ? 16 : 8;
    const length =
      short === 1
        ? Number(content.getBigUint64(offset + 8))
        : short === 0
          ? content.byteLength - offset
          : short;
    if (length < headerLength) break;
    const start = content.byteOffset + offset + headerLength;
    if (offset + length > content.byteLength) throw new RangeError('box beyond its parent');
    boxes.push({
      type: boxType(content, offset + 4),
      content: new DataView(content.buffer, start, length - headerLength),
    });
    offset += length;
  }
  return boxes;
}

/** Four letters at an offset. */
export function boxType(view: DataView, offset: number): string {
  return String.fromCharCode(...Array.from({ length: 4 }, (_, index) => view.getUint8(offset + index)));
}
