/** One coded picture as its container lists it. */
export interface Packet {
  /** Presentation time in ticks of the container's clock. */
  readonly time: number;
  /** Length in ticks; 0 when the container does not say. */
  readonly duration: number;
  /** Decoding can start here. */
  readonly key: boolean;
  /** Where it lies in the file, if that is known. */
  readonly place?: PacketPlace;
}

/** A stretch of the file. */
export interface PacketPlace {
  readonly offset: number;
  readonly bytes: number;
}

/** What a container says of its video stream, in ticks of `tickSec` seconds. */
export interface PacketList {
  readonly tickSec: { readonly numerator: number; readonly denominator: number };
  /** The packets that are shown, in any order. */
  readonly packets: readonly Packet[];
  /** Average frame rate when the container states it exactly. */
  readonly fps?: number;
  /** Seeking works and lands on the key frames. */
  readonly seeking: 'exact' | 'nearby' | 'none';
  /** Set for H.264 whose packets have a place: how many bytes tell the length of each NAL unit in them. */
  readonly avcLengthBytes?: number;
  /** Made by decoding: pictures of equal time are pictures of their own, in the order in which they are listed. */
  readonly decoded?: boolean;
  /** The list breaks off where the file does. */
  readonly truncated?: boolean;
}
