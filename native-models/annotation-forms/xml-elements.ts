import { XMLParser } from 'fast-xml-parser';

/** An element of a document, its children in the order in which they stand. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its words, without those of its children. */
  readonly text: string;
}

/**
 * The root element of an XML document. Entities of a document type are refused, since they can grow without bound.
 * @throws Error when it is no XML.
 */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE/iu.test(text)) throw new Error('it has a document type, which annotation files have not');
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: true,
    // Signs by their number, such as `&#39;`.
    htmlEntities: true,
  });
  const root = elements(parser.parse(text)).find(({ name }) => !name.startsWith('?'));
  if (root === undefined) throw new Error('it is no XML');
  return root;
}

/** Children by their name. */
export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

function elements(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Readonly<Record<string, unknown>>) => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const inner = node[name];
    const text = Array.isArray(inner)
      ? inner.map((one: Readonly<Record<string, unknown>>) => asText(one['#text'])).join('')
      : '';
    const attributes = Object.entries((node[':@'] ?? {}) as Readonly<Record<string, unknown>>);
    return [
      {
        name,
        attributes: Object.fromEntries(attributes.map(([key, value]) => [key, asText(value)])),
        children: elements(inner),
        text,
      },
    ];
  });
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
